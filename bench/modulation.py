"""How a sound moves within its bands: the statistics by which one noise or texture is told from another.

Distances between spectrograms ask that every moment be right, which of noise nobody hears: two stretches of the same rain are
as far apart by them as rain and applause. What is heard of a texture are statistics of the envelopes of its
bands (McDermott and Simoncelli, 2011): how far they move, and at which rates. A phase that is wrong shows here, as
noise that flutters, or stands still and rings.
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from distill.audio.clip import SAMPLE_RATE
from distill.audio.spectrum import magnitude, mel_filterbank, stft

__all__ = ["modulation_distance", "modulations_db"]

NUM_BANDS = 24
RATES_HZ = (
    2,
    4,
    8,
    16,
    32,
    64,
    128,
    187,
)  # edges of the bands of rates: octaves, up to half the envelopes' rate
_N_FFT, _HOP = 512, 128
_FLOOR_DB = -60.0  # of a band's mean against the loudest band's: what lies lower is not heard
_LEAST_DB = -40.0  # of a modulation against its band's mean: less of it is steady

Floats = npt.NDArray[np.float64]


def modulations_db(samples: Tensor) -> tuple[Floats, Floats]:
    """Measure a mono sound [T] at 48 kHz.

    Returns
    -------
    modulations : [bands, rates]
        Power of the envelope's movement in each band of rates, in dB against the square of its mean; NaN where the sound is too
        short for two periods of the rate.
    levels : [bands]
        Mean of each envelope in dB against the loudest band's.

    Examples
    --------
    >>> time = torch.arange(96_000) / 48_000
    >>> tone = torch.sin(2 * torch.pi * 1000 * time) * (1 + torch.sin(2 * torch.pi * 6 * time))
    >>> modulations, levels = modulations_db(tone)
    >>> np.nanargmax(modulations[levels.argmax()]).item()  # 4 to 8 Hz
    1
    """
    padded = torch.nn.functional.pad(samples.float(), (0, -len(samples) % _HOP))
    bands = mel_filterbank(NUM_BANDS, _N_FFT) @ magnitude(stft(padded, n_fft=_N_FFT, hop_length=_HOP))
    envelopes = bands.double().numpy()
    means = envelopes.mean(axis=1) + 1e-12
    taper = np.hanning(envelopes.shape[1])
    moved = (envelopes / means[:, None] - 1) * taper
    power = (
        2 * np.abs(np.fft.rfft(moved, axis=1)) ** 2 / (envelopes.shape[1] * np.square(taper).sum() + 1e-12)
    )
    rates = np.fft.rfftfreq(envelopes.shape[1], _HOP / SAMPLE_RATE)
    found = np.full((NUM_BANDS, len(RATES_HZ) - 1), np.nan)
    for place, (low, high) in enumerate(itertools.pairwise(RATES_HZ)):
        if low * len(samples) >= 2 * SAMPLE_RATE:
            inside = (rates >= low) & (rates < high)
            found[:, place] = 10 * np.log10(power[:, inside].sum(axis=1) + 1e-12)
    levels: Floats = 20 * np.log10(means / means.max())
    return np.maximum(found, _LEAST_DB), levels


def modulation_distance(reference: Tensor, result: Tensor) -> float | None:
    """Mean difference in dB of the modulations of two mono sounds [T], in the bands that the reference can be heard in.

    Returns
    -------
    float >= 0, or None
        None where there is nothing to hear, or the sound is too short for any rate (about 15 ms).
    """
    if not bool(reference.any()):
        return None
    wanted, levels = modulations_db(reference)
    given, _ = modulations_db(result)
    difference = np.abs(wanted - given)[levels > _FLOOR_DB]
    known = difference[np.isfinite(difference)]
    return float(known.mean()) if known.size else None
