"""Edits that make the steps of their region run slower, faster, coarser or in loops: stretch, thin, stutter, repeat.

Unlike the edits of order (:mod:`distill.codes.operations_in_time`) they lose some steps and give others twice.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from distill.codes.limits import MOST_STEPS, Grid, check_shape
from distill.codes.operation import Context, Operation, Steps
from distill.codes.region import Cells, Indices
from distill.errors import BadSetting

__all__ = ["Repeat", "Stretch", "Stutter", "Thin"]


class Stretch(Operation):
    """Let the region run slower or faster, each step held longer or left out, without change of pitch."""

    name: ClassVar[str] = "stretch"
    hear: ClassVar[str] = (
        "Half or double time at the same pitch; far slower, single steps become audible as plateaus."
    )
    example: ClassVar[str] = "stretch factor=2 from=1.0 to=2.0"
    group: ClassVar[str] = "Pace"

    factor: float = Field(ge=1 / 64, le=64, description="how many times as long; below 1: faster")
    rest: Literal["hold", "repeat"] = Field(
        "hold",
        description="what fills the region when a faster one ends early: its last step, or itself again",
    )
    keep_length: bool = Field(
        True, description="no: the region itself gets longer or shorter, and so does the sound"
    )

    @property
    def changes_length(self) -> bool:
        """Whether what follows moves along."""
        return not self.keep_length

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Take the nearest step of the region for each new one."""
        if self.changes_length:
            return self._apply_to_length(grid, cells)
        block = cells.of(grid)
        num_steps = block.shape[2]
        wanted = np.arange(num_steps)
        if self.rest == "repeat":
            wanted %= max(1, round(num_steps * self.factor))
        return cells.put(grid, block[:, :, self._nearest(wanted, num_steps)])

    def _apply_to_length(self, grid: Grid, cells: Cells) -> Grid:
        num_steps = cells.stop - cells.start
        if cells.steps.size < num_steps:
            raise BadSetting(
                "a stretch that changes the length moves every step of its region; leave out every, or keep the length."
            )
        longer = max(1, round(num_steps * self.factor))
        num_channels, num_levels, before = grid.shape
        check_shape(num_channels, num_levels, before - num_steps + longer)
        chosen = cells.start + self._nearest(np.arange(longer), num_steps)
        order = np.concatenate([np.arange(cells.start), chosen, np.arange(cells.stop, before)])
        return grid[:, :, order]

    def _nearest(self, wanted: Indices, num_steps: int) -> Indices:
        # the middle of step i of the result lies at (i + 1/2) / factor in the source
        source = np.floor((wanted + 0.5) / self.factor).astype(np.intp)
        nearest: Indices = np.minimum(source, num_steps - 1)
        return nearest


class Thin(Operation):
    """Keep every n-th step of the region and hold it until the next."""

    name: ClassVar[str] = "thin"
    hear: ClassVar[str] = (
        "The sound moves in coarser jumps, like a slow arpeggiator or sample and hold; on the deeper levels it calms down."
    )
    example: ClassVar[str] = "thin hold=4 from=1.0 to=3.0"
    group: ClassVar[str] = "Pace"

    hold: Steps = Field(2, ge=1, le=MOST_STEPS, description="how long each kept step is held, in steps")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Read the step that the current one is held from."""
        block = cells.of(grid)
        steps = np.arange(block.shape[2])
        return cells.put(grid, block[:, :, steps - steps % self.hold])


class Stutter(Operation):
    """Fill the region with its own beginning, again and again."""

    name: ClassVar[str] = "stutter"
    hear: ClassVar[str] = (
        "A stuck record: a roll on the first moment, and the shorter it is the more it becomes a tone."
    )
    example: ClassVar[str] = "stutter steps=6 from=1.0 to=2.0"
    group: ClassVar[str] = "Pace"

    steps: Steps = Field(4, ge=1, le=MOST_STEPS, description="how much of the beginning, in steps")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Start again after so many steps."""
        block = cells.of(grid)
        return cells.put(grid, block[:, :, np.arange(block.shape[2]) % self.steps])


class Repeat(Operation):
    """Write the region's content after itself, over what is there."""

    name: ClassVar[str] = "repeat"
    hear: ClassVar[str] = (
        "A passage becomes a loop; repeat level 1 alone and its rhythm returns under changing colours."
    )
    example: ClassVar[str] = "repeat times=3 from=1.0 to=1.5"
    group: ClassVar[str] = "Pace"
    stays_inside: ClassVar[bool] = False

    times: int = Field(
        1,
        ge=1,
        le=MOST_STEPS,
        description="how many times more; a large number goes on to the end of the sound",
    )

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Write the chosen steps at the same places of the following stretches, as far as the sound goes."""
        length = cells.stop - cells.start
        end = min(cells.stop + self.times * length, grid.shape[2])
        following = np.arange(cells.stop, end)
        source = cells.start + (following - cells.start) % length
        chosen = np.isin(source, cells.steps)
        changed = grid.copy()
        place = np.ix_(cells.channels, cells.levels, following[chosen])
        changed[place] = grid[np.ix_(cells.channels, cells.levels, source[chosen])]
        return changed
