from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals import noise, pluck, tone

from distill.audio.clip import SAMPLE_RATE, Clip
from distill.output.loop_points import find_loop


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
