from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals import noise, tone

from distill.audio.clip import Samples
from distill.output.exact_peak import ExactPeakMeter


def measured(samples: Samples, rate: int = 48_000) -> float:
    meter = ExactPeakMeter(samples.shape[0], rate)
    meter.add(samples)
    return meter.dbtp


def slowly(samples: Samples) -> float:
    """Slow reference: eight points a sample by one Fourier transform of all of it."""
    framed = np.pad(samples.astype(np.float64), ((0, 0), (4_096, 4_096)))
    fine = np.fft.irfft(np.fft.rfft(framed), 8 * framed.shape[1]) * 8
    return float(20 * np.log10(np.abs(fine).max()))


@pytest.mark.parametrize("seed", range(4))
def test_white_noise_reads_as_one_transform_of_all_of_it(seed: int) -> None:
    samples = noise(100_000, seed=seed, channels=2)
    assert measured(samples) == pytest.approx(slowly(samples), abs=0.02)


@pytest.mark.parametrize("hz", [997.0, 12_000.0, 19_500.0, 23_000.0])
def test_a_tone_reads_as_its_height(hz: float) -> None:
    samples = tone(96_000, hz=hz, peak=0.5) * np.hanning(96_000).astype(np.float32)
    assert measured(samples) == pytest.approx(
        20 * np.log10(0.5), abs=0.16
    )  # eight points miss so much near 24 kHz


@settings(max_examples=10)
@given(cuts=st.lists(st.integers(0, 80_000), max_size=5), length=st.integers(1, 80_000))
def test_any_cutting_reads_the_same(cuts: list[int], length: int) -> None:
    samples = noise(length)
    meter = ExactPeakMeter(1, 48_000)
    for part in np.split(samples, sorted(min(cut, length) for cut in cuts), axis=1):
        meter.add(part)
    assert meter.dbtp == measured(samples)


def test_an_alternation_at_half_the_rate_counts_once() -> None:
    samples = np.float32(0.5) * np.resize([1.0, -1.0], (1, 100_000)).astype(np.float32)
    samples *= np.hanning(100_000).astype(np.float32)
    assert measured(samples) == pytest.approx(20 * np.log10(0.5), abs=0.01)


def test_a_peak_next_to_a_block_is_seen() -> None:
    for at in (0, 1, 2**15 - 1, 2**15, 2**15 + 1, 69_999):
        samples = np.zeros((1, 70_000), np.float32)
        samples[0, at] = 0.5
        assert measured(samples) == pytest.approx(20 * np.log10(0.5), abs=1e-3)


def test_silence_has_no_peak() -> None:
    assert measured(np.zeros((2, 50_000), np.float32)) == -np.inf
    assert ExactPeakMeter(1, 48_000).dbtp == -np.inf
