from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from distill.audio import distances
from distill.audio.distances import MEL_SCALES, STFT_WINDOWS, mel_distance, stft_distance
from distill.audio.spectrum import mel_filterbank
from distill.errors import BadSound


def noise(channels: int, samples: int, *, seed: int, gain: float = 0.1) -> Tensor:
    draw = torch.Generator().manual_seed(seed)
    return gain * torch.randn(channels, samples, generator=draw)


def librosa_bank(num_mels: int, window: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    librosa = pytest.importorskip("librosa", reason="librosa, the oracle, is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # it remarks on filters narrower than a bin; they belong to the definition
        return np.asarray(librosa.filters.mel(sr=48_000, n_fft=window, n_mels=num_mels))


def slow_magnitude(audio: Tensor, window: int) -> Tensor:
    """torch's own centred STFT of the whole sound at once, [C, bins, frames]."""
    hann = torch.hann_window(window)
    return torch.stft(
        audio, window, window // 4, window=hann, center=True, pad_mode="reflect", return_complex=True
    ).abs()


def slow_mel_distance(a: Tensor, b: Tensor) -> float:
    total = 0.0
    for window, num_mels in MEL_SCALES:
        bank = torch.from_numpy(librosa_bank(num_mels, window))
        mel_a, mel_b = bank @ slow_magnitude(a, window), bank @ slow_magnitude(b, window)
        total += (mel_a.clamp(1e-5).log10() - mel_b.clamp(1e-5).log10()).abs().mean().item()
    return total


def slow_stft_distance(a: Tensor, b: Tensor) -> float:
    total = 0.0
    for window in (2048, 512):
        mag_a, mag_b = slow_magnitude(a, window), slow_magnitude(b, window)
        log_a, log_b = mag_a.clamp(1e-5).pow(2).log10(), mag_b.clamp(1e-5).pow(2).log10()
        total += (log_a - log_b).abs().mean().item() + (mag_a - mag_b).abs().mean().item()
    return total


@pytest.mark.parametrize(("window", "num_mels"), MEL_SCALES)
def test_mel_filters_of_every_scale_are_librosas(window: int, num_mels: int) -> None:
    ours = mel_filterbank(num_mels, window).numpy()
    np.testing.assert_allclose(ours, librosa_bank(num_mels, window), atol=1e-7)


def test_the_scales_are_those_of_dac() -> None:
    assert tuple((32 << i, 5 << i) for i in range(7)) == MEL_SCALES
    assert STFT_WINDOWS == (2048, 512)


@pytest.mark.parametrize("samples", [4800, 4801, 20_000])
def test_distances_equal_the_slow_reference(samples: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distances, "_BLOCK", 4096)  # many blocks, the last one odd
    a, b = noise(2, samples, seed=1), noise(2, samples, seed=2, gain=0.03)
    assert mel_distance(a, b) == pytest.approx(slow_mel_distance(a, b), rel=1e-5)
    assert stft_distance(a, b) == pytest.approx(slow_stft_distance(a, b), rel=1e-5)


@settings(max_examples=15, deadline=None)
@given(samples=st.integers(1025, 6000), block=st.sampled_from([512, 2048, 1 << 18]))
def test_the_size_of_a_block_changes_nothing(samples: int, block: int) -> None:
    a, b = noise(1, samples, seed=samples), noise(1, samples, seed=samples + 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distances, "_BLOCK", block)
        assert stft_distance(a, b) == pytest.approx(slow_stft_distance(a, b), rel=1e-5)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), channels=st.integers(1, 2), gain=st.floats(1e-4, 1.0))
def test_a_distance_is_symmetric_and_zero_only_to_itself(seed: int, channels: int, gain: float) -> None:
    a, b = noise(channels, 4800, seed=seed, gain=gain), noise(channels, 4800, seed=seed + 1)
    for distance in (mel_distance, stft_distance):
        assert distance(a, a.clone()) == 0.0
        assert distance(a, b) == distance(b, a) > 0.0


def test_a_louder_copy_is_one_decade_away_at_each_of_seven_scales() -> None:
    a = noise(1, 24_000, seed=3, gain=0.02)
    occupied = sum((mel_filterbank(m, w).sum(1) > 0).float().mean().item() for w, m in MEL_SCALES)
    assert mel_distance(a, 10 * a) == pytest.approx(occupied, rel=1e-3)  # filters without a bin say nothing


def test_phase_and_polarity_are_not_heard() -> None:
    a = noise(1, 9600, seed=4)
    assert mel_distance(a, -a) == 0.0
    assert stft_distance(a, -a) == 0.0


def test_silence_is_at_no_distance_from_silence() -> None:
    silence = torch.zeros(1, 4800)
    assert mel_distance(silence, silence) == 0.0
    assert stft_distance(silence, 1e-9 * torch.ones(1, 4800)) < 1e-5


def test_channels_count_alike() -> None:
    a, b = noise(2, 9600, seed=5), noise(2, 9600, seed=6, gain=0.01)
    alone = [mel_distance(a[c : c + 1], b[c : c + 1]) for c in range(2)]
    assert mel_distance(a, b) == pytest.approx(sum(alone) / 2, rel=1e-6)


def test_sounds_of_different_shape_are_refused_in_one_sentence() -> None:
    with pytest.raises(BadSound) as refusal:
        mel_distance(torch.zeros(1, 4800), torch.zeros(2, 4800))
    assert str(refusal.value) == (
        "the sounds to compare have the shapes [1, 4800] and [2, 4800]; "
        "both must be [channels, samples] of the same size, so cut them to one length first."
    )


def test_a_sound_shorter_than_half_a_window_is_refused_in_one_sentence() -> None:
    with pytest.raises(BadSound) as refusal:
        stft_distance(torch.zeros(1, 1024), torch.zeros(1, 1024))
    assert str(refusal.value) == (
        "the sounds to compare are 1024 samples long; at least 1025 are needed, so pad both with silence first."
    )
