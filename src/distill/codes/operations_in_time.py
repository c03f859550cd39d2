"""Edits that put the steps of their region into another order: reverse, mirror, rotate, shift.

Every level moves alike, and nothing outside moves. With ``every`` in the region, the chosen steps change places among
themselves. Edits that make time run slower, faster or in loops: :mod:`distill.codes.operations_of_pace`.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from distill.codes.limits import MOST_STEPS, Grid
from distill.codes.operation import Context, Operation, Steps
from distill.codes.region import Cells

__all__ = ["Mirror", "Reverse", "Rotate", "Shift"]


class Reverse(Operation):
    """Play the steps of the region backwards."""

    name: ClassVar[str] = "reverse"
    hear: ClassVar[str] = (
        "Decays become swells; each step itself still runs forwards, so it is no tape played backwards."
    )
    example: ClassVar[str] = "reverse from=1.0 to=2.0"
    group: ClassVar[str] = "Time"

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Turn the order around."""
        return cells.put(grid, cells.of(grid)[:, :, ::-1])


class Mirror(Operation):
    """Play one half of the region forwards and then backwards (or backwards and then forwards)."""

    name: ClassVar[str] = "mirror"
    hear: ClassVar[str] = "The phrase turns round in the middle of the region and comes back the way it went."
    example: ClassVar[str] = "mirror from=1.0 to=2.0 levels=1-2"
    group: ClassVar[str] = "Time"

    half: Literal["first", "second"] = Field("first", description="the half that is kept and mirrored")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Read forwards and backwards."""
        block = cells.of(grid)
        forwards = np.arange(block.shape[2])
        kept = np.minimum if self.half == "first" else np.maximum
        return cells.put(grid, block[:, :, kept(forwards, forwards[::-1])])


class Rotate(Operation):
    """Move the region's content later (or earlier); what leaves at one end comes back at the other."""

    name: ClassVar[str] = "rotate"
    hear: ClassVar[str] = (
        "A loop that starts elsewhere: the same events, displaced against what lies around them."
    )
    example: ClassVar[str] = "rotate by=0.25s from=1.0 to=2.0"
    group: ClassVar[str] = "Time"

    by: Steps = Field(ge=-MOST_STEPS, le=MOST_STEPS, description="how far, in steps; below 0: earlier")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Turn the circle."""
        return cells.put(grid, np.roll(cells.of(grid), self.by, axis=2))


class Shift(Operation):
    """Move the region's content later (or earlier); what it leaves behind holds its edge."""

    name: ClassVar[str] = "shift"
    hear: ClassVar[str] = (
        "Events come later or earlier inside the region; shift one level alone and its colour lags behind the others."
    )
    example: ClassVar[str] = "shift by=6 from=1.0 to=2.0 levels=>=3"
    group: ClassVar[str] = "Time"

    by: Steps = Field(ge=-MOST_STEPS, le=MOST_STEPS, description="how far, in steps; below 0: earlier")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Read from as far away as it moved, and no further than the edges."""
        block = cells.of(grid)
        last = block.shape[2] - 1
        return cells.put(grid, block[:, :, np.clip(np.arange(last + 1) - self.by, 0, last)])
