"""How alike the surroundings of two places in a sound are, in their spectra: the first look of the search for a loop.

Spectra are compared in bands and decibels, around both places: what comes before and what comes after both count, because a loop
leads from one to the other. Frames are read where they are asked for, a few at a time, so memory does not follow the
sound.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from distill.audio.clip import Clip
from distill.output.ears import Floats
from distill.progress import Cancel

__all__ = ["RANGE_DB", "Indices", "differences", "differences_between", "spectra"]

RANGE_DB = 70.0  # below the loudest frame: silence
_BANDS, _LOWEST_HZ = 24, 40.0
_WINDOW = 2048  # samples of a spectrum
_AROUND = 3  # frames before and after that are compared too
_AT_ONCE = 64  # frames

Indices = npt.NDArray[np.intp]


def spectra(clip: Clip, times: Indices, cancel: Cancel | None = None) -> tuple[Floats, Floats]:
    """Levels in dB against the loudest frame: of bands [frames, bands], and of frames [frames].

    Parameters
    ----------
    times : Indices [frames]
        Samples that the frames are centred on, from 0 to the sound's length; there is silence around it.
    """
    window = min(_WINDOW, 1 << max(4, int(np.log2(max(clip.num_samples, 16)))))
    rate = clip.sample_rate
    edges = np.geomspace(_LOWEST_HZ, rate / 2, _BANDS + 1)
    hertz = np.fft.rfftfreq(window, 1 / rate)
    member = np.clip(np.searchsorted(edges, hertz, side="right") - 1, 0, _BANDS - 1)
    into = np.zeros((len(hertz), _BANDS))
    into[np.arange(len(hertz)), member] = 1.0
    weight = np.hanning(window)
    power = np.zeros((len(times), _BANDS))
    for begin in range(0, len(times), _AT_ONCE):
        if cancel is not None:
            cancel.check()
        indices = times[begin : begin + _AT_ONCE, None] + np.arange(-(window // 2), window - window // 2)
        inside = (indices >= 0) & (indices < clip.num_samples)
        frames = clip.samples[:, np.clip(indices, 0, clip.num_samples - 1)] * (weight * inside)
        power[begin : begin + _AT_ONCE] = (np.abs(np.fft.rfft(frames)) ** 2).sum(axis=0) @ into
    whole = power.sum(axis=1)
    loudest = max(float(whole.max()), 1e-20)
    silence = 10 ** (-RANGE_DB / 10)
    bands: Floats = 10 * np.log10(np.maximum(power / loudest, silence))
    return bands, 10 * np.log10(np.maximum(whole / loudest, silence))


def differences(bands: Floats) -> Floats:
    """Mean difference in dB between the surroundings of each two frames, [frames, frames]."""
    count = len(bands)
    apart = np.zeros((count, count))
    for band in bands.T.astype(np.float32):
        apart += np.abs(band[:, None] - band[None, :])
    padded = np.pad(apart / bands.shape[1], _AROUND, mode="edge")
    width = 2 * _AROUND + 1
    mean: Floats = sum((padded[k : k + count, k : k + count] for k in range(width)), np.zeros((count, count)))
    return mean / width


def differences_between(clip: Clip, starts: Indices, ends: Indices, cancel: Cancel | None = None) -> Floats:
    """Mean difference in dB between the surroundings of starts and ends, [N]; what reaches out of the sound does not count."""
    shifts = np.arange(-_AROUND, _AROUND + 1) * (_WINDOW // 4)
    asked = [times[:, None] + shifts for times in (starts, ends)]
    inside = np.ones(asked[0].shape, bool)
    for times in asked:
        inside &= (times >= _WINDOW // 2) & (times <= clip.num_samples - _WINDOW // 2)
    inside |= ~inside.any(axis=1, keepdims=True)
    bands, _ = spectra(clip, np.clip(np.concatenate(asked), 0, clip.num_samples).ravel(), cancel)
    one, other = np.split(bands, 2)
    apart = np.abs(one - other).mean(axis=1).reshape(inside.shape)
    apart_inside: Floats = (apart * inside).sum(axis=1) / inside.sum(axis=1)
    return apart_inside
