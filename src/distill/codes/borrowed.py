"""Codes of another sound, laid over the cells of a region: what :mod:`blend` and :mod:`patterns` take from a Material.

The other sound may be shorter, mono, or have fewer levels. Cells it has nothing for are left out here, so whoever writes
into what is left leaves them as they are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid
from distill.codes.material import Material
from distill.codes.operation import Context
from distill.codes.region import Cells
from distill.errors import BadSetting

__all__ = ["Beyond", "laid_over", "taken"]

Beyond = Literal["cycle", "hold"]


def laid_over(
    material: Material, cells: Cells, context: Context, *, first: int | None = None, beyond: Beyond = "cycle"
) -> tuple[Cells, Grid]:
    """Lay another sound over a region, step on step.

    Parameters
    ----------
    first : int >= 0, optional
        Its step that meets the region's first; the step of the same number, the same moment, if left out.
    beyond : str
        Where it is over: ``"cycle"`` begins it again, ``"hold"`` stays on its last step.

    Returns
    -------
    Cells
        Those of the region that it has a channel and a level for.
    Grid [c, l, s]
        Its codes for them.

    Raises
    ------
    ForeignCodes, BadCodes
        If it is not of this model.
    BadSetting
        If it has nothing for the region.
    """
    places = cells.steps - cells.start + (cells.start if first is None else first)
    length = material.shape[2]
    places = places % length if beyond == "cycle" else np.minimum(places, length - 1)
    return taken(material, cells, context, places)


def taken(
    material: Material, cells: Cells, context: Context, places: npt.NDArray[np.intp]
) -> tuple[Cells, Grid]:
    """As :func:`laid_over`, with the other sound's step for each of the region's."""
    material.require_fit(context.codes)
    num_channels, num_levels, _ = material.shape
    shared = replace(
        cells,
        channels=cells.channels[cells.channels < num_channels],
        levels=cells.levels[cells.levels < num_levels],
    )
    if not len(shared.channels):
        raise BadSetting("the side was chosen, and the other sound is mono; choose the mid, or both.")
    if not len(shared.levels):
        raise BadSetting(
            f"the other sound has levels 1 to {num_levels}, and "
            f"{', '.join(str(level + 1) for level in cells.levels)} were chosen; choose among its own."
        )
    return shared, material.grid[np.ix_(shared.channels, shared.levels, places)]
