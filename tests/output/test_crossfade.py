from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.signals import noise, tone

from distill.output.crossfade import correlation, crossfaded, gains


@given(length=st.integers(1, 500), likeness=st.floats(-0.5, 1))
def test_the_power_of_a_mixture_neither_dips_nor_bulges(length: int, likeness: float) -> None:
    out, into = gains(length, likeness)
    assert out**2 + into**2 + 2 * likeness * out * into == pytest.approx(1.0)


@given(length=st.integers(1, 500), likeness=st.floats(-1, 1))
def test_no_gain_rises_far_over_one_however_opposite_the_sounds(length: int, likeness: float) -> None:
    out, into = gains(length, likeness)
    assert max(out.max(), into.max()) < 1.16
    assert out == pytest.approx(into[::-1])
    assert (np.diff(into) > 0).all() or likeness < 0 or length == 1


def test_equal_sounds_come_through_a_fade_as_they_were() -> None:
    same = tone(1000)
    mixed, likeness = crossfaded(same, same)
    assert likeness == pytest.approx(1.0)
    assert mixed == pytest.approx(same, abs=1e-7)


def test_noise_fades_into_other_noise_without_a_change_of_level() -> None:
    one, other = noise(48_000, seed=1), noise(48_000, seed=2)
    mixed, likeness = crossfaded(one, other)
    assert abs(likeness) < 0.03
    parts = np.sqrt(np.square(mixed).reshape(10, -1).mean(axis=1))
    assert parts == pytest.approx(0.1, rel=0.04)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
def test_partly_equal_noise_keeps_its_level_too(share: float) -> None:
    common, own, others = (noise(96_000, seed=seed) for seed in (1, 2, 3))
    one, other = (np.sqrt(share) * common + np.sqrt(1 - share) * part for part in (own, others))
    mixed, likeness = crossfaded(one.astype(np.float32), other.astype(np.float32))
    assert likeness == pytest.approx(share, abs=0.03)
    middle = mixed[:, 40_000:56_000]
    assert 20 * np.log10(middle.std() / 0.1) == pytest.approx(0.0, abs=0.25)


def test_silence_is_like_anything() -> None:
    silent = np.zeros((2, 100), np.float32)
    assert correlation(silent, silent) == 1.0
    mixed, _ = crossfaded(silent, silent)
    assert not mixed.any()
