"""Whether new sounds come from a collection: a kernel distance between sets of sounds, with bootstrap intervals.

Each second of sound becomes a vector of what it is made of (the mean log-mel spectrum against its own level) and of how it
moves (how far each band varies over time, and how fast). The distance of two sets is the squared maximum mean discrepancy of Gretton
et al. ("A Kernel Two-Sample Test", 2012) with a Gaussian kernel as wide as two seconds usually lie apart: 0 on average for two sets
of one kind, at most 2. Seconds of one sound are alike, so only pairs of different sounds count, and sounds are what is drawn
again for the intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.spectrum import mel_filterbank, stft

__all__ = ["Features", "Interval", "described", "difference", "kernel_distance"]

Features = npt.NDArray[np.float64]  # [seconds, F]

_FFT, _HOP, _MELS = 2048, 512, 32
_FLOOR_DB = -80.0  # against the loudest band of the sound
_DRAWS = 400
_COVERED = 0.95


@dataclass(frozen=True)
class Interval:
    """A figure and the 95 % interval of its bootstrap."""

    value: float
    low: float
    high: float


def described(samples: Samples) -> Features:
    """Describe every second of a mono sound [T] that sounds: [seconds, 3 * 32]; a shorter sound is one second."""
    audio = torch.from_numpy(np.ascontiguousarray(samples, np.float32))[None]
    length = max(audio.shape[1], SAMPLE_RATE)
    audio = torch.nn.functional.pad(audio, (0, -(-length // _HOP) * _HOP - audio.shape[1]))
    bank = mel_filterbank(_MELS, _FFT, sample_rate=SAMPLE_RATE)
    power = (bank @ stft(audio, n_fft=_FFT, hop_length=_HOP)[0].abs()).square().numpy().astype(np.float64)
    level = 10 * np.log10(power + 1e-12)
    level = np.maximum(level, level.max() + _FLOOR_DB)  # [32, frames]
    frames = SAMPLE_RATE // _HOP  # of a second, within five thousandths
    found = []
    for start in range(0, level.shape[1] - frames + 1, frames):
        part = level[:, start : start + frames]
        if np.quantile(part.max(0), 0.9) <= level.max() + _FLOOR_DB / 2:
            continue  # a pause
        colour = part.mean(1) - part.mean()
        moves = np.abs(np.diff(part, axis=1)).mean(1)
        found.append(np.concatenate([colour / 10, part.std(1) / 5, moves / 2]))
    return np.array(found).reshape(-1, 3 * _MELS)


def kernel_distance(one: Sequence[Features], other: Sequence[Features], *, seed: int = 0) -> Interval:
    """How far two sets of sounds lie apart.

    Parameters
    ----------
    one, other : sequences of arrays [seconds, F]
        One array a sound; at least two sounds each.
    """
    sums, counts = _between([*one, *other])
    first, second = np.arange(len(one)), np.arange(len(one), len(one) + len(other))

    def apart(rng: np.random.Generator | None) -> float:
        return _discrepancy(sums, counts, _drawn(first, rng), _drawn(second, rng))

    rng = np.random.default_rng(seed)
    return _interval(apart(None), [apart(rng) for _ in range(_DRAWS)])


def difference(
    made: Sequence[Features], own: Sequence[Features], other: Sequence[Features], *, seed: int = 0
) -> Interval:
    """How much farther ``made`` lies from ``other`` than from ``own``; above 0, it is of its own kind."""
    sums, counts = _between([*made, *own, *other])
    ends = np.cumsum([len(made), len(own), len(other)])
    parts = np.split(np.arange(ends[-1]), ends[:-1])

    def farther(rng: np.random.Generator | None) -> float:
        new, mine, theirs = (_drawn(part, rng) for part in parts)
        return _discrepancy(sums, counts, new, theirs) - _discrepancy(sums, counts, new, mine)

    rng = np.random.default_rng(seed)
    return _interval(farther(None), [farther(rng) for _ in range(_DRAWS)])


def _between(sounds: Sequence[Features]) -> tuple[Features, Features]:
    """For every two sounds the sum of the kernel over pairs of their seconds, and how many pairs there are, [n, n]."""
    whole = np.concatenate(sounds)
    squares = np.square(whole).sum(1)
    apart = np.maximum(squares[:, None] + squares - 2 * whole @ whole.T, 0)
    values = np.exp(-apart / (2 * np.median(apart[apart > 0]))) if (apart > 0).any() else np.ones_like(apart)
    lengths = np.array([len(sound) for sound in sounds])
    starts = np.cumsum(lengths) - lengths
    sums = np.add.reduceat(np.add.reduceat(values, starts, axis=0), starts, axis=1)
    return sums, np.outer(lengths, lengths).astype(np.float64)


def _drawn(places: npt.NDArray[np.intp], rng: np.random.Generator | None) -> npt.NDArray[np.intp]:
    """As many sounds as there are, some more than once; the sounds themselves without a generator."""
    return places if rng is None else rng.choice(places, size=len(places))


def _discrepancy(
    sums: Features, counts: Features, one: npt.NDArray[np.intp], other: npt.NDArray[np.intp]
) -> float:
    """Squared maximum mean discrepancy of two sets of sounds, from pairs of different sounds."""

    def mean(a: npt.NDArray[np.intp], b: npt.NDArray[np.intp]) -> float:
        pairs = np.ix_(a, b)
        different = a[:, None] != b  # a sound that was drawn twice is no pair
        return float((sums[pairs] * different).sum() / max((counts[pairs] * different).sum(), 1))

    return mean(one, one) + mean(other, other) - 2 * mean(one, other)


def _interval(value: float, drawn: Sequence[float]) -> Interval:
    edge = (1 - _COVERED) / 2
    low, high = np.quantile(drawn, (edge, 1 - edge))
    return Interval(value, float(low), float(high))
