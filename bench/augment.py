"""How many codes each variation of the training augmentation changes.

    python -m bench.augment MODEL COLLECTION [--home FOLDER] [--out bench/runs]

A variation that changes no code teaches the codec nothing. Each is carried out alone on fixed crops of the
collection, at the default reach of :class:`distill.config.Augmentation`, its amounts drawn by the seed as in
training; a last row has them all together, as often as training has them. Crops are at the codec's level before
they are varied, and nothing is brought to that level again: the variation's own gain is heard.

Columns are compared where they belong together. A step that a shift or a stretch has put between two steps of
the original has changed only where its code equals neither of theirs. Steps without sound do not count, nor do
those near a crop's ends, which hear what lies beyond.

MODEL is a name in the library of ``--home`` (``OUT/models`` unless given, where :mod:`bench.quality` keeps
its models) or a ``.distill`` file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from bench import machine, records, tables
from bench.sounds import find_sounds
from bench.subject import Distill, Grid
from distill.audio.clip import Samples
from distill.audio.level import SILENCE_DB
from distill.collection.augment import Variation, vary
from distill.config import Augmentation
from distill.errors import BadCollection, DistillError

__all__ = ["TOGETHER", "VARIATIONS", "alone", "changed", "main", "measure"]

VARIATIONS = ("gain", "polarity", "shift", "eq", "pitch", "time", "noise")
TOGETHER = "all, as in training"
CROP_STEPS = 64  # longer than in training, so that enough is left when the ends are left out
_BATCH = 16  # crops encoded at once


class Varied(Protocol):
    """A codec that can be asked for crops and for their codes."""

    def open(self, name: str, *, home: Path) -> Any: ...

    def crops(self, sounds: Sequence[Path], *, crop_samples: int, most: int, folder: Path) -> Samples: ...

    def encode_crops(self, codec: Any, crops: Samples) -> Grid: ...


def alone(name: str) -> Augmentation:
    """Return the default amounts, with this one variation on every crop and the others off."""
    return Augmentation.model_validate({f"{other}_share": float(other == name) for other in VARIATIONS})


def changed(reference: Grid, varied: Grid, position: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Where codes differ from those of the one or two original steps in their place.

    Parameters
    ----------
    reference : integer array [K, S]
    varied : integer array [K, P]
    position : float array [P] in 0..S-1
        Where each varied step lies in the original, in steps.

    Returns
    -------
    bool array [K, P]

    Examples
    --------
    >>> changed(np.array([[1, 2, 3]]), np.array([[2, 2, 9]]), np.array([0.5, 2.0, 1.5]))
    array([[False,  True,  True]])
    """
    before, after = np.floor(position).astype(int), np.ceil(position).astype(int)
    differs: npt.NDArray[np.bool_] = (varied != reference[:, before]) & (varied != reference[:, after])
    return differs


def measure(
    encode: Callable[[Samples], Grid], crops: Samples, *, step_length: int, reach: int, draws: int, seed: int
) -> list[dict[str, Any]]:
    """Vary the crops in each way, and count the codes that change.

    Parameters
    ----------
    encode : crops [N, T] -> codes [N, K, S]
    crops : float32 array [N, T]
        ``T`` a multiple of the step length.
    step_length : int > 0
        Samples in a step.
    reach : int >= 0
        Steps to either side that a code depends on.
    draws : int > 0
        How often each crop is varied in each way, by other amounts.
    seed : int >= 0

    Returns
    -------
    list of {"name", "codes", "changed", "changed_by_level"}
        How many codes were compared, and which share changed (0..1).
    """
    reference = _encoded(encode, crops)
    audible = _audible(crops, step_length)
    rows = []
    for name in (*VARIATIONS, TOGETHER):
        settings = Augmentation.model_validate({}) if name == TOGETHER else alone(name)
        found = []
        for draw in range(draws):
            drawn = [
                _draw(settings, name, step_length, np.random.default_rng([seed, draw, crop]))
                for crop in range(len(crops))
            ]
            grids = _encoded(
                encode, np.stack([_carried_out(*pair) for pair in zip(crops, drawn, strict=True)])
            )
            for original, varied, sounding, (variation, shift) in zip(
                reference, grids, audible, drawn, strict=True
            ):
                steps, position = _inner(
                    varied.shape[1], ratio=variation.time_ratio, shift=shift / step_length, margin=2 * reach
                )
                heard = sounding[np.floor(position).astype(int)] & sounding[np.ceil(position).astype(int)]
                found.append(changed(original, varied[:, steps[heard]], position[heard]))
        every = np.concatenate(found, axis=1)
        if not every.size:
            raise BadCollection(
                "no step of these crops is louder than -70 dBFS; measure with a collection that sounds."
            )
        rows.append(
            {
                "name": name,
                "codes": int(every.size),
                "changed": float(every.mean()),
                "changed_by_level": [float(share) for share in every.mean(axis=1)],
            }
        )
    return rows


def _draw(
    settings: Augmentation, name: str, step_length: int, rng: np.random.Generator
) -> tuple[Variation, int]:
    """Draw a variation and a shift in samples: the largest, half a step, where it is looked at alone."""
    variation = Variation.draw(settings, rng)
    if name == "shift":
        return variation, step_length // 2
    return variation, int(rng.integers(step_length)) if rng.random() < settings.shift_share else 0


def _carried_out(crop: Samples, drawn: tuple[Variation, int]) -> Samples:
    variation, shift = drawn
    shifted = np.concatenate([crop[shift:], np.zeros(shift, np.float32)])
    return vary(shifted, variation, length=crop.size, bounded=False)


def _inner(
    num_steps: int, *, ratio: float, shift: float, margin: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Varied steps that hear no end of the crop, and where their centres lie in the original, in steps."""
    steps = np.arange(num_steps, dtype=np.int64)
    position = (steps.astype(np.float64) + 0.5) / ratio - 0.5 + shift
    last = num_steps - 1 - margin
    inner = (steps >= margin) & (steps <= last) & (position >= margin) & (position <= last)
    return steps[inner], position[inner]


def _encoded(encode: Callable[[Samples], Grid], crops: Samples) -> Grid:
    grids = [encode(crops[first : first + _BATCH]) for first in range(0, len(crops), _BATCH)]
    joined: Grid = np.concatenate(grids)
    return joined


def _audible(crops: Samples, step_length: int) -> npt.NDArray[np.bool_]:
    """Which steps [N, S] are louder than what counts as a pause."""
    power = np.square(crops, dtype=np.float64).reshape(len(crops), -1, step_length).mean(axis=2)
    louder: npt.NDArray[np.bool_] = power > 10 ** (SILENCE_DB / 10)
    return louder


def main(arguments: Sequence[str] | None = None, *, subject: Varied | None = None) -> int:
    """Measure one model on one collection, print the table, append the line; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.augment", description="How many codes each variation changes."
    )
    parser.add_argument("model", metavar="MODEL")
    parser.add_argument("collection", type=Path, metavar="COLLECTION")
    parser.add_argument("--home", type=Path, help="whose library; OUT/models unless given")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    parser.add_argument("--crops", type=int, default=32, help="most crops of the collection")
    parser.add_argument("--draws", type=int, default=4, help="variations of each crop")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    asked = subject or Distill()
    context = machine.context()
    try:
        codec = asked.open(given.model, home=given.home or given.out / "models")
        with tempfile.TemporaryDirectory(prefix="distill-augment-") as folder:
            crops = asked.crops(
                find_sounds(given.collection),
                crop_samples=CROP_STEPS * codec.step_length,
                most=given.crops,
                folder=Path(folder),
            )
        rows = measure(
            lambda some: asked.encode_crops(codec, some),
            crops,
            step_length=codec.step_length,
            reach=codec.encoder_reach,
            draws=given.draws,
            seed=given.seed,
        )
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    key = {"collection": given.collection.resolve().name, "crops": given.crops, "draws": given.draws}
    line = {
        "bench": "augment",
        **context,
        "key": key | {"seed": given.seed, "commit": context["commit"]},
        "model": Path(given.model).name.removesuffix(".distill"),
        "amounts": Augmentation.model_validate({}).model_dump(),
        "variations": rows,
    }
    records.append(given.out / "augment.jsonl", line)
    print(tables.augment([line]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
