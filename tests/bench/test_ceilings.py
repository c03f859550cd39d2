from __future__ import annotations

import numpy as np
import torch
from bench.ceilings import linear_ceiling, mel_ceiling, spread_back
from bench.formula import tones_and_noise
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.audio.distances import mel_distance
from distill.audio.spectrum import mel_filterbank


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000))
def test_refining_never_takes_the_magnitude_further_from_its_mel_bands(seed: int) -> None:
    draw = torch.Generator().manual_seed(seed)
    bank = mel_filterbank(128, 2048)
    mels = bank @ torch.rand(1025, 5, generator=draw).square()
    errors = [(bank @ spread_back(mels, refinements=rounds) - mels).norm().item() for rounds in (0, 1, 5, 20)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.05 * mels.norm().item()
    assert bool((spread_back(mels) >= 0).all())


def test_silence_stays_silent_through_both_ceilings() -> None:
    silence = np.zeros((2, 5000), np.float32)
    for ceiling in (linear_ceiling, mel_ceiling):
        assert np.abs(ceiling(silence)).max() < 1e-6


def test_knowing_the_linear_magnitude_is_better_than_knowing_mel_bands() -> None:
    sound = tones_and_noise(1.0, sample_rate=48_000, channels=2, seed=3).numpy()
    original = torch.from_numpy(sound)
    linear = mel_distance(original, torch.from_numpy(linear_ceiling(sound)))
    mel = mel_distance(original, torch.from_numpy(mel_ceiling(sound)))
    assert 0 < linear < mel < 2


def test_a_ceiling_keeps_channels_and_exact_length() -> None:
    for channels, length in ((1, 4800), (2, 30_001)):
        sound = 0.1 * np.random.default_rng(0).standard_normal((channels, length)).astype(np.float32)
        assert linear_ceiling(sound).shape == mel_ceiling(sound).shape == sound.shape
