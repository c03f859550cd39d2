from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.audio.spectrum import istft, stft
from distill.codec.heads import SpectrumHead
from distill.config import CodecConfig


def head_of(config: CodecConfig, *, seed: int = 0) -> SpectrumHead:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return SpectrumHead(config)


def hidden(config: CodecConfig, steps: int, *, scale: float = 1.0) -> torch.Tensor:
    return scale * torch.randn(2, steps, config.width, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize("scale", [0.0, 1.0, 1e3, 1e30])
def test_nothing_is_above_the_ceiling_whatever_comes_in(tiny_config: CodecConfig, scale: float) -> None:
    head = head_of(tiny_config)
    head.ceiling.fill_(math.log(7.0))
    with torch.no_grad():
        found = head.log_magnitude(hidden(tiny_config, 5, scale=scale))
    assert found.shape == (2, tiny_config.n_fft // 2 + 1, 10)
    assert torch.isfinite(found).all()
    assert float(found.max()) <= math.log(7.0) + 1e-6
    assert float(found.min()) >= math.log(1e-5) - 1e-5


def test_frames_of_a_step_follow_each_other(tiny_config: CodecConfig) -> None:
    head, given = head_of(tiny_config), hidden(tiny_config, 4)
    with torch.no_grad():
        whole = head.log_magnitude(given)
        for step in range(4):
            alone = head.log_magnitude(given[:, step : step + 1])
            torch.testing.assert_close(whole[:, :, 2 * step : 2 * step + 2], alone)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 5), st.integers(1, 4))
def test_the_phase_of_a_part_is_that_part_of_the_whole_however_late(
    first: int, before: int, steps: int
) -> None:
    config = CodecConfig(width=16)
    head, given = head_of(config), hidden(config, before + steps)
    with torch.no_grad():
        whole = head.unit_phase(given, first_step=first)
        part = head.unit_phase(given[:, before:], first_step=first + before)
    torch.testing.assert_close(part, whole[:, :, 2 * before :], rtol=0, atol=1e-5)
    torch.testing.assert_close(part.abs(), torch.ones_like(part.abs()))


@pytest.mark.parametrize("n_fft", [256, 512])
def test_the_spectrum_and_its_gradient_are_those_of_magnitude_times_phase(n_fft: int) -> None:
    config = CodecConfig(width=16, n_fft=n_fft, hop_length=128)
    head, given = head_of(config), hidden(config, 5).requires_grad_()
    log_magnitude = head.log_magnitude(given)

    # As it is read: a clock that starts with the sound turns what the network says.
    pairs = head.phase(given).view(2, -1, 2, n_fft // 2 + 1)
    frame, bin_ = torch.arange(pairs.shape[1]) + 3 * config.frames_per_step, torch.arange(n_fft // 2 + 1)
    clock = 2 * math.pi * ((frame[:, None] * bin_ * 128) % n_fft) / n_fft
    angle = torch.atan2(pairs[:, :, 1], pairs[:, :, 0]) + clock
    slow = torch.polar(log_magnitude.exp(), angle.transpose(1, 2))
    fast = head.spectrum(given, log_magnitude, first_step=3)
    torch.testing.assert_close(fast, slow, rtol=1e-4, atol=1e-5)

    weights = torch.randn(slow.shape, dtype=torch.complex64, generator=torch.Generator().manual_seed(4))
    wanted = [given, *head.phase.parameters(), *head.magnitude.parameters()]
    slopes = [
        torch.autograd.grad((weights.conj() * found).real.sum(), wanted, retain_graph=True)
        for found in (fast, slow)
    ]
    for one, other in zip(*slopes, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-3 * float(other.abs().max()))


@pytest.mark.parametrize("first_step", [0, 10**9 + 1])
def test_a_constant_answer_is_a_steady_tone(tiny_config: CodecConfig, first_step: int) -> None:
    head = head_of(tiny_config)
    with torch.no_grad():
        head.phase.weight.zero_()
        head.phase.bias.fill_(1.0)
        phase = head.unit_phase(hidden(tiny_config, 12), first_step=first_step)[:1]
    n_fft, hop_length, bin_ = tiny_config.n_fft, tiny_config.hop_length, 40
    spectrum = torch.zeros_like(phase)
    for offset, weight in ((-1, -0.5), (0, 1.0), (1, -0.5)):  # a Hann window spreads a tone over three bins
        spectrum[:, bin_ + offset] = weight * phase[:, bin_]
    audio = istft(spectrum, n_fft=n_fft, hop_length=hop_length)[0, 4096:-4096]
    angle = 2 * math.pi * bin_ / n_fft * torch.arange(len(audio), dtype=torch.float64)
    basis = torch.stack([angle.cos(), angle.sin()], 1).float()
    left = audio - basis @ torch.linalg.lstsq(basis, audio[:, None]).solution[:, 0]
    assert float(left.norm() / audio.norm()) < 1e-3


def test_the_oscillator_is_exact_after_years(tiny_config: CodecConfig) -> None:
    head = head_of(tiny_config)
    given = hidden(tiny_config, 1)
    with torch.no_grad():
        now, later = head.unit_phase(given), head.unit_phase(given, first_step=2**36)
    assert torch.equal(now, later)  # 2^36 steps are whole turns of every bin


def test_the_oscillator_turns_as_a_tone_at_the_centre_of_its_bin_does() -> None:
    config = CodecConfig(width=16, frames_per_step=1)
    head = head_of(config)
    with torch.no_grad():
        head.phase.weight.zero_()
        head.phase.bias.fill_(1.0)
        found = head.unit_phase(hidden(config, 9))[0]
    n_fft, hop_length = config.n_fft, config.hop_length
    time = torch.arange(9 * hop_length, dtype=torch.float64)
    for bin_ in (3, 40, 301):
        tone = torch.cos(2 * math.pi * bin_ / n_fft * time).float()
        seen = stft(tone, n_fft=n_fft, hop_length=hop_length)[bin_, 2:7]
        turns = torch.angle((seen[1:] / seen[:-1]) / (found[bin_, 3:7] / found[bin_, 2:6]))
        assert float(turns.abs().max()) < 1e-3


def test_the_lowest_bins_are_told_as_with_all_others(tiny_config: CodecConfig) -> None:
    head, given = head_of(tiny_config), hidden(tiny_config, 4)
    with torch.no_grad():
        real, imaginary = head.pairs(given, 9).unbind(2)
        clock = head.oscillator(8)[:, :9]
        found = torch.complex(real, imaginary) * clock
        whole = head.unit_phase(given).transpose(1, 2)[:, :, :9]
    torch.testing.assert_close(found / found.abs(), whole, rtol=0, atol=1e-4)
