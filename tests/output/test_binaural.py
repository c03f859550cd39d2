from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.output.measured_heads import HEADS, measured_head
from tests.signals import noise, tone

from distill.audio.clip import SAMPLE_RATE, Clip, Samples
from distill.errors import BadSetting
from distill.output.binaural import TAIL, binaural, mono
from distill.output.distance import absorption
from distill.output.head import SPEED_OF_SOUND, SphericalHead
from distill.output.moving import Place

HEAD = SphericalHead()


def pink(num_samples: int, *, seed: int = 0) -> Samples:
    """Noise whose octaves between 100 Hz and 10 kHz are equally loud [1, T]."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(num_samples))
    hertz = np.fft.rfftfreq(num_samples, 1 / SAMPLE_RATE)
    spectrum *= np.where((hertz > 100) & (hertz < 10_000), 1 / np.sqrt(np.maximum(hertz, 1)), 0)
    samples = np.fft.irfft(spectrum, num_samples)
    pink_samples: Samples = (0.1 * samples / samples.std()).astype(np.float32)[None]
    return pink_samples


def lag(left: Samples, right: Samples) -> float:
    """By how many seconds the left ear hears later, from the peak of the correlation at 1/16 sample."""
    size = 1 << int(np.ceil(np.log2(2 * len(left))))
    spectrum = np.fft.rfft(left, size) * np.conj(np.fft.rfft(right, size))
    fine = np.fft.irfft(spectrum, 16 * size)
    place = int(fine.argmax())
    return (place if place < 8 * size else place - 16 * size) / (16 * SAMPLE_RATE)


def low_passed(samples: Samples, hertz: float) -> Samples:
    spectrum = np.fft.rfft(samples)
    spectrum[:, np.fft.rfftfreq(samples.shape[1], 1 / SAMPLE_RATE) > hertz] = 0
    return np.fft.irfft(spectrum, samples.shape[1]).astype(np.float32)


@pytest.mark.parametrize("azimuth", [-80.0, -45.0, -10.0, 0.0, 20.0, 60.0, 90.0])
def test_one_ear_hears_later_by_the_heads_formula(azimuth: float) -> None:
    click = np.zeros((1, 2000), np.float32)
    click[0, 500] = 1.0
    placed = binaural(Clip(click), places=[Place(azimuth, distance=20)], head=HEAD).samples
    angle = np.radians(azimuth)
    woodworth = HEAD.radius / SPEED_OF_SOUND * (angle + np.sin(angle))
    # The filters themselves turn the phase: by the shadow's own delay, 60 microseconds at most.
    assert lag(*placed) == pytest.approx(woodworth, abs=8e-5)


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("azimuth", [-60.0, -30.0, 0.0, 30.0, 60.0, 90.0])
def test_the_formula_and_measured_heads_agree_about_delays(name: str, azimuth: float) -> None:
    head = measured_head(name)
    clip = Clip(pink(24_000))
    by_formula, by_measure = (
        lag(*low_passed(binaural(clip, places=[Place(azimuth)], head=which).samples, 3000))
        for which in (HEAD, head)
    )
    assert by_formula == pytest.approx(by_measure, abs=1e-4)


@pytest.mark.parametrize("name", HEADS)
@pytest.mark.parametrize("azimuth", [-60.0, -30.0, 30.0, 60.0, 90.0])
def test_the_formula_and_measured_heads_agree_about_levels(name: str, azimuth: float) -> None:
    head = measured_head(name)
    clip = Clip(pink(24_000))
    by_formula, by_measure = (
        20 * np.log10(np.divide(*binaural(clip, places=[Place(azimuth)], head=which).samples.std(axis=1)))
        for which in (HEAD, head)
    )
    assert np.sign(by_formula) == np.sign(by_measure)
    assert by_formula == pytest.approx(by_measure, abs=6.0)  # ears and shoulders add to what a sphere does


@pytest.mark.parametrize("name", [None, *HEADS])
def test_a_sound_in_front_keeps_its_loudness(name: str | None) -> None:
    head = HEAD if name is None else measured_head(name)
    clip = Clip(pink(48_000))
    placed = binaural(clip, places=[Place()], head=head).samples
    power = (
        np.square(placed, dtype=np.float64).sum(axis=1).mean()
        / np.square(clip.samples, dtype=np.float64).sum()
    )
    assert 10 * np.log10(power) == pytest.approx(0.0, abs=0.5)


@given(elevation=st.floats(-90, 90), distance=st.floats(0.2, 100))
@settings(max_examples=10)
def test_in_front_both_ears_get_the_very_same(elevation: float, distance: float) -> None:
    left, right = binaural(Clip(noise(5000)), places=[Place(0, elevation, distance)], head=HEAD).samples
    assert np.array_equal(left, right)


def test_the_mirrored_place_is_the_same_with_ears_changed() -> None:
    clip = Clip(noise(20_000))
    left, right = binaural(clip, places=[Place(-70, 20), Place(35, 0, 3, 0.3)], head=HEAD).samples
    other_left, other_right = binaural(clip, places=[Place(70, 20), Place(-35, 0, 3, 0.3)], head=HEAD).samples
    np.testing.assert_allclose(other_right, left, atol=1e-7)
    np.testing.assert_allclose(other_left, right, atol=1e-7)


@given(
    length=st.integers(1, 2000) | st.sampled_from([127, 128, 129, 48_000 - 129, 48_000 - 128]),
    moves=st.booleans(),
)
@settings(max_examples=25)
def test_a_sound_gets_longer_by_what_is_said(length: int, moves: bool) -> None:
    places = [Place(40), Place(-40, seconds=0.01)] if moves else [Place(40)]
    placed = binaural(Clip(noise(length)), places=places, head=HEAD)
    assert placed.samples.shape == (2, length + TAIL)


def test_the_tail_holds_all_that_rings() -> None:
    clip = np.zeros((1, 3000), np.float32)
    clip[0, -1] = 1.0
    placed = binaural(Clip(clip), places=[Place(70)], head=HEAD).samples
    assert np.abs(placed[:, -64:]).max() < 1e-4 * np.abs(placed).max()
    assert np.square(placed[:, 3000:]).sum() > 0.99 * np.square(placed).sum()


@pytest.mark.parametrize("azimuth", [0.0, 37.0, -123.4])
def test_a_path_that_stays_is_a_sound_that_stands_still(azimuth: float) -> None:
    clip = Clip(noise(100_000))
    still = binaural(clip, places=[Place(azimuth, 10, 2)], head=HEAD).samples
    path = binaural(clip, places=[Place(azimuth, 10, 2), Place(azimuth, 10, 2, 2)], head=HEAD).samples
    assert 20 * np.log10(np.abs(still - path).max() / np.abs(still).max()) < -120


def test_a_moving_tone_has_no_zipper_in_it() -> None:
    clip = Clip(tone(96_000, hz=1000.0))
    moved = binaural(clip, places=[Place(-90), Place(90, seconds=2)], head=HEAD).samples[:, 4800:91_200]
    spectrum = np.abs(np.fft.rfft(moved * np.blackman(moved.shape[1])))
    hertz = np.fft.rfftfreq(moved.shape[1], 1 / SAMPLE_RATE)
    assert 20 * np.log10(spectrum[:, np.abs(hertz - 1000) > 60].max() / spectrum.max()) < -100


@pytest.mark.parametrize("name", [None, *HEADS])
@pytest.mark.parametrize(
    ("path", "formula_db", "measured_db"),
    [
        (
            [Place(0), Place(720, 30, 0.5, 1), Place(-300, -20, 3, 2)],
            -85,
            -60,
        ),  # two turns a second, nearer and away
        ([Place(-90), Place(90, seconds=2)], -120, -80),
        ([Place(0, -30), Place(0, 85, seconds=2)], -120, -75),
    ],
)
def test_a_moving_low_tone_has_nothing_high_in_it(
    name: str | None, path: list[Place], formula_db: float, measured_db: float
) -> None:
    head = HEAD if name is None else measured_head(name)
    moved = binaural(Clip(tone(96_000, hz=500.0)), places=path, head=head).samples[:, 2000:-2000]
    spectrum = np.fft.rfft(moved * np.hanning(moved.shape[1]))
    spectrum[:, np.fft.rfftfreq(moved.shape[1], 1 / SAMPLE_RATE) < 3000] = 0  # a click would reach above
    clicks_db = 20 * np.log10(np.abs(np.fft.irfft(spectrum)).max() / np.abs(moved).max())
    assert clicks_db < (formula_db if name is None else measured_db)


def test_farther_is_fainter_and_duller() -> None:
    clip = Clip(noise(48_000))
    near, far = (binaural(clip, places=[Place(20, 0, metres)], head=HEAD).samples for metres in (1.0, 50.0))
    spectra = [np.abs(np.fft.rfft(one)) for one in (near, far)]
    hertz = np.fft.rfftfreq(near.shape[1], 1 / SAMPLE_RATE)
    low, high = (
        20 * np.log10(spectra[1][:, band].mean() / spectra[0][:, band].mean())
        for band in ((hertz > 200) & (hertz < 800), (hertz > 11_000) & (hertz < 13_000))
    )
    assert low == pytest.approx(-34, abs=0.6)  # 1 / 50
    assert high == pytest.approx(-34 - 49 * absorption(np.array([12_000.0]))[0], abs=1.0)


def test_the_mid_of_two_channels_is_placed() -> None:
    stereo = Clip(noise(3000, channels=2))
    places = [Place(45)]
    assert np.array_equal(mono(stereo).samples, stereo.samples.mean(axis=0, keepdims=True))
    from_stereo, from_mid = (
        binaural(clip, places=places, head=HEAD).samples for clip in (stereo, mono(stereo))
    )
    assert np.array_equal(from_stereo, from_mid)


def test_another_rate_is_refused() -> None:
    with pytest.raises(
        BadSetting, match="a sound of 44100 Hz was given to be placed around the head; bring it to 48000 Hz"
    ):
        binaural(Clip(noise(100), 44_100), places=[Place()], head=HEAD)


def test_silence_stays_silent() -> None:
    placed = binaural(
        Clip(np.zeros((1, 3000), np.float32)), places=[Place(30), Place(60, seconds=1)], head=HEAD
    )
    assert not placed.samples.any()
