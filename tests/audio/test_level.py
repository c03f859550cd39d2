from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals import noise

from distill.audio.clip import Samples
from distill.audio.level import BLOCK, MOST_GAIN_DB, REFERENCE_DB, ActiveLevel, SoundLevel, reference_gain_db


def level_of(*pieces: Samples) -> float:
    meter = ActiveLevel()
    for piece in pieces:
        meter.add(piece)
    return meter.rms_db


def slow_level(samples: Samples) -> float:
    """Block by block, as one would write it down; the last may be shorter."""
    heard: list[float] = []
    for start in range(0, len(samples), BLOCK):
        squares = samples[start : start + BLOCK].astype(np.float64) ** 2
        if 10 * math.log10(float(squares.mean()) or 1e-99) > -70:
            heard += squares.tolist()
    return 10 * math.log10(sum(heard) / len(heard))


def sound_level(sound: Samples, *cuts: int) -> SoundLevel:
    meter = SoundLevel()
    for piece in np.split(sound, cuts, axis=1):
        meter.add(piece)
    return meter


@pytest.mark.parametrize("right", [1.0, 0.5, 0.0, -0.5, -0.9, -1.0])
def test_a_sound_has_the_level_of_its_mid_or_its_side_whichever_is_louder(right: float) -> None:
    left = noise(9_999, seed=1)
    told = sound_level(np.concatenate([left, np.float32(right) * left]), 1000, 5000)
    assert told.rms_db == pytest.approx(level_of(left[0]) + 20 * math.log10((1 + abs(right)) / 2), abs=1e-4)
    assert told.active_db == told.rms_db


def test_one_channel_has_its_own_level_and_silence_has_none() -> None:
    sound = noise(9_999)
    assert sound_level(sound, 3000).rms_db == pytest.approx(level_of(sound[0]), abs=1e-6)
    silence = sound_level(np.zeros((2, 5000), np.float32))
    assert (silence.active_db, silence.rms_db) == (None, -math.inf)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=8), st.integers(0, 99))
def test_the_level_does_not_depend_on_the_pieces_a_sound_comes_in(lengths: list[int], seed: int) -> None:
    samples = noise(sum(lengths) + BLOCK, seed=seed)[0]
    samples[: BLOCK // 3] = 0
    pieces = np.split(samples, np.cumsum(lengths))
    assert level_of(*pieces) == pytest.approx(level_of(samples), abs=1e-9)
    assert level_of(samples) == pytest.approx(slow_level(samples), abs=1e-9)


def test_pauses_do_not_count() -> None:
    loud, pause = noise(8 * BLOCK)[0], np.zeros(20 * BLOCK, np.float32)
    assert level_of(loud, pause) == level_of(pause, loud) == level_of(loud)


def test_a_sound_shorter_than_a_block_has_a_level() -> None:
    assert level_of(np.full(100, 0.1, np.float32)) == pytest.approx(-20.0, abs=1e-4)


@pytest.mark.parametrize("length", [100, 5 * BLOCK, 5 * BLOCK + 100])
def test_a_sound_that_is_faint_throughout_has_the_level_of_all_of_it(length: int) -> None:
    assert level_of(np.full(length, 1e-4, np.float32)) == pytest.approx(-80.0, abs=1e-4)


@pytest.mark.parametrize("length", [0, 100, 5 * BLOCK])
def test_silence_has_no_level(length: int) -> None:
    assert level_of(np.zeros(length, np.float32)) == -math.inf


@given(st.floats(-60, 20))
def test_a_sound_within_reach_is_brought_to_the_reference(rms_db: float) -> None:
    assert rms_db + reference_gain_db(rms_db) == pytest.approx(REFERENCE_DB, abs=1e-9)


@given(st.floats(-500, 500))
def test_the_gain_is_bounded_and_falls_with_the_level(rms_db: float) -> None:
    gain = reference_gain_db(rms_db)
    assert -MOST_GAIN_DB <= gain <= MOST_GAIN_DB
    assert reference_gain_db(rms_db + 1) <= gain
