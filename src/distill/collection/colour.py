"""Other microphones and rooms than a sound was recorded with: broad bands raised and lowered, and steady noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from distill.audio.clip import SAMPLE_RATE, Samples

__all__ = ["BAND_HZ", "add_noise", "equalise", "peak"]

BAND_HZ = (60.0, 250.0, 1000.0, 4000.0, 16000.0)  # two octaves apart: broad colours, not notches
_MOST_KEPT = 4 * SAMPLE_RATE  # samples of a crop whose bands' shapes are kept
_RINGING = 4096  # samples; far longer than the ringing of the smoothest curve through BAND_HZ
_LOWEST_NOISE_HZ = 40.0  # below it coloured noise is kept flat, or all its power would be inaudible


def equalise(audio: Samples, *, band_db: Sequence[float]) -> Samples:
    """Boost and cut broad bands, without moving anything in time.

    It stands in for other microphones, rooms and instruments of the same kind.

    Parameters
    ----------
    audio : float32 array [..., T]
    band_db : sequence of float
        Decibels at each of :data:`BAND_HZ`; between them a smooth (raised-cosine) passage over the
        logarithm of the frequency, outside them flat.

    Returns
    -------
    float32 array [..., T]
        Outside the crop there is silence: its end never comes back at its beginning.
    """
    length = _fast_length(audio.shape[-1] + _RINGING)
    # Crops are alike in length and many; of whole sounds each has its own, and shapes of 40 seconds are 20 MB.
    shapes = (_crops_band_shapes if length <= _MOST_KEPT else _band_shapes)(length)
    curve = 10 ** (np.asarray(band_db, dtype=np.float32) @ shapes / 20)
    spectrum = np.fft.rfft(audio, length) * curve
    return np.fft.irfft(spectrum, length)[..., : audio.shape[-1]].astype(np.float32)


def _band_shapes(length: int) -> Samples:
    """Share of each band at each bin of a transform of ``length`` samples, [bands, bins]; adds up to 1."""
    hz = np.arange(length // 2 + 1) * (SAMPLE_RATE / length)
    place = np.interp(np.log2(hz.clip(BAND_HZ[0], BAND_HZ[-1])), np.log2(BAND_HZ), np.arange(len(BAND_HZ)))
    away = np.abs(place - np.arange(len(BAND_HZ))[:, None]).clip(max=1)  # in bands, [bands, bins]
    shapes: Samples = (0.5 + 0.5 * np.cos(np.pi * away)).astype(np.float32)
    return shapes


_crops_band_shapes = lru_cache(maxsize=8)(_band_shapes)


def add_noise(audio: Samples, *, db: float, slope_db: float, rng: np.random.Generator) -> Samples:
    """Add steady coloured noise.

    It stands in for hiss and rooms, and fills digital silence, whose log-spectrum is a cliff that no
    recorded sound has.

    Parameters
    ----------
    audio : float32 array [T]
    db : float
        RMS of the noise against the peak of ``audio``; silence stays silent.
    slope_db : float
        Decibels an octave above 40 Hz: 0 is white, -3 pink, -6 brown.
    """
    highest = peak(audio)
    if highest == 0:
        return audio
    length = _fast_length(audio.size)
    bins = length // 2 + 1
    white = rng.standard_normal((2, bins), dtype=np.float32)
    noise = np.fft.irfft((white[0] + 1j * white[1]) * _noise_shape(length, slope_db), length)[: audio.size]
    rms = math.sqrt(float(np.mean(np.square(noise))))
    assert rms > 0, length
    return audio + (noise * (highest * 10 ** (db / 20) / rms)).astype(np.float32)


def _noise_shape(length: int, slope_db: float) -> Samples:
    hz = np.arange(length // 2 + 1) * (SAMPLE_RATE / length)
    octaves = np.log2(hz.clip(_LOWEST_NOISE_HZ) / _LOWEST_NOISE_HZ).astype(np.float32)
    shape: Samples = 10 ** (np.float32(slope_db / 20) * octaves)
    shape[0] = 0  # an offset is not noise
    return shape


def _fast_length(length: int) -> int:
    """Round up to a multiple of 4,000 samples: small factors, so the transform is quick."""
    return -(-length // 4000) * 4000


def peak(audio: Samples) -> float:
    """Return the highest magnitude of any sample."""
    return float(max(audio.max(), -audio.min()))
