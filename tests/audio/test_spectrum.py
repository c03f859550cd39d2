from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.audio.spectrum import griffin_lim, istft, mel_filterbank, random_phase, stft

SIZES = st.tuples(st.sampled_from([64, 96, 128, 512]), st.integers(2, 8), st.integers(1, 9))


def sound(num_samples: int, *, seed: int = 0) -> torch.Tensor:
    return 0.3 * torch.randn(num_samples, generator=torch.Generator().manual_seed(seed))


@settings(max_examples=40, deadline=None)
@given(SIZES)
def test_inverting_a_spectrum_gives_the_sound_back_to_its_edges(sizes: tuple[int, int, int]) -> None:
    hop_length, overlap, num_frames = sizes
    audio = sound(num_frames * hop_length)
    spectrum = stft(audio, n_fft=overlap * hop_length, hop_length=hop_length)
    assert spectrum.shape == (overlap * hop_length // 2 + 1, num_frames)
    back = istft(spectrum, n_fft=overlap * hop_length, hop_length=hop_length)
    torch.testing.assert_close(back, audio, atol=2e-5, rtol=0)


def test_a_frame_is_a_windowed_fourier_transform_centred_in_its_hop() -> None:
    n_fft, hop_length, frame = 256, 64, 5
    audio = sound(12 * hop_length)
    centre = frame * hop_length + hop_length // 2
    part = audio[centre - n_fft // 2 : centre + n_fft // 2].double().numpy()
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
    seen = stft(audio, n_fft=n_fft, hop_length=hop_length)[:, frame]
    np.testing.assert_allclose(seen.numpy(), np.fft.rfft(part * window), atol=1e-5)


def test_outside_a_sound_there_is_silence() -> None:
    n_fft, hop_length = 512, 128
    audio = sound(8 * hop_length)
    framed = torch.cat([torch.zeros(4 * hop_length), audio, torch.zeros(4 * hop_length)])
    inside = stft(framed, n_fft=n_fft, hop_length=hop_length)[:, 4:12]
    torch.testing.assert_close(stft(audio, n_fft=n_fft, hop_length=hop_length), inside)


@settings(max_examples=25, deadline=None)
@given(SIZES, st.integers(0, 8))
def test_frames_of_a_part_are_the_frames_of_the_whole(sizes: tuple[int, int, int], first: int) -> None:
    hop_length, overlap, num_frames = sizes
    n_fft, margin = overlap * hop_length, overlap // 2 + 1  # frames that see the cut
    audio = sound((first + num_frames + 2 * margin + 3) * hop_length)
    whole = stft(audio, n_fft=n_fft, hop_length=hop_length)
    last = first + num_frames + 2 * margin
    part = stft(audio[first * hop_length : last * hop_length], n_fft=n_fft, hop_length=hop_length)
    torch.testing.assert_close(part[:, margin:-margin], whole[:, first + margin : last - margin])


@pytest.mark.parametrize(
    ("num_mels", "n_fft", "low", "high"),
    [
        (160, 2048, 0.0, None),
        (48, 512, 0.0, None),
        (40, 2048, 0.0, None),
        (16, 1024, 50.0, 12_000.0),
        (5, 32, 0.0, None),
    ],
)
def test_mel_filters_are_librosas(num_mels: int, n_fft: int, low: float, high: float | None) -> None:
    librosa = pytest.importorskip("librosa", reason="librosa, the oracle, is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on filters narrower than a bin
        wanted = librosa.filters.mel(sr=48_000, n_fft=n_fft, n_mels=num_mels, fmin=low, fmax=high)
    ours = mel_filterbank(num_mels, n_fft, fmin_hz=low, fmax_hz=high)
    np.testing.assert_allclose(ours.numpy(), wanted, atol=1e-7)


def test_griffin_lim_comes_closer_with_more_rounds() -> None:
    time = torch.arange(48 * 256) / 48_000
    audio = torch.sin(2 * torch.pi * 700 * time) * torch.exp(-20 * time) + 0.1 * sound(len(time))
    wanted = stft(audio, n_fft=1024, hop_length=256).abs()

    def convergence(rounds: int) -> float:
        found = griffin_lim(wanted, n_fft=1024, hop_length=256, iterations=rounds)
        error = stft(found, n_fft=1024, hop_length=256).abs() - wanted
        return float(error.norm() / wanted.norm())

    distances = [convergence(rounds) for rounds in (0, 2, 8, 32, 96)]
    assert distances == sorted(distances, reverse=True), distances
    assert distances[-1] < 0.35 * distances[0], distances


def test_griffin_lim_keeps_a_sound_that_is_already_right() -> None:
    audio = sound(16 * 256)
    spectrum = stft(audio, n_fft=1024, hop_length=256)
    phase = spectrum / spectrum.abs().clamp_min(1e-12)
    for rounds in (0, 6):
        found = griffin_lim(spectrum.abs(), n_fft=1024, hop_length=256, iterations=rounds, phase=phase)
        torch.testing.assert_close(found, audio, atol=1e-4, rtol=0)


def test_griffin_lim_follows_from_its_seed() -> None:
    wanted = stft(sound(8 * 256), n_fft=1024, hop_length=256).abs()
    first, again, other = (
        griffin_lim(wanted, n_fft=1024, hop_length=256, iterations=3, seed=seed) for seed in (4, 4, 5)
    )
    assert torch.equal(first, again)
    assert not torch.allclose(first, other, atol=1e-2)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**40), st.integers(0, 10**9), st.integers(0, 6), st.integers(1, 5))
def test_random_phase_depends_on_the_absolute_frame_alone(
    seed: int, first: int, before: int, num_frames: int
) -> None:
    part = random_phase(9, num_frames, seed=seed, first_frame=first + before)
    whole = random_phase(9, before + num_frames, seed=seed, first_frame=first)
    assert torch.equal(part, whole[:, before:])
    torch.testing.assert_close(part.abs(), torch.ones(9, num_frames))


def test_other_seeds_and_frames_have_other_phases() -> None:
    here = random_phase(64, 2, seed=1)
    assert not torch.allclose(here[:, 0], here[:, 1], atol=0.1)
    assert not torch.allclose(here, random_phase(64, 2, seed=2), atol=0.1)
