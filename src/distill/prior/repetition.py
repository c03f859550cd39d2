"""Repetition control: notice when the first level goes round in a circle, and make going on with it less likely.

A prior that looks a few steps back cannot know how long it has held a code or run through a loop, and drawing only from
the likeliest codes turns "nearly always goes on" into "for ever". So the runs are counted here. Loops and held sounds are
music too: nothing happens before ``patience`` steps of repetition, the pressure rises slowly, and it stays within a few
natural units, so what the collection itself never leaves is not left.
"""

from __future__ import annotations

import numpy as np

from distill.prior.interface import Floats

__all__ = ["LONGEST_CIRCLE", "Circles"]

LONGEST_CIRCLE = 256  # steps: five and a half seconds; longer circles are not noticed
_RISE = 1 / 8  # natural units a step beyond patience, at full strength
_MOST = 6.0  # natural units: what is thousands of times as likely as all else is the collection's own doing


class Circles:
    """For every period up to the longest, how many steps in a row equalled the step one period before."""

    def __init__(self) -> None:
        self._codes = np.full(LONGEST_CIRCLE, -1)  # of the last steps, the newest first
        self._runs = np.zeros(LONGEST_CIRCLE, np.int64)

    def take(self, code: int) -> None:
        """Note the first level's code of one more step."""
        self._runs = np.where(self._codes == code, self._runs + 1, 0)
        self._codes[1:] = self._codes[:-1]
        self._codes[0] = code

    def against(self, codebook_size: int, *, patience: int, strength: float) -> Floats | None:
        """Logarithmic weights [N], at most 0, for the first level of the next step; None if all are 0.

        ``strength`` (0..1) is how fast the pressure rises.
        """
        beyond = self._runs - patience
        pressing = beyond > 0
        if strength == 0 or not pressing.any():
            return None
        weights = np.zeros(codebook_size)
        np.minimum.at(weights, self._codes[pressing], -np.minimum(strength * _RISE * beyond[pressing], _MOST))
        return weights
