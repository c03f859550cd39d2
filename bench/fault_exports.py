"""The kinds of writes that end in a folder of the owner's: exports, codes and recipes, each told to be whole or not.

Used by :mod:`bench.faults` beside those of the library (:mod:`bench.fault_kinds`). Nobody locks or sweeps such a folder:
what a killed writer left in it has to be gone after the next write all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.fault_kinds import CODES, Kind
from distill.api.recipes import Recipe
from distill.audio.clip import Clip
from distill.audio.files import read
from distill.codes import storage
from distill.output.export import write
from distill.output.formats import FORMATS, checked_encoding
from distill.output.tags import Tags

__all__ = ["EXPORTS"]

SECONDS = 0.25
STEPS = 2**16  # to full scale: samples that 24 bits hold as they are
_NOISE = np.random.default_rng(0).integers(-STEPS // 4, STEPS // 4, (1, round(48_000 * SECONDS)))
CLIP = Clip((_NOISE / STEPS).astype(np.float32))


def _exported(format: str) -> tuple[Callable[[Path, int], object], Callable[[Path], str | None]]:
    """How a format is written under one name, over and over, and how its file is told to be whole."""
    name = f"new.{format}"

    def write_one(home: Path, number: int) -> None:
        tags = Tags(title=f"number {number}", model="bells", seed=number, recipe=f'{{"seed":{number}}}')
        write(CLIP, home / "session" / name, checked_encoding(FORMATS[format]), tags=tags)

    def check(home: Path) -> str | None:
        import mutagen

        path = home / "session" / name
        if not path.exists():
            return None  # the first was killed
        if not np.array_equal(read(path).samples, CLIP.samples):
            return f"the samples of {name} are not what they were"
        tags = mutagen.File(path).tags
        title, recipe = ("TIT2", "TXXX:DISTILL_RECIPE") if format == "wav" else ("title", "distill_recipe")
        number = str(tags[title][0]).removeprefix("number ")
        return None if str(tags[recipe][0]) == f'{{"seed":{number}}}' else f"the tags of {name} are a mixture"

    return write_one, check


def _write_codes(home: Path, number: int) -> None:
    storage.save(replace(CODES, source=f"{number} " * 100), home / "session" / "new.codes")


def _check_codes(home: Path) -> str | None:
    path = home / "session" / "new.codes"
    if not path.exists():
        return None
    found = storage.load(path)
    whole = len(set(found.source.split())) == 1 and np.array_equal(found.grid, CODES.grid)
    return None if whole else "the codes are a mixture"


def _write_recipe(home: Path, number: int) -> None:
    curve = tuple((float(at), 0.5) for at in range(200))
    path = home / "session" / "new.json"
    Recipe.of(model="bells", seed=number, seconds=1.0 + number % 100, steering={"density": curve}).save(path)


def _check_recipe(home: Path) -> str | None:
    path = home / "session" / "new.json"
    if not path.exists():
        return None
    found = Recipe.load(path)
    return None if found.seconds == 1.0 + found.seed % 100 else "the recipe is a mixture"


def _once(write_one: Callable[[Path, int], object]) -> Callable[[Path], object]:
    """One write before the first: it also loads what children would spend their short lives loading."""
    return lambda home: write_one(home, 0)


EXPORTS = (
    *(
        Kind(f"export: {title}", _once(write_one), write_one, check, longest=0.12)
        for title, (write_one, check) in (("WAV", _exported("wav")), ("FLAC", _exported("flac")))
    ),
    Kind("codes", _once(_write_codes), _write_codes, _check_codes),
    Kind("recipe", _once(_write_recipe), _write_recipe, _check_recipe),
)
