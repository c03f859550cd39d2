r"""A look-ahead limiter on true peaks, for sounds of any length.

The gain is made in four steps, each of which can only lower it, so no peak gets past::

    need      ___|____      what this sample's true peak takes alone: 1 - ceiling / peak, or nothing
    hold      _|''|___      the most that is needed within the look-ahead
    release   _|''|-.__     ... falling back exponentially
    smooth    _/''\-.__      ... averaged over the look-ahead by a raised cosine: no corner, no click

The averaged gain at a sample adds up only values whose look-ahead includes that sample (as in Hämäläinen,
"Smoothing of the control signal without clipped output in digital peak limiters", DAFx 2002).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from distill.audio.clip import SAMPLE_RATE, Clip, Samples
from distill.audio.true_peak import CONTEXT, true_peaks

__all__ = ["PeakLimiter", "limit"]

_FRAME = 4096  # samples worked on at once: always as many, so results do not depend on how a sound arrives
_NEGLIGIBLE = 1e-6  # a reduction of 0.00001 dB, at which a release counts as over
_SHORTEST_RELEASE = 0.002  # seconds; below it the unrolled release leaves the range of a float64

_Array = npt.NDArray[np.float64]


class PeakLimiter:
    """Lowers a sound where its true peaks exceed a ceiling, and leaves every other sample as it is.

    All channels get the same gain, so nothing moves in the stereo field. What comes in comes out later, in
    order and without gaps: join what :meth:`process` and at last :meth:`flush` return, and it is as long
    as the input and in time with it.

    Parameters
    ----------
    num_channels : int
    ceiling_dbtp : float
        Highest true peak of the output, dB against full scale.
    lookahead_seconds : float in 0..0.08
        How long before a peak the gain begins to fall.
    release_seconds : float >= 0.002
        Time constant of its return.

    Examples
    --------
    >>> limiter = PeakLimiter(1)
    >>> loud = np.full((1, 9600), 2.0, np.float32) * np.hanning(9600).astype(np.float32)
    >>> out = np.concatenate([limiter.process(loud), limiter.flush()], axis=1)
    >>> out.shape, round(limiter.reduced_db, 1)
    ((1, 9600), 7.0)
    """

    def __init__(
        self,
        num_channels: int,
        *,
        ceiling_dbtp: float = -1.0,
        lookahead_seconds: float = 0.002,
        release_seconds: float = 0.05,
        sample_rate: int = SAMPLE_RATE,
    ) -> None:
        assert release_seconds >= _SHORTEST_RELEASE, release_seconds
        self._ceiling = 10 ** (ceiling_dbtp / 20)
        self._lookahead = max(round(lookahead_seconds * sample_rate), 1)
        assert self._lookahead <= _FRAME, lookahead_seconds
        hann = 1 - np.cos(2 * np.pi * (np.arange(self._lookahead) + 0.5) / self._lookahead)
        self._smoothing = hann / hann.sum()
        self._decay = np.exp(-np.arange(1, _FRAME + 1) / (release_seconds * sample_rate))  # after n samples
        history = self._lookahead - 1
        self._pending = np.zeros(
            (num_channels, CONTEXT), np.float32
        )  # the frame to come, and what is before it
        self._delayed = np.zeros((num_channels, history), np.float32)
        self._needs = np.zeros(history)
        self._released = np.zeros(history)
        self._last = 0.0  # where the release stands
        self._early = history  # samples of the first frame, which begins a look-ahead before the sound
        self._owed = 0  # samples taken and not yet given back
        self._deepest = 0.0

    @property
    def reduced_db(self) -> float:
        """Deepest reduction so far, in dB; 0 while nothing was touched."""
        return float(-20 * np.log10(1 - self._deepest)) if self._deepest else 0.0

    def process(self, samples: Samples) -> Samples:
        """Take the next samples [C, T] and return those that are finished, [C, any]."""
        assert samples.shape[0] == self._pending.shape[0], (samples.shape, self._pending.shape)
        self._owed += samples.shape[1]
        return self._advance(samples)

    def flush(self) -> Samples:
        """Return the rest, [C, any]; nothing can be processed after it."""
        rest = self._owed
        silence = np.zeros((self._pending.shape[0], rest + 2 * _FRAME), np.float32)
        return self._advance(silence)[:, :rest]

    def _advance(self, samples: Samples) -> Samples:
        waiting = np.concatenate([self._pending, samples], axis=1)
        finished = [np.zeros((waiting.shape[0], 0), np.float32)]
        start, whole = 0, _FRAME + 2 * CONTEXT
        while waiting.shape[1] - start >= whole:
            finished.append(self._frame(waiting[:, start : start + whole])[:, self._early :])
            self._early = 0
            start += _FRAME
        self._pending = waiting[:, start:].copy()
        done = np.concatenate(finished, axis=1)
        self._owed -= done.shape[1]
        return done

    def _frame(self, samples: Samples) -> Samples:
        """Turn a frame in its context [C, _FRAME + 2 * CONTEXT] into the frame that ends a look-ahead earlier."""
        peaks = true_peaks(samples.astype(np.float64)).max(axis=0)
        need = np.where(peaks > self._ceiling, 1 - self._ceiling / np.maximum(peaks, self._ceiling), 0.0)
        joined = np.concatenate([self._needs, need])
        self._needs = joined[_FRAME:]
        held = _sliding_max(joined, self._lookahead)
        # released[n] = max(held[n], released[n - 1] * d), unrolled: d^n * max over m <= n of held[m] / d^m
        released = self._decay * np.maximum.accumulate(np.maximum(held / self._decay, self._last))
        released[released < _NEGLIGIBLE] = 0.0
        self._last = float(released[-1])
        joined = np.concatenate([self._released, released])
        self._released = joined[_FRAME:]
        reduction = np.convolve(joined, self._smoothing, mode="valid")
        self._deepest = max(self._deepest, float(reduction.max()))
        joined_samples = np.concatenate([self._delayed, samples[:, CONTEXT:-CONTEXT]], axis=1)
        self._delayed = joined_samples[:, _FRAME:]
        limited: Samples = (joined_samples[:, :_FRAME] * (1 - reduction)).astype(np.float32)
        return limited


def _sliding_max(values: _Array, length: int) -> _Array:
    """Maximum over each ``length`` neighbours, [T] -> [T - length + 1], by doubling windows."""
    widths = [1]
    while 2 * widths[-1] <= length:
        widths.append(2 * widths[-1])
    for width, wider in pairwise(widths):
        step = wider - width
        values = np.maximum(values[:-step], values[step:])
    step = length - widths[-1]
    return np.maximum(values[:-step], values[step:]) if step else values


def limit(clip: Clip, *, ceiling_dbtp: float = -1.0) -> tuple[Clip, float]:
    """Limit a clip's true peaks.

    Returns
    -------
    clip : Clip
        Of the same length; the same samples where nothing exceeds the ceiling.
    reduced_db : float >= 0
        Deepest reduction, 0 if there was none.
    """
    limiter = PeakLimiter(clip.num_channels, ceiling_dbtp=ceiling_dbtp, sample_rate=clip.sample_rate)
    parts = [limiter.process(clip.samples), limiter.flush()]
    return Clip(np.concatenate(parts, axis=1), clip.sample_rate), limiter.reduced_db
