"""Edits that give cells other codes and leave time as it is: set, fill, cut.

Codes that come from elsewhere are pasted (:mod:`distill.codes.operations_with_material`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from distill.codes.limits import Grid
from distill.codes.operation import Context, Operation
from distill.codes.region import Cells
from distill.errors import BadSetting

__all__ = ["Cut", "Fill", "Set"]


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
        return cells.put(grid, _entry(self.code, context))


class Fill(Operation):
    """Hold one code of each level through the region: its first, its last, its most common, or a given one."""

    name: ClassVar[str] = "fill"
    hear: ClassVar[str] = (
        "The sound freezes into a drone; freeze level 1 alone and the deeper levels go on moving in it."
    )
    example: ClassVar[str] = "fill like=common from=1.0 to=2.0 levels=1"
    group: ClassVar[str] = "Cells"

    like: Literal["first", "last", "common"] | None = Field(
        None, description="which code of each level in the region; first, if nothing is given"
    )
    code: int | None = Field(None, ge=0, description="this entry instead, counted from 0")

    @model_validator(mode="after")
    def _is_clear(self) -> Fill:
        if self.like is not None and self.code is not None:
            raise ValueError("like and code contradict each other, so give one of them")
        return self

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Find each level's code and hold it."""
        if self.code is not None:
            return cells.put(grid, _entry(self.code, context))
        block = cells.of(grid)
        if self.like == "common":
            return cells.put(grid, _most_common(block))
        return cells.put(grid, block[:, :, -1:] if self.like == "last" else block[:, :, :1])


class Cut(Operation):
    """Take the region's content out and hold the code before it (or after it) instead."""

    name: ClassVar[str] = "cut"
    hear: ClassVar[str] = "An event disappears; what was there before rings on until the region ends."
    example: ClassVar[str] = "cut from=1.0 to=1.5"
    group: ClassVar[str] = "Cells"

    hold: Literal["before", "after"] = Field(
        "before",
        description="the code next to the region that fills it; where there is none, that of its other end",
    )

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Hold a neighbour; a region that is the whole sound holds its own first or last step."""
        before, after, last = cells.start - 1, cells.stop, grid.shape[2] - 1
        if self.hold == "before":
            step = before if before >= 0 else (after if after <= last else 0)
        else:
            step = after if after <= last else (before if before >= 0 else last)
        return cells.put(grid, replace(cells, steps=np.array([step])).of(grid))


def _entry(code: int, context: Context) -> np.int16:
    """Make sure that the model has an entry."""
    if code >= context.codes.codebook_size:
        raise BadSetting(
            f"code {code} was asked for, and this model has 0 to {context.codes.codebook_size - 1}; "
            "choose one of these."
        )
    return np.int16(code)


def _most_common(block: Grid) -> Grid:
    """The most common code of each row of [c, l, s], the lowest of several: [c, l, 1]."""
    common = [[np.bincount(row).argmax() for row in rows] for rows in block]
    return np.array(common, dtype=block.dtype)[:, :, None]
