"""Sounds made by formula, for measurements that need a size and not a music: no file is shipped, none is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

__all__ = ["make_collection", "make_long_file", "tones_and_noise"]


def tones_and_noise(seconds: float, *, sample_rate: int, channels: int, seed: int) -> Tensor:
    """Decaying harmonic tones over soft noise, float32 [channels, T], peak below 0.9.

    Examples
    --------
    >>> tones_and_noise(0.5, sample_rate=48_000, channels=2, seed=0).shape
    torch.Size([2, 24000])
    """
    rng = np.random.default_rng(seed)
    num_samples = round(seconds * sample_rate)
    time = np.arange(num_samples) / sample_rate
    since_onset = time % rng.uniform(0.3, 0.8)
    pitch_hz = rng.uniform(80.0, 800.0)
    tone = sum(np.sin(2 * np.pi * pitch_hz * n * time) / n**1.5 for n in range(1, 9))
    tone = tone * np.exp(-since_onset * rng.uniform(2.0, 8.0))
    noise = rng.standard_normal((channels, num_samples)) * rng.uniform(0.05, 0.3)
    sound = tone[None] + noise
    return torch.from_numpy((0.8 * sound / np.abs(sound).max()).astype(np.float32))


def make_collection(folder: Path, *, count: int, seed: int) -> float:
    """Write `count` WAV files of 1 to 5 s, every third in stereo; return their seconds together."""
    import soundfile

    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    total = 0.0
    for index in range(count):
        seconds = float(rng.uniform(1.0, 5.0))
        sound = tones_and_noise(
            seconds, sample_rate=48_000, channels=2 if index % 3 == 0 else 1, seed=seed + 1 + index
        )
        soundfile.write(folder / f"sound-{index:03}.wav", sound.numpy().T, 48_000, subtype="PCM_16")
        total += seconds
    return total


def make_long_file(path: Path, *, seconds: float, channels: int, seed: int) -> None:
    """Write one long WAV file ten seconds at a time, never the whole of it in memory."""
    import soundfile

    with soundfile.SoundFile(path, "w", samplerate=48_000, channels=channels, subtype="PCM_16") as file:
        left, block = seconds, 0
        while left > 0:
            piece = tones_and_noise(min(10.0, left), sample_rate=48_000, channels=channels, seed=seed + block)
            file.write(piece.numpy().T)
            left, block = left - 10.0, block + 1
