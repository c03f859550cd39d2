"""Magnitudes of short-time spectra and their mel bands, whose gradients cost no more than they do.

torch differentiates a one-sided Fourier transform by a whole complex one of a gradient that is padded to twice its length:
a third of the time of a training step that hears sound went there. The adjoint of a one-sided transform is an inverse
one-sided transform whose inner bins count half, and a mel filterbank is empty but for a band along its diagonal.

Frames come before bins here, [B, F, bins], which is how a transform leaves them in memory: what follows then walks
through memory in order.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from distill.audio.spectrum import hann, mel_filterbank, overlap_add, power

__all__ = ["frame_magnitudes", "mel_bands"]

TINY = 1e-12  # keeps the gradient at silence from being nothing over nothing
FEWEST_BINS = 64  # of a part of a filterbank; smaller products cost more than what they leave out


def frame_magnitudes(audio: Tensor, *, n_fft: int, hop_length: int) -> Tensor:
    """Magnitudes of the one-sided spectrum of every whole window (periodic Hann).

    Parameters
    ----------
    audio : Tensor [B, T]
        Padded as its owner wants frames to lie: the first window begins with the first sample.
    n_fft, hop_length : int
        Window length and distance of two windows, in samples; a window is a whole number of hops.

    Returns
    -------
    Tensor [B, 1 + (T - n_fft) // hop_length, n_fft // 2 + 1]
        Differentiable once; where the magnitude is zero the gradient is, too.

    Examples
    --------
    >>> frame_magnitudes(torch.zeros(2, 4096), n_fft=1024, hop_length=256).shape
    torch.Size([2, 13, 513])
    """
    found: Tensor = _FrameMagnitudes.apply(audio, n_fft, hop_length)  # type: ignore[no-untyped-call]
    return found


def mel_bands(magnitudes: Tensor, num_mels: int) -> Tensor:
    """Mel bands of magnitudes at 48 kHz, [..., bins] -> [..., num_mels]: the product with :func:`mel_filterbank`.

    A third of that product's time where there are many bins: half of them lie in the top octave, where few bands are.

    Examples
    --------
    >>> mel_bands(torch.ones(3, 7, 513), 80).shape
    torch.Size([3, 7, 80])
    """
    found: Tensor = _MelBands.apply(magnitudes, num_mels)  # type: ignore[no-untyped-call]
    return found


class _FrameMagnitudes(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, audio: Tensor, n_fft: int, hop_length: int) -> Tensor:
        assert n_fft % hop_length == 0, (n_fft, hop_length)
        window = hann(n_fft, audio.device).to(audio.dtype)
        spectrum = torch.fft.rfft(audio.unfold(-1, n_fft, hop_length) * window)
        magnitudes = power(spectrum, spectrum).sqrt_()
        ctx.save_for_backward(spectrum, magnitudes)
        ctx.framing = (n_fft, hop_length, audio.shape[1])
        return magnitudes

    @staticmethod
    @once_differentiable  # type: ignore[misc, no-untyped-call, unused-ignore]
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        """Turn each bin's gradient its spectrum's way, back to samples, under the window, and add frames up."""
        spectrum, magnitudes = ctx.saved_tensors
        n_fft, hop_length, num_samples = ctx.framing
        share = gradient / magnitudes.clamp_min(TINY)
        # An inverse one-sided transform counts inner bins twice, for the half of the spectrum that is not there.
        share[..., 1 : (n_fft + 1) // 2] *= 0.5
        frames = torch.fft.irfft(spectrum * share, n=n_fft, norm="forward")
        frames *= hann(n_fft, frames.device)
        heard = overlap_add(frames, hop_length)
        audio = gradient.new_zeros(len(heard), num_samples)
        audio[:, : heard.shape[1]] = heard
        return audio, None, None


class _MelBands(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, magnitudes: Tensor, num_mels: int) -> Tensor:
        bins = magnitudes.shape[-1]
        ctx.num_mels, ctx.shape = num_mels, magnitudes.shape
        given = magnitudes.reshape(-1, bins)
        bands = given.new_zeros(len(given), num_mels)
        for low, high, first, last, filters in _parts(num_mels, bins, given.device, given.dtype):
            bands[:, first:last].addmm_(given[:, low:high], filters)
        return bands.view(*magnitudes.shape[:-1], num_mels)

    @staticmethod
    @once_differentiable  # type: ignore[misc, no-untyped-call, unused-ignore]
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        wanted = gradient.reshape(-1, ctx.num_mels)
        magnitudes = wanted.new_empty(len(wanted), ctx.shape[-1])
        for low, high, first, last, filters in _parts(
            ctx.num_mels, ctx.shape[-1], wanted.device, wanted.dtype
        ):
            torch.mm(wanted[:, first:last], filters.T, out=magnitudes[:, low:high])
        return magnitudes.view(ctx.shape), None


@lru_cache(maxsize=64)
@torch.inference_mode(False)  # kept, and used in training later
def _parts(
    num_mels: int, bins: int, device: torch.device, dtype: torch.dtype
) -> tuple[tuple[int, int, int, int, Tensor], ...]:
    """Cut a filterbank into octaves of bins, the lowest one down to zero: bins from, to; bands from, to; filters [bins, bands]."""
    edges = [bins]
    while edges[0] // 2 >= FEWEST_BINS:
        edges.insert(0, edges[0] // 2)
    filters = mel_filterbank(num_mels, 2 * (bins - 1)).T.to(device, dtype)
    parts = []
    for low, high in zip([0, *edges], edges, strict=False):
        touched = filters[low:high].any(0).nonzero()[:, 0].tolist()
        first, last = (touched[0], touched[-1] + 1) if touched else (0, 0)
        parts.append((low, high, first, last, filters[low:high, first:last].contiguous()))
    return tuple(parts)
