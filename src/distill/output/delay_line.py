"""Delay a sound by any time that may change from sample to sample, without steps: a tape of one's own speed.

Between samples a windowed sinc of 32 taps interpolates (as :mod:`distill.audio.true_peak` does), from a table of 512 places that
is itself interpolated; a tone of up to 17 kHz comes out with errors below -80 dB. A delay that changes bends the
pitch as a moving ear's would, instead of stepping.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from distill.output.ears import Floats

__all__ = ["LEAST_DELAY", "delayed"]

_REACH = 16  # samples to either side
_PLACES = 512  # between two samples
_AT_ONCE = 8192
LEAST_DELAY = _REACH  # samples; less would need what comes before a sound's beginning


def delayed(samples: Floats, delays: Floats, *, start: int = 0) -> Floats:
    """Read a sound late.

    Parameters
    ----------
    samples : float64 array [T]
        Silence lies around it.
    delays : float64 array [N]
        Samples, for each sample of the result; 0 or more.
    start : int
        Which sample of the sound the first of the result would be without delay.

    Returns
    -------
    float64 array [N]

    Examples
    --------
    >>> delayed(np.array([0.0, 1.0, 0.0]), np.full(5, 2.0)).round(6).tolist() == [0, 0, 0, 1, 0]
    True
    """
    table = _table()
    padded = np.pad(samples, (_REACH, _REACH))
    result = np.empty(len(delays))
    taps = np.arange(2 * _REACH)
    for begin in range(0, len(delays), _AT_ONCE):
        some = delays[begin : begin + _AT_ONCE]
        read_at = start + np.arange(begin, begin + len(some)) - some
        whole = np.floor(read_at).astype(np.intp)
        place = (read_at - whole) * _PLACES
        row = place.astype(np.intp)
        between = (place - row)[:, None]
        kernels = table[row] * (1 - between) + table[row + 1] * between
        # padded[i] is sample i - _REACH; the first tap lies _REACH - 1 before the sample at or before the place read.
        first = whole + 1
        inside = (first > -2 * _REACH) & (first < len(padded))
        indices = np.clip(first[:, None] + taps, 0, len(padded) - 1)
        result[begin : begin + len(some)] = np.where(inside, (padded[indices] * kernels).sum(axis=1), 0.0)
    return result


@lru_cache(maxsize=1)
def _table() -> Floats:
    """Taps [_PLACES + 2, 2 * _REACH] for every place after a sample."""
    places = np.arange(_PLACES + 2)[:, None] / _PLACES
    offsets = np.arange(-_REACH + 1, _REACH + 1) - places
    window = np.i0(8 * np.sqrt(np.maximum(1 - (offsets / _REACH) ** 2, 0))) / np.i0(8.0)
    taps: Floats = np.sinc(offsets) * window
    taps /= taps.sum(axis=1, keepdims=True)
    return taps
