"""The learning rate over a stage: a short rise, then down to a little above zero, in one of two ways."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["LateFall", "cosine_share"]

WARM_UP = 0.03  # share of a stage in which its rate rises
LAST_SHARE = 0.05  # of the rate that is left at a stage's end
HELD = 0.6  # share of a stage after which a late fall begins


def cosine_share(through: float) -> float:
    """Share of the highest rate that a cosine leaves (Loshchilov and Hutter, 2017).

    Parameters
    ----------
    through : float in 0..1
        Share of the stage that is over.

    Examples
    --------
    >>> [round(cosine_share(through), 2) for through in (0.0, 0.04, 0.5, 1.0)]
    [0.03, 1.0, 0.53, 0.05]
    """
    return _risen(through) * (LAST_SHARE + (1 - LAST_SHARE) * 0.5 * (1 + math.cos(math.pi * through)))


@dataclass
class LateFall:
    """A rate that is held for three fifths of its stage and then falls in a straight line (Hägele et al., 2024).

    Positions are those of the whole training, 0..1. A cosine has to know from the first step on when it will end; this
    one may be told late.

    Examples
    --------
    >>> stage = LateFall(start=0.0, stop=0.5)
    >>> [round(stage.share(position), 2) for position in (0.0, 0.02, 0.25, 0.4, 0.5)]
    [0.03, 1.0, 1.0, 0.5, 0.05]
    >>> stage.fall_from(0.15)
    >>> round(stage.stop, 2), round(stage.share(0.2), 2)
    (0.25, 0.5)
    """

    start: float
    stop: float

    def through(self, position: float) -> float:
        """Share of the stage that is over, 0..1."""
        return min(max((position - self.start) / max(self.stop - self.start, 1e-9), 0.0), 1.0)

    def share(self, position: float) -> float:
        """Share of the highest rate; before and after the stage, that of its ends."""
        through = self.through(position)
        return _risen(through) * max(LAST_SHARE, min(1.0, (1 - through) / (1 - HELD)))

    def falling(self, position: float) -> bool:
        """Whether the rate falls already, or has fallen."""
        return position >= self.start + HELD * (self.stop - self.start)

    def fall_from(self, position: float) -> None:
        """Let the rate fall from here on: the stage stops as if no more time had been meant for it."""
        self.stop = self.start + (position - self.start) / HELD


def _risen(through: float) -> float:
    return min(1.0, (through + 1e-3) / WARM_UP)
