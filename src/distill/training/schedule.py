"""The learning rate over a stage: a short rise, then a cosine (Loshchilov and Hutter, 2017) that ends above zero."""

from __future__ import annotations

import math

__all__ = ["rate_share"]

WARM_UP = 0.03  # share of a stage in which its rate rises
LAST_SHARE = 0.05  # of the rate that is left at a stage's end


def rate_share(position: float, *, start: float, stop: float) -> float:
    """Share of the highest rate at a position (0..1 of a training) within a stage.

    Examples
    --------
    >>> [round(rate_share(position, start=0.0, stop=0.5), 2) for position in (0.0, 0.02, 0.25, 0.5)]
    [0.03, 1.0, 0.53, 0.05]
    """
    through = min(max((position - start) / max(stop - start, 1e-9), 0.0), 1.0)
    rising = min(1.0, (through + 1e-3) / WARM_UP)
    return rising * (LAST_SHARE + (1 - LAST_SHARE) * 0.5 * (1 + math.cos(math.pi * through)))
