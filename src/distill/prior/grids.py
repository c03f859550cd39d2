"""Grids as priors take them: one channel [K, S], checked once at the door so that counting need not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from distill.codes.limits import Grid
from distill.errors import BadCodes, BadCollection

__all__ = ["checked_grids", "checked_past"]


def checked_grids(grids: Sequence[Grid], *, codebook_size: int) -> list[Grid]:
    """Make sure that some grids are a collection a prior can learn from.

    Raises
    ------
    BadCollection
        If there are none, or they differ in their number of levels.
    BadCodes
        If one is empty or no grid [K, S], or holds a code outside ``0 .. codebook_size - 1``.
    """
    if not grids:
        raise BadCollection("there are no codes to learn from; encode at least one sound first.")
    checked = [_checked(grid, codebook_size) for grid in grids]
    if any(grid.shape[1] == 0 for grid in checked):
        raise BadCodes("one of the grids has no steps; leave it out, a sound has at least one step.")
    levels = sorted({grid.shape[0] for grid in checked})
    if len(levels) > 1:
        raise BadCollection(
            f"these grids have {' and '.join(map(str, levels))} levels; give grids of one model, which all have as many."
        )
    return checked


def checked_past(past: Grid, *, num_levels: int, codebook_size: int) -> Grid:
    """Make sure that a sound can be gone on from: [K, S], where S may be 0.

    Raises
    ------
    BadCodes
        If its levels or codes are not those of the prior.
    """
    checked = _checked(past, codebook_size)
    if checked.shape[0] != num_levels:
        raise BadCodes(
            f"the sound to go on from has {checked.shape[0]} levels and this prior {num_levels}; "
            "use codes of the model that the prior belongs to."
        )
    return checked


def _checked(grid: Grid, codebook_size: int) -> Grid:
    array = np.asarray(grid)
    if array.ndim != 2 or array.shape[0] == 0 or not np.issubdtype(array.dtype, np.integer):
        raise BadCodes(
            f"a prior takes whole numbers of shape [levels, steps], this is {array.dtype} of shape {array.shape}; "
            "give one channel of a sound's codes."
        )
    if array.size and (array.min() < 0 or array.max() >= codebook_size):
        level, step = np.argwhere((array < 0) | (array >= codebook_size))[0].tolist()
        raise BadCodes(
            f"code {array[level, step]} at level {level + 1}, step {step} is outside 0 to {codebook_size - 1}; "
            "use codes of the model that the prior belongs to."
        )
    return array
