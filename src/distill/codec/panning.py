"""Where a stereo sound lies: how its side goes with its mid, band by band.

The two grids of a stereo sound hold magnitudes, and magnitudes do not tell left from right: a sound on the left has
the same mid and, upside down, the same side as on the right. So the side's grid also holds the *pan* of each band, the
correlation of mid and side: 1 where they are the same (left of the centre), -1 where they are opposite (right of it),
0 where they have nothing to do with each other (wide). Decoding turns the side's phase towards the mid's as far as that.

Parametric stereo (Breebaart, van de Par, Kohlrausch and Schuijers, 2005) codes level, phase and coherence of
left and right; of mid and side, whose levels are coded already, this one signed number is left.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from distill.audio.spectrum import mel_filterbank, power, stft
from distill.config import CodecConfig

__all__ = ["correlation", "link", "pan", "pan_loss", "with_a_mid"]

# Power of one band, below which there is nothing to hear the place of: about -100 dB against full scale.
SILENT = 1e-8


def with_a_mid(mid: Tensor) -> Tensor:
    """Which rows are sides, int64 [n]: those whose mid [B, T] is not silence. Only they cost anything."""
    return torch.nonzero(mid.abs().amax(1) > 0)[:, 0]


def pan(mid: Tensor, side: Tensor, config: CodecConfig) -> tuple[Tensor, Tensor]:
    """Measure the correlation of mid and side in each band at each step.

    Parameters
    ----------
    mid, side : Tensor [B, T]
        ``T`` a multiple of ``config.step_length``.

    Returns
    -------
    pan : Tensor [B, S, P]
        -1..1; 0 where either is silent.
    weight : Tensor [B, S, P]
        How much there is to place: the fourth root of both magnitudes, about 1 for a loud band.
    """
    form = {"n_fft": config.n_fft, "hop_length": config.hop_length}
    return correlation(stft(mid, **form), stft(side, **form), config)


def correlation(mid: Tensor, side: Tensor, config: CodecConfig) -> tuple[Tensor, Tensor]:
    """As :func:`pan`, of spectra that are known: complex Tensors [B, bins, F]."""
    bands = mel_filterbank(config.num_pan_bands, config.n_fft).to(mid.device)

    def gathered(bins: Tensor) -> Tensor:
        frames = (bands @ bins).transpose(1, 2)  # [B, F, P]
        steps: Tensor = frames.reshape(len(frames), -1, config.frames_per_step, frames.shape[2]).mean(2)
        return steps

    shared = gathered(power(mid, side))
    both = gathered(power(mid, mid)) * gathered(power(side, side))
    return (shared / (both.sqrt() + SILENT)).clamp(-1, 1), both.pow(0.125)


def pan_loss(given: Tensor, wanted: Tensor, weight: Tensor) -> Tensor:
    """Mean absolute error of pans [B, S, P], where there is something to place."""
    return ((given - wanted).abs() * weight).mean()


def link(mid: Tensor, side: Tensor, pan: Tensor, config: CodecConfig) -> Tensor:
    """Turn the side's phase towards the mid's, as far as the pan says.

    Parameters
    ----------
    mid, side : complex Tensor [B, bins, F]
        Unit phasors.
    pan : Tensor [B, S, P]
        -1..1.

    Returns
    -------
    complex Tensor [B, bins, F]
        Unit phasors: ``pan`` parts of the mid's and ``sqrt(1 - pan^2)`` of the side's own, a quarter turn on. Its
        real product with the mid's is then ``pan``, exactly where both had the same angles.
    """
    places = _places(config.num_pan_bands, config.n_fft).to(pan.device)
    per_bin = (pan @ places).repeat_interleave(config.frames_per_step, dim=1).transpose(1, 2)  # [B, bins, F]
    # A quarter turn, because the head answers both grids alike: where they hold the same partials it gives them the
    # same angles, and a side that is in phase with its mid is on the left, whatever its pan says.
    aside = torch.complex(-side.imag, side.real)
    mixed = per_bin * mid + (1 - per_bin.square()).clamp_min(0).sqrt() * aside
    power = torch.view_as_real(mixed).square().sum(-1)
    return mixed * torch.rsqrt(power + 1e-12)


@lru_cache(maxsize=8)
@torch.inference_mode(False)  # kept, and used in training later
def _places(num_bands: int, n_fft: int) -> Tensor:
    """Share of each band at each bin, [P, bins]; adds up to 1 where there is any."""
    bands = mel_filterbank(num_bands, n_fft)
    triangles = bands / bands.amax(1, keepdim=True)
    return triangles / triangles.sum(0).clamp_min(1e-6)
