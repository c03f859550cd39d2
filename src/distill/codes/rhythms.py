"""Euclidean rhythms: hits spread over pulses as evenly as whole pulses allow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["euclidean"]


def euclidean(hits: int, pulses: int) -> npt.NDArray[np.bool_]:
    """Spread hits over pulses, beginning with a hit.

    Bjorklund's algorithm as Toussaint (2005, "The Euclidean algorithm generates traditional musical rhythms") gives it:
    groups of one hit and groups of one rest; the shorter kind is put behind the longer one, until at most one group
    is left over.

    Parameters
    ----------
    hits : int in 0..pulses
    pulses : int >= 1

    Examples
    --------
    >>> "".join("x" if hit else "." for hit in euclidean(3, 8))
    'x..x..x.'
    """
    assert 0 <= hits <= pulses >= 1, (hits, pulses)
    groups, rest = [[True]] * hits, [[False]] * (pulses - hits)
    while groups and rest:
        paired = min(len(groups), len(rest))
        joined = [groups[number] + rest[number] for number in range(paired)]
        groups, rest = joined, groups[paired:] + rest[paired:]
        if len(rest) <= 1:
            break
    return np.array([hit for group in groups + rest for hit in group], dtype=bool)
