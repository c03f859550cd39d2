"""What a step of a sound is like: eight figures a musician has words for.

Each is measured in a window centred on its step: level and colour over 2048 samples (43 ms), partials and noise over
4096 (85 ms), movement from an envelope every 64 samples. All but the loudness are ratios, so turning a sound up changes
nothing else. A step quieter than :data:`SILENCE_DB` has no colour: it counts as 1 kHz with nothing around it.

======== ==========  ===============================================================================
figure   unit        definition and source
======== ==========  ===============================================================================
bright   octaves     centroid of the magnitudes (Schubert and Wolfe, 2006), against 1 kHz
warm     dB          power of 100..800 Hz against the rest, -40..40
loud     dB          K-weighted power (ITU-R BS.1770-4), a mono sine of full scale at 1 kHz has -3
wide     octaves     two standard deviations of log frequency, weighted by power
noisy    0..1        flatness within bands (MPEG-7, ISO/IEC 15938-4), weighted by their power
rough    0..1        depth of modulation at 20..150 Hz, the most at 70 (Daniel and Weber, 1997)
tense    0..1        share of the partials outside the best harmonic series (Terhardt, 1974), where not noise
onset    dB          level against that of the 32 ms before, -40..40
======== ==========  ===============================================================================
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from distill.audio.clip import SAMPLE_RATE
from distill.audio.k_weighting import k_weights
from distill.audio.partials import AUDIBLE_HZ, noisiness, unexplained
from distill.audio.spectrum import hann

__all__ = ["ORDER", "SILENCE_DB", "describe"]

# As in distill.codes.entries.DESCRIPTORS, which may not load torch.
ORDER = (
    "brightness", "warmth", "loudness", "bandwidth", "noisiness", "roughness", "tension", "onset",
)  # fmt: skip

SILENCE_DB = -90.0
_SILENT = 10 ** (SILENCE_DB / 10)  # mean square
_SHORT, _LONG = 2048, 4096  # samples of the windows
_TICK, _GLIMPSE = 64, 256  # samples between two values of an envelope, and of the window it is measured in
_WARM_HZ = (100.0, 800.0)
_MOST_DB = 40.0  # of warmth and onset: beyond it nobody hears a difference


@torch.inference_mode(False)
@torch.no_grad()
def describe(samples: Tensor, *, step_length: int = 1024, steps: Sequence[int] | None = None) -> Tensor:
    """Measure every step of sounds at 48 kHz, or some of them.

    Parameters
    ----------
    samples : float Tensor [..., T]
        ``T`` a multiple of ``step_length``; outside the sound there is silence.
    step_length : int
        Samples in a step, a multiple of 64.
    steps : sequence of int, optional
        Which steps to measure; all by default.

    Returns
    -------
    float32 Tensor [..., S, F]
        In the order of :data:`ORDER`; always finite.

    Examples
    --------
    >>> tone = 0.5 * torch.sin(torch.arange(8192) * (2 * torch.pi * 1000 / 48_000))
    >>> brightness, _, loudness = describe(tone)[4, :3].tolist()
    >>> round(brightness, 1), round(loudness)
    (0.0, -9)
    """
    *lead, num_samples = samples.shape
    assert num_samples % step_length == 0, (num_samples, step_length)
    assert step_length % _TICK == 0, step_length
    audio = samples.detach().float().reshape(-1, num_samples)
    chosen = torch.arange(num_samples // step_length) if steps is None else torch.tensor(list(steps))
    chosen = chosen.to(audio.device)
    short, _ = _powers(audio, chosen, step_length, _SHORT)
    long, peaked = _powers(audio, chosen, step_length, _LONG)
    envelopes = _envelopes(audio)
    noisy = noisiness(long)
    found = {
        "brightness": _brightness(short),
        "warmth": _warmth(short),
        "bandwidth": _bandwidth(short),
        "noisiness": noisy,
        "roughness": _roughness(envelopes, chosen, step_length),
        "tension": (1 - noisy) * unexplained(peaked),
    }
    sounding = short.sum(-1) > _SILENT
    found = {name: torch.where(sounding, values, 0) for name, values in found.items()}
    found["loudness"] = _decibels((short * k_weights(_SHORT).to(short.device)).sum(-1)) - 0.691
    found["onset"] = _onset(envelopes, chosen, step_length)
    stacked = torch.stack([found[name] for name in ORDER], -1)
    return stacked.reshape(*lead, len(chosen), len(ORDER))


def _powers(audio: Tensor, steps: Tensor, step_length: int, n_fft: int) -> tuple[Tensor, Tensor]:
    """Power of each bin in a window centred on each step, twice [B, S, bins].

    First with Hann's window: its sum over the bins is the mean square. Then with that window squared, whose side lobes
    are too low to be taken for partials; multiplying by the window again is a sum of three bins here.
    """
    padded = F.pad(audio, (n_fft // 2, n_fft // 2))
    starts = steps * step_length + step_length // 2  # the centre, and the margin in front
    frames = padded[:, starts[:, None] + torch.arange(n_fft, device=audio.device)]
    window = hann(n_fft, audio.device)
    spectrum = torch.fft.rfft(frames * window)
    power = spectrum.abs().square()
    power[..., 1:-1] *= 2
    squared = 0.5 * spectrum
    squared[..., 1:-1] -= 0.25 * (spectrum[..., 2:] + spectrum[..., :-2])
    return power / (n_fft * window.square().sum()), squared.abs().square()


def _envelopes(audio: Tensor) -> Tensor:
    """Power of the bins of short windows every 64 samples, [B, bins, T / 64]; value ``m`` is centred on sample ``64 m``."""
    spectrum = torch.stft(
        F.pad(audio, (_GLIMPSE // 2, _GLIMPSE // 2)),
        _GLIMPSE,
        _TICK,
        window=hann(_GLIMPSE, audio.device),
        center=False,
        return_complex=True,
    )
    return spectrum.abs().square()


def _decibels(power: Tensor) -> Tensor:
    return 10 * power.clamp_min(_SILENT).log10()


def _hz(bins: int, device: torch.device) -> Tensor:
    return torch.linspace(0, SAMPLE_RATE / 2, bins, device=device)


def _audible(bins: int, device: torch.device) -> Tensor:
    hz = _hz(bins, device)
    return ((hz >= AUDIBLE_HZ[0]) & (hz <= AUDIBLE_HZ[1])).float()


def _brightness(power: Tensor) -> Tensor:
    hz = _hz(power.shape[-1], power.device)
    magnitude = power.sqrt() * _audible(power.shape[-1], power.device)
    centroid = (magnitude @ hz) / magnitude.sum(-1).clamp_min(1e-20)
    return (centroid.clamp_min(AUDIBLE_HZ[0]) / 1000).log2()


def _warmth(power: Tensor) -> Tensor:
    hz = _hz(power.shape[-1], power.device)
    warm = (power * ((hz >= _WARM_HZ[0]) & (hz <= _WARM_HZ[1]))).sum(-1)
    rest = power.sum(-1) - warm
    ratio_db: Tensor = 10 * (warm.clamp_min(1e-20) / rest.clamp_min(1e-20)).log10()
    return ratio_db.clamp(-_MOST_DB, _MOST_DB)


def _bandwidth(power: Tensor) -> Tensor:
    octave = _hz(power.shape[-1], power.device).clamp_min(1).log2()
    weight = power * _audible(power.shape[-1], power.device)
    weight = weight / weight.sum(-1, keepdim=True).clamp_min(1e-20)
    mean = weight @ octave
    spread = (weight * (octave - mean[..., None]).square()).sum(-1)
    return 2 * spread.sqrt()


def _roughness(envelopes: Tensor, steps: Tensor, step_length: int) -> Tensor:
    """Depth of modulation of each band, weighted over rates as ears are, and over bands by their magnitude."""
    ticks = _LONG // _TICK
    envelope = F.pad(envelopes.sqrt(), (ticks // 2, ticks // 2))  # magnitudes
    starts = (steps * step_length + step_length // 2) // _TICK
    window = hann(ticks, envelopes.device)
    parts = envelope[
        :, :, starts[:, None] + torch.arange(ticks, device=envelopes.device)
    ]  # [B, bins, S, ticks]
    moved = torch.fft.rfft(parts * window).abs()
    rates = torch.linspace(0, SAMPLE_RATE / _TICK / 2, moved.shape[-1], device=moved.device)
    ratio = rates / 70
    # Rises from 20 Hz to its peak at 70 and falls off towards 150 (Fastl and Zwicker, 2007, chapter 11).
    heard = (ratio * (1 - ratio).exp()).square() * ((rates >= 20) & (rates <= 150))
    steady = moved[..., 0]
    # 1 + m sin: in Hann's window m / 2 of the steady part, spread over three bins with 1.5 times the main one's power.
    depth = 2 * (moved.square() @ heard / 1.5).sqrt() / steady.clamp_min(1e-20)
    share = steady / steady.sum(1, keepdim=True).clamp_min(1e-20)
    roughness: Tensor = (depth * share).sum(1)
    return roughness.clamp(0, 1)


def _onset(envelopes: Tensor, steps: Tensor, step_length: int) -> Tensor:
    level = envelopes.sum(1) / (_GLIMPSE * hann(_GLIMPSE, envelopes.device).square().sum() / 2)  # [B, ticks]
    own, before = step_length // _TICK, 3 * step_length // (2 * _TICK)
    apart = _GLIMPSE // 2 // _TICK  # what is measured later already sees the step
    padded = F.pad(level, (before + apart, 0))
    starts = steps * own
    past = padded[:, starts[:, None] + torch.arange(before, device=level.device)].mean(-1)
    now = padded[:, starts[:, None] + before + apart + torch.arange(own, device=level.device)].mean(-1)
    return (_decibels(now) - _decibels(past)).clamp(-_MOST_DB, _MOST_DB)
