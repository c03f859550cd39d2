from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from distill.audio.distances import mel_distance
from distill.audio.spectrum import stft
from distill.codec.losses import MAGNITUDE_FLOOR, magnitude_loss, mel_loss, slope_loss, sound_loss

N_FFT, HOP = 2048, 512


def sounds(count: int = 2, *, seed: int = 0, gain: float = 0.1) -> Tensor:
    return gain * torch.randn(count, 8 * 1024, generator=torch.Generator().manual_seed(seed))


def spectrum(audio: Tensor) -> Tensor:
    return stft(audio, n_fft=N_FFT, hop_length=HOP)


def log_magnitude(audio: Tensor) -> Tensor:
    return spectrum(audio).abs().clamp_min(MAGNITUDE_FLOOR).log()


def test_a_sound_is_at_no_distance_from_itself() -> None:
    audio = sounds()
    assert float(sound_loss(audio.clone(), audio)) == 0.0
    assert float(mel_loss(audio.clone(), audio)) == 0.0
    assert float(magnitude_loss(log_magnitude(audio), spectrum(audio))) < 1e-5


def test_other_sounds_are_at_a_distance() -> None:
    a, b = sounds(seed=1), sounds(seed=2, gain=0.02)
    assert float(mel_loss(a, b)) > 1
    assert float(sound_loss(a, b)) > float(mel_loss(a, b))
    assert float(magnitude_loss(log_magnitude(a), spectrum(b))) > 1


def test_the_mel_loss_is_the_distance_that_codecs_are_measured_with() -> None:
    a, b = sounds(1, seed=3), sounds(1, seed=4, gain=0.03)
    assert float(mel_loss(a, b)) == pytest.approx(mel_distance(a, b), rel=1e-4)


@settings(max_examples=10, deadline=None)
@given(st.floats(-20, 20))
def test_a_tenth_of_the_magnitude_loss_is_two_decibels_in_each_of_three_views(gain_db: float) -> None:
    audio = sounds(seed=5)  # far above the floors, so that every bin and band moves alike
    louder = log_magnitude(audio) + gain_db / 20 * math.log(10)
    found = float(magnitude_loss(louder, spectrum(audio)))
    assert found == pytest.approx(3 * abs(gain_db) / 20, rel=0.02, abs=1e-4)


@pytest.mark.parametrize("turns", [2, 3, 7])
def test_the_halves_of_the_scales_add_up_to_all_of_them(turns: int) -> None:
    a, b = sounds(seed=6), sounds(seed=7, gain=0.05)
    parts = [float(sound_loss(a, b, turn=turn, turns=turns)) for turn in range(5, 5 + turns)]
    assert sum(parts) / turns == pytest.approx(float(sound_loss(a, b)), rel=1e-5)


@pytest.mark.parametrize("given_gain", [0.0, 1e-9, 0.1])
@pytest.mark.parametrize("wanted_gain", [0.0, 0.1])
def test_gradients_are_finite_on_silence(given_gain: float, wanted_gain: float) -> None:
    decoded, audio = sounds(seed=8, gain=given_gain).requires_grad_(), sounds(seed=9, gain=wanted_gain)
    sound_loss(decoded, audio).backward()  # type: ignore[no-untyped-call]
    assert decoded.grad is not None
    assert torch.isfinite(decoded.grad).all()
    head = log_magnitude(sounds(seed=8, gain=given_gain)).requires_grad_()
    magnitude_loss(head, spectrum(audio)).backward()  # type: ignore[no-untyped-call]
    assert head.grad is not None
    assert torch.isfinite(head.grad).all()


def test_below_the_floor_nothing_is_asked_of_the_head() -> None:
    silence = torch.zeros(1, 8 * 1024)
    quiet = torch.full((1, N_FFT // 2 + 1, 16), math.log(MAGNITUDE_FLOOR) - 3.0)
    assert float(magnitude_loss(quiet, spectrum(silence))) < 1e-6


def phasors(*shape: int, seed: int = 0) -> Tensor:
    angles = 2 * math.pi * torch.rand(*shape, generator=torch.Generator().manual_seed(seed))
    return torch.polar(torch.ones(*shape), angles)


def as_pairs(bins: Tensor) -> Tensor:
    return torch.stack([bins.real, bins.imag], 2)  # [B, F, 2, bins]


def lowest_bins(audio: Tensor, bins: int = 64) -> Tensor:
    return spectrum(audio)[:, :bins].transpose(1, 2)


@settings(max_examples=15, deadline=None)
@given(st.floats(-math.pi, math.pi), st.floats(0.01, 100))
def test_right_slopes_cost_nothing_wherever_the_phase_begins_and_whatever_the_length(
    turn: float, length: float
) -> None:
    wanted = lowest_bins(sounds(seed=10))
    turned = length * wanted * torch.polar(torch.tensor(1.0), torch.tensor(turn))
    assert float(slope_loss(as_pairs(turned), wanted, bin_hz=23.4)) < 1e-3


def test_slopes_of_chance_cost_two() -> None:
    wanted = lowest_bins(sounds(count=8, seed=11))
    found = slope_loss(as_pairs(phasors(*wanted.shape, seed=12)), wanted, bin_hz=23.4)
    assert float(found) == pytest.approx(2.0, abs=0.1)


def test_slopes_equal_those_of_a_loop_over_neighbours() -> None:
    wanted, given_ = lowest_bins(sounds(count=1, seed=13), bins=3)[:, :4], phasors(1, 4, 3, seed=14)
    error = torch.angle(given_[0] * wanted[0].conj())
    weight = wanted[0].abs().sqrt() / (1 + torch.arange(3) * 23.4 / 1000)
    total = 0.0
    for over_time in (True, False):
        above = below = 0.0
        for frame in range(4):
            for bin_ in range(3):
                before = (frame - 1, bin_) if over_time else (frame, bin_ - 1)
                if min(before) < 0:
                    continue
                heard = math.sqrt(weight[frame, bin_] * weight[before])
                above += heard * (1 - math.cos(error[frame, bin_] - error[before]))
                below += heard
        total += above / below
    assert float(slope_loss(as_pairs(given_), wanted, bin_hz=23.4)) == pytest.approx(total, rel=1e-4)


def test_silence_has_no_slopes_to_follow() -> None:
    given_ = as_pairs(phasors(1, 8, 16, seed=15)).requires_grad_()
    slope_loss(given_, torch.zeros(1, 8, 16, dtype=torch.complex64), bin_hz=46.9).backward()  # type: ignore[no-untyped-call]
    assert given_.grad is not None
    assert not given_.grad.any()
