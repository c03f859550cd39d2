"""Which cells of a region the codes of another sound reach, and with what.

Paste, swap and crossfade share these rules. In time, the material begins where the region does. It changes the levels
it has. Stereo material gives mid to mid and side to side, and its mid to a mono sound. Mono material goes into the mid and
leaves the side as it is: put into both, a sound from the middle would lie in the whole width.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from distill.codes.grid import Codes
from distill.codes.limits import Grid
from distill.codes.material import Material
from distill.codes.region import Cells
from distill.errors import BadSetting

__all__ = ["Laid", "laid", "laid_at"]


class Laid(NamedTuple):
    """The cells that material reaches, and what it has for them: a block [c, l, s]."""

    cells: Cells
    block: Grid


def laid(material: Material, cells: Cells, codes: Codes, *, repeat: bool = False) -> Laid:
    """Lay material over the cells of a region.

    Parameters
    ----------
    repeat : bool
        Begin it again whenever it ends, up to the end of the region; otherwise what is behind its end is not reached.

    Raises
    ------
    BadSetting
        If it has none of the region's levels.
    BadCodes, ForeignCodes
        If it is damaged, or of another model.
    """
    num_steps = material.shape[2]
    offsets = cells.steps - cells.start
    if repeat:
        return laid_at(material, cells, codes, offsets % num_steps)
    reached = offsets < num_steps
    return laid_at(material, replace(cells, steps=cells.steps[reached]), codes, offsets[reached])


def laid_at(material: Material, cells: Cells, codes: Codes, places: npt.NDArray[np.intp]) -> Laid:
    """As :func:`laid`, with the material's step for each of the cells' steps.

    Raises
    ------
    BadSetting, BadCodes, ForeignCodes
        As :func:`laid`.
    """
    material.require_fit(codes)
    num_channels, num_levels, _ = material.grid.shape
    levels = cells.levels[cells.levels < num_levels]
    if not levels.size:
        raise BadSetting(
            f"the other sound has levels 1 to {num_levels}, and {(cells.levels + 1).tolist()} were selected; "
            "select levels that both sounds have."
        )
    reached = cells.channels
    if num_channels == 1 and reached.size > 1:
        reached = reached[:1]
    theirs = np.minimum(reached, num_channels - 1)
    return Laid(
        replace(cells, channels=reached, levels=levels), material.grid[np.ix_(theirs, levels, places)]
    )
