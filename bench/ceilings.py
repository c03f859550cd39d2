"""What any codec of this kind could reach at best: the true spectrum, inverted with Griffin-Lim.

Two ceilings, on mid and side as the codec has them, 2048 / 512, 32 rounds of fast Griffin-Lim:

* *linear*: the true linear magnitude, only its phase thrown away;
* *mel*: 128 true mel bands, spread back to a linear magnitude, then the same. No codec that keeps only
  mel bands and inverts with Griffin-Lim can be better; one that predicts the linear magnitude or the phase can.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from bench.sounds import mid_side
from distill.audio.clip import Samples
from distill.audio.spectrum import griffin_lim, mel_filterbank, stft

__all__ = ["CEILINGS", "linear_ceiling", "mel_ceiling", "spread_back"]

N_FFT, HOP_LENGTH, NUM_MELS, ROUNDS = 2048, 512, 128, 32
REFINEMENTS = 20


def linear_ceiling(samples: Samples) -> Samples:
    """Return the sound [C, T] with the phase of its mid and side spectra forgotten and guessed again."""
    return _through(samples, keep_mels=False)


def mel_ceiling(samples: Samples) -> Samples:
    """Return the sound [C, T] as 128 mel bands of its mid and side tell it."""
    return _through(samples, keep_mels=True)


CEILINGS = {"mel_ceiling": mel_ceiling, "linear_ceiling": linear_ceiling}


@torch.no_grad()
def _through(samples: Samples, *, keep_mels: bool) -> Samples:
    length = samples.shape[1]
    channels = torch.from_numpy(mid_side(samples))
    padded = torch.nn.functional.pad(channels, (0, -length % HOP_LENGTH))
    magnitude = stft(padded, n_fft=N_FFT, hop_length=HOP_LENGTH).abs()
    if keep_mels:
        magnitude = spread_back(mel_filterbank(NUM_MELS, N_FFT) @ magnitude)
    sound = griffin_lim(magnitude, n_fft=N_FFT, hop_length=HOP_LENGTH, iterations=ROUNDS)[:, :length]
    if len(sound) == 2:
        sound = torch.stack([sound[0] + sound[1], sound[0] - sound[1]])
    return np.ascontiguousarray(sound.numpy())


def spread_back(mels: Tensor, *, refinements: int = REFINEMENTS) -> Tensor:
    """Find a linear magnitude >= 0 with these mel bands.

    Starts from the pseudo-inverse, clamped, and moves it with the multiplicative update for non-negative
    least squares (Lee and Seung, 2001: ``x <- x * A'y / A'Ax``), which never raises the error.

    Parameters
    ----------
    mels : Tensor [..., num_mels, F]

    Returns
    -------
    Tensor [..., N_FFT // 2 + 1, F]
    """
    bank = mel_filterbank(mels.shape[-2], N_FFT)
    start = _pseudo_inverse(mels.shape[-2]) @ mels
    estimate = start.clamp_min(1e-3 * mels.mean(-2, keepdim=True).clamp_min(1e-8))
    wanted = bank.T @ mels
    for _ in range(refinements):
        estimate = estimate * wanted / (bank.T @ (bank @ estimate)).clamp_min(1e-20)
    return estimate


@lru_cache(maxsize=4)
def _pseudo_inverse(num_mels: int) -> Tensor:
    inverse: Tensor = torch.linalg.pinv(mel_filterbank(num_mels, N_FFT).double()).float()
    return inverse
