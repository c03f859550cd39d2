from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.signals import noise

from distill.output.delay_line import delayed

SOUND = noise(3000)[0].astype(np.float64)


@given(delay=st.integers(0, 4000), length=st.integers(1, 9000))
def test_a_whole_delay_moves_samples_and_changes_nothing(delay: int, length: int) -> None:
    moved = np.pad(SOUND, (delay, max(0, length - delay - len(SOUND))))[:length]
    np.testing.assert_allclose(delayed(SOUND, np.full(length, float(delay))), moved, atol=1e-12)


@pytest.mark.parametrize("hz", [100.0, 5000.0, 12_000.0, 17_000.0])
@pytest.mark.parametrize("delay", [16.5, 20.123456, 37.9999])
def test_a_fraction_of_a_sample_is_exact_to_80_db(hz: float, delay: float) -> None:
    time = np.arange(9000)
    tone = np.sin(2 * np.pi * hz / 48_000 * time)
    late = delayed(tone, np.full(9000, delay))
    exact = np.sin(2 * np.pi * hz / 48_000 * (time - delay))
    assert 20 * np.log10(np.abs(late - exact)[100:-100].max()) < -80


def test_a_delay_that_grows_lowers_the_pitch_and_nothing_else() -> None:
    time = np.arange(48_000)
    tone = np.sin(2 * np.pi * 1000 / 48_000 * time)
    delays = np.linspace(20, 68, 48_000)
    late = delayed(tone, delays)
    exact = np.sin(2 * np.pi * 1000 / 48_000 * (time - delays))
    assert 20 * np.log10(np.abs(late - exact)[100:-100].max()) < -84


@given(first=st.integers(0, 2000), count=st.integers(1, 1000))
def test_a_part_is_the_part_of_the_whole(first: int, count: int) -> None:
    delays = 20.3 + np.linspace(0, 5, 3000)
    whole = delayed(SOUND, delays)
    part = delayed(SOUND, delays[first : first + count], start=first)
    np.testing.assert_allclose(part, whole[first : first + count], atol=1e-12)


def test_around_a_sound_lies_silence() -> None:
    assert not delayed(SOUND, np.full(100, 1e6)).any()
    assert not delayed(SOUND, np.full(10, 0.0), start=5000).any()
