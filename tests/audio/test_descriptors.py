from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals import mixture, noise, tone

from distill.audio.clip import SAMPLE_RATE
from distill.audio.descriptors import ORDER, SILENCE_DB, describe
from distill.codes.entries import DESCRIPTORS

STEPS = 16
LENGTH = STEPS * 1024
SECONDS = np.arange(LENGTH) / SAMPLE_RATE
Samples = npt.NDArray[np.floating]


def middle(samples: Samples) -> dict[str, float]:
    """Descriptors of a steady sound, averaged over its middle steps."""
    values = describe(torch.from_numpy(np.asarray(samples, np.float32).reshape(-1)))[4:-4].mean(0)
    return dict(zip(ORDER, values.tolist(), strict=True))


def chord(*hz: float) -> Samples:
    """Tones with four partials each."""
    total: Samples = np.sum(
        [np.sin(2 * np.pi * n * one * SECONDS + n * one) / n for one in hz for n in range(1, 5)], axis=0
    )
    return total * 0.1


def band(low_hz: float, high_hz: float) -> Samples:
    """Noise between two frequencies."""
    spectrum = np.fft.rfft(noise(LENGTH)[0])
    hz = np.fft.rfftfreq(LENGTH, 1 / SAMPLE_RATE)
    return np.fft.irfft(np.where((hz >= low_hz) & (hz < high_hz), spectrum, 0))


def test_the_order_is_that_of_the_entries() -> None:
    assert ORDER == DESCRIPTORS


@pytest.mark.parametrize("hz", [125.0, 1000.0, 4000.0])
def test_the_brightness_of_a_tone_is_its_pitch(hz: float) -> None:
    assert middle(tone(LENGTH, hz=hz))["brightness"] == pytest.approx(math.log2(hz / 1000), abs=0.15)


def test_a_filter_moves_brightness_the_right_way() -> None:
    whole, dark, bright = noise(LENGTH)[0], band(0, 2000), band(4000, 24_000)
    assert middle(dark)["brightness"] < middle(whole)["brightness"] - 2
    assert middle(bright)["brightness"] > middle(whole)["brightness"] + 0.1


def test_warmth_is_power_between_100_and_800_hz_against_the_rest() -> None:
    both = tone(LENGTH, hz=400, peak=0.1) + tone(LENGTH, hz=4000, peak=0.1)
    assert middle(both)["warmth"] == pytest.approx(0, abs=0.2)
    warmer = 10 ** (6 / 20) * tone(LENGTH, hz=400, peak=0.1) + tone(LENGTH, hz=4000, peak=0.1)
    assert middle(warmer)["warmth"] == pytest.approx(6, abs=0.2)


def test_a_sine_of_full_scale_has_the_loudness_of_the_standard() -> None:
    """BS.1770-4: a 0 dBFS, 997 Hz sine in one channel reads -3.01 LKFS."""
    assert middle(tone(LENGTH, hz=997, peak=1.0))["loudness"] == pytest.approx(-3.01, abs=0.02)


def test_loudness_hears_bass_less() -> None:
    assert middle(tone(LENGTH, hz=40))["loudness"] < middle(tone(LENGTH, hz=1000))["loudness"] - 4


@settings(max_examples=25, deadline=None)
@given(gain_db=st.floats(-40, 12), seed=st.integers(0, 99))
def test_gain_moves_loudness_by_exactly_so_many_db_and_nothing_else(gain_db: float, seed: int) -> None:
    samples = torch.from_numpy(mixture(LENGTH, seed=seed)[0] + noise(LENGTH, seed=seed, rms=0.01)[0])
    before, after = describe(samples), describe(samples * 10 ** (gain_db / 20))
    change = (after - before)[2:-2]
    assert torch.allclose(change[:, ORDER.index("loudness")], torch.tensor(gain_db), atol=1e-3)
    change[:, ORDER.index("loudness")] = 0
    assert change.abs().max() < 5e-3


def test_bandwidth_grows_with_the_band() -> None:
    narrow, octave, wide = (
        middle(band(*edges))["bandwidth"] for edges in ((950, 1050), (700, 1400), (100, 10_000))
    )
    assert middle(tone(LENGTH, hz=1000))["bandwidth"] < narrow < octave < wide
    # Two standard deviations of white noise of an octave are 2 / sqrt(12) of it, nearly.
    assert octave == pytest.approx(2 / math.sqrt(12), abs=0.08)


def test_noise_is_noisy_whatever_its_colour_and_a_tone_is_not() -> None:
    spectrum = np.fft.rfft(noise(LENGTH)[0])
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 20)))
    assert middle(noise(LENGTH))["noisiness"] > 0.9
    assert middle(pink)["noisiness"] > 0.75
    assert middle(tone(LENGTH))["noisiness"] < 0.05
    assert middle(chord(220, 275, 330))["noisiness"] < 0.2


def test_more_noise_in_a_tone_is_noisier() -> None:
    mixes = [
        middle(tone(LENGTH, hz=440, peak=0.2) + noise(LENGTH, rms=rms))["noisiness"]
        for rms in (0, 0.03, 0.1, 0.3)
    ]
    assert mixes == sorted(mixes)
    assert mixes[-1] > mixes[0] + 0.5


def test_modulation_at_70_hz_is_the_roughest() -> None:
    def rough(rate_hz: float, depth: float = 1.0) -> float:
        return middle(
            (1 + depth * np.sin(2 * np.pi * rate_hz * SECONDS)) * tone(LENGTH, hz=1000, peak=0.3)[0]
        )["roughness"]

    assert rough(70) > 0.6
    assert rough(70) > max(rough(4), rough(25), rough(140), rough(300)) + 0.05
    assert rough(0) < 0.02
    assert rough(4) < 0.25 * rough(70)
    assert rough(70, 0.2) < rough(70, 0.5) < rough(70)


def test_two_close_tones_beat_and_two_distant_ones_do_not() -> None:
    close = tone(LENGTH, hz=1000, peak=0.2) + tone(LENGTH, hz=1060, peak=0.2)
    distant = tone(LENGTH, hz=1000, peak=0.2) + tone(LENGTH, hz=2500, peak=0.2)
    assert middle(close)["roughness"] > 0.3 > 0.05 > middle(distant)["roughness"]


def test_tones_of_one_harmonic_series_have_no_tension() -> None:
    assert middle(tone(LENGTH))["tension"] < 0.02
    assert middle(chord(220))["tension"] < 0.1
    assert middle(chord(220, 440))["tension"] < 0.1


def test_the_tension_of_chords_is_in_the_order_musicians_hear() -> None:
    fifth = middle(chord(220, 330))["tension"]
    major = middle(chord(220, 275, 330))["tension"]
    cluster = middle(chord(220, 233.1, 247))["tension"]
    bell = middle(chord(220, 220 * 1.483, 220 * 1.932, 220 * 2.546))["tension"]
    assert fifth < major < min(cluster, bell)
    assert min(cluster, bell) > 0.3


def test_noise_has_no_harmony_to_be_tense() -> None:
    assert middle(noise(LENGTH))["tension"] < 0.1


def test_an_attack_is_an_onset_and_its_end_the_opposite() -> None:
    samples = np.where((SECONDS >= 6 * 1024 / SAMPLE_RATE) & (SECONDS < 12 * 1024 / SAMPLE_RATE), 1, 0.03)
    onset = describe(torch.from_numpy((samples * tone(LENGTH)[0]).astype(np.float32)))[
        :, ORDER.index("onset")
    ]
    assert int(onset[1:].argmax()) == 6 - 1  # before the first there is silence
    assert onset[6] == pytest.approx(-20 * math.log10(0.03), abs=1)
    assert int(onset.argmin()) in (12, 13)
    assert onset[12:14].min() < -15
    assert onset[9].abs() < 0.1
    assert onset[3].abs() < 0.1


def test_silence_has_finite_neutral_values() -> None:
    values = describe(torch.zeros(2, 4096))
    assert values.shape == (2, 4, len(ORDER))
    assert torch.isfinite(values).all()
    assert values[..., ORDER.index("loudness")] == pytest.approx(SILENCE_DB - 0.691)
    values[..., ORDER.index("loudness")] = 0
    assert (values == 0).all()


@pytest.mark.parametrize("peak", [1e-30, 1e-8, 1e8])
def test_extreme_levels_give_finite_values(peak: float) -> None:
    assert torch.isfinite(describe(torch.from_numpy(noise(4096)[0] * np.float32(peak)))).all()


def test_a_click_gives_finite_values() -> None:
    samples = torch.zeros(8192)
    samples[5000] = 1
    assert torch.isfinite(describe(samples)).all()


def test_chosen_steps_are_those_of_the_whole() -> None:
    samples = torch.from_numpy(mixture(LENGTH, seed=3, channels=2))
    whole = describe(samples)
    assert whole.shape == (2, STEPS, len(ORDER))
    assert torch.allclose(describe(samples, steps=[5, 2]), whole[:, [5, 2]], atol=1e-4)
