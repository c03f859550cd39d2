from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.codes.tempo import Tempo, beats_of, nearest_step, steps_of
from distill.errors import BadSetting

RATE = 46.875
TEMPO = Tempo(120)
tempos = st.builds(Tempo, st.floats(20, 400), st.integers(1, 16))


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("1.5", 1.5 * RATE),
        ("1.5s", 1.5 * RATE),
        (" 2 ", 2 * RATE),
        (".5sec", 0.5 * RATE),
        ("2.", 2 * RATE),
        ("250ms", 0.25 * RATE),
        ("17st", 17),
        ("1step", 1),
        ("-3steps", -3),
        ("+3st", 3),
        ("2b", RATE),
        ("1/2b", RATE / 4),
        ("3BEATS", 1.5 * RATE),
        ("1bar", 2 * RATE),
        ("1.5bars", 3 * RATE),
        ("1.1.1", 0),
        ("2.1.1", 2 * RATE),
        ("1.2.3", 0.75 * RATE),
        ("0", 0),
    ],
)
def test_a_time_is_read_in_every_spelling(text: str, steps: float) -> None:
    assert steps_of(text, step_rate=RATE, tempo=TEMPO) == pytest.approx(steps)


def test_a_bar_has_as_many_beats_as_the_tempo_says() -> None:
    waltz = Tempo(60, 3)
    assert steps_of("2bars", step_rate=RATE, tempo=waltz) == 6 * RATE
    assert steps_of("2.3.1", step_rate=RATE, tempo=waltz) == 5 * RATE


def test_a_number_alone_counts_what_the_reader_says() -> None:
    assert steps_of("4", step_rate=RATE) == 4 * RATE
    assert steps_of("4", step_rate=RATE, bare="steps") == 4


@pytest.mark.parametrize(
    "text",
    ["", "x", "1x", "1..5", "s", "--1", "1e3", "nan", "inf", "1/0b", "1/00", "٣s", "1,5", "1 s 2", "9" * 400, "1/2/3", "0x1"],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadSetting) as caught:
        steps_of(text, step_rate=RATE, tempo=TEMPO)
    assert str(caught.value) == (
        f"{text[:40]!r} is no time; write seconds (1.5s), steps (17st), beats (2b), bars (1bar), or a place like 3.2.1."
    )


@pytest.mark.parametrize("text", ["0.1.1", "1.5.1", "1.1.5", "1.0.1"])
def test_a_place_outside_its_bar_is_refused(text: str) -> None:
    with pytest.raises(BadSetting) as caught:
        steps_of(text, step_rate=RATE, tempo=TEMPO)
    assert str(caught.value) == (
        f"'{text}' is no place in bars of 4 beats; write BAR.BEAT.SIXTEENTH, all counted from 1, like 3.2.1."
    )


@pytest.mark.parametrize("text", ["2b", "1bar", "3.2.1"])
def test_beats_need_a_tempo(text: str) -> None:
    with pytest.raises(BadSetting) as caught:
        steps_of(text, step_rate=RATE)
    assert str(caught.value) == (
        f"'{text}' counts beats or bars, and no tempo was given; give one (--tempo 120), or write seconds, like 1.5s."
    )


def test_a_time_longer_than_any_sound_is_refused() -> None:
    with pytest.raises(BadSetting) as caught:
        steps_of("999999999999s", step_rate=RATE)
    assert str(caught.value) == "'999999999999s' is longer than any sound may be; write a shorter time."


@pytest.mark.parametrize("bpm", [19.9, 400.1, 0, -1, math.nan, math.inf])
def test_a_tempo_that_no_music_has_is_refused(bpm: float) -> None:
    with pytest.raises(BadSetting) as caught:
        Tempo(bpm)
    assert str(caught.value) == f"a tempo of {bpm:g} beats a minute was given; choose one from 20 to 400."


@pytest.mark.parametrize("beats", [0, 65, -4])
def test_a_bar_that_no_music_has_is_refused(beats: int) -> None:
    with pytest.raises(BadSetting) as caught:
        Tempo(120, beats)
    assert str(caught.value) == f"a bar of {beats} beats was given; choose a whole number from 1 to 64."


@given(tempos, st.floats(0, 1e6))
def test_beats_and_steps_are_each_others_inverse(tempo: Tempo, beats: float) -> None:
    there = tempo.steps(beats, step_rate=RATE)
    assert tempo.beats(there, step_rate=RATE) == pytest.approx(beats)


@given(tempos, st.integers(0, 100_000), st.sampled_from([0.25, 0.5, 1.0, 4.0]))
def test_snapping_finds_the_nearest_line(tempo: Tempo, step: int, beats: float) -> None:
    distance = Fraction(beats) * 60 * Fraction(RATE) / Fraction(tempo.bpm)
    snapped = tempo.snap(step, step_rate=RATE, beats=beats)
    line = round(snapped / distance)
    assert snapped == pytest.approx(float(line * distance), abs=0.5001)  # lines lie between steps
    assert abs(float(line * distance) - step) <= float(distance) / 2 + 1e-6
    below = tempo.snap(step, step_rate=RATE, beats=beats, down=True)
    assert below <= nearest_step(step + 0.5)
    assert snapped - below in (0, *range(int(distance), int(distance) + 2))


@pytest.mark.parametrize("beats", [0, -1, math.nan, math.inf])
def test_a_grid_without_distance_is_refused(beats: float) -> None:
    with pytest.raises(BadSetting) as caught:
        TEMPO.snap(5, step_rate=RATE, beats=beats)
    assert str(caught.value) == f"a grid of {beats:g} beats was given; choose more than 0 and at most 1024."


def test_a_grid_is_read_in_beats() -> None:
    assert [beats_of(text, Tempo(120, 3)) for text in ("1/4", "0.5b", "2", "2bars")] == [0.25, 0.5, 2, 6]


@pytest.mark.parametrize("text", ["1s", "0", "-1b", "17st"])
def test_a_grid_that_is_no_beat_is_refused(text: str) -> None:
    with pytest.raises(BadSetting) as caught:
        beats_of(text, TEMPO)
    assert str(caught.value) == (f"'{text}' is no grid to snap to; write beats or bars, like 1/4b or 1bar.")
