"""How loud a sound is heard: ITU-R BS.1770-4 in one pass over blocks of any size, so in memory that its length does not change.

The K-weighting filters are pyloudnorm's, and so is the result, to a few hundredths of a LU; only the gating is done as the
blocks come, from the energies of hops of 100 ms. A sound too short for one gating block of 400 ms has no loudness in that sense and
is measured by its plain RMS, which is another scale: two sounds are compared on one of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from distill.audio.clip import SAMPLE_RATE, Samples

__all__ = ["Loudness", "loudness_of", "rms_of"]

_HOP = SAMPLE_RATE // 10  # samples; a gating block is four hops, the next begins one hop later
_BLOCK_HOPS = 4
_OFFSET_DB = -0.691  # BS.1770-4, equation 2: so that a full-scale sine of 997 Hz in one channel reads -3.01
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0


@dataclass(frozen=True)
class Loudness:
    """A measured loudness.

    Attributes
    ----------
    value : float or None
        None for silence.
    unit : str
        ``"LUFS"``, or ``"dBFS RMS"`` for a sound shorter than 0.4 s.
    """

    value: float | None
    unit: Literal["LUFS", "dBFS RMS"] = "LUFS"

    def __str__(self) -> str:
        return "silent" if self.value is None else f"{self.value:.1f} {self.unit}"


def loudness_of(blocks: Iterable[Samples]) -> Loudness:
    """Measure a sound of 48 kHz.

    Parameters
    ----------
    blocks : iterable of float32 arrays [C, T]
        One behind the other; one or two channels.

    Returns
    -------
    Loudness
        Integrated and gated, in LUFS; by RMS if there is less than 0.4 s.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 997 / 48_000 * np.arange(96_000), dtype=np.float32)[None]
    >>> print(round(loudness_of([tone]).value), loudness_of([tone[:, :4800]]), loudness_of([0 * tone]))
    -3 -3.0 dBFS RMS silent
    """
    weighting = _KWeighting()
    hops: list[float] = []
    pending: npt.NDArray[np.float64] = np.zeros((0, 0))
    plain, count = 0.0, 0
    for block in blocks:
        if not block.shape[-1]:
            continue  # a filter's memory does not survive a block of nothing
        samples = block.astype(np.float64)
        plain += float(np.square(samples).sum())
        count += samples.size
        squared = np.square(weighting(samples)).sum(axis=0)
        pending = np.concatenate([pending.reshape(-1), squared])
        whole = len(pending) // _HOP
        hops += pending[: whole * _HOP].reshape(whole, _HOP).mean(axis=1).tolist()
        pending = pending[whole * _HOP :]
    if len(hops) < _BLOCK_HOPS:
        return Loudness(_decibels(plain / count if count else 0.0), "dBFS RMS")
    return Loudness(_gated(np.array(hops)))


def rms_of(samples: Samples) -> Loudness:
    """Measure the plain level of samples [C, T], over all channels."""
    power = float(np.square(samples, dtype=np.float64).mean()) if samples.size else 0.0
    return Loudness(_decibels(power), "dBFS RMS")


def _gated(hops: npt.NDArray[np.float64]) -> float | None:
    """Equations 4 to 7: the mean over the blocks that are above both thresholds."""
    energies = np.convolve(hops, np.full(_BLOCK_HOPS, 1 / _BLOCK_HOPS), mode="valid")
    loud = energies[energies > _energy(_ABSOLUTE_GATE)]
    if not len(loud):
        return None
    threshold = float(loud.mean()) * 10 ** (_RELATIVE_GATE / 10)
    return _OFFSET_DB + 10 * math.log10(float(loud[loud > threshold].mean()))


def _energy(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_DB) / 10))


def _decibels(power: float) -> float | None:
    return 10 * math.log10(power) if power > 0 else None


class _KWeighting:
    """The two filters of BS.1770-4, annex 1, with a memory from block to block."""

    def __init__(self) -> None:
        import pyloudnorm

        meter = pyloudnorm.Meter(SAMPLE_RATE)
        self._stages = [(stage.b, stage.a, stage.passband_gain) for stage in meter._filters.values()]
        self._states: list[Any] = []

    def __call__(self, samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        from scipy.signal import lfilter

        if not self._states:
            self._states = [np.zeros((len(samples), max(len(a), len(b)) - 1)) for b, a, _ in self._stages]
        for index, (b, a, gain) in enumerate(self._stages):
            samples, self._states[index] = lfilter(b, a, samples, axis=-1, zi=self._states[index])
            samples = samples * gain
        return samples
