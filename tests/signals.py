"""Sounds by formula, at 48 kHz."""

from __future__ import annotations

import numpy as np

from distill.audio.clip import SAMPLE_RATE, Samples

__all__ = ["clicks", "mixture", "noise", "pluck", "tone"]


def tone(num_samples: int, *, hz: float = 440.0, peak: float = 0.5) -> Samples:
    """A sine [1, T]."""
    seconds = np.arange(num_samples) / SAMPLE_RATE
    samples: Samples = (peak * np.sin(2 * np.pi * hz * seconds)).astype(np.float32)[None]
    return samples


def noise(num_samples: int, *, seed: int = 0, rms: float = 0.1, channels: int = 1) -> Samples:
    """White noise [C, T]."""
    return (rms * np.random.default_rng(seed).standard_normal((channels, num_samples))).astype(np.float32)


def clicks(num_samples: int, *, every: int = 9600, peak: float = 1.0) -> Samples:
    """Single samples in silence [1, T]."""
    here = np.arange(num_samples) % every == every // 2
    return np.where(here, np.float32(peak), np.float32(0))[None]


def pluck(num_samples: int, *, hz: float, seed: int = 0) -> Samples:
    """A decaying sum of partials with a noisy attack [1, T]."""
    seconds = np.arange(num_samples) / SAMPLE_RATE
    order = np.arange(1, 9)[:, None]
    partials = (np.sin(2 * np.pi * hz * order * seconds) * np.exp(-3 * order * seconds) / order).sum(axis=0)
    attack = np.random.default_rng(seed).standard_normal(num_samples) * np.exp(-200 * seconds)
    samples: Samples = np.asarray(0.2 * partials + 0.1 * attack, np.float32)[None]
    return samples


def mixture(num_samples: int, *, seed: int = 0, channels: int = 1) -> Samples:
    """Tones and noise whose loudness moves [C, T]: every step sounds different."""
    draw = np.random.default_rng(seed)
    seconds = np.arange(num_samples) / SAMPLE_RATE
    rows = []
    for _ in range(channels):
        hz, speed = draw.uniform(80, 2000), draw.uniform(1, 7)
        swell = 0.5 + 0.5 * np.sin(2 * np.pi * speed * seconds + draw.uniform(0, 6))
        rows.append(
            0.3 * swell * np.sin(2 * np.pi * hz * seconds)
            + 0.1 * (1 - swell) * draw.standard_normal(num_samples)
        )
    return np.stack(rows).astype(np.float32)
