"""Blend a sound with another one: by turns, by chance, between their latents, or from one into the other over time.

Amount 0 is the sound itself and 1 the other one, code for code, whatever the method. Where the other sound lacks a level, cells
keep their codes; its loudness as a whole (the gain beside the codes) stays this sound's. *Paste* and *swap* take the other's
codes as they are; here both stay in play.

Between the latents (*embed*) means: what the region's levels together stand for is moved towards what the
other's stand for, and looked up again through those levels (:mod:`distill.codes.requantize`). If only some levels are in
the region, the others keep their codes and their share of the sound: with ``levels=1`` the ones below stay and colour the new
level 1 as before. To blend level 1 and let all below follow, select all levels and write ``amounts=0.5,0,0,0,0,0,0,0``.
"""

from __future__ import annotations

from functools import reduce
from typing import Annotated, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from distill.codes.laying import laid
from distill.codes.limits import MOST_LEVELS, MOST_STEPS, Grid
from distill.codes.lookup import Floats
from distill.codes.material import Material
from distill.codes.operation import Context, Operation, Steps
from distill.codes.region import Cells
from distill.codes.requantize import looked_up, nearer, stands_for

__all__ = ["Blend"]

Amount = Annotated[float, Field(ge=0, le=1)]
Weights = npt.NDArray[np.float64]


class Blend(Operation):
    """Blend the region with another sound, at the same moment of it."""

    name: ClassVar[str] = "blend"
    hear: ClassVar[str] = (
        "Something between both sounds: with embed at 0.5 a new sound that is neither, with alternate and choose "
        "a flicker of the two, with crossfade a change from the one into the other."
    )
    example: ClassVar[str] = "blend with=rain.codes amount=0.5 from=0.5 to=2.0"
    group: ClassVar[str] = "Material"
    takes: ClassVar[Literal["whole", "length", "place"]] = "place"

    material: Material = Field(description="the other sound, at this place; where it is over it begins again")
    amount: Amount = Field(
        0.5,
        description="how much of the other, 0..1; of a crossfade, how early it comes: at 0.5 evenly over the region",
    )
    method: Literal["embed", "alternate", "choose", "crossfade"] = Field(
        "embed",
        description=(
            "embed: between both in sound; alternate: by turns; choose: drawn step by step; "
            "crossfade: embed with an amount that rises over the region"
        ),
    )
    amounts: tuple[Amount, ...] | None = Field(
        None,
        max_length=MOST_LEVELS,
        description="an amount for each level, from level 1 on; levels not reached take the one amount",
    )
    turn: Steps = Field(1, ge=1, le=MOST_STEPS, description="how long a turn is, for alternate")
    draw: Literal["step", "cell"] = Field(
        "step", description="for choose: whole steps are drawn, or each cell by itself"
    )

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Put both together."""
        cells, theirs = laid(self.material, cells, context.codes, repeat=True)
        ours = cells.of(grid)
        weights = self._weights(cells)
        if self.method == "alternate":
            turns = (cells.steps - cells.start) // self.turn
            # a share of the turns, spread evenly: 0.5 is every other, 0.25 every fourth
            theirs_now = np.floor((turns + 1) * weights + 1e-9) > np.floor(turns * weights + 1e-9)
            return cells.put(grid, np.where(theirs_now, theirs, ours))
        if self.method == "choose":
            return cells.put(grid, np.where(self._draws(grid, cells, context) < weights, theirs, ours))
        return cells.put(grid, _between(ours, theirs, weights, cells, context))

    def _draws(self, grid: Grid, cells: Cells, context: Context) -> Weights:
        """Draw a number in 0..1 for each cell of the region, [c, l, s], or for each step, [s]."""
        if self.draw == "step":
            return context.rng.random(len(cells.steps))
        # drawn for all cells, so that what one level becomes does not depend on which others are in the region
        draws = context.rng.random((*grid.shape[:2], cells.stop - cells.start))
        return draws[np.ix_(cells.channels, cells.levels, cells.steps - cells.start)]

    def _weights(self, cells: Cells) -> Weights:
        """How much of the other at each level and step of the region, [l, s]."""
        given = self.amounts or ()
        of_level = np.array([given[level] if level < len(given) else self.amount for level in cells.levels])
        weights = np.repeat(of_level[:, None], len(cells.steps), axis=1)
        if self.method != "crossfade":
            return weights
        # A ramp as long as the region that the amount moves from after its end (0) to before its beginning (1).
        through_it = (cells.steps - cells.start) / max(cells.stop - 1 - cells.start, 1)
        ramp: Weights = np.clip(through_it + 2 * weights - 1, 0, 1)
        return ramp


def _between(ours: Grid, theirs: Grid, weights: Weights, cells: Cells, context: Context) -> Grid:
    """Interpolate what both blocks [c, l, s] stand for, level by level, and look the sum up again."""
    lookup = context.entries.lookup
    levels = cells.levels
    share = weights.astype(np.float32)
    between: list[Floats] = []
    ends: list[Floats] = []
    # One amount for all levels: their sums are interpolated. Otherwise each level by itself.
    alike = np.ptp(share, axis=0).max() == 0
    for rows in [slice(None)] if alike else [slice(row, row + 1) for row in range(len(levels))]:
        part = share[rows][0][:, None]  # [s, 1]
        a, b = (stands_for(lookup, block[:, rows], levels[rows]) for block in (ours, theirs))
        between.append(a + part * (b - a))
        ends.append(np.where(part >= 0.5, b, a))
    wanted: Floats = reduce(np.add, between)
    nearer_end: Floats = reduce(np.add, ends)
    # First, so that it wins a tie: what is exactly at one end of its range keeps exactly these codes.
    at_an_end = np.where(weights >= 0.5, theirs, ours)
    found, rest = looked_up(lookup, wanted, levels)
    return nearer(at_an_end, wanted - nearer_end, found, rest)
