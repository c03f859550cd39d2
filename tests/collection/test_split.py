from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.collection.split import Part, split
from distill.errors import BadCollection, BadSetting

SECOND = 48_000
lengths_of = st.lists(st.integers(4_800, 200 * SECOND), min_size=1, max_size=40)
seeds = st.integers(0, 2**31)


@given(lengths_of, seeds)
def test_parts_cover_every_sound_once(lengths: list[int], seed: int) -> None:
    halves = split(lengths, seed=seed)
    for sound, length in enumerate(lengths):
        parts = sorted(part for part in halves.train + halves.validation if part.sound == sound)
        assert parts[0].start == 0
        assert parts[-1].stop == length
        assert all(left.stop == right.start for left, right in pairwise(parts))


@given(lengths_of, st.floats(0.01, 0.2), seeds)
def test_both_sides_hold_something_and_at_most_a_fifth_is_held_back(
    lengths: list[int], share: float, seed: int
) -> None:
    halves = split(lengths, share=share, seed=seed)
    assert halves.train
    assert halves.validation
    assert sum(part.length for part in halves.validation) <= 0.2 * sum(lengths)


@given(st.lists(st.integers(4_800, 200 * SECOND), min_size=8, max_size=40), seeds)
def test_eight_sounds_or_more_are_held_back_whole(lengths: list[int], seed: int) -> None:
    halves = split(lengths, seed=seed)
    held = {part.sound for part in halves.validation}
    assert held.isdisjoint(part.sound for part in halves.train)
    assert all(part.length == lengths[part.sound] for part in halves.validation)


def test_a_tenth_of_equal_files_is_held_back() -> None:
    assert len(split([SECOND] * 50, seed=1).validation) == 5


def test_a_sound_over_a_fifth_of_the_total_is_never_held_back() -> None:
    lengths = [3600 * SECOND] + [SECOND] * 9
    assert all(split(lengths, seed=seed).validation[0].sound != 0 for seed in range(50))


def test_below_eight_the_end_of_each_long_sound_is_held_back() -> None:
    halves = split([2 * SECOND, SECOND, 10 * SECOND], seed=0)
    assert halves.validation == (Part(0, 86_400, 96_000), Part(2, 432_000, 480_000))
    assert halves.train == (Part(0, 0, 86_400), Part(1, 0, SECOND), Part(2, 0, 432_000))


def test_where_all_are_short_the_end_of_the_longest_is_held_back() -> None:
    assert split([4_800, 9_600, 4_800], seed=0).validation == (Part(1, 8_640, 9_600),)


@given(lengths_of, seeds)
def test_the_same_seed_gives_the_same_split(lengths: list[int], seed: int) -> None:
    assert split(lengths, seed=seed) == split(lengths, seed=seed)


def test_another_seed_holds_back_other_sounds() -> None:
    assert len({split([SECOND] * 20, seed=seed).validation for seed in range(20)}) > 10


def test_no_sounds_is_one_sentence() -> None:
    said = "no sounds were given to learn from; give at least one sound of 0.1 s or more."
    with pytest.raises(BadCollection, match=f"^{re.escape(said)}$"):
        split([], seed=0)


@pytest.mark.parametrize("share", [0.0, -0.1, 0.5, float("nan")])
def test_an_impossible_share_is_one_sentence(share: float) -> None:
    said = f"a share of {share:g} cannot be held back for validation; choose more than 0 and at most 0.2."
    with pytest.raises(BadSetting, match=f"^{re.escape(said)}$"):
        split([SECOND] * 8, share=share, seed=0)
