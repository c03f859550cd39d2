from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals import clicks, mixture, noise, pluck, tone

from distill.audio.clip import Clip, Samples
from distill.output import loop_waveforms
from distill.output.ears import Floats
from distill.output.loop_waveforms import best_end, best_start

SOUNDS = {
    "noise": noise(9_000, channels=2),
    "a mixture": mixture(9_000, channels=2, seed=3),
    "a tone": tone(9_000, hz=333.3),
    "a pluck": pluck(9_000, hz=220.0),
    "clicks in silence": clicks(9_000, every=2_500),
    "a sound between silences": np.pad(noise(3_000), ((0, 0), (3_000, 3_000))),
    "a faint sound after a loud one": np.concatenate([noise(3_000), 1e-3 * noise(6_000, seed=1)], axis=1),
    "no slope at all": np.full((1, 9_000), 0.25, np.float32),
    "silence": np.zeros((2, 9_000), np.float32),
}


def slowly(samples: Samples, starts: list[int], ends: list[int], before: int) -> Floats:
    """Correlations around starts and ends, one pair after the other."""
    before, after = max(before, 1024), 1024
    padded = np.pad(samples, ((0, 0), (before, after))).astype(np.float64)
    found = []
    for start, end in zip(starts, ends, strict=True):
        one, other = (padded[:, at : at + before + after].ravel() for at in (start, end))
        powers = float(one @ one) * float(other @ other)
        found.append(float(one @ other) / np.sqrt(powers) if powers > 0 else 0.0)
    return np.array(found)


def nearest_best(agreements: Floats, places: list[int], wanted: int) -> int:
    good = [place for place, one in zip(places, agreements, strict=True) if one >= agreements.max() - 1e-5]
    return min(good, key=lambda place: abs(place - wanted))


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(SOUNDS)),
    start=st.integers(0, 5_000),
    end=st.integers(6_000, 9_000),
    reach=st.integers(1, 400),
    before=st.integers(0, 3_000),
)
def test_the_end_that_is_found_at_once_is_that_found_one_by_one(
    name: str, start: int, end: int, reach: int, before: int
) -> None:
    samples = SOUNDS[name]
    first, last = max(end - reach, start + 800), min(end + reach, 9_000)
    places = list(range(first, last + 1))
    wanted = slowly(samples, [start] * len(places), places, before)
    clip = Clip(samples)
    found = loop_waveforms._agreements_with_start(clip, start, first, last, before)
    assert found == pytest.approx(wanted, abs=1e-7)
    moved = best_end(clip, start, end, shortest=800, reach=reach, before=before)
    assert moved == nearest_best(wanted, places, end)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(SOUNDS)),
    length=st.integers(100, 6_000),
    place=st.floats(0, 1),
    reach=st.integers(1, 400),
    earliest=st.integers(0, 3_000),
)
def test_the_start_that_is_found_at_once_is_that_found_one_by_one(
    name: str, length: int, place: float, reach: int, earliest: int
) -> None:
    samples, latest = SOUNDS[name], 9_000 - length
    start = earliest + round(place * (latest - earliest))
    places = list(range(max(start - reach, earliest), min(start + reach, latest) + 1))
    wanted = slowly(samples, places, [start + length for start in places], earliest)
    clip = Clip(samples)
    found = loop_waveforms._agreements_at_length(clip, length, places[0], places[-1], earliest)
    assert found == pytest.approx(wanted, abs=1e-7)
    moved = best_start(clip, start, length, reach=reach, earliest=earliest, latest=latest)
    assert moved == nearest_best(wanted, places, start)
