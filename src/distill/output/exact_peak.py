"""True peaks as exactly as a sound can be interpolated: the meter that a finished file is judged by.

:mod:`distill.audio.true_peak` reads what the standard's short filter reads and a sinc of 32 samples, which both fade above
21 kHz: white noise of 48 kHz reaches 1.3 dB higher than they say, where a converter or a meter goes straight up to half the rate. Here the
spectrum is carried over whole into one of eight times the rate, block by block, with so much around each block that
its edges do not count. A limiter needs peaks next to each sample and could not use this.
"""

from __future__ import annotations

import numpy as np

from distill.audio.clip import Samples

__all__ = ["ExactPeakMeter"]

_BLOCK = 2**15  # samples of which the peaks are read
_AROUND = 2**11  # samples on either side, faded: what is left of the edges is 0.01 dB of white noise
_FINEST = 352_800  # points a second that are enough for what is heard and a little more


class ExactPeakMeter:
    """The highest peak of a sound with silence around it, which may arrive in pieces.

    How the sound was cut into pieces changes nothing.

    Parameters
    ----------
    num_channels : int
    rate : int
        Hz.

    Examples
    --------
    >>> meter = ExactPeakMeter(1, 48_000)
    >>> time = np.arange(4800)
    >>> meter.add((np.hanning(4800) * np.sin(time * np.pi / 2 + np.pi / 4)).astype(np.float32)[None])
    >>> abs(meter.dbtp) < 0.01  # the samples of this 12 kHz tone miss its tops by 3 dB
    True
    """

    def __init__(self, num_channels: int, rate: int) -> None:
        self._points = max(-(-_FINEST // rate), 2)  # a sample
        ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(_AROUND) + 0.5) / _AROUND)
        self._fades = np.concatenate([ramp, np.ones(_BLOCK), ramp[::-1]])
        # The samples to come, and what is before them; at first that is silence.
        self._waiting = np.zeros((num_channels, _AROUND), np.float32)
        self._highest = 0.0

    def add(self, samples: Samples) -> None:
        """Take the next samples [C, T]."""
        waiting = np.concatenate([self._waiting, samples], axis=1)
        start, whole = 0, _BLOCK + 2 * _AROUND
        while waiting.shape[1] - start >= whole:
            self._highest = max(self._highest, self._peak(waiting[:, start : start + whole]))
            start += _BLOCK
        self._waiting = waiting[:, start:].copy()

    @property
    def dbtp(self) -> float:
        """The highest so far, in dB against full scale; minus infinity of silence."""
        highest = self._highest
        rest = self._waiting
        for start in range(0, rest.shape[1] - _AROUND, _BLOCK):  # at most two
            part = rest[:, start : start + _BLOCK + 2 * _AROUND]
            missing = _BLOCK + 2 * _AROUND - part.shape[1]
            highest = max(highest, self._peak(np.pad(part, ((0, 0), (0, missing)))))
        return float(20 * np.log10(highest)) if highest > 0 else -np.inf

    def _peak(self, samples: Samples) -> float:
        """Highest point within the middle of [C, _BLOCK + 2 * _AROUND]."""
        faded = samples.astype(np.float64) * self._fades
        length, points = faded.shape[1], self._points
        spectrum = np.fft.rfft(faded, axis=1)
        # What is at half the old rate stands for both of its signs; at the new rate it is not the last any more and gets a twin.
        spectrum[:, -1] *= 0.5
        fine = np.fft.irfft(spectrum, points * length, axis=1) * points
        middle = slice(points * (_AROUND - 1), points * (_AROUND + _BLOCK))
        return float(np.abs(fine[:, middle]).max())
