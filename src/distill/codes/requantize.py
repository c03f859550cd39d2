"""Back from latents to codes on the levels of a region: what blends and perceptual edits end with.

A cell's entry means something only together with the levels above it, so new latents are not snapped level by level. Each
level takes the entry nearest to what the ones before it left over, as the encoder does; levels outside the
region keep their codes, so only what the region's own levels stand for together is looked up again.
"""

from __future__ import annotations

from functools import reduce
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid
from distill.codes.lookup import Floats, Lookup

__all__ = ["looked_up", "nearer", "stands_for", "through"]


def stands_for(lookup: Lookup, block: Grid, levels: npt.NDArray[np.intp]) -> Floats:
    """Add up what a block of codes [c, l, s] of these levels stands for: latents [c, s, D]."""
    parts = [lookup.sum(block[:, rows], of) for rows, of in _runs(levels)]
    return reduce(np.add, parts)


def through(lookup: Lookup, latents: Floats, levels: npt.NDArray[np.intp]) -> Grid:
    """Look latents [c, s, D] up through these levels (from 0, rising, with gaps or without): codes [c, l, s].

    Levels in a gap keep their codes and what these stand for is not in ``latents``, so nothing is taken off for them.
    """
    *others, (_, last) = _runs(levels)
    parts = []
    for _, of in others:
        part = lookup.quantize(latents, first=of.start, stop=of.stop)
        latents = latents - lookup.sum(part, of)
        parts.append(part)
    parts.append(lookup.quantize(latents, first=last.start, stop=last.stop))
    return np.concatenate(parts, axis=1)


def looked_up(lookup: Lookup, latents: Floats, levels: npt.NDArray[np.intp]) -> tuple[Grid, Floats]:
    """As :func:`through`, with what the codes do not stand for: codes [c, l, s] and the rest of the latents [c, s, D]."""
    codes = through(lookup, latents, levels)
    return codes, latents - stands_for(lookup, codes, levels)


def _runs(levels: npt.NDArray[np.intp]) -> list[tuple[slice, slice]]:
    """Levels without a gap between them: which rows of a block they are, and which levels of the lookup."""
    bounds = [0, *(np.flatnonzero(np.diff(levels) > 1) + 1).tolist(), len(levels)]
    return [
        (slice(first, stop), slice(int(levels[first]), int(levels[stop - 1]) + 1))
        for first, stop in pairwise(bounds)
    ]


def nearer(one: Grid, rest_of_one: Floats, other: Grid, rest_of_other: Floats) -> Grid:
    """Of two blocks of codes [c, l, s] take at each step the one that leaves less of the latents [c, s, D] over.

    Looking up level by level is greedy: a column that is known to be near can beat it. The first wins a tie.
    """
    farther = _squared(rest_of_other) < _squared(rest_of_one)
    return np.where(farther[:, None, :], other, one)


def _squared(rest: Floats) -> Floats:
    squared: Floats = np.einsum("csd,csd->cs", rest, rest)
    return squared
