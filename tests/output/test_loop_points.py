from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals import noise, pluck, tone

from distill.audio.clip import SAMPLE_RATE, Clip, Samples
from distill.errors import Cancelled
from distill.output.loop_points import find_loop
from distill.progress import Cancel


def level_db(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-20))


def repeated(period: int, rounds: int, *, seed: int = 0) -> Clip:
    """Noise and plucks that come again, sample by sample."""
    one = noise(period, seed=seed, rms=0.02) + pluck(period, hz=220.0, seed=seed)
    return Clip(np.tile(one, (1, rounds)))


def test_a_sound_that_repeats_itself_loops_by_its_period() -> None:
    clip = repeated(20_011, 5)
    span = find_loop(clip, shortest=12_000, before=4000)
    assert (span.end - span.start) % 20_011 == 0
    assert span.end - span.start >= 3 * 20_011


def test_a_given_length_is_kept_to_the_sample() -> None:
    clip = Clip(noise(60_000))
    span = find_loop(clip, shortest=1, length=23_456)
    assert span.end - span.start == 23_456
    assert 0 <= span.start <= 60_000 - 23_456


def test_a_given_start_is_kept() -> None:
    clip = repeated(10_000, 6)
    span = find_loop(clip, shortest=9000, start=777)
    assert span.start == 777
    assert (span.end - span.start) % 10_000 == 0


def test_of_equal_places_the_first_bar_is_taken() -> None:
    beat = SAMPLE_RATE // 2
    clip = repeated(4 * beat, 3)
    assert find_loop(clip, shortest=1, length=4 * beat, grid=(4 * beat, beat)).start == 0


def test_an_intro_is_left_out_if_another_beat_fits_better() -> None:
    beat = SAMPLE_RATE // 2
    clip = repeated(2 * beat, 4)
    samples = clip.samples.copy()
    samples[:, :beat] = noise(beat, rms=0.3, seed=9)
    span = find_loop(Clip(samples), shortest=1, length=2 * beat, grid=(4 * beat, beat))
    assert span.start % beat == 0
    assert span.start >= beat


def test_a_loop_does_not_reach_into_silence() -> None:
    samples = np.pad(tone(3 * SAMPLE_RATE), ((0, 0), (SAMPLE_RATE, SAMPLE_RATE)))
    span = find_loop(Clip(samples), shortest=SAMPLE_RATE // 2, before=1000)
    assert span.start >= SAMPLE_RATE - 512
    assert span.end <= 4 * SAMPLE_RATE + 512
    assert span.end - span.start > 2 * SAMPLE_RATE


@pytest.mark.parametrize("grid", [(), (SAMPLE_RATE * 2, SAMPLE_RATE // 2)])
@pytest.mark.parametrize(("lead", "tail"), [(4, 0), (0, 4), (4, 4)])
@pytest.mark.parametrize("kind", ["notes", "noise"])
def test_a_loop_of_given_length_is_not_made_of_the_silence_around_a_sound(
    kind: str, lead: int, tail: int, grid: tuple[float, ...]
) -> None:
    notes = [pluck(SAMPLE_RATE // 2, hz=220.0 + 110 * number) for number in range(8)]
    sound = np.concatenate(notes, axis=1) if kind == "notes" else noise(4 * SAMPLE_RATE)
    samples = np.pad(sound, ((0, 0), (lead * SAMPLE_RATE, tail * SAMPLE_RATE)))
    span = find_loop(Clip(samples), shortest=1, length=2 * SAMPLE_RATE, before=2000, grid=grid)
    assert level_db(samples[:, span.start : span.end]) > level_db(sound) - 3


def test_a_loop_of_a_sound_that_decays_is_not_made_of_its_tail() -> None:
    time = np.arange(6 * SAMPLE_RATE) / SAMPLE_RATE
    samples = tone(len(time), hz=220.0) * np.exp(-time / 0.4).astype(np.float32)
    span = find_loop(Clip(samples), shortest=1, length=2 * SAMPLE_RATE, before=2000)
    assert level_db(samples[:, span.start : span.end]) > level_db(samples) - 15


def test_a_sound_shorter_than_the_shortest_loop_is_not_left_out_of_it() -> None:
    sound = pluck(SAMPLE_RATE // 32, hz=440.0)
    samples = np.pad(sound, ((0, 0), (0, SAMPLE_RATE // 2)))
    span = find_loop(Clip(samples), shortest=samples.shape[1] // 8, before=500)
    assert level_db(samples[:, span.start : span.end]) > level_db(samples) - 3


def test_the_search_stops_when_asked_to() -> None:
    cancel = Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        find_loop(Clip(noise(SAMPLE_RATE)), shortest=4800, cancel=cancel)


def peak_bytes(seconds: int, **asked: Any) -> int:
    """What the search takes at most, besides the sound itself."""
    clip = Clip(noise(seconds * SAMPLE_RATE, channels=2))
    tracemalloc.start()
    try:
        find_loop(clip, **asked)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


BEAT = SAMPLE_RATE // 2
SEARCHES: dict[str, dict[str, Any]] = {
    "a free length": {"shortest": SAMPLE_RATE},
    "a given length": {"shortest": 1, "length": 4 * SAMPLE_RATE},
    "bars": {"shortest": 1, "length": 4 * BEAT, "grid": (4.0 * BEAT, 1.0 * BEAT)},
}


@pytest.mark.parametrize("search", SEARCHES)
def test_memory_follows_the_crossfade_and_not_the_sound(search: str) -> None:
    taken = {seconds: peak_bytes(seconds, before=9600, **SEARCHES[search]) for seconds in (20, 60)}
    assert taken[60] < 1.1 * taken[20]


def test_a_tone_is_cut_at_whole_periods() -> None:
    span = find_loop(Clip(tone(SAMPLE_RATE, hz=100.0)), shortest=4800, before=2400)
    assert (span.end - span.start + 240) % 480 == pytest.approx(240, abs=1)


@settings(max_examples=40)
@given(total=st.integers(1, 6000), channels=st.integers(1, 2), data=st.data())
def test_any_sound_has_a_loop_within_it(total: int, channels: int, data: st.DataObject) -> None:
    start = data.draw(st.none() | st.integers(0, total - 1))
    room = total - (start or 0)
    length = data.draw(st.none() | st.integers(1, room))
    shortest = data.draw(st.integers(1, room))
    samples = (
        noise(total, channels=channels)
        if data.draw(st.booleans())
        else np.zeros((channels, total), np.float32)
    )
    span = find_loop(
        Clip(samples), shortest=shortest, length=length, start=start, before=data.draw(st.integers(0, 5000))
    )
    assert 0 <= span.start < span.end <= total
    assert span.end - span.start == length if length is not None else span.end - span.start >= shortest
    assert start is None or span.start == start
