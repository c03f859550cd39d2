"""From samples to spectra and back: STFT, mel filterbank, fast Griffin-Lim.

Frames are *aligned with steps*: frame ``m`` is centred on sample ``(m + 1/2) * hop_length``, so ``T``
samples have exactly ``T / hop_length`` frames, a step owns a whole number of them, and a chunk of a
sound has the frames of that part of the whole sound. (``torch.stft(center=True)`` centres frame ``m``
on ``m * hop_length`` and has one frame more.) Outside the sound there is silence, never a mirror
image, so nothing depends on where a sound was cut.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = [
    "griffin_lim",
    "hann",
    "istft",
    "magnitude",
    "mel_filterbank",
    "overlap_add",
    "power",
    "random_phase",
    "stft",
]


@lru_cache(maxsize=32)
@torch.inference_mode(False)  # kept, and used in training later
def hann(n_fft: int, device: torch.device) -> Tensor:
    """Periodic Hann window [n_fft], made once for each device."""
    return torch.hann_window(n_fft, device=device)


def stft(audio: Tensor, *, n_fft: int, hop_length: int) -> Tensor:
    """Short-time Fourier transform with frames aligned to steps.

    Parameters
    ----------
    audio : Tensor [..., T]
        ``T`` a multiple of ``hop_length``.
    n_fft, hop_length : int
        Window length (periodic Hann) and distance of two frames, in samples.

    Returns
    -------
    complex Tensor [..., n_fft // 2 + 1, T // hop_length]

    Examples
    --------
    >>> stft(torch.zeros(2, 4096), n_fft=2048, hop_length=512).shape
    torch.Size([2, 1025, 8])
    """
    *lead, num_samples = audio.shape
    assert num_samples % hop_length == 0, (num_samples, hop_length)
    margin = (n_fft - hop_length) // 2
    padded = F.pad(audio.reshape(-1, num_samples), (margin, n_fft - hop_length - margin))
    spectrum = torch.stft(
        padded, n_fft, hop_length, window=hann(n_fft, audio.device), center=False, return_complex=True
    )
    return spectrum.reshape(*lead, n_fft // 2 + 1, num_samples // hop_length)


def magnitude(spectrum: Tensor) -> Tensor:
    """Magnitude of a complex tensor; where no gradient is asked for, two to six times as fast on a CPU as ``abs``.

    ``abs`` guards against overflow. Spectra of sound are far from both ends of what squares of float32 can hold (1e-19, 1e19).
    """
    if spectrum.requires_grad:
        return spectrum.abs()
    return power(spectrum, spectrum).sqrt_()


def power(one: Tensor, other: Tensor) -> Tensor:
    """Real part of the product of a complex tensor with the conjugate of another; of one with itself, its power."""
    return torch.addcmul(one.real * other.real, one.imag, other.imag)


def istft(spectrum: Tensor, *, n_fft: int, hop_length: int) -> Tensor:
    """Invert :func:`stft` by windowed overlap-add (the least-squares inverse of Griffin and Lim, 1984, eq. 6).

    Parameters
    ----------
    spectrum : complex Tensor [..., n_fft // 2 + 1, F]

    Returns
    -------
    Tensor [..., F * hop_length]

    Examples
    --------
    >>> audio = torch.sin(torch.arange(4096) * 0.1)
    >>> back = istft(stft(audio, n_fft=1024, hop_length=256), n_fft=1024, hop_length=256)
    >>> bool(torch.allclose(audio, back, atol=1e-5))
    True
    """
    *lead, bins, num_frames = spectrum.shape
    window = hann(n_fft, spectrum.device)
    frames = torch.fft.irfft(spectrum.reshape(-1, bins, num_frames).transpose(1, 2), n=n_fft) * window
    audio = _aligned(overlap_add(frames, hop_length), n_fft, hop_length, num_frames)
    return (audio * _gain(n_fft, hop_length, num_frames, spectrum.device)).reshape(*lead, -1)


def _aligned(summed: Tensor, n_fft: int, hop_length: int, num_frames: int) -> Tensor:
    """The samples that :func:`stft` saw, without its margins: [B, F * hop_length]."""
    margin = (n_fft - hop_length) // 2
    return summed[:, margin : margin + num_frames * hop_length]


def overlap_add(frames: Tensor, hop_length: int) -> Tensor:
    """Add windowed frames [B, F, n_fft] up where they stand, a hop apart: samples [B, (F - 1) * hop_length + n_fft].

    A window is a whole number of hops, so each of its parts is added in one piece: a quarter of ``F.fold``'s time.
    """
    n_fft = frames.shape[2]
    assert n_fft % hop_length == 0, (n_fft, hop_length)
    parts = frames.reshape(*frames.shape[:2], -1, hop_length)  # [B, F, parts, hop]
    count = parts.shape[2]
    summed = F.pad(parts[:, :, 0], (0, 0, 0, count - 1))
    for index in range(1, count):
        summed = summed + F.pad(parts[:, :, index], (0, 0, index, count - 1 - index))
    return summed.flatten(1)


@lru_cache(maxsize=64)
@torch.inference_mode(False)  # kept, and used in training later
def _gain(n_fft: int, hop_length: int, num_frames: int, device: torch.device) -> Tensor:
    """One over the sum of the squared windows at each sample, [num_frames * hop_length]."""
    squared = hann(n_fft, device).square()[None, None].expand(1, num_frames, n_fft)
    summed = _aligned(overlap_add(squared, hop_length), n_fft, hop_length, num_frames)
    return 1 / summed[0].clamp_min(1e-8)


@lru_cache(maxsize=64)
@torch.inference_mode(False)  # kept, and used in training later
def mel_filterbank(
    num_mels: int,
    n_fft: int,
    *,
    sample_rate: int = 48_000,
    fmin_hz: float = 0.0,
    fmax_hz: float | None = None,
) -> Tensor:
    """Triangular filters on Slaney's mel scale, each of unit area (librosa's ``filters.mel`` defaults).

    Returns
    -------
    float32 Tensor [num_mels, n_fft // 2 + 1]

    Examples
    --------
    >>> mel_filterbank(80, 1024).shape
    torch.Size([80, 513])
    """
    top = sample_rate / 2 if fmax_hz is None else fmax_hz
    edges = _mel_to_hz(
        torch.linspace(_hz_to_mel(fmin_hz), _hz_to_mel(top), num_mels + 2, dtype=torch.float64)
    )
    bins = torch.linspace(0, sample_rate / 2, n_fft // 2 + 1, dtype=torch.float64)
    rising = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    triangles = torch.minimum(rising, falling).clamp_min(0)
    return (triangles * (2.0 / (edges[2:] - edges[:-2]))[:, None]).float()


# Slaney's Auditory Toolbox: linear below 1 kHz (200/3 Hz a mel), logarithmic above (27 mels for a factor 6.4).
_LINEAR_HZ, _BREAK_HZ, _BREAK_MEL, _LOG_STEP = 200.0 / 3, 1000.0, 15.0, math.log(6.4) / 27


def _hz_to_mel(hz: float) -> float:
    return hz / _LINEAR_HZ if hz < _BREAK_HZ else _BREAK_MEL + math.log(hz / _BREAK_HZ) / _LOG_STEP


def _mel_to_hz(mel: Tensor) -> Tensor:
    return torch.where(
        mel < _BREAK_MEL, mel * _LINEAR_HZ, _BREAK_HZ * torch.exp(_LOG_STEP * (mel - _BREAK_MEL))
    )


def random_phase(bins: int, num_frames: int, *, seed: int, first_frame: int = 0) -> Tensor:
    """Unit phasors that depend on the seed and the *absolute* frame alone, so a part equals the part of the whole.

    Returns
    -------
    complex64 Tensor [bins, num_frames]
    """
    angles = torch.empty(num_frames, bins)
    for offset in range(num_frames):
        draw = torch.Generator().manual_seed((seed * 1_000_003 + first_frame + offset) % 2**63)
        angles[offset] = torch.rand(bins, generator=draw)
    return torch.polar(torch.ones(bins, num_frames), 2 * math.pi * angles.T)


def griffin_lim(
    magnitude: Tensor,
    *,
    n_fft: int,
    hop_length: int,
    iterations: int = 32,
    momentum: float = 0.99,
    phase: Tensor | None = None,
    seed: int = 0,
    first_frame: int = 0,
) -> Tensor:
    """Find a sound with these magnitudes: fast Griffin-Lim (Perraudin, Balazs and Søndergaard, 2013).

    Parameters
    ----------
    magnitude : Tensor [..., n_fft // 2 + 1, F]
    iterations : int >= 0
        Rounds of projection; 0 inverts with the starting phase.
    momentum : float in 0..1
        Their alpha; 0 is plain Griffin-Lim.
    phase : complex Tensor like ``magnitude``, optional
        Unit phasors to start from; random ones by ``seed`` and ``first_frame`` otherwise.

    Returns
    -------
    Tensor [..., F * hop_length]
    """
    if phase is None:
        phase = random_phase(*magnitude.shape[-2:], seed=seed, first_frame=first_frame).to(magnitude.device)
    estimate = magnitude * phase
    previous = torch.zeros_like(estimate)
    for _ in range(iterations):
        audio = istft(estimate, n_fft=n_fft, hop_length=hop_length)
        projected = stft(audio, n_fft=n_fft, hop_length=hop_length)
        accelerated = projected + momentum * (projected - previous)
        previous = projected
        estimate = magnitude * accelerated / accelerated.abs().clamp_min(1e-12)
    return istft(estimate, n_fft=n_fft, hop_length=hop_length)
