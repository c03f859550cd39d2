"""Back from latents to codes on the levels of a region: what blends and perceptual edits end with.

A cell's entry means something only together with the levels above it, so new latents are not snapped level by level. Each
level takes the entry nearest to what the ones before it left over, as the encoder does; levels outside the
region keep their codes, so only what the region's own levels stand for together is looked up again.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid
from distill.codes.lookup import Floats, Lookup

__all__ = ["nearest_block", "stands_for", "through"]


def stands_for(lookup: Lookup, block: Grid, levels: npt.NDArray[np.intp]) -> Floats:
    """Add up what a block of codes [c, l, s] of these levels stands for: latents [c, s, D]."""
    total = lookup.sum(block[:, :1], slice(levels[0], levels[0] + 1))
    for row, level in enumerate(levels[1:], start=1):
        total += lookup.sum(block[:, row : row + 1], slice(level, level + 1))
    return total


def through(lookup: Lookup, latents: Floats, levels: npt.NDArray[np.intp]) -> Grid:
    """Look latents [c, s, D] up through these levels (from 0, rising, with gaps or without): codes [c, l, s].

    Levels in a gap keep their codes and what these stand for is not in ``latents``, so nothing is taken off for them.
    """
    residual = latents
    parts = []
    for run in np.split(levels, np.flatnonzero(np.diff(levels) > 1) + 1):
        first, stop = int(run[0]), int(run[-1]) + 1
        part = lookup.quantize(residual, first=first, stop=stop)
        parts.append(part)
        if stop <= levels[-1]:
            residual = residual - lookup.sum(part, slice(first, stop))
    return np.concatenate(parts, axis=1)


def nearest_block(
    lookup: Lookup,
    latents: Floats,
    candidates: list[Grid],
    levels: npt.NDArray[np.intp],
    *,
    first_stands_for: Floats | None = None,
) -> Grid:
    """Of several blocks of codes [c, l, s] take at each step the one that stands for what is nearest to the latents.

    Looking up level by level is greedy: a column that is known to be near can beat it. The first candidate wins a tie.

    Parameters
    ----------
    first_stands_for : float32 array [c, s, D], optional
        What the first candidate stands for, if that is known already.
    """
    chosen = candidates[0]
    if first_stands_for is None:
        first_stands_for = stands_for(lookup, chosen, levels)
    least = _errors(first_stands_for, latents)
    for block in candidates[1:]:
        errors = _errors(stands_for(lookup, block, levels), latents)
        chosen = np.where((errors < least)[:, None, :], block, chosen)
        least = np.minimum(errors, least)
    return chosen


def _errors(given: Floats, wanted: Floats) -> Floats:
    off = given - wanted
    errors: Floats = np.einsum("csd,csd->cs", off, off)
    return errors
