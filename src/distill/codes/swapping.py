"""Swap: two sounds exchange what lies at the same place, "texture of A, rhythm of B".

Each sound's side of it is a record of its own that carries the other's codes, so each replays and is undone without the
other. Only cells that both sounds have are exchanged; hence swapping twice changes nothing.
"""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

from pydantic import Field

from distill.codes.editing import Edit, apply
from distill.codes.grid import Codes
from distill.codes.laying import laid
from distill.codes.limits import Grid
from distill.codes.material import Material, copied
from distill.codes.operation import Context, Operation
from distill.codes.region import Cells, Region, check_levels
from distill.errors import BadSetting

__all__ = ["Swap", "Swapped", "swapped"]


class Swap(Operation):
    """Take over from another sound what lies at the same place: one side of a swap."""

    name: ClassVar[str] = "swap"
    hear: ClassVar[str] = (
        "Level 1 brings most of the other's rhythm and much of its colour; the deeper levels bring the rest of its texture."
    )
    example: ClassVar[str] = "swap with=rain.codes from=0.5 to=2.0 levels=1-2"
    group: ClassVar[str] = "Material"
    takes: ClassVar[Literal["whole", "length", "place"]] = "place"

    material: Material = Field(description="what the other sound has at this place")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Write what is reached."""
        reached, block = laid(self.material, cells, context.codes)
        return reached.put(grid, block)


class Swapped(NamedTuple):
    """Both sounds after a swap."""

    a: Codes
    b: Codes


def swapped(a: Codes, b: Codes, region: Region, *, locked: tuple[int, ...] = ()) -> Swapped:
    """Exchange the codes of two sounds in a region.

    Parameters
    ----------
    a, b : Codes
        By the same model; each keeps its length, and the record of what it was given. Of a mono and a stereo sound the
        mids are exchanged.
    region : Region
        Where, in both; what lies beyond the end or the levels of one is left alone in the other.
    locked : tuple of int
        Levels, from 1, that stay as they are in both.

    Raises
    ------
    ForeignCodes
        If they are not by the same model.
    BadSetting
        If the region has no cells in one of them, or all of its levels are locked, or one that neither has.
    """
    b.require_model(a.fingerprint, a.model)
    num_channels, num_levels, num_steps = (
        min(sizes) for sizes in zip(a.grid.shape, b.grid.shape, strict=True)
    )
    check_levels(locked, max(a.num_levels, b.num_levels))
    common = region.without(locked, num_levels)
    if common.start >= num_steps:
        raise BadSetting(
            f"the region begins at step {common.start}, and the shorter of the two sounds has {num_steps}; choose an "
            "earlier start."
        )
    wanted = common.levels or range(1, max(a.num_levels, b.num_levels) + 1)
    levels = tuple(level for level in wanted if level <= num_levels)
    if not levels:
        raise BadSetting(
            f"levels {list(wanted)} were selected, and the two sounds share 1 to {num_levels}; choose among these."
        )
    if num_channels == 1 and common.channels == "side":
        raise BadSetting("the side was chosen, and one of the two sounds is mono; choose the mid, or both.")
    shared = common.model_copy(
        update={
            "stop": min(common.stop or num_steps, num_steps),
            "levels": None if common.levels is None and a.num_levels == b.num_levels else levels,
            "channels": "mid" if num_channels == 1 else common.channels,
        }
    )
    return Swapped(
        apply(a, [Edit(Swap(material=copied(b, shared)), shared)]),
        apply(b, [Edit(Swap(material=copied(a, shared)), shared)]),
    )
