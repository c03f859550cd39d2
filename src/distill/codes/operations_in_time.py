"""Edits that move codes in time within their region: reverse, mirror, rotate."""

from __future__ import annotations

from typing import ClassVar

from distill.codes.limits import Grid
from distill.codes.operation import Context, Operation
from distill.codes.region import Cells

__all__ = ["Reverse"]


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
