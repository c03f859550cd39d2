"""Edits that bring codes of another sound, or of another place: paste and crossfade.

They carry the codes with them (:mod:`distill.codes.material`), which is what ``with=FILE`` reads. Material that pushes apart
what is there is inserted (:mod:`distill.codes.operations_on_length`).
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from distill.codes.laying import laid
from distill.codes.limits import Grid
from distill.codes.material import Material
from distill.codes.operation import Context, Operation
from distill.codes.region import Cells

__all__ = ["Crossfade", "Paste"]


class Paste(Operation):
    """Write other codes over the region, from its start on; cells they do not reach stay as they are."""

    name: ClassVar[str] = "paste"
    hear: ClassVar[str] = (
        "The other sound takes over; paste only the deeper levels and it colours what goes on sounding."
    )
    example: ClassVar[str] = "paste with=rain.codes from=1.0 to=2.0 levels=>=2"
    group: ClassVar[str] = "Material"
    takes: ClassVar[Literal["whole", "length", "place"]] = "length"

    material: Material = Field(description="the codes to write")
    repeat: bool = Field(False, description="begin them again whenever they end, up to the region's end")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Write what is reached."""
        reached, block = laid(self.material, cells, context.codes, repeat=self.repeat)
        return reached.put(grid, block)


class Crossfade(Operation):
    """Go over from what is there to other codes: the later in the region, the more cells are theirs."""

    name: ClassVar[str] = "crossfade"
    hear: ClassVar[str] = (
        "The other sound flickers in, ever more often, until it has taken over; by cell instead of by step it seeps in "
        "as a change of colour."
    )
    example: ClassVar[str] = "crossfade with=rain.codes from=1.0 to=3.0 by=cell seed=7"
    group: ClassVar[str] = "Material"
    takes: ClassVar[Literal["whole", "length", "place"]] = "length"

    material: Material = Field(description="the codes that it ends with")
    by: Literal["step", "cell"] = Field(
        "step", description="whether a step changes over on all levels at once, or each cell on its own"
    )
    repeat: bool = Field(False, description="begin them again whenever they end, up to the region's end")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Draw for every step or cell whether it is the other's: a dithered crossfade."""
        reached, block = laid(self.material, cells, context.codes, repeat=self.repeat)
        num_steps = cells.stop - cells.start
        # drawn for all cells, so that what one level becomes does not depend on which others are in the region
        shape = (*grid.shape[:2], num_steps) if self.by == "cell" else (1, 1, num_steps)
        draws = np.broadcast_to(context.rng.random(shape), (*grid.shape[:2], num_steps))
        offsets = reached.steps - cells.start
        share = (offsets + 0.5) / num_steps  # rises from nearly 0 to nearly 1
        other = draws[np.ix_(reached.channels, reached.levels, offsets)] < share
        return reached.put(grid, np.where(other, block, reached.of(grid)))
