"""What a demonstration exhibits: sounds and pictures written into its folder, and named as its page names them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from distill import pictures, render
from distill.api.generating import generate
from distill.api.library import Model
from distill.api.regenerating import regenerate
from distill.audio.clip import Clip
from distill.audio.files import read
from distill.audio.limiter import limit
from distill.audio.writing import write_wav
from distill.codes import storage
from distill.codes.editing import apply
from distill.codes.grid import Codes
from distill.codes.region import Region
from distill.codes.spelling import parse
from distill.codes.swapping import swapped
from distill.demo.exhibits import Edit, Ladder, NewSound, Picture, Sound, Swap

__all__ = ["Exhibition"]


class Exhibition:
    """Writes sounds and pictures into the demonstration's folder, and names them as the page does."""

    def __init__(
        self, folder: Path, model: Model, *, seed: int, device: str, home: Path | str | None
    ) -> None:
        self.folder, self.model = folder, model
        self.seed, self.device, self.home = seed, device, home
        for name in ("sounds", "pictures"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def encoded(self, path: Path) -> Codes:
        """The codes of a sound."""
        return render.encode(self.model.codec, read(path), model=self.model.name, source=path.name)

    def sound(self, title: str, stem: str, clip: Clip, note: str = "") -> Sound:
        """Write a sound and its spectrogram."""
        write_wav(self.folder / "sounds" / f"{stem}.wav", limit(clip)[0])
        picture = self.folder / "pictures" / f"{stem}.png"
        pictures.spectrogram(clip, picture, title=title)
        return Sound(
            title, f"sounds/{stem}.wav", note, Picture(f"pictures/{stem}.png", f"Spectrogram: {title}")
        )

    def thumbnail(self, path: Path) -> Picture:
        """Draw a small spectrogram of one of the collection."""
        pictures.thumbnail(read(path), self.folder / "pictures" / f"thumb-{path.stem}.png")
        return Picture(f"pictures/thumb-{path.stem}.png", f"Spectrogram of {path.stem}")

    def grid(self, title: str, stem: str, codes: Codes) -> Picture:
        """Draw a sound's codes."""
        pictures.code_grid(
            codes,
            self.folder / "pictures" / f"{stem}.png",
            title=title,
            step_rate=codes.step_rate,
            codebook_size=codes.codebook_size,
        )
        return Picture(f"pictures/{stem}.png", f"{title}: one row a level, one column a step")

    def ladder(self, path: Path) -> Ladder:
        """Decode a sound with its first level, the first two, and so on."""
        codes = self.encoded(path)
        rungs = [self.sound("Original", f"{path.stem}-original", read(path))]
        for level in range(1, codes.num_levels + 1):
            title = "Level 1" if level == 1 else f"Levels 1 to {level}"
            clip = render.decode(self.model.codec, codes, up_to_level=level)
            rungs.append(self.sound(title, f"{path.stem}-{level}", clip))
        return Ladder(
            path.stem, tuple(rungs), self.grid(f"Codes of {path.stem}", f"{path.stem}-codes", codes)
        )

    def swap(self, first: Path, second: Path) -> Swap:
        """Exchange the first level of two sounds."""
        a, b = self.encoded(first), self.encoded(second)
        both = swapped(a, b, Region(levels=(1,)))
        return Swap(
            self.sound(first.stem, f"{first.stem}-decoded", render.decode(self.model.codec, a)),
            self.sound(second.stem, f"{second.stem}-decoded", render.decode(self.model.codec, b)),
            self._with_level_1_of(second.stem, both.a, first.stem),
            self._with_level_1_of(first.stem, both.b, second.stem),
        )

    def _with_level_1_of(self, other: str, codes: Codes, name: str) -> Sound:
        clip = render.decode(self.model.codec, codes)
        return self.sound(f"{name} with level 1 of {other}", f"{name}-with-{other}", clip)

    def edit(self, paths: Mapping[str, Path], name: str, title: str, text: str, number: int) -> Edit:
        """Make an edit of one of the sounds, decoding again only what it can have changed."""
        before = self.encoded(paths[name])
        made = parse(text, codes=before, load=lambda other: self.encoded(paths[other]))
        after = apply(before, [made], entries=self.model.entries)
        decoded = render.decode(self.model.codec, before)
        edited = render.redecode(self.model.codec, before, after, decoded)
        return Edit(
            text,
            made.operation.hear,
            self.sound(name, f"edit-{number}-before", decoded),
            self.sound(title, f"edit-{number}-after", edited),
        )

    def new(self, *, seconds: float) -> NewSound:
        """Make a sound from nothing."""
        folder = self.folder / "sounds"
        made = generate(
            model=self.model.path, output=folder / "new.wav", seconds=seconds,
            seed=self.seed, device=self.device, home=self.home,
        )[0]  # fmt: skip
        shown = self._shown("new", "New", made.path)
        return NewSound(
            f"distill generate --model {self.model.name} --seconds {seconds:g} -o new.wav",
            (shown,),
            made.sentences,
        )

    def gone_on(self, path: Path, *, seconds: float) -> NewSound:
        """Go on from a sound's first second."""
        folder, name = self.folder / "sounds", path.stem
        codes = self.encoded(path)
        first = codes.with_grid(codes.grid[:, :, : round(codes.step_rate)])
        storage.save(first, folder / f"{name}-start.codes")
        made = generate(
            model=self.model.path, output=folder / f"{name}-on.wav", prefix=folder / f"{name}-start.codes",
            seconds=seconds, seed=self.seed, device=self.device, home=self.home,
        )[0]  # fmt: skip
        start = self.sound(
            f"{name}, its first second", f"{name}-start", render.decode(self.model.codec, first)
        )
        return NewSound(
            f"distill generate --model {self.model.name} --prefix {name}-start.codes --seconds {seconds:g} -o {name}-on.wav",
            (start, self._shown(f"{name}-on", "Gone on from there", made.path)),
            made.sentences,
        )

    def rewritten(self, path: Path, start: str, stop: str) -> NewSound:
        """Rewrite the middle of a sound."""
        folder, name = self.folder / "sounds", path.stem
        codes = self.encoded(path)
        storage.save(codes, folder / f"{name}.codes")
        made = regenerate(
            folder / f"{name}.codes", output=folder / f"{name}-other.wav", start=start, stop=stop,
            model=self.model.path, seed=self.seed, device=self.device, home=self.home,
        )  # fmt: skip
        before = self.sound(name, f"{name}-before", render.decode(self.model.codec, codes))
        return NewSound(
            f"distill regenerate {name}.codes --from {start} --to {stop} -o {name}-other.wav",
            (before, self._shown(f"{name}-other", f"Rewritten from {start} to {stop} s", made.edited.path)),
            made.sentences,
        )

    def _shown(self, stem: str, title: str, file: Path) -> Sound:
        picture = self.folder / "pictures" / f"{stem}.png"
        pictures.spectrogram(read(file), picture, title=title)
        return Sound(
            title, f"sounds/{file.name}", "", Picture(f"pictures/{stem}.png", f"Spectrogram: {title}")
        )
