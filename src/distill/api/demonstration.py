"""The demonstration: the whole path on the built-in collection, ending with a page to look at and listen to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from distill import pictures, render
from distill.api.library import Model, open_model
from distill.api.training import Trained, train
from distill.audio.clip import Clip
from distill.audio.files import read
from distill.audio.limiter import limit
from distill.audio.writing import write_wav
from distill.codes.editing import apply
from distill.codes.grid import Codes
from distill.codes.region import Region
from distill.codes.spelling import parse
from distill.codes.swapping import swapped
from distill.demo.collection import DESCRIPTIONS, write_collection
from distill.demo.exhibits import DemoPage, Edit, Ladder, NextStep, Picture, Sound, Swap
from distill.demo.page import write_page
from distill.progress import Cancel, Progress, Report, silent

__all__ = ["Demo", "demo"]

NAME = "demo"
LADDERS = ("harp", "beat", "surf")  # something plucked, something struck, something that only rustles
SWAPPED = ("marimba", "drone")
# sound, title of what becomes of it, operation: a blend, a pattern, two edits in words, one in time
EDITED = (
    ("harp", "harp towards drone", "blend with=drone amount=0.5"),
    ("beat", "beat in a rhythm of 5 on 8", "euclid hits=5 pulses=8 pulse=6"),
    ("surf", "surf, darker", "darker amount=1"),
    ("marimba", "marimba, brighter", "brighter amount=1"),
    ("harp", "harp from both ends", "mirror"),
)


@dataclass(frozen=True)
class Demo:
    """What the demonstration left.

    Attributes
    ----------
    folder : Path
        The built-in sounds, WAVs and pictures.
    page : Path
        ``index.html`` in it.
    model : str
        The model's name in the library.
    trained : Trained
        Its statistics and codebook health.
    sentences : tuple of str
        Where things are, and what to try next.
    """

    folder: Path
    page: Path
    model: str
    trained: Trained
    sentences: tuple[str, ...]


def demo(
    folder: Path | str = "demo-out",
    *,
    minutes: float = 3.0,
    home: Path | str | None = None,
    seed: int = 0,
    device: str = "auto",
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Demo:
    """Train on twelve built-in sounds, resynthesise some level by level, swap, blend and edit some, write a page.

    Parameters
    ----------
    folder : path
        Where sounds, pictures and page go.
    minutes : float
        The whole training.

    Raises
    ------
    NoSpace, DeviceUnavailable, TrainingFailed
        One sentence each.
    """
    folder = Path(folder)
    sounds = write_collection(folder / "collection", seed=seed)
    trained = train(
        sounds, name=NAME, minutes=minutes, seed=seed, device=device, home=home, replace=True,
        report=report, cancel=cancel,
    )  # fmt: skip
    model = open_model(NAME, home=home, device=device)
    exhibition = _Exhibition(folder, model)
    paths = {path.stem: path for path in sounds}
    ladders = tuple(
        exhibition.ladder(paths[name], report, index) for index, name in enumerate(LADDERS, start=1)
    )
    page = write_page(
        folder,
        DemoPage(
            title="Distill: a collection, learnt",
            intro=(
                "Twelve sounds made by formula trained a codec. Each sound became a grid of codes, and the grids "
                "were decoded again: with all levels, with only the first ones, and with another sound's."
            ),
            figures=_figures(trained, model),
            collection=tuple(
                Sound(
                    path.stem, f"collection/{path.name}", DESCRIPTIONS[path.stem], exhibition.thumbnail(path)
                )
                for path in sounds
            ),
            ladders=ladders,
            swap=exhibition.swap(paths[SWAPPED[0]], paths[SWAPPED[1]]),
            edits=tuple(
                exhibition.edit(paths, name, title, text, index)
                for index, (name, title, text) in enumerate(EDITED)
            ),
            health=trained.health,
            next_steps=_next_steps(folder),
        ),
    )
    return Demo(folder, page, NAME, trained, _closing(page, trained))


class _Exhibition:
    """Writes sounds and pictures into the demonstration's folder, and names them as the page does."""

    def __init__(self, folder: Path, model: Model) -> None:
        self.folder, self.model = folder, model
        for name in ("sounds", "pictures"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def encode(self, path: Path) -> Codes:
        return render.encode(self.model.codec, read(path), model=self.model.name, source=path.name)

    def sound(self, title: str, stem: str, clip: Clip, note: str = "") -> Sound:
        write_wav(self.folder / "sounds" / f"{stem}.wav", limit(clip)[0])
        picture = self.folder / "pictures" / f"{stem}.png"
        pictures.spectrogram(clip, picture, title=title)
        return Sound(
            title, f"sounds/{stem}.wav", note, Picture(f"pictures/{stem}.png", f"Spectrogram: {title}")
        )

    def thumbnail(self, path: Path) -> Picture:
        pictures.thumbnail(read(path), self.folder / "pictures" / f"thumb-{path.stem}.png")
        return Picture(f"pictures/thumb-{path.stem}.png", f"Spectrogram of {path.stem}")

    def grid(self, title: str, stem: str, codes: Codes) -> Picture:
        pictures.code_grid(
            codes,
            self.folder / "pictures" / f"{stem}.png",
            title=title,
            step_rate=codes.step_rate,
            codebook_size=codes.codebook_size,
        )
        return Picture(f"pictures/{stem}.png", f"{title}: one row a level, one column a step")

    def ladder(self, path: Path, report: Report, index: int) -> Ladder:
        codes = self.encode(path)
        rungs = [self.sound("Original", f"{path.stem}-original", read(path))]
        for level in range(1, codes.num_levels + 1):
            title = "Level 1" if level == 1 else f"Levels 1 to {level}"
            clip = render.decode(self.model.codec, codes, up_to_level=level)
            rungs.append(self.sound(title, f"{path.stem}-{level}", clip))
        report(Progress("page", index, len(LADDERS), "sounds"))
        return Ladder(
            path.stem, tuple(rungs), self.grid(f"Codes of {path.stem}", f"{path.stem}-codes", codes)
        )

    def swap(self, first: Path, second: Path) -> Swap:
        a, b = self.encode(first), self.encode(second)
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
        before = self.encode(paths[name])
        made = parse(text, codes=before, load=lambda other: self.encode(paths[other]))
        after = apply(before, [made], entries=self.model.entries)
        decoded = render.decode(self.model.codec, before)
        edited = render.redecode(self.model.codec, before, after, decoded)
        return Edit(
            text,
            made.operation.hear,
            self.sound(name, f"edit-{number}-before", decoded),
            self.sound(title, f"edit-{number}-after", edited),
        )


def _figures(trained: Trained, model: Model) -> tuple[tuple[str, str], ...]:
    config, statistics = model.codec.config, trained.statistics
    return (
        ("Levels", f"{config.num_levels}, of {config.codebook_size} entries"),
        ("Steps a second", f"{config.step_rate:.1f}"),
        ("Training", f"{statistics['steps']} steps in {statistics['training_seconds']} s"),
        ("Mel distance, own sounds", f"{statistics['own_mel_distance']}"),
    )


def _next_steps(folder: Path) -> tuple[NextStep, ...]:
    return (
        NextStep("Train on a folder of your own sounds, ten minutes:", "distill train MY_FOLDER --name mine"),
        NextStep(
            "Play any sound through the demonstration's model:",
            f"distill resynth MY_SOUND.wav --model {NAME} -o through-demo.wav",
        ),
        NextStep(
            "Keep a sound as codes:",
            f"distill encode {folder / 'collection' / 'harp.wav'} --model {NAME} -o harp.codes",
        ),
        NextStep(
            "Edit them, and hear it at once (distill edit --list shows all edits):",
            "distill edit harp.codes --do 'euclid hits=3 pulses=8 pulse=6' --do 'darker amount=0.5' -o harp-edited.wav",
        ),
    )


def _closing(page: Path, trained: Trained) -> tuple[str, ...]:
    return (
        f"The page to open: {page.absolute()}",
        f"The model is in the library as {NAME!r}: {trained.path}",
        "Next, train on a folder of your own: distill train MY_FOLDER --name mine",
    )
