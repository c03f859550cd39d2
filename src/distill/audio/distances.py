"""How far apart two sounds are: multi-scale mel distance and multi-scale STFT distance.

Both are the definitions that the DAC codec is evaluated with (Kumar et al., "High-Fidelity Audio
Compression with Improved RVQGAN", 2023, section 4; ``descriptinc/audiotools``,
``audiotools/metrics/spectral.py``): magnitudes that are not normalised, periodic Hann windows, a hop of
a quarter window, frames centred on ``m * hop`` with the sound mirrored at its ends.

They differ from :mod:`distill.audio.spectrum` in that framing, so that figures compare with the
literature, and from the training losses in that they are measured in bounded memory and give a plain
number: one block of frames at a time, the sound itself is never copied.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from distill.audio.spectrum import hann, mel_filterbank
from distill.errors import BadSound

__all__ = ["MEL_SCALES", "STFT_WINDOWS", "mel_distance", "stft_distance"]

MEL_SCALES = ((32, 5), (64, 10), (128, 20), (256, 40), (512, 80), (1024, 160), (2048, 320))  # (window, mels)
STFT_WINDOWS = (2048, 512)
_FLOOR = 1e-5  # magnitudes below this are equal: -100 dB of one unit of magnitude
_BLOCK = 1 << 18  # samples of one block: 5.5 s, about 10 MB of spectrum a channel


def mel_distance(a: Tensor, b: Tensor, sample_rate: int = 48_000) -> float:
    """Sum over seven windows of the mean absolute difference of log10 mel magnitudes, clamped at 1e-5.

    Parameters
    ----------
    a, b : float Tensor [C, T]
        Two sounds of one shape, ``T > 1024``.
    sample_rate : int
        Hz.

    Returns
    -------
    float >= 0
        0 for equal sounds; about 1 for a good reconstruction by a codec. One unit is a factor of ten
        (20 dB) in one of the seven resolutions.

    Raises
    ------
    BadSound
        If the shapes differ or the sounds are too short for the longest window.

    Examples
    --------
    >>> tone = torch.sin(torch.arange(4800) * 0.1)[None]
    >>> mel_distance(tone, tone)
    0.0
    >>> 0 < mel_distance(tone, 2 * tone) < 7 * 0.30103  # log10 of 2 at most at each of seven scales
    True
    """
    _check(a, b, MEL_SCALES[-1][0])
    total = 0.0
    for window, num_mels in MEL_SCALES:
        bank = mel_filterbank(num_mels, window, sample_rate=sample_rate).to(a.device)
        summed, count = 0.0, 0
        for magnitude in _magnitudes(a, b, window):
            log_a, log_b = (bank @ magnitude).clamp_min(_FLOOR).log10()
            summed += (log_a - log_b).abs().sum(dtype=torch.float64).item()
            count += log_a.numel()
        total += summed / count
    return total


def stft_distance(a: Tensor, b: Tensor) -> float:
    """Sum over two windows of the L1 distance of magnitudes and of their log10 squares, clamped at 1e-5.

    Parameters
    ----------
    a, b : float Tensor [C, T]
        Two sounds of one shape, ``T > 1024``.

    Returns
    -------
    float >= 0
        Unlike :func:`mel_distance` it depends on how loud both sounds are (the magnitude term).

    Raises
    ------
    BadSound
        If the shapes differ or the sounds are too short for the longest window.

    Examples
    --------
    >>> tone = torch.sin(torch.arange(4800) * 0.1)[None]
    >>> stft_distance(tone, tone), stft_distance(tone, 0.5 * tone) > 0
    (0.0, True)
    """
    _check(a, b, max(STFT_WINDOWS))
    total = 0.0
    for window in STFT_WINDOWS:
        summed, count = 0.0, 0
        for pair in _magnitudes(a, b, window):
            log_a, log_b = 2 * pair.clamp_min(_FLOOR).log10()
            linear = (pair[0] - pair[1]).abs().sum(dtype=torch.float64)
            summed += (linear + (log_a - log_b).abs().sum(dtype=torch.float64)).item()
            count += log_a.numel()
        total += summed / count
    return total


def _check(a: Tensor, b: Tensor, window: int) -> None:
    if a.shape != b.shape or a.ndim != 2 or 0 in a.shape:
        raise BadSound(
            f"the sounds to compare have the shapes {list(a.shape)} and {list(b.shape)}; "
            "both must be [channels, samples] of the same size, so cut them to one length first."
        )
    if a.shape[1] <= window // 2:
        raise BadSound(
            f"the sounds to compare are {a.shape[1]} samples long; at least {window // 2 + 1} are needed, "
            "so pad both with silence first."
        )


@torch.no_grad()
def _magnitudes(a: Tensor, b: Tensor, window: int) -> Iterator[Tensor]:
    """Magnitudes of both sounds, block by block, [2, C, window // 2 + 1, frames of the block].

    Frame ``m`` covers samples ``m * hop - window / 2`` to ``m * hop + window / 2``; an index before 0 or
    behind ``T - 1`` is mirrored there, as ``torch.stft(center=True)`` does by copying the whole sound.
    """
    hop, num_samples = window // 4, a.shape[1]
    num_frames = num_samples // hop + 1
    per_block = _BLOCK // hop
    for first in range(0, num_frames, per_block):
        last = min(first + per_block, num_frames) - 1
        index = torch.arange(first * hop - window // 2, last * hop + window // 2, device=a.device).abs()
        index = torch.where(index >= num_samples, 2 * (num_samples - 1) - index, index)
        block = torch.cat([a[:, index], b[:, index]]).float()
        spectrum = torch.stft(
            block, window, hop, window=hann(window, a.device), center=False, return_complex=True
        )
        yield spectrum.abs().reshape(2, a.shape[0], *spectrum.shape[1:])
