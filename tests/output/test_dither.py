from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.signals import noise, tone

from distill.output.dither import Quantiser, as_integers, is_exact

STEP = 2.0**-15


def constant(steps: float, num_samples: int = 200_000) -> np.ndarray:
    return np.full((1, num_samples), steps * STEP, np.float32)


@pytest.mark.parametrize("steps", [0.0, 0.1, 0.3, 0.5, 0.9])
def test_dithered_sound_is_right_on_average_and_its_error_has_one_size(steps: float) -> None:
    error = Quantiser(16, dither=True)(constant(steps)).astype(np.float64) / STEP - steps
    # Triangular noise: the mean of the error is 0 and its variance a quarter of a step squared, whatever the sound is.
    assert error.mean() == pytest.approx(0.0, abs=0.005)
    assert error.var() == pytest.approx(0.25, abs=0.005)


def test_a_tone_below_one_step_survives_dither_and_is_lost_without() -> None:
    faint = tone(96_000, hz=1_000.0, peak=0.4 * STEP)
    dithered = Quantiser(16, dither=True)(faint)[0]
    partner = np.exp(-2j * np.pi * 1_000 * np.arange(96_000) / 48_000)
    assert 2 * abs((dithered * partner).mean()) == pytest.approx(0.4 * STEP, rel=0.05)
    assert not Quantiser(16, dither=False)(faint).any()


@pytest.mark.parametrize(("depth", "step"), [(16, 2.0**-15), (24, 2.0**-23)])
def test_rounding_is_to_the_nearest_and_never_above_full_scale(depth: int, step: float) -> None:
    samples = noise(10_000, rms=0.4, channels=2)
    rounded = Quantiser(depth, dither=False)(samples).astype(np.float64)
    inside = np.abs(samples) < 1 - step
    assert np.abs(rounded - samples)[inside].max() <= step / 2
    assert rounded.max() <= 1 - step
    assert rounded.min() >= -1


def test_the_same_seed_draws_the_same_noise() -> None:
    quiet = noise(1_000, rms=1e-4)
    first, again, other = (Quantiser(16, dither=True, seed=seed)(quiet) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@given(cuts=st.lists(st.integers(0, 500), max_size=6), depth=st.sampled_from([16, 24]))
def test_any_cutting_gives_the_same_samples(cuts: list[int], depth: int) -> None:
    samples = noise(500, channels=2)
    whole = Quantiser(depth, dither=True)(samples)
    quantise = Quantiser(depth, dither=True)
    parts = [quantise(part) for part in np.split(samples, sorted(cuts), axis=1)]
    assert np.array_equal(np.concatenate(parts, axis=1), whole)


@given(st.floats(-1.5, 1.5, width=32), st.sampled_from([16, 24]))
def test_integers_agree_with_a_slow_reference(value: float, depth: int) -> None:
    full = 2 ** (depth - 1)
    expected = max(-full, min(full - 1, round(value * full)))  # Python rounds halves to even, as rint does
    (integer,) = as_integers(Quantiser(depth, dither=False)(np.array([[value]], np.float32)), depth)[0]
    assert integer == expected * (256 if depth == 24 else 1)


def test_floating_point_is_left_as_it_is() -> None:
    samples = noise(100)
    assert Quantiser(32, dither=True)(samples) is samples


def test_what_fits_into_a_depth_is_known() -> None:
    rounded = Quantiser(16, dither=False)(noise(1_000))
    assert is_exact(rounded, 16)
    assert is_exact(rounded, 24)
    assert not is_exact(noise(1_000), 16)
    assert not is_exact(np.array([[1.0]], np.float32), 16)  # one step too many
    assert is_exact(noise(1_000), 32)
