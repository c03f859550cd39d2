"""Edits that give cells other codes and leave time as it is: set, fill, copied codes pasted and swapped."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from distill.codes.limits import Grid
from distill.codes.operation import Context, Operation
from distill.codes.region import Cells
from distill.errors import BadSetting

__all__ = ["Set"]


class Set(Operation):
    """Give every cell of the region one code."""

    name: ClassVar[str] = "set"
    hear: ClassVar[str] = (
        "A level held on one entry: on level 1 the sound stands still, on deeper ones it loses a colour."
    )
    example: ClassVar[str] = "set code=17 from=0.5 to=1.0 levels=1"
    group: ClassVar[str] = "Cells"

    code: int = Field(ge=0, description="the entry, counted from 0")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Write the code."""
        if self.code >= context.codes.codebook_size:
            raise BadSetting(
                f"code {self.code} was asked for, and this model has 0 to {context.codes.codebook_size - 1}; "
                "choose one of these."
            )
        return cells.put(grid, np.int16(self.code))
