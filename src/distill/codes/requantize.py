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

__all__ = ["looked_up", "nearer", "stands_for", "through"]


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
    return looked_up(lookup, latents, levels)[0]


def looked_up(lookup: Lookup, latents: Floats, levels: npt.NDArray[np.intp]) -> tuple[Grid, Floats]:
    """As :func:`through`, with what the codes do not stand for: codes [c, l, s] and the rest of the latents [c, s, D]."""
    rest = latents
    parts = []
    for run in np.split(levels, np.flatnonzero(np.diff(levels) > 1) + 1):
        part, rest = lookup.looked_up(rest, first=int(run[0]), stop=int(run[-1]) + 1)
        parts.append(part)
    return np.concatenate(parts, axis=1), rest


def nearer(one: Grid, rest_of_one: Floats, other: Grid, rest_of_other: Floats) -> Grid:
    """Of two blocks of codes [c, l, s] take at each step the one that leaves less of the latents [c, s, D] over.

    Looking up level by level is greedy: a column that is known to be near can beat it. The first wins a tie.
    """
    farther = _squared(rest_of_other) < _squared(rest_of_one)
    return np.where(farther[:, None, :], other, one)


def _squared(rest: Floats) -> Floats:
    squared: Floats = np.einsum("csd,csd->cs", rest, rest)
    return squared
