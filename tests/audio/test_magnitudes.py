from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from distill.audio.magnitudes import frame_magnitudes, mel_bands
from distill.audio.spectrum import hann, mel_filterbank

CPU = torch.device("cpu")
WINDOWS = st.tuples(st.sampled_from([32, 60, 64, 128]), st.sampled_from([2, 4]))


def noise(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def slow_magnitudes(audio: Tensor, n_fft: int, hop_length: int) -> Tensor:
    window = hann(n_fft, CPU).to(audio.dtype)
    spectrum = torch.stft(audio, n_fft, hop_length, window=window, center=False, return_complex=True)
    return spectrum.abs().transpose(1, 2)


@settings(max_examples=30, deadline=None)
@given(WINDOWS, st.integers(0, 5), st.integers(0, 40))
def test_magnitudes_and_their_gradient_are_those_of_torch(
    window: tuple[int, int], frames: int, rest: int
) -> None:
    n_fft, overlap = window
    hop_length = n_fft // overlap
    audio = noise(2, n_fft + frames * hop_length + rest).requires_grad_()
    found = frame_magnitudes(audio, n_fft=n_fft, hop_length=hop_length)
    wanted = slow_magnitudes(audio, n_fft, hop_length)
    torch.testing.assert_close(found, wanted)
    weights = noise(*wanted.shape, seed=1)
    (gradient,) = torch.autograd.grad((found * weights).sum(), audio)
    (slow,) = torch.autograd.grad((wanted * weights).sum(), audio)
    torch.testing.assert_close(gradient, slow)


def test_the_gradient_of_magnitudes_is_their_slope() -> None:
    audio = noise(2, 40).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: frame_magnitudes(x, n_fft=16, hop_length=4), (audio,))


def test_silence_has_no_gradient() -> None:
    audio = torch.zeros(1, 256, requires_grad=True)
    (gradient,) = torch.autograd.grad(frame_magnitudes(audio, n_fft=64, hop_length=16).sum(), audio)
    assert gradient.eq(0).all()


@pytest.mark.parametrize(
    ("num_mels", "n_fft"), [(5, 32), (20, 128), (80, 512), (160, 1024), (40, 1024), (320, 2048)]
)
def test_bands_and_their_gradient_are_those_of_the_whole_filterbank(num_mels: int, n_fft: int) -> None:
    filters = mel_filterbank(num_mels, n_fft).double().T
    magnitudes = noise(2, 3, n_fft // 2 + 1).abs().requires_grad_()
    found, wanted = mel_bands(magnitudes, num_mels), magnitudes @ filters
    torch.testing.assert_close(found, wanted)
    weights = noise(*wanted.shape, seed=1)
    (gradient,) = torch.autograd.grad((found * weights).sum(), magnitudes)
    torch.testing.assert_close(gradient, weights @ filters.T)
