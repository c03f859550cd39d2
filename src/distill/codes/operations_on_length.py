"""Edits that make the sound longer or shorter: insert, duplicate, delete, trim.

What comes after moves along on all levels and channels, so that these stay together: a region of some levels is refused.
(:class:`~distill.codes.operations_of_pace.Stretch` can also do so, if told to.)
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from distill.codes.limits import MOST_STEPS, Grid, check_shape
from distill.codes.material import Material
from distill.codes.operation import Context, Operation, Steps
from distill.codes.region import Cells
from distill.errors import BadSetting

__all__ = ["Delete", "Duplicate", "Insert", "Trim"]


class Insert(Operation):
    """Push the sound apart and put other codes, or held ones, between."""

    name: ClassVar[str] = "insert"
    hear: ClassVar[str] = (
        "The sound waits: it holds still, or another sound speaks, and then it goes on where it was."
    )
    example: ClassVar[str] = "insert steps=0.5s from=1.0"
    group: ClassVar[str] = "Length"
    needs_columns: ClassVar[bool] = True
    stays_inside: ClassVar[bool] = False

    material: Material | None = Field(None, description="the codes to put in")
    steps: Steps | None = Field(
        None,
        ge=1,
        le=MOST_STEPS,
        description="instead of them, how long to hold the neighbouring step, in steps",
    )
    where: Literal["before", "after"] = Field(
        "before", description="whether before or after the region; after the whole sound makes it longer"
    )

    @model_validator(mode="after")
    def _is_clear(self) -> Insert:
        if (self.material is None) == (self.steps is None):
            raise ValueError("give either with=FILE or steps, and not both")
        return self

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Hold the step before the gap (the first, at the beginning), and write the material over that.

        Of a stereo sound mono material fills the mid, and the side goes on being held.
        """
        if self.material is not None:
            self.material.require_fit(context.codes)
            length = self.material.grid.shape[2]
        else:
            assert self.steps is not None
            length = self.steps
        gap = cells.start if self.where == "before" else cells.stop
        num_channels, num_levels, num_steps = grid.shape
        check_shape(num_channels, num_levels, num_steps + length)
        held = np.full(length, max(gap - 1, 0))
        longer = grid[:, :, np.concatenate([np.arange(gap), held, np.arange(gap, num_steps)])]
        if self.material is not None:
            block = self.material.grid[:num_channels, :num_levels]  # [1 or C, K', length]
            longer[: block.shape[0], : block.shape[1], gap : gap + length] = block
        return longer


class Duplicate(Operation):
    """Insert copies of the region after itself, and move what follows."""

    name: ClassVar[str] = "duplicate"
    hear: ClassVar[str] = (
        "The phrase is said again before the sound goes on; nothing is lost, and it gets longer."
    )
    example: ClassVar[str] = "duplicate times=1 from=1.0 to=2.0"
    group: ClassVar[str] = "Length"
    needs_columns: ClassVar[bool] = True
    stays_inside: ClassVar[bool] = False

    times: int = Field(1, ge=1, le=MOST_STEPS, description="how many copies")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Put the copies in; of a region of every n-th step, these steps alone."""
        num_channels, num_levels, num_steps = grid.shape
        check_shape(num_channels, num_levels, num_steps + self.times * cells.steps.size)
        copies = np.tile(cells.steps, self.times)
        order = np.concatenate([np.arange(cells.stop), copies, np.arange(cells.stop, num_steps)])
        return grid[:, :, order]


class Delete(Operation):
    """Remove the region's steps, and close the gap."""

    name: ClassVar[str] = "delete"
    hear: ClassVar[str] = "A jump cut; with every=2 the region runs at double speed instead."
    example: ClassVar[str] = "delete from=1.0 to=1.5"
    group: ClassVar[str] = "Length"
    needs_columns: ClassVar[bool] = True
    stays_inside: ClassVar[bool] = False

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Leave the steps out."""
        if cells.steps.size == grid.shape[2]:
            raise BadSetting("nothing would be left of this sound; select a part of it to delete.")
        return np.delete(grid, cells.steps, axis=2)


class Trim(Operation):
    """Keep the region's steps alone, and remove all others."""

    name: ClassVar[str] = "trim"
    hear: ClassVar[str] = "The selected passage on its own."
    example: ClassVar[str] = "trim from=0.5 to=2.0"
    group: ClassVar[str] = "Length"
    needs_columns: ClassVar[bool] = True
    stays_inside: ClassVar[bool] = False

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Take the steps out."""
        return grid[:, :, cells.steps]
