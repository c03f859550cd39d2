from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.signals import mixture, noise

from distill.audio.clip import Clip
from distill.errors import BadSetting
from distill.output.decorrelation import decorrelating
from distill.output.stereo_field import place_in_stereo

positions, widths = st.floats(-1, 1), st.floats(0, 2)
MONO, STEREO = Clip(mixture(12_000, seed=1)), Clip(mixture(12_000, seed=2, channels=2))


def test_the_middle_without_width_is_the_sound_in_both_channels() -> None:
    placed = place_in_stereo(MONO)
    assert np.array_equal(placed.samples, np.repeat(MONO.samples, 2, axis=0))


def test_a_stereo_sound_in_the_middle_stays_as_it_is_bit_by_bit() -> None:
    assert np.array_equal(place_in_stereo(STEREO).samples, STEREO.samples)
    assert np.array_equal(place_in_stereo(STEREO, width=1.0).samples, STEREO.samples)


@given(width=widths)
def test_the_mono_sum_knows_nothing_of_the_width(width: float) -> None:
    left, right = place_in_stereo(MONO, width=width).samples.astype(np.float64)
    off = np.abs((left + right) / 2 - MONO.samples[0]).max() / np.abs(MONO.samples).max()
    assert 20 * np.log10(max(off, 1e-12)) < -138  # the last bit of a float32


@given(position=positions, width=widths)
def test_the_mono_sum_is_the_sound_and_one_gain(position: float, width: float) -> None:
    left, right = place_in_stereo(MONO, position=position, width=width).samples.astype(np.float64)
    gain = math.cos(position * math.pi / 4)  # (g_l + g_r) / 2
    np.testing.assert_allclose((left + right) / 2, gain * MONO.samples[0], atol=2e-7)


@given(position=positions)
def test_a_point_has_the_same_power_wherever_it_stands(position: float) -> None:
    placed = place_in_stereo(MONO, position=position).samples.astype(np.float64)
    assert np.square(placed).sum() == pytest.approx(2 * np.square(MONO.samples, dtype=np.float64).sum())


@given(position=st.floats(0.01, 1))
def test_right_is_louder_on_the_right_and_left_is_its_mirror(position: float) -> None:
    left, right = place_in_stereo(MONO, position=position).samples
    assert np.square(right).sum() > np.square(left).sum()
    mirrored_left, mirrored_right = place_in_stereo(MONO, position=-position).samples
    np.testing.assert_allclose(mirrored_left, right, atol=1e-6)
    np.testing.assert_allclose(mirrored_right, left, atol=1e-6)


def test_wholly_at_one_side_the_other_is_silent() -> None:
    left, right = place_in_stereo(MONO, position=1.0, width=2.0).samples
    assert not left.any()
    np.testing.assert_allclose(right, math.sqrt(2) * MONO.samples[0], atol=1e-6)


@pytest.mark.parametrize("width", [0.25, 0.5, 1.0])
def test_width_takes_the_likeness_of_the_channels_and_adds_the_power_it_says(width: float) -> None:
    clip = Clip(noise(200_000))
    left, right = place_in_stereo(clip, width=width).samples.astype(np.float64)
    likeness = (left @ right) / np.sqrt((left @ left) * (right @ right))
    assert likeness == pytest.approx((1 - width**2) / (1 + width**2), abs=0.03)
    power = (left @ left + right @ right) / (2 * np.square(clip.samples, dtype=np.float64).sum())
    assert power == pytest.approx(1 + width**2, rel=0.02)
    assert 10 * np.log10((left @ left) / (right @ right)) == pytest.approx(0.0, abs=0.5)


def test_the_copy_is_all_pass_above_the_bass_and_short() -> None:
    response = decorrelating(48_000)
    spectrum = np.abs(np.fft.rfft(response, 1 << 17))
    hertz = np.fft.rfftfreq(1 << 17, 1 / 48_000)
    assert np.abs(20 * np.log10(spectrum[(hertz > 160) & (hertz < 23_900)])).max() < 0.1
    assert 20 * np.log10(spectrum[hertz < 40].max()) < -40
    begins = len(response) // 16
    energy = np.square(response)
    assert energy[begins - 24 : begins + 960].sum() > 0.99 * energy.sum()  # 20 ms


def test_an_attack_stays_an_attack_in_the_side() -> None:
    click = np.zeros((1, 9600), np.float32)
    click[0, 4800] = 1.0
    left, right = place_in_stereo(Clip(click), width=1.0).samples.astype(np.float64)
    side = np.cumsum(np.square(left - right))
    high = side / side[-1]
    assert high[4800 - 48] < 1e-3  # nothing comes before it
    assert high[4800 + 144] > 0.9  # and nine tenths within 3 ms


@given(width=widths, position=positions)
def test_a_stereo_sound_keeps_its_mid_and_its_power(width: float, position: float) -> None:
    wide = place_in_stereo(STEREO, width=width).samples.astype(np.float64)
    np.testing.assert_allclose(wide.sum(axis=0), STEREO.samples.sum(axis=0), atol=1e-6)
    placed = place_in_stereo(STEREO, width=width, position=position).samples.astype(np.float64)
    powers = np.square(wide).sum(), np.square(placed).sum()
    assert 10 * np.log10(powers[1] / powers[0]) == pytest.approx(0.0, abs=0.01)


def test_a_stereo_sound_without_width_is_mono() -> None:
    left, right = place_in_stereo(STEREO, width=0.0).samples
    assert np.array_equal(left, right)


def test_what_lies_on_the_far_side_is_not_raised_without_end() -> None:
    only_left = np.concatenate([noise(1000), np.zeros((1, 1000), np.float32)])
    assert not place_in_stereo(Clip(only_left), position=1.0).samples.any()
    nearly = place_in_stereo(Clip(only_left), position=0.99).samples
    assert np.abs(nearly).max() < np.abs(only_left).max() * 0.1


@pytest.mark.parametrize("channels", [1, 2])
def test_silence_and_nothing_stay_what_they_are(channels: int) -> None:
    for length in (0, 5, 1000):
        placed = place_in_stereo(Clip(np.zeros((channels, length), np.float32)), position=0.5, width=1.5)
        assert placed.samples.shape == (2, length)
        assert not placed.samples.any()


@pytest.mark.parametrize(
    ("position", "width"), [(1.1, None), (math.nan, None), (0, -0.1), (0, 2.5), (0, math.inf)]
)
def test_impossible_places_are_refused(position: float, width: float | None) -> None:
    with pytest.raises(BadSetting, match="choose one from"):
        place_in_stereo(MONO, position=position, width=width)
