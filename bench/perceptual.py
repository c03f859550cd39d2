"""Does *brighter* make it brighter? Each edit in words, on real sounds: decoded, measured, and held against before.

    python -m bench.perceptual MODEL FOLDER [--foreign FOLDER...] [--amounts 0.5 1] [--seed 0] [--out bench/runs]

FOLDER is the collection of the model. Its sounds are *own*, those that :mod:`bench.quality` keeps away from training with
the same seed among them, and encoded at once; *foreign* ones are drawn from the folders beside it and searched for. In each sound some stretches
that sound are drawn; every edit is made on each, and the stretch is decoded within its sound before and after. What is
measured is not what the edit goes by (slopes over latents) but the sound (:mod:`distill.audio.descriptors`), on average
over the steps that were louder than -60 dB. Density is how much attacks there are in a second: the onsets of all steps that
rise by 3 dB or more, added up. Stretches without any cannot become sparser, nor can those that begin with their sound, where
nothing is before an attack that could be held; both are left out there.

Damage is the mel distance of after from before: what an edit changes in all, wanted or not.

MODEL is a name in the library of ``--home`` (``OUT/models`` unless given, where :mod:`bench.quality` keeps
its models) or a ``.distill`` file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from bench import edit_tables, machine, records
from bench.sounds import find_sounds, read
from bench.subject import Distill
from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.descriptors import ORDER, describe
from distill.audio.distances import mel_distance
from distill.codes.editing import Edit, apply
from distill.codes.entries import Entries
from distill.codes.operation import make
from distill.codes.region import Region
from distill.errors import BadCollection, DistillError

__all__ = ["WORDS", "main", "measure"]

# operation -> (what is measured, which way it shall go)
WORDS = {
    "brighter": ("brightness", 1),
    "darker": ("brightness", -1),
    "warmer": ("warmth", 1),
    "colder": ("warmth", -1),
    "louder": ("loudness", 1),
    "softer": ("loudness", -1),
    "rougher": ("roughness", 1),
    "smoother": ("roughness", -1),
    "denser": ("density", 1),
    "sparser": ("density", -1),
}
# What must change for anybody to hear it, about: as :mod:`distill.codes.words` has it; of density one faint attack a second.
HEARD = {"brightness": 0.1, "warmth": 1.0, "loudness": 1.0, "roughness": 0.03, "density": 3.0}
SHORTEST, LONGEST = 24, 96  # steps of a stretch: 0.5 to 2 s
CONTEXT = 4  # steps decoded to either side, so that no measuring window looks past what was decoded
LEAST_DB, AUDIBLE_DB = -55.0, -60.0  # of a stretch on average, and of a step
ATTACK_DB = 3.0
MOST_SECONDS = 10.0  # of one sound
TRIES = 20  # at a stretch that sounds

ANY = np.ones(0, np.bool_)  # density counts over all steps
Figures = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Heard:
    """A stretch as it sounds: descriptors of its steps [S, F], and its samples [T]."""

    figures: Figures
    samples: Samples

    def of(self, what: str, counted: npt.NDArray[np.bool_]) -> float:
        """One figure on average over the steps that count."""
        if what == "density":
            onsets = self.figures[:, ORDER.index("onset")]
            return float(onsets[onsets >= ATTACK_DB].sum() * SAMPLE_RATE / len(self.samples))
        return float(self.figures[counted, ORDER.index(what)].mean())


def heard(subject: Distill, codec: Any, codes: Any, start: int, stop: int) -> Heard:
    """Decode a stretch within its sound and measure it."""
    length = codes.step_length
    first, last = max(start - CONTEXT, 0), min(stop + CONTEXT, codes.num_steps)
    samples = subject.decode_mid(codec, codes, first, last)
    whole = np.pad(samples, (0, (last - first) * length - len(samples)))
    figures = describe(torch.from_numpy(whole), step_length=length).numpy()
    own = slice(start - first, stop - first)
    return Heard(figures[own], whole[own.start * length : own.stop * length])


def measure(
    subject: Distill,
    codec: Any,
    entries: Entries,
    sounds: Sequence[Any],
    *,
    amounts: Sequence[float],
    stretches: int,
    seed: int,
) -> list[dict[str, Any]]:
    """Make every edit at every amount on stretches of these sounds (codes).

    Returns
    -------
    list of {"operation", "amount", "trials", "right", "wrong", "moved", "damage"}
        How many trials there were, the share that went the right way, the share that went the wrong way far enough to be
        heard, and medians over all of them: how far, in the unit of what is measured (positive where right), and mel distance.

    Raises
    ------
    BadCollection
        If no stretch of these sounds is loud enough.
    """
    rng = np.random.default_rng(seed)
    places = []
    for codes in sounds:
        for _ in range(stretches):
            found = _stretch(subject, codec, codes, rng)
            if found is not None:
                places.append((codes, *found))
    if not places:
        raise BadCollection(
            "no stretch of these sounds is louder than -55 dB; measure with sounds that sound."
        )
    rows = []
    for amount in amounts:
        for operation, (what, sign) in WORDS.items():
            edit = make(operation, {"amount": min(amount, 1) if operation == "sparser" else amount})
            moves, damages = [], []
            for codes, start, stop, before in places:
                if operation == "sparser" and (start < 2 or before.of("density", ANY) == 0):
                    continue
                counted = before.figures[:, ORDER.index("loudness")] > AUDIBLE_DB
                edited = apply(codes, [Edit(edit, Region(start=start, stop=stop))], entries=entries)
                after = heard(subject, codec, edited, start, stop)
                moves.append(sign * (after.of(what, counted) - before.of(what, counted)))
                damages.append(
                    mel_distance(
                        torch.from_numpy(before.samples)[None], torch.from_numpy(after.samples)[None]
                    )
                )
            if not moves:
                continue
            rows.append(
                {
                    "operation": operation,
                    "amount": amount,
                    "trials": len(moves),
                    "right": float(np.mean(np.array(moves) > 0)),
                    "wrong": float(np.mean(np.array(moves) < -HEARD[what])),
                    "moved": float(np.median(moves)),
                    "damage": float(np.median(damages)),
                }
            )
    return rows


def _stretch(
    subject: Distill, codec: Any, codes: Any, rng: np.random.Generator
) -> tuple[int, int, Heard] | None:
    """Draw a stretch that sounds; None where the sound is too faint to have one."""
    for _ in range(TRIES):
        length = min(int(rng.integers(SHORTEST, LONGEST + 1)), codes.num_steps)
        start = int(rng.integers(0, codes.num_steps - length + 1))
        found = heard(subject, codec, codes, start, start + length)
        if found.figures[:, ORDER.index("loudness")].mean() > LEAST_DB:
            return start, start + length, found
    return None


def encoded(
    subject: Distill,
    codec: Any,
    files: Sequence[Path],
    *,
    seconds: float = MOST_SECONDS,
    search: bool = False,
) -> list[Any]:
    """Encode the first seconds of each file; with ``search`` as a sound from elsewhere is."""
    most = int(seconds * SAMPLE_RATE)
    return [subject.encode(codec, read(file)[:, :most], search=search) for file in files]


def spread(files: Sequence[Path], most: int) -> list[Path]:
    """Choose at most so many files, evenly over their order."""
    return [files[place] for place in np.unique(np.linspace(0, len(files) - 1, most).round().astype(int))]


def main(arguments: Sequence[str] | None = None, *, subject: Distill | None = None) -> int:
    """Measure one model, print the table, append the line; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.perceptual", description="Edits in words, measured."
    )
    parser.add_argument("model", metavar="MODEL")
    parser.add_argument("collection", type=Path, metavar="FOLDER", help="the model's own collection")
    parser.add_argument(
        "--foreign", type=Path, nargs="*", help="folders of other sounds; all beside FOLDER unless given"
    )
    parser.add_argument("--home", type=Path, help="whose library; OUT/models unless given")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    parser.add_argument("--amounts", type=float, nargs="+", default=[0.5, 1.0])
    parser.add_argument("--sounds", type=int, default=16, help="most sounds, of own and of foreign ones")
    parser.add_argument("--stretches", type=int, default=2, help="of each sound")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    asked = subject or Distill()
    context = machine.context()
    try:
        own = find_sounds(given.collection)
        beside = given.foreign
        if beside is None:
            folder = given.collection.resolve()
            beside = sorted(other for other in folder.parent.iterdir() if other.is_dir() and other != folder)
        each = -(-given.sounds // max(len(beside), 1))
        foreign = [file for other in beside if (found := find_sounds(other)) for file in spread(found, each)]
        codec = asked.open(given.model, home=given.home or given.out / "models")
        collection = encoded(asked, codec, own)
        entries = asked.entries(codec, [asked.grid(codes) for codes in collection])
        chosen = {"own": [collection[own.index(file)] for file in spread(own, given.sounds)]}
        if foreign:
            chosen["foreign"] = encoded(asked, codec, spread(foreign, given.sounds), search=True)
        measured = {
            kind: measure(
                asked,
                codec,
                entries,
                sounds,
                amounts=given.amounts,
                stretches=given.stretches,
                seed=given.seed,
            )
            for kind, sounds in chosen.items()
        }
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    key = {"collection": given.collection.resolve().name, "amounts": given.amounts, "sounds": given.sounds}
    line = {
        "bench": "perceptual",
        **context,
        "key": key | {"stretches": given.stretches, "seed": given.seed, "commit": context["commit"]},
        "model": Path(given.model).name.removesuffix(".distill"),
        **measured,
    }
    records.append(given.out / "perceptual.jsonl", line)
    print(edit_tables.perceptual([line]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
