"""Loudness against pyloudnorm, which measures all at once what comes here block by block."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals import mixture

from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.loudness import Loudness, loudness_of, rms_of


def measured(samples: Samples) -> float:
    loudness = loudness_of([samples])
    assert loudness.unit == "LUFS"
    assert loudness.value is not None
    return loudness.value


@pytest.mark.parametrize("channels", [1, 2])
def test_it_reads_as_pyloudnorm_does(channels: int) -> None:
    rising = np.linspace(0.01, 1, 5 * SAMPLE_RATE, dtype=np.float32)
    samples = mixture(5 * SAMPLE_RATE, seed=3, channels=channels) * rising
    expected = pyloudnorm.Meter(SAMPLE_RATE).integrated_loudness(samples.T.astype(np.float64))
    assert measured(samples) == pytest.approx(expected, abs=0.05)


@settings(max_examples=20)
@given(cuts=st.lists(st.integers(0, 48_000), max_size=6))
def test_it_does_not_matter_where_the_blocks_end(cuts: list[int]) -> None:
    samples = mixture(48_000, seed=1, channels=2)
    parts = np.split(samples, sorted(cuts), axis=1)
    assert loudness_of(parts).value == pytest.approx(measured(samples), abs=1e-6)


def test_six_decibels_more_are_six_decibels_louder() -> None:
    samples = mixture(96_000, seed=2)
    quieter = samples * np.float32(10 ** (-6 / 20))
    assert measured(samples) - measured(quieter) == pytest.approx(6.0, abs=1e-3)


def test_silence_between_does_not_count() -> None:
    samples = mixture(96_000, seed=2)
    with_pause = np.concatenate([samples, np.zeros((1, 480_000), np.float32)], axis=1)
    assert measured(with_pause) == pytest.approx(measured(samples), abs=0.3)


def test_what_is_too_short_or_silent_says_so() -> None:
    short = mixture(19_000, seed=2)
    assert loudness_of([short]) == rms_of(short)
    assert loudness_of([short]).unit == "dBFS RMS"
    assert loudness_of([np.zeros((2, 48_000), np.float32)]) == Loudness(None, "LUFS")
    assert loudness_of([]) == rms_of(np.zeros((1, 0), np.float32)) == Loudness(None, "dBFS RMS")
    assert str(rms_of(np.full((1, 10), 0.1, np.float32))) == "-20.0 dBFS RMS"
