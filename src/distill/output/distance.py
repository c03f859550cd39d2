"""What distance does to a sound: it gets fainter in inverse proportion, and the air swallows its highs.

The air's absorption is that of ISO 9613-1 (equations 3 to 5) at 20 degrees Celsius, 50 % humidity and sea level: 0.005 dB a metre at
1 kHz, 0.1 at 8 kHz, 0.36 at 16 kHz. So 10 metres take 4 dB from 16 kHz, and the length of a room hardly anything. The time
that sound takes, and the pitch that bends when a distance changes, are left out: a sound stays where it is in a bar.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from distill.output.ears import FREQUENCIES, Floats, Spectra, minimum_phase

__all__ = ["FARTHEST", "NEAREST", "absorption", "air", "fainter"]

NEAREST, FARTHEST = 0.2, 100.0  # metres
_KELVIN, _HUMIDITY = 293.15, 50.0


def fainter(distances: Floats) -> Floats:
    """Gain at distances in metres against 1 metre.

    Examples
    --------
    >>> fainter(np.array([0.5, 1.0, 10.0])).tolist()
    [2.0, 1.0, 0.1]
    """
    gains: Floats = 1.0 / distances
    return gains


def absorption(frequencies: Floats) -> Floats:
    """Decibels a metre that air takes from frequencies in Hz (ISO 9613-1, equations 3 to 5).

    Examples
    --------
    >>> absorption(np.array([1000.0, 4000.0, 16000.0])).round(3).tolist()
    [0.005, 0.03, 0.365]
    """
    warm = _KELVIN / 293.15
    vapour = _HUMIDITY * 10 ** (-6.8346 * (273.16 / _KELVIN) ** 1.261 + 4.6151)  # percent, at one atmosphere
    oxygen = 24 + 4.04e4 * vapour * (0.02 + vapour) / (0.391 + vapour)
    nitrogen = warm**-0.5 * (9 + 280 * vapour * np.exp(-4.170 * (warm ** (-1 / 3) - 1)))
    squared = frequencies**2
    classical = 1.84e-11 * warm**0.5
    relaxing = warm**-2.5 * (
        0.01275 * np.exp(-2239.1 / _KELVIN) / (oxygen + squared / oxygen)
        + 0.1068 * np.exp(-3352.0 / _KELVIN) / (nitrogen + squared / nitrogen)
    )
    swallowed: Floats = 8.686 * squared * (classical + relaxing)
    return swallowed


def air(distances: Floats) -> Spectra:
    """Logarithms of the air's minimum-phase spectra over distances [N] in metres, [N, BINS]."""
    return distances[:, None] * _one_metre()


@lru_cache(maxsize=1)
def _one_metre() -> Spectra:
    return minimum_phase(10 ** (-absorption(FREQUENCIES) / 20))
