from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals import noise, pluck, tone

from distill.audio.clip import Samples
from distill.audio.matching import MOST_CORRECTION_DB, MOST_PEAK_DB, LevelMatch

BLOCK = 1024


def match_of(wanted: Samples, given: Samples) -> float:
    match = LevelMatch()
    match.add(wanted, given)
    return match.gain_db


@settings(max_examples=20, deadline=None)
@given(st.floats(-MOST_CORRECTION_DB, MOST_CORRECTION_DB))
def test_a_match_makes_up_for_a_change_of_level(change_db: float) -> None:
    wanted = noise(4 * BLOCK)[0]
    assert match_of(wanted, np.float32(10 ** (change_db / 20)) * wanted) == pytest.approx(
        -change_db, abs=0.01
    )


@pytest.mark.parametrize("change_db", [-45.0, 45.0])
def test_a_match_is_bounded(change_db: float) -> None:
    wanted = noise(4 * BLOCK)[0]
    given = np.float32(10 ** (change_db / 20)) * wanted
    assert match_of(wanted, given) == -np.copysign(MOST_CORRECTION_DB, change_db)


def test_an_attack_is_not_raised_to_the_level_of_a_steady_sound() -> None:
    steady = np.full(16 * BLOCK, 0.1, np.float32)
    attack = np.zeros_like(steady)
    attack[5:400:5] = 0.08
    raised_db = 20 * math.log10(0.08 / 0.1) + match_of(steady, attack)
    assert raised_db == pytest.approx(MOST_PEAK_DB, abs=0.01) or raised_db < MOST_PEAK_DB


@pytest.mark.parametrize("silent", ["wanted", "given", "both"])
def test_silence_matches_any_level(silent: str) -> None:
    sound, silence = noise(4 * BLOCK)[0], np.zeros(4 * BLOCK, np.float32)
    assert match_of(silence if silent != "given" else sound, silence if silent != "wanted" else sound) == 0.0


def test_what_lacks_one_partial_is_not_raised_but_what_lacks_level_everywhere_is() -> None:
    rich = noise(48_000)[0] + tone(48_000, hz=1000, peak=0.5)[0]
    lacking = noise(48_000)[0]
    power_db = 10 * math.log10(np.square(rich).mean() / np.square(lacking).mean())
    assert power_db > 10
    assert match_of(rich, lacking) < 2
    assert match_of(rich, np.float32(0.25) * rich) == pytest.approx(12.04, abs=0.01)


def test_a_tone_that_came_back_too_quiet_is_raised_though_all_other_bands_are_silent_as_before() -> None:
    wanted = tone(48_000, hz=1000, peak=0.5)[0]
    given = np.float32(0.1) * wanted + noise(48_000, rms=1e-5)[0]
    assert match_of(wanted, given) == pytest.approx(20, abs=0.5)


def test_pieces_count_together() -> None:
    sound = pluck(48_000, hz=220)[0]
    match = LevelMatch()
    for start in (0, 24_576):
        part = sound[start : start + 24_576]
        match.add(part, np.float32(0.5) * part)
    assert match.gain_db == pytest.approx(6.02, abs=0.01)
    assert match_of(sound, np.float32(0.5) * sound) == pytest.approx(6.02, abs=0.01)
