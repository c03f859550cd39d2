"""Draw and tell what priors of real collections make: new sounds, sounds gone on, parts rewritten, with the figures about copying.

    python -m bench.new_sounds [--runs bench/runs] [--audio ../shared/audio] [--out docs]

Writes ``new-sounds.md`` and ``pictures/new-COLLECTION.png`` below OUT, with the newest kept model of each collection
(:mod:`bench.quality`) and default settings, seed 0. What is begun from, or rewritten, is CC0 or in the public domain and was
chosen by name before there was anything to see; no audio is written.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import machine
from bench.credits import Credit, read_credits
from bench.gallery import PER_PICTURE
from bench.pairs import Pair, draw_pairs
from bench.pictures import runs_of, title_of
from bench.sounds import read
from distill import api, render
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.codes import storage
from distill.codes.grid import Codes
from distill.errors import BadCollection, DistillError
from distill.replacing import replacing

__all__ = ["SHOWN", "main", "tell"]

# collection -> the sound that is gone on from, and the one of which a part is rewritten
SHOWN = {
    "ambient-20": ("vs__vsco2_cellos_susvib_mp_d4.flac", "sonicpi__ambi_lunar_land.flac"),
    "tonal-50": ("vs__vsco2_harp_d2.flac", "vs__vsco2_violin_arcvib_e4.flac"),
}
NEW_SECONDS, FIRST_SECONDS, ON_SECONDS = 4.0, 1.0, 3.0
PART = ("0.5", "1.0")  # seconds that are rewritten


@dataclass(frozen=True, eq=False)
class Shown:
    """One thing that was made: the command, what was said of it, a picture's pair, whose sound it began from."""

    title: str
    command: str
    sentences: tuple[str, ...]
    pair: Pair
    credit: Credit | None


class _Maker:
    """One collection with its model."""

    def __init__(self, folder: Path, path: Path, scratch: Path) -> None:
        self.folder, self.path, self.scratch = folder, path, scratch
        self.credits = read_credits(folder)
        self.model = api.open_model(path, device="cpu")

    def new(self) -> Shown:
        """Make a sound from nothing, above it the nearest sound of the collection that may be shown."""
        made = api.generate(
            model=self.path, output=self.scratch / "new.wav", seconds=NEW_SECONDS, device="cpu"
        )[0]
        nearest = self.credits.get(made.novelty.nearest)
        above = made.path if nearest is None or not nearest.is_free else self.folder / nearest.file
        title = "itself" if above == made.path else f"nearest: {title_of(above.name)}"
        return Shown(
            "New",
            f"distill generate --model {self.folder.name} --seconds {NEW_SECONDS:g} -o new.wav",
            made.sentences,
            Pair(title, "new", read(above), read(made.path)),
            nearest if above != made.path else None,
        )

    def gone_on(self, name: str) -> Shown:
        """Go on from the first second of a sound."""
        codes = self._codes(name)
        first = codes.with_grid(codes.grid[:, :, : round(FIRST_SECONDS * codes.step_rate)])
        start = self.scratch / "start.codes"
        storage.save(first, start)
        made = api.generate(
            model=self.path, output=self.scratch / "on.wav", prefix=start, seconds=ON_SECONDS, device="cpu"
        )[0]
        return Shown(
            f"Gone on from the first second of {title_of(name)}",
            f"distill generate --model {self.folder.name} --prefix start.codes --seconds {ON_SECONDS:g} -o on.wav",
            made.sentences,
            Pair(title_of(name), "gone on", render.decode(self.model.codec, codes).samples, read(made.path)),
            self.credits[name],
        )

    def rewritten(self, name: str) -> Shown:
        """Rewrite half a second of a sound."""
        codes = self._codes(name)
        file = self.scratch / f"{Path(name).stem}.codes"
        storage.save(codes, file)
        made = api.regenerate(
            file,
            output=self.scratch / "other.wav",
            start=PART[0],
            stop=PART[1],
            model=self.path,
            device="cpu",
        )
        return Shown(
            f"{title_of(name)}, rewritten from {PART[0]} to {PART[1]} s",
            f"distill regenerate {file.name} --from {PART[0]} --to {PART[1]} -o other.wav",
            made.sentences,
            Pair(
                title_of(name),
                "rewritten",
                render.decode(self.model.codec, codes).samples,
                read(made.edited.path),
            ),
            self.credits[name],
        )

    def _codes(self, name: str) -> Codes:
        credit = self.credits.get(name)
        if credit is None or not credit.is_free or not (self.folder / name).is_file():
            raise BadCollection(
                f"{self.folder / name} is not there, or neither CC0 nor in the public domain."
            )
        clip = Clip(read(self.folder / name), SAMPLE_RATE)
        return render.encode(self.model.codec, clip, model=self.model.name, source=name)


def tell(shown: dict[str, list[Shown]], runs: dict[str, str]) -> str:
    """Write the document: a picture a collection, and under it what was made and what was said of it."""
    parts = [
        "# New sounds of real collections\n\n"
        "Made by `python -m bench.new_sounds`, default settings, seed 0, the novelty guard on. Above: what there was (for a new sound, "
        "the sound of the collection that it is nearest to). Below: what was made. The sentences are those the program prints; what "
        "they mean is in [how it works](how-it-works.md), the same figures over many sounds in [benchmarks](benchmarks.md)."
    ]
    credits: dict[tuple[str, str], Credit] = {}
    for collection, made in shown.items():
        parts.append(
            f"## {collection}\n\nModel: {runs[collection]}.\n\n"
            f"![Spectrograms of what there was and what was made](pictures/new-{collection}.png)"
        )
        for number, one in enumerate(made, start=1):
            said = "\n".join(f"- {sentence}" for sentence in one.sentences)
            parts.append(f"**{number}. {one.title}**\n\n```\n{one.command}\n```\n\n{said}")
            if one.credit is not None:
                credits[collection, one.credit.file] = one.credit
    lines = [
        f"- {collection}/{credit.file}: {credit.author}; {credit.licence}; {credit.repository}: {credit.path}."
        for (collection, _), credit in credits.items()
    ]
    parts.append("## Sounds\n\nNot part of this repository.\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, draw and tell; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.new_sounds", description="New sounds, shown.")
    parser.add_argument("--runs", type=Path, default=machine.ROOT / "bench" / "runs")
    parser.add_argument("--audio", type=Path, default=machine.ROOT.parent / "shared" / "audio")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "docs")
    given = parser.parse_args(arguments)
    try:
        runs = runs_of(SHOWN, given.runs)
        shown = {}
        for collection, (begun, rewritten) in SHOWN.items():
            with tempfile.TemporaryDirectory() as scratch:
                maker = _Maker(given.audio / collection, runs[collection][0], Path(scratch))
                shown[collection] = [maker.new(), maker.gone_on(begun), maker.rewritten(rewritten)]
            assert len(shown[collection]) <= PER_PICTURE
            picture = given.out / "pictures" / f"new-{collection}.png"
            print(draw_pairs([one.pair for one in shown[collection]], picture, words=("there was", "made")))
        with replacing(given.out / "new-sounds.md") as file:
            file.write(tell(shown, {name: told for name, (_, told) in runs.items()}).encode())
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
