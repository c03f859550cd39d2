"""Edits that draw: randomise the codes of a region, or shuffle its steps.

All draws come from the record's seed. They are made for all levels and channels, whether these are in the region or not:
locking a level does not change what the others become.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from distill.codes.limits import MOST_STEPS, Grid
from distill.codes.operation import Context, Operation, Steps
from distill.codes.region import Cells

__all__ = ["Randomise", "Shuffle"]


class Randomise(Operation):
    """Give some cells of the region random codes: any, those the collection uses, or near neighbours."""

    name: ClassVar[str] = "randomise"
    hear: ClassVar[str] = (
        "Near neighbours vary the sound, usage scatters what is typical of the collection, uniform makes noise of it; "
        "on the deeper levels all three are gentler."
    )
    example: ClassVar[str] = "randomise by=near nearest=6 amount=0.5 from=1.0 to=2.0 seed=3"
    group: ClassVar[str] = "Chance"

    by: Literal["uniform", "usage", "near"] = Field(
        "uniform",
        description="whether every entry is as likely, each as often as the collection uses it, or only near ones",
    )
    amount: float = Field(1.0, ge=0, le=1, description="share of the cells that change")
    nearest: int = Field(8, ge=1, le=2**15, description="by=near: among how many of the nearest entries")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Draw which cells, and what they become."""
        shape = (*grid.shape[:2], cells.stop - cells.start)
        # two draws a cell whatever is asked for: more of the amount adds cells and leaves the others as they were
        draws = context.rng.random((2, *shape))
        place = np.ix_(cells.channels, cells.levels, cells.steps - cells.start)
        hit, draw = draws[0][place] < self.amount, draws[1][place]
        block = cells.of(grid)
        for row, level in enumerate(cells.levels):
            block[:, row] = np.where(
                hit[:, row], self._drawn(block[:, row], draw[:, row], int(level), context), block[:, row]
            )
        return cells.put(grid, block)

    def _drawn(self, codes: Grid, draw: npt.NDArray[np.float64], level: int, context: Context) -> Grid:
        """Turn draws in 0..1 into codes of one level (from 0)."""
        size = context.codes.codebook_size
        if self.by == "near":
            near = context.entries.lookup.near(level, codes, min(self.nearest, size - 1))  # [c, s, n]
            picked = (draw * near.shape[-1]).astype(np.intp)[..., None]
            found: Grid = np.take_along_axis(near, picked, axis=-1)[..., 0]
            return found
        if self.by == "usage":
            total = np.cumsum(context.entries.usage[level], dtype=np.float64)
            if total[-1] > 0:  # of a level that was never used, every entry is as likely
                drawn: Grid = np.searchsorted(total, draw * total[-1], side="right").astype(np.int16)
                return drawn
        return (draw * size).astype(np.int16)


class Shuffle(Operation):
    """Put the steps of the region, or blocks of them, into a random order."""

    name: ClassVar[str] = "shuffle"
    hear: ClassVar[str] = (
        "The same moments in another order: single steps sparkle or crackle, long blocks re-arrange."
    )
    example: ClassVar[str] = "shuffle block=8 from=1.0 to=3.0 seed=5"
    group: ClassVar[str] = "Chance"

    block: Steps = Field(1, ge=1, le=MOST_STEPS, description="how long the pieces are, in steps")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Cut into blocks, the last as long as what is left, and draw their order."""
        codes = cells.of(grid)
        num_steps = codes.shape[2]
        rank = context.rng.permutation(-(-num_steps // self.block))  # where each block goes
        order = np.argsort(rank[np.arange(num_steps) // self.block], kind="stable")
        return cells.put(grid, codes[:, :, order])
