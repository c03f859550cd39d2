from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.audio.clip import Samples
from distill.collection import colour
from distill.collection.augment import Variation, augment, change_gain, flip_polarity, vary
from distill.collection.colour import BAND_HZ, add_noise, equalise
from distill.config import Augmentation

RATE = 48_000
SWITCHES = ("gain_share", "polarity_share", "eq_share", "pitch_share", "time_share", "noise_share")
OFF = Augmentation.model_validate(dict.fromkeys((*SWITCHES, "shift_share"), 0.0))
EVERYTHING = Augmentation.model_validate(dict.fromkeys(SWITCHES, 1.0))
DEFAULTS = Augmentation.model_validate({})


def tone(hz: float, samples: int = RATE, peak: float = 0.25) -> Samples:
    return (peak * np.sin(2 * np.pi * hz * np.arange(samples) / RATE)).astype(np.float32)


def level_db(audio: Samples) -> float:
    return 20 * math.log10(float(np.sqrt(np.mean(np.square(audio, dtype=np.float64)))))


@st.composite
def crops(draw: st.DrawFn) -> Samples:
    """Noise, silence, an offset, a click or full-scale noise, of any length."""
    samples = draw(st.integers(1, 12_000))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    kind = draw(st.sampled_from(["noise", "silence", "offset", "click", "full scale"]))
    crop = np.zeros(samples, dtype=np.float32)
    if kind == "noise":
        crop = (0.1 * rng.standard_normal(samples)).clip(-1, 1).astype(np.float32)
    elif kind == "offset":
        crop += 0.5
    elif kind == "click":
        crop[rng.integers(samples)] = 1.0
    elif kind == "full scale":
        crop = rng.choice(np.array([-1, 1], dtype=np.float32), samples)
    return crop


@settings(max_examples=60, deadline=None)
@given(crops(), st.integers(0, 1000))
def test_all_at_once_keeps_length_and_scale_and_is_finite(crop: Samples, seed: int) -> None:
    varied = augment(crop, settings=EVERYTHING, rng=np.random.default_rng(seed))
    assert varied.shape == crop.shape
    assert varied.dtype == np.float32
    assert np.isfinite(varied).all()
    assert np.abs(varied).max() <= 1


@settings(max_examples=60, deadline=None)
@given(crops(), st.integers(0, 1000), st.sampled_from(SWITCHES))
def test_each_alone_keeps_length_and_is_finite(crop: Samples, seed: int, switch: str) -> None:
    before = crop.copy()
    alone = OFF.model_copy(update={switch: 1.0})
    varied = augment(crop, settings=alone, rng=np.random.default_rng(seed))
    assert varied.shape == crop.shape
    assert np.isfinite(varied).all()
    assert np.array_equal(crop, before)


@pytest.mark.parametrize("switch", SWITCHES)
def test_each_switch_does_something(switch: str) -> None:
    crop = tone(440, 9_600)
    varied = augment(crop, settings=OFF.model_copy(update={switch: 1.0}), rng=np.random.default_rng(1))
    assert np.abs(varied - crop).max() > 1e-4


@settings(deadline=None)
@given(crops(), st.integers(0, 1000))
def test_shares_of_nothing_change_nothing(crop: Samples, seed: int) -> None:
    assert np.array_equal(augment(crop, settings=OFF, rng=np.random.default_rng(seed)), crop)


@settings(deadline=None)
@given(crops(), st.integers(0, 1000))
def test_the_same_seed_gives_the_same_variation(crop: Samples, seed: int) -> None:
    first, again = (augment(crop, settings=EVERYTHING, rng=np.random.default_rng(seed)) for _ in range(2))
    assert np.array_equal(first, again)


@given(st.integers(0, 10_000), st.sampled_from(SWITCHES))
def test_switching_one_off_leaves_the_others(seed: int, switch: str) -> None:
    part = EVERYTHING.model_copy(update={switch: 0.0})
    whole = Variation.draw(EVERYTHING, np.random.default_rng(seed))
    drawn = Variation.draw(part, np.random.default_rng(seed))
    changed = {name for name, value in vars(whole).items() if vars(drawn)[name] != value}
    expected = {
        "gain_share": "gain_db",
        "polarity_share": "inverted",
        "eq_share": "band_db",
        "pitch_share": "semitones",
        "time_share": "time_ratio",
        "noise_share": "noise_db",
    }
    assert changed == {expected[switch]}


@given(st.integers(0, 10_000))
def test_draws_stay_in_their_ranges(seed: int) -> None:
    drawn = Variation.draw(EVERYTHING, np.random.default_rng(seed))
    assert abs(drawn.gain_db) <= 6
    assert max(map(abs, drawn.band_db)) <= 6
    assert abs(drawn.semitones) <= 2
    assert 1 / 1.15 <= drawn.time_ratio <= 1.15
    assert drawn.noise_db == -50
    assert -6 <= drawn.noise_slope_db <= 0


def test_shares_are_kept_over_many_draws() -> None:
    rng = np.random.default_rng(0)
    drawn = [Variation.draw(DEFAULTS, rng) for _ in range(4000)]
    assert np.mean([v.gain_db != 0 for v in drawn]) == pytest.approx(0.8, abs=0.03)
    assert np.mean([v.inverted for v in drawn]) == pytest.approx(0.5, abs=0.03)
    assert np.mean([v.band_db != () for v in drawn]) == pytest.approx(0.3, abs=0.03)
    assert np.mean([v.semitones != 0 for v in drawn]) == pytest.approx(0.1, abs=0.03)
    assert np.mean([v.time_ratio != 1 for v in drawn]) == pytest.approx(0.1, abs=0.03)
    assert np.mean([v.noise_db is not None for v in drawn]) == pytest.approx(0.1, abs=0.03)


@given(st.floats(-24, 24))
def test_gain_is_exact_in_decibels(db: float) -> None:
    crop = tone(440, 4_800, peak=0.01)
    assert level_db(change_gain(crop, db=db)) - level_db(crop) == pytest.approx(db, abs=1e-4)


def test_polarity_is_minus_one() -> None:
    crop = tone(440)
    assert np.array_equal(flip_polarity(crop), -1 * crop)


def test_too_loud_a_crop_is_scaled_and_not_clipped() -> None:
    crop = tone(440, peak=0.9)
    varied = vary(crop, Variation(gain_db=12), length=crop.size)
    assert np.abs(varied).max() == pytest.approx(1, abs=1e-6)
    assert np.allclose(varied, crop / 0.9, atol=1e-5)


@pytest.mark.parametrize("band", range(len(BAND_HZ)))
@pytest.mark.parametrize("db", [-6.0, 6.0])
def test_a_band_is_boosted_by_what_is_asked_and_the_others_are_left(band: int, db: float) -> None:
    asked = [0.0] * len(BAND_HZ)
    asked[band] = db
    for other, hz in enumerate(BAND_HZ):
        crop = tone(hz)
        inner = slice(6000, -6000)
        change = level_db(equalise(crop, band_db=asked)[inner]) - level_db(crop[inner])
        assert change == pytest.approx(db if other == band else 0, abs=0.05)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-6, 6), min_size=5, max_size=5), st.floats(30, 20_000))
def test_no_frequency_is_changed_by_more_than_the_largest_band(bands: list[float], hz: float) -> None:
    crop = tone(hz)
    inner = slice(6000, -6000)
    change = level_db(equalise(crop, band_db=bands)[inner]) - level_db(crop[inner])
    assert min(bands) - 0.1 <= change <= max(bands) + 0.1


def test_the_end_of_a_crop_does_not_ring_at_its_beginning() -> None:
    crop = np.zeros(RATE, dtype=np.float32)
    crop[-1] = 1
    assert np.abs(equalise(crop, band_db=[6, -6, 6, -6, 6])[: RATE // 2]).max() < 1e-4


def test_nothing_is_kept_of_equalising_a_whole_sound() -> None:
    before = colour._crops_band_shapes.cache_info().currsize
    sound = tone(440, 5 * RATE)
    whole = equalise(sound, band_db=[6, -6, 6, -6, 6])
    assert colour._crops_band_shapes.cache_info().currsize == before
    assert whole.shape == sound.shape


@settings(max_examples=30, deadline=None)
@given(st.floats(-96, -12), st.floats(-6, 0), st.integers(0, 1000))
def test_noise_has_the_level_asked(db: float, slope_db: float, seed: int) -> None:
    # On a click the rest of the crop is noise alone.
    crop = np.zeros(9_600, dtype=np.float32)
    crop[0] = 0.5
    noise = add_noise(crop, db=db, slope_db=slope_db, rng=np.random.default_rng(seed)) - crop
    assert level_db(noise[1:]) - 20 * math.log10(0.5) == pytest.approx(db, abs=0.2)


@pytest.mark.parametrize("slope_db", [0.0, -3.0, -6.0])
def test_noise_falls_by_its_slope(slope_db: float) -> None:
    crop = np.zeros(10 * RATE, dtype=np.float32)
    crop[0] = 1
    noise = add_noise(crop, db=-12, slope_db=slope_db, rng=np.random.default_rng(0)) - crop
    assert abs(float(noise.mean())) < 1e-6  # no offset
    power = np.abs(np.fft.rfft(noise)) ** 2
    hz = np.fft.rfftfreq(noise.size, 1 / RATE)
    octaves = [power[(hz >= low) & (hz < 2 * low)].mean() for low in (500.0, 1000.0, 2000.0, 4000.0)]
    assert 10 * np.diff(np.log10(octaves)) == pytest.approx([slope_db] * 3, abs=0.5)


def test_silence_stays_silent() -> None:
    silence = np.zeros(RATE, dtype=np.float32)
    assert not augment(silence, settings=EVERYTHING, rng=np.random.default_rng(0)).any()
