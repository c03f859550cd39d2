from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.audio.clip import Samples
from distill.collection.retime import change_pitch, retime, stretch_time

RATE = 48_000


def tone(hz: float, samples: int = RATE, peak: float = 0.25) -> Samples:
    return (peak * np.sin(2 * np.pi * hz * np.arange(samples) / RATE)).astype(np.float32)


def loudest_hz(audio: Samples) -> float:
    padded = 2**19
    spectrum = np.abs(np.fft.rfft(audio * np.hanning(audio.size), padded))
    return float(spectrum.argmax() * RATE / padded)


def level_db(audio: Samples) -> float:
    return 20 * math.log10(float(np.sqrt(np.mean(np.square(audio, dtype=np.float64)))))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 9_600), st.integers(1, 9_600), st.floats(0.5, 2), st.floats(-12, 12), st.integers(0, 1000)
)
def test_any_change_gives_the_length_asked_and_is_finite(
    samples: int, length: int, ratio: float, semitones: float, seed: int
) -> None:
    audio = np.random.default_rng(seed).uniform(-1, 1, samples).astype(np.float32)
    before = audio.copy()
    changed = retime(audio, ratio=ratio, semitones=semitones, length=length, seed=seed)
    assert changed.shape == (length,)
    assert changed.dtype == np.float32
    assert np.isfinite(changed).all()
    assert np.array_equal(audio, before)


def test_no_change_is_no_change() -> None:
    assert np.array_equal(retime(tone(440)), tone(440))


@pytest.mark.parametrize("semitones", [-2.0, -0.7, 1.0, 2.0, 12.0])
def test_pitch_moves_a_tone_by_the_semitones_asked(semitones: float) -> None:
    shifted = change_pitch(tone(1000), semitones=semitones)
    assert shifted.shape == (RATE,)
    assert 12 * math.log2(loudest_hz(shifted) / 1000) == pytest.approx(semitones, abs=0.002)


@pytest.mark.parametrize("semitones", [-2.0, 2.0])
def test_a_chord_stays_pure_when_its_pitch_changes(semitones: float) -> None:
    partials = (220.0, 277.2, 330.0, 440.0, 1500.0)
    chord: Samples = np.stack([tone(hz, peak=0.1) for hz in partials]).sum(axis=0)
    inner = slice(8000, -8000)
    shifted = change_pitch(chord, semitones=semitones)[inner]
    # What remains after the best fit of the moved partials is detuning and beating.
    angles = 2 * np.pi * np.outer(np.arange(RATE), partials) / RATE * 2 ** (semitones / 12)
    basis = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)[inner]
    rest = shifted - basis @ np.linalg.lstsq(basis, shifted, rcond=None)[0]
    assert level_db(rest) - level_db(shifted) < -30


def test_pitch_and_time_change_together() -> None:
    varied = retime(tone(1000), ratio=1.1, semitones=2, length=RATE)
    assert 12 * math.log2(loudest_hz(varied) / 1000) == pytest.approx(2, abs=0.002)
    assert loudest_hz(retime(tone(1000), ratio=0.5, semitones=12)) == pytest.approx(2000, abs=1)
    half_silent = np.concatenate([tone(1000, RATE // 2), np.zeros(RATE // 2, dtype=np.float32)])
    varied = retime(half_silent, ratio=1.1, semitones=-2, length=RATE)
    assert np.flatnonzero(np.abs(varied) > 0.1)[-1] == pytest.approx(1.1 * RATE / 2, abs=0.02 * RATE)


def test_extreme_stretches_depend_on_the_seed_alone() -> None:
    crop = tone(440) + tone(700)
    once, again, other = (stretch_time(crop, ratio=3.0, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


@pytest.mark.parametrize("ratio", [1 / 1.15, 0.95, 1.05, 1.15, 2.0])
def test_time_keeps_a_tones_frequency_and_level(ratio: float) -> None:
    stretched = stretch_time(tone(1000), ratio=ratio)
    assert abs(stretched.size - ratio * RATE) <= 1
    assert loudest_hz(stretched) == pytest.approx(1000, abs=1)
    inner = slice(6000, -6000)
    assert level_db(stretched[inner]) == pytest.approx(level_db(tone(1000)), abs=0.5)


@pytest.mark.parametrize("ratio", [1 / 1.15, 1.15])
def test_time_moves_a_click_to_its_new_place(ratio: float) -> None:
    crop = np.zeros(RATE, dtype=np.float32)
    crop[RATE // 2] = 1
    stretched = stretch_time(crop, ratio=ratio)
    assert int(np.abs(stretched).argmax()) == pytest.approx(ratio * RATE / 2, abs=0.01 * RATE)


def test_time_trims_or_fills_to_the_length_asked() -> None:
    faster = stretch_time(tone(1000), ratio=0.5, length=RATE)
    assert faster.shape == (RATE,)
    assert np.abs(faster[: RATE // 2 - 2000]).max() > 0.2
    assert not faster[RATE // 2 + 1 :].any()
    assert stretch_time(tone(1000), ratio=2.0, length=RATE).shape == (RATE,)
