"""True peaks: how far the continuous sound rises above its samples.

Two interpolations, four points a sample each, and the higher counts:

* the 48-tap filter printed in ITU-R BS.1770-4, annex 2, which meters are built with: what is at a ceiling here
  is not above it there. (It reads up to 0.2 dB too much below 12 kHz, and 0.6 dB at 20 kHz.)
* a longer windowed sinc with a parabola through each local maximum, true to 0.05 dB up to 21 kHz.

Above that no two meters agree: the peak depends on how a converter fades towards half its rate.
:mod:`distill.audio.limiter` keeps these peaks below a ceiling.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from distill.audio.clip import Samples

__all__ = ["CONTEXT", "TruePeakMeter", "true_peak_dbtp", "true_peaks"]

_REACH = 16  # samples to either side that the sinc looks at
CONTEXT = _REACH + 1  # samples on either side that :func:`true_peaks` needs: one more, for the parabola
_BLOCK = 65_536  # samples measured at once

_Array = npt.NDArray[np.float64]

# The other two phases are these, mirrored. Points lie 1/8, 3/8, 5/8 and 7/8 of the way to the next sample.
# fmt: off
_BS1770 = np.array([
    [0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875, 0.1373291015625,
     0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250, 0.0148925781250, -0.0083007812500],
    [-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500, 0.4650878906250,
     0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625, 0.0330810546875, -0.0189208984375],
])
# fmt: on
_STANDARD = np.concatenate([_BS1770, _BS1770[:, ::-1]])


def _windowed_sinc() -> _Array:
    """Make filters for 1/4, 2/4 and 3/4 of the way to the next sample, [3, 2 * _REACH]."""
    fractions = np.arange(1, 4)[:, None] / 4
    offsets = np.arange(-_REACH + 1, _REACH + 1) - fractions
    filters: _Array = (
        np.sinc(offsets) * np.i0(5 * np.sqrt(1 - (offsets / _REACH) ** 2)) / np.i0(5.0)
    )  # Kaiser
    filters /= filters.sum(axis=1, keepdims=True)
    return filters


_SINC = _windowed_sinc()


def true_peaks(samples: _Array) -> _Array:
    """Highest point of the sound next to each sample, over the open interval between its neighbours.

    Parameters
    ----------
    samples : float64 array [C, T + 2 * CONTEXT]

    Returns
    -------
    float64 array [C, T]
        Never below the samples' own magnitudes.
    """
    length = samples.shape[1] - 2 * CONTEXT
    gaps = length + 3  # from each sample to the next: two before the first of T, and T + 1 more
    grid = np.empty((len(samples), gaps, 4))
    grid[..., 0] = samples[:, CONTEXT - 2 : CONTEXT - 2 + gaps]
    for phase, taps in enumerate(_SINC, start=1):
        grid[..., phase] = _interpolate(samples, taps, gaps)
    fine = grid.reshape(len(samples), -1)
    tops = np.abs(fine)
    # The parabola through three neighbours has its top (rise - fall)^2 / 8 (rise + fall) above the middle one.
    rise, fall = fine[:, 1:-1] - fine[:, :-2], fine[:, 1:-1] - fine[:, 2:]
    turns = rise * fall > 0
    tops[:, 1:-1] += np.where(turns, (rise - fall) ** 2 / np.abs(8 * np.where(turns, rise + fall, 1.0)), 0.0)
    cells = tops.reshape(grid.shape)
    between = cells[..., 1:].max(axis=2)
    for taps in _STANDARD:
        between = np.maximum(between, np.abs(_interpolate(samples, taps, gaps)))
    own = cells[:, 2 : 2 + length, 0]
    peaks: _Array = np.maximum(own, np.maximum(between[:, 1 : 1 + length], between[:, 2 : 2 + length]))
    return peaks


def _interpolate(samples: _Array, taps: _Array, gaps: int) -> _Array:
    """One point in each gap, [C, gaps]; added up tap by tap, so that no sum depends on the block's length."""
    first = CONTEXT - 2 - (len(taps) // 2 - 1)
    total: _Array = np.zeros((len(samples), gaps))
    for tap, weight in enumerate(taps):
        total += weight * samples[:, first + tap : first + tap + gaps]
    return total


class TruePeakMeter:
    """The highest true peak of a sound with silence around it, which may arrive in pieces.

    How the sound was cut into pieces changes nothing.

    Examples
    --------
    >>> meter = TruePeakMeter(1)
    >>> meter.add(np.full((1, 48), 0.5, np.float32))
    >>> meter.dbtp > -6.1
    True
    """

    def __init__(self, num_channels: int) -> None:
        # The samples to come, and what is before them; at first that is silence.
        self._waiting = np.zeros((num_channels, CONTEXT), np.float32)
        self._highest = 0.0

    def add(self, samples: Samples) -> None:
        """Take the next samples [C, T]."""
        for start in range(0, samples.shape[1], _BLOCK):
            self._take(samples[:, start : start + _BLOCK])

    def _take(self, samples: Samples) -> None:
        waiting = np.concatenate([self._waiting, samples], axis=1)
        if waiting.shape[1] > 2 * CONTEXT:
            self._highest = max(self._highest, _highest(waiting))
            waiting = waiting[:, -2 * CONTEXT :].copy()
        self._waiting = waiting

    @property
    def dbtp(self) -> float:
        """The highest so far, in dB against full scale; minus infinity of silence."""
        ending = np.pad(self._waiting, ((0, 0), (0, CONTEXT)))
        highest = max(self._highest, _highest(ending) if ending.shape[1] > 2 * CONTEXT else 0.0)
        return float(20 * np.log10(highest)) if highest > 0 else -np.inf


def _highest(samples: Samples) -> float:
    return float(true_peaks(samples.astype(np.float64)).max(initial=0.0))


def true_peak_dbtp(samples: Samples) -> float:
    """Measure the highest true peak of a sound [C, T] with silence around it.

    Returns
    -------
    float
        dB against full scale; minus infinity of silence.

    Examples
    --------
    >>> time = np.arange(4800)
    >>> tone = (np.hanning(4800) * np.sin(time * np.pi / 2 + np.pi / 4)).astype(np.float32)[None]
    >>> round(float(20 * np.log10(np.abs(tone).max())), 1)  # the samples of this 12 kHz tone miss its tops
    -3.0
    >>> -0.05 < true_peak_dbtp(tone) < 0.25
    True
    """
    meter = TruePeakMeter(samples.shape[0])
    meter.add(samples)
    return meter.dbtp
