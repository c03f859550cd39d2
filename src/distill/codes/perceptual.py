"""Edits in words: brighter, darker, warmer, colder, louder, softer, rougher, smoother.

What the region's levels stand for is moved, and looked up again through those levels (:mod:`distill.codes.requantize`): every
code that comes out is one of the model's. How far 1 goes is the model's own measure, one standard deviation of its
collection. Which way is :mod:`distill.codes.steering`; how many attacks there are is :mod:`distill.codes.density`.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from distill.codes.limits import Grid
from distill.codes.lookup import Floats
from distill.codes.operation import Context, Operation
from distill.codes.region import Cells
from distill.codes.requantize import stands_for, through
from distill.codes.steering import direction, latents_around

__all__ = ["Brighter", "Colder", "Darker", "Louder", "Rougher", "Smoother", "Softer", "Warmer"]

GROUP = "In words"
REACH = 4  # steps to either side that roughness is raised or smoothed over
FLUTTER = 0.5  # standard deviations of loudness that every other step is raised, the others lowered


class Perceptual(Operation):
    """An edit that goes one way by an amount."""

    amount: float = Field(
        0.5, ge=0, le=2, description="how far, 0..2; 1 is as far as sounds of the collection usually differ"
    )
    group: ClassVar[str] = GROUP
    descriptor: ClassVar[str]
    sign: ClassVar[int]

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Move the latents and look them up again."""
        if self.amount == 0:
            return grid
        lookup = context.entries.lookup
        moved = stands_for(lookup, cells.of(grid), cells.levels)
        moved += self._move(moved, grid, cells, context)
        return cells.put(grid, through(lookup, moved, cells.levels))

    def _move(self, latents: Floats, grid: Grid, cells: Cells, context: Context) -> Floats:
        """By what to move the region's latents [c, s, D]; anything that spreads to that."""
        return np.float32(self.sign * self.amount) * direction(context.entries, self.descriptor)


class Brighter(Perceptual):
    """Make the region brighter."""

    name: ClassVar[str] = "brighter"
    hear: ClassVar[str] = (
        "More treble: hats, breath and edge come forward; the loudness stays about the same."
    )
    example: ClassVar[str] = "brighter amount=0.5 from=0.5 to=1.5"
    descriptor: ClassVar[str] = "brightness"
    sign: ClassVar[int] = 1


class Darker(Perceptual):
    """Make the region darker."""

    name: ClassVar[str] = "darker"
    hear: ClassVar[str] = "Less treble, as from the next room; the loudness stays about the same."
    example: ClassVar[str] = "darker amount=0.5 from=0.5 to=1.5"
    descriptor: ClassVar[str] = "brightness"
    sign: ClassVar[int] = -1


class Warmer(Perceptual):
    """Make the region warmer."""

    name: ClassVar[str] = "warmer"
    hear: ClassVar[str] = "More body between 100 and 800 Hz against everything below and above it."
    example: ClassVar[str] = "warmer amount=0.5 from=0.5 to=1.5"
    descriptor: ClassVar[str] = "warmth"
    sign: ClassVar[int] = 1


class Colder(Perceptual):
    """Make the region colder."""

    name: ClassVar[str] = "colder"
    hear: ClassVar[str] = "Less body between 100 and 800 Hz: thinner, harder."
    example: ClassVar[str] = "colder amount=0.5 from=0.5 to=1.5"
    descriptor: ClassVar[str] = "warmth"
    sign: ClassVar[int] = -1


class Louder(Perceptual):
    """Make the region louder."""

    name: ClassVar[str] = "louder"
    hear: ClassVar[str] = (
        "Louder as the collection's own loud sounds are, with their colour: no fader does that."
    )
    example: ClassVar[str] = "louder amount=0.5 from=0.5 to=1.5"
    descriptor: ClassVar[str] = "loudness"
    sign: ClassVar[int] = 1


class Softer(Perceptual):
    """Make the region softer."""

    name: ClassVar[str] = "softer"
    hear: ClassVar[str] = "Softer as the collection's own soft sounds are, with their colour."
    example: ClassVar[str] = "softer amount=0.5 from=0.5 to=1.5"
    descriptor: ClassVar[str] = "loudness"
    sign: ClassVar[int] = -1


class Rougher(Perceptual):
    """Make the region rougher."""

    name: ClassVar[str] = "rougher"
    hear: ClassVar[str] = (
        "A rasp or flutter: what changes from step to step changes more, and steady sound trembles."
    )
    example: ClassVar[str] = "rougher amount=0.5 from=0.5 to=1.5"
    descriptor: ClassVar[str] = "roughness"
    sign: ClassVar[int] = 1

    def _move(self, latents: Floats, grid: Grid, cells: Cells, context: Context) -> Floats:
        entries = context.entries
        # Half of the step rate is 23 Hz, where roughness begins.
        flutter = np.where(cells.steps % 2, np.float32(-FLUTTER), np.float32(FLUTTER))
        trembling = flutter[:, None] * direction(entries, "loudness")
        away = latents - latents_around(latents, grid, cells, context.entries, reach=REACH)
        return np.float32(self.amount) * (away + trembling + direction(entries, "roughness"))


class Smoother(Perceptual):
    """Make the region smoother."""

    name: ClassVar[str] = "smoother"
    hear: ClassVar[str] = (
        "What changes from step to step changes less: rasp and grain go, and attacks soften."
    )
    example: ClassVar[str] = "smoother amount=0.5 from=0.5 to=1.5"
    descriptor: ClassVar[str] = "roughness"
    sign: ClassVar[int] = -1

    def _move(self, latents: Floats, grid: Grid, cells: Cells, context: Context) -> Floats:
        away = latents - latents_around(latents, grid, cells, context.entries, reach=REACH)
        # Beyond 1 there is nothing left to smooth, only the roughness of each step by itself. Codes tell that well of some
        # collections and badly of others, so the slope counts as far as it holds.
        by_itself = _fit(context, "roughness") * direction(context.entries, "roughness")
        return np.float32(-min(self.amount, 1)) * away - np.float32(self.amount) * by_itself


def _fit(context: Context, descriptor: str) -> np.float32:
    """How well a descriptor's slope holds on sound it was not fitted to, 0..1; 1 where nobody measured."""
    return np.float32(min(max(context.entries.fits_by_name.get(descriptor, 1.0), 0.0), 1.0))
