"""Draw and tell what edits do to sounds that may be shown: before above after, with the command that made it.

    python -m bench.gallery [--runs bench/runs] [--audio ../shared/audio] [--out docs]

Writes ``examples.md`` and ``pictures/edits-N.png`` below OUT, with the newest kept model of each collection
(:mod:`bench.quality`). Before is the decoded sound, so that nothing but the edit differs. Only sounds that are CC0 or in the public
domain are taken, and no audio is written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench import machine
from bench.credits import Credit, read_credits
from bench.pairs import Pair, draw_pairs
from bench.pictures import runs_of, title_of
from bench.sounds import read
from distill import api, render
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.codes.editing import apply
from distill.codes.grid import Codes
from distill.codes.spelling import parse
from distill.errors import BadCollection, DistillError
from distill.replacing import replacing

__all__ = ["EDITS", "Example", "main", "tell"]

PER_PICTURE = 4
# collection, sound, operation; chosen by name before there was anything to see. What follows ``with=`` is encoded, too.
EDITS = (
    ("percussive-50", "sonicpi__drum_roll.flac", "swap with=sonicpi__drum_splash_hard.codes levels=1"),
    ("tonal-50", "vs__vsco2_violin_arcvib_e4.flac", "blend with=vs__vsco2_harp_d2.codes amount=0.5"),
    ("percussive-50", "sonicpi__drum_roll.flac", "euclid hits=5 pulses=8 pulse=6"),
    ("ambient-20", "sonicpi__ambi_lunar_land.flac", "darker amount=1 from=1.0 to=3.0"),
    ("ambient-20", "vs__vsco2_cellos_susvib_mp_d4.flac", "brighter amount=1 from=1.0 to=3.0"),
    ("tonal-50", "vs__vsco2_harp_d2.flac", "mirror from=0 to=2.0"),
    ("ambient-20", "sonicpi__ambi_lunar_land.flac", "randomise by=near nearest=8 levels>=3 seed=1"),
    ("ambient-20", "vs__vsco2_cellos_susvib_mp_d4.flac", "blend with=sonicpi__ambi_lunar_land.codes method=crossfade"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Example:
    """One edit that was made: what it was, what to hear, whose sounds, before and after."""

    collection: str
    text: str
    hear: str
    changed: float
    credits: tuple[Credit, ...]
    run: str
    pair: Pair


class _Collection:
    """One collection with its model, its sounds encoded when they are asked for."""

    def __init__(self, folder: Path, model: Path, run: str) -> None:
        self.folder, self.run = folder, run
        self.credits = read_credits(folder)
        self.model = api.open_model(model, device="cpu")
        self._codes: dict[str, Codes] = {}

    def codes(self, name: str) -> Codes:
        """Encode a sound.

        Raises
        ------
        BadCollection
            If it is not there, or may not be shown.
        """
        credit = self.credits.get(name)
        if credit is None or not credit.is_free or not (self.folder / name).is_file():
            raise BadCollection(
                f"{self.folder / name} is not there, or neither CC0 nor in the public domain."
            )
        if name not in self._codes:
            clip = Clip(read(self.folder / name), SAMPLE_RATE)
            self._codes[name] = render.encode(self.model.codec, clip, model=self.model.name, source=name)
        return self._codes[name]

    def example(self, name: str, text: str) -> Example:
        """Make an edit."""
        used = [name]

        def load(other: str) -> Codes:
            used.append(f"{Path(other).stem}.flac")
            return self.codes(used[-1])

        before = self.codes(name)
        made = parse(text, codes=before, load=load)
        after = apply(before, [made], entries=self.model.entries)
        sound = render.decode(self.model.codec, before)
        edited = render.redecode(self.model.codec, before, after, sound)
        shared = min(before.num_steps, after.num_steps)
        changed = float(np.mean(before.grid[:, :, :shared] != after.grid[:, :, :shared]))
        pair = Pair(title_of(name), text.split()[0], sound.samples, edited.samples)
        credits = tuple(self.credits[one] for one in used)
        return Example(self.folder.name, text, made.operation.hear, changed, credits, self.run, pair)


def tell(examples: Sequence[Example], pictures: Sequence[str]) -> str:
    """Write the document: pictures, and under each what was done and what to listen for."""
    parts = [
        "# Edits of real sounds\n\n"
        "Made by `python -m bench.gallery`. Above: the sound as the model gives it back. Below: the same codes, edited and decoded "
        "again. To hear one, encode the sound (and the one after `with=`) with a model of its collection and run the command; "
        "what every operation does is in [edits](edits.md)."
    ]
    for start, picture in zip(range(0, len(examples), PER_PICTURE), pictures, strict=True):
        parts.append(f"![Spectrograms before and after each edit]({picture})")
        for number, one in enumerate(examples[start : start + PER_PICTURE], start=start + 1):
            names = " and ".join(f"*{title_of(credit.file)}*" for credit in one.credits)
            parts.append(
                f"**{number}. {one.pair.result_title}**, {names} of {one.collection}; {100 * one.changed:.0f} % of the codes "
                f"changed.\n\n```\ndistill edit {Path(one.credits[0].file).stem}.codes --do '{one.text}' -o edited.wav\n```\n\n"
                f"*Listen:* {one.hear}"
            )
    shown = {(one.collection, credit.file): (credit, one.run) for one in examples for credit in one.credits}
    lines = [
        f"- {collection}/{file}: {credit.author}; {credit.licence}; {credit.repository}: {credit.path}. Model: {run}."
        for (collection, file), (credit, run) in shown.items()
    ]
    parts.append("## Sounds\n\nNot part of this repository.\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw and tell every edit; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.gallery", description="Edits of real sounds.")
    parser.add_argument("--runs", type=Path, default=machine.ROOT / "bench" / "runs")
    parser.add_argument("--audio", type=Path, default=machine.ROOT.parent / "shared" / "audio")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "docs")
    given = parser.parse_args(arguments)
    try:
        runs = runs_of({collection for collection, _, _ in EDITS}, given.runs)
        opened: dict[str, _Collection] = {}
        examples = []
        for collection, name, text in EDITS:
            if collection not in opened:
                opened[collection] = _Collection(given.audio / collection, *runs[collection])
            examples.append(opened[collection].example(name, text))
        pictures = []
        for number, start in enumerate(range(0, len(examples), PER_PICTURE), start=1):
            pictures.append(f"pictures/edits-{number}.png")
            pairs = [one.pair for one in examples[start : start + PER_PICTURE]]
            print(draw_pairs(pairs, given.out / pictures[-1], words=("before", "after")))
        with replacing(given.out / "examples.md") as file:
            file.write(tell(examples, pictures).encode())
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
