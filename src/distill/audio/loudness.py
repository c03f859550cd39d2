"""How loud a sound is to a listener: ITU-R BS.1770-4 in one pass over blocks of any size, in memory that its length does not change.

Two filters that weigh like an ear, mean squares over 0.4 s in steps of 0.1 s, and pauses left out by two gates. The filters are
pyloudnorm's, in De Man's form, which is the standard's table at 48 kHz; the sums are our own, because pyloudnorm wants a
sound whole and twice in float64 (6 GB an hour of stereo). A sound too short for one block of 0.4 s has no loudness in that
sense: it is measured with silence after it (:attr:`LoudnessMeter.lufs`), or by its plain RMS, which is another scale and
what two short sounds are compared on (:attr:`LoudnessMeter.shown`).

:mod:`distill.audio.level` measures something else: the level of what is not silent, of sounds from 0.1 s.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from distill.audio.clip import SAMPLE_RATE, Clip, Samples

__all__ = ["Loudness", "LoudnessMeter", "loudness", "loudness_of", "rms_of"]

_BLOCK = 2**18  # samples of each channel worked on at once: float64 of a block, not of the whole
_HOPS = 4  # of 0.1 s, in a block of 0.4 s
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0  # LUFS, and LU below the mean of what passed the first

_Array = npt.NDArray[np.float64]


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


class LoudnessMeter:
    """Integrated loudness of a sound of one or two channels that may arrive in pieces.

    How the sound was cut into pieces changes nothing. A sound shorter than a block of 0.4 s, of which the standard
    says nothing, is measured with silence after it: as loud as it is when played alone.

    Examples
    --------
    >>> seconds = np.arange(96_000) / 48_000  # the standard's own example: a tone of 997 Hz at full scale in one channel
    >>> meter = LoudnessMeter(48_000)
    >>> meter.add(np.sin(2 * np.pi * 997 * seconds).astype(np.float32)[None])
    >>> round(meter.lufs, 1)
    -3.0
    """

    def __init__(self, sample_rate: int) -> None:
        from pyloudnorm import IIRfilter

        self._hop = round(sample_rate / 10)
        # De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145, 2018
        shelf = IIRfilter(
            3.99984385397, 0.7071752369554193, 1681.9744509555319, sample_rate, "high_shelf_DeMan"
        )
        high_pass = IIRfilter(0.0, 0.5003270373253953, 38.13547087613982, sample_rate, "high_pass_DeMan")
        self._filters = [(stage.b, stage.a) for stage in (shelf, high_pass)]
        self._states: list[_Array] | None = None
        self._rest: _Array | None = None  # weighted samples [C, less than a hop]
        self._energies: list[float] = []  # of all channels, a hop each
        self._plain = 0.0  # energy before the filters
        self._count = 0  # samples of all channels

    def add(self, samples: Samples) -> None:
        """Take the next samples [C, T]; both channels count alike, as the standard has it for left and right."""
        assert samples.shape[0] in (1, 2), samples.shape
        if not samples.shape[1]:  # of which lfilter makes a state that is anything
            return
        self._plain += float(np.square(samples, dtype=np.float64).sum())
        self._count += samples.size
        weighted, self._states = self._weighted(samples)
        joined = weighted if self._rest is None else np.concatenate([self._rest, weighted], axis=1)
        whole = joined.shape[1] // self._hop * self._hop
        hops = joined[:, :whole].reshape(len(joined), -1, self._hop)
        self._energies += np.square(hops).sum(axis=(0, 2)).tolist()
        self._rest = joined[:, whole:].copy()

    @property
    def lufs(self) -> float:
        """Loudness so far; minus infinity of silence, and of what lies below -70 LUFS throughout."""
        if self._rest is None:
            return -math.inf
        energies = self._energies
        if len(energies) < _HOPS:
            missing = (_HOPS - len(energies)) * self._hop - self._rest.shape[1]
            after, _ = self._weighted(np.zeros((len(self._rest), missing), np.float32))
            energies = [
                sum(energies) + float(np.square(self._rest).sum() + np.square(after).sum()),
                0.0,
                0.0,
                0.0,
            ]
        sums = np.convolve(energies, np.ones(_HOPS), mode="valid")
        powers = sums / (_HOPS * self._hop)
        passed = powers[powers > _power(_ABSOLUTE_GATE)]
        if not len(passed):
            return -math.inf
        passed = passed[passed > passed.mean() * 10 ** (_RELATIVE_GATE / 10)]
        return -0.691 + 10 * math.log10(passed.mean())

    @property
    def shown(self) -> Loudness:
        """Loudness so far as it can be compared: by RMS of a sound that is too short for a block."""
        if len(self._energies) < _HOPS:
            return Loudness(_decibels(self._plain / self._count if self._count else 0.0), "dBFS RMS")
        lufs = self.lufs
        return Loudness(lufs if math.isfinite(lufs) else None)

    def _weighted(self, samples: Samples) -> tuple[_Array, list[_Array]]:
        """Weigh samples [C, T] like an ear, from the state the filters are in, and tell the state they come to."""
        from scipy.signal import lfilter

        weighted = samples.astype(np.float64)
        states = self._states or [np.zeros((len(samples), 2)) for _ in self._filters]
        following = []
        for (b, a), state in zip(self._filters, states, strict=True):
            weighted, state = lfilter(b, a, weighted, axis=1, zi=state)
            following.append(state)
        return weighted, following


def loudness(clip: Clip) -> float:
    """Integrated loudness of a clip in LUFS; minus infinity of silence."""
    meter = LoudnessMeter(clip.sample_rate)
    for start in range(0, clip.num_samples, _BLOCK):
        meter.add(clip.samples[:, start : start + _BLOCK])
    return meter.lufs


def loudness_of(blocks: Iterable[Samples]) -> Loudness:
    """Measure a sound of 48 kHz that comes in blocks [C, T], one or two channels.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 997 / 48_000 * np.arange(96_000), dtype=np.float32)[None]
    >>> print(round(loudness_of([tone]).value), loudness_of([tone[:, :4800]]), loudness_of([0 * tone]))
    -3 -3.0 dBFS RMS silent
    """
    meter = LoudnessMeter(SAMPLE_RATE)
    for block in blocks:
        meter.add(block)
    return meter.shown


def rms_of(samples: Samples) -> Loudness:
    """Measure the plain level of samples [C, T], over all channels."""
    power = float(np.square(samples, dtype=np.float64).mean()) if samples.size else 0.0
    return Loudness(_decibels(power), "dBFS RMS")


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def _decibels(power: float) -> float | None:
    return 10 * math.log10(power) if power > 0 else None
