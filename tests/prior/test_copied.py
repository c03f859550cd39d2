from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.prior.copying_cases import (
    collections,
    copies,
    held_one_by_one,
    longest_one_by_one,
    places,
    runs_one_by_one,
)

from distill.prior.copied import CopiedRun, RunFinder
from distill.prior.longest_whole import LongestWhole

ANY = np.random.default_rng(5).integers(0, 256, (8, 60))


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 9), st.integers(2, 5))
def test_the_longest_run_is_that_of_the_definition(data: st.DataObject, levels: int, size: int) -> None:
    collection = data.draw(collections(levels=levels, size=size))
    grid = data.draw(copies(collection))
    before = data.draw(st.none() | st.lists(st.integers(0, size - 1), min_size=levels, max_size=levels))
    found = RunFinder(collection).longest(grid, before)
    runs = runs_one_by_one(collection, grid, before)
    if found is None:
        assert not runs
    else:
        assert found.steps == max(runs.values())
        # the longest of the many lengths of a run that begins there
        assert runs[found.kind, found.at, found.file, found.start] == found.steps


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 9), st.integers(2, 5))
def test_looking_everywhere_finds_no_longer_run_than_looking_at_seeds(
    data: st.DataObject, levels: int, size: int
) -> None:
    collection = data.draw(collections(levels=levels, size=size))
    grid = data.draw(copies(collection))
    _, held = collection.held(grid)
    few, all_of_them = (
        LongestWhole(collection).find(grid, held),
        LongestWhole(collection, most_seeds=-1).find(grid, held),
    )
    assert (few is None) == (all_of_them is None)
    assert few is None or all_of_them is None or few.steps == all_of_them.steps


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 9), st.integers(2, 5))
def test_held_steps_are_those_that_repeat_the_one_before(data: st.DataObject, levels: int, size: int) -> None:
    collection = data.draw(collections(levels=levels, size=size))
    grid = data.draw(copies(collection))
    coarse, whole = collection.held(grid)
    assert (coarse.tolist(), whole.tolist()) == held_one_by_one(collection, grid, None)


def test_a_copied_stretch_is_found_where_it_comes_from() -> None:
    other = np.random.default_rng(6).integers(0, 256, (8, 40))
    collection = places(other, ANY)
    sound = np.random.default_rng(7).integers(0, 256, (8, 50))
    sound[:, 10:30] = ANY[:, 25:45]
    found = RunFinder(collection).longest(sound)
    # 20 of 25 steps are equal, and 80 % are enough
    assert found is not None
    assert (found.steps, found.kind, found.file, found.start - found.at) == (25, "whole", "b.wav", 15)


def test_levels_1_and_2_alone_are_a_copy() -> None:
    sound = np.random.default_rng(7).integers(0, 256, (8, 50))
    sound[:2, 10:30] = ANY[:2, 25:45]
    assert RunFinder(places(ANY)).longest(sound) == CopiedRun(20, 10, "a.wav", 25, "coarse")


def test_four_fifths_of_all_codes_are_a_copy() -> None:
    sound = ANY[:, 20:50] + 0
    sound[0] = (
        sound[0] + 1
    ) % 256  # 7 of 8 are left: a run of 30 steps, in which further 16 codes may differ
    assert RunFinder(places(ANY)).longest(sound, ANY[:, 19].tolist()) == CopiedRun(
        30, 0, "a.wav", 20, "whole"
    )
    sound[1, :18] = (sound[1, :18] + 1) % 256
    found = RunFinder(places(ANY)).longest(sound, ANY[:, 19].tolist())
    assert found is not None
    assert (found.steps, found.at) == (30, 0)
    sound[1, 18:] = (sound[1, 18:] + 1) % 256
    assert RunFinder(places(ANY)).longest(sound) is None


def test_a_stretch_does_not_go_on_from_one_file_into_the_next() -> None:
    collection = places(ANY[:, :30], ANY[:, 30:])
    found = RunFinder(collection).longest(ANY, ANY[:, 59].tolist())
    assert found == CopiedRun(30, 0, "a.wav", 0, "coarse")


def test_silence_and_a_steady_sound_are_no_copies() -> None:
    steady = np.repeat(ANY[:, :1], 40, axis=1)
    assert RunFinder(places(steady)).longest(steady) is None
    sound = np.concatenate([steady, ANY[:, 1:5], steady[:, :20]], axis=1)
    found = RunFinder(places(sound)).longest(sound)
    assert found is not None
    assert found.steps == 5  # four that move, and the first of the steady sound after them


def test_notes_that_are_held_on_the_way_belong_to_a_coarse_run() -> None:
    melody = np.repeat(ANY[:, :6], 10, axis=1)
    found = RunFinder(places(melody)).longest(melody)
    assert found is not None
    assert (found.steps, found.at, found.kind) == (41, 10, "coarse")  # from the first change to the last


def test_a_second_of_silence_makes_no_copy_of_what_comes_after_it() -> None:
    silence = np.repeat(ANY[:, :1], 50, axis=1)
    collection = places(np.concatenate([ANY[:, 1:3], silence, ANY[:, 3:9]], axis=1))
    other = np.random.default_rng(8).integers(0, 256, (8, 6))
    found = RunFinder(collection).longest(np.concatenate([ANY[:, 1:3], silence, other], axis=1))
    assert found is not None
    assert found.steps == 2


def test_a_code_that_stands_for_silence_never_counts() -> None:
    quiet = ANY.copy()
    quiet[0, 10:50] = 0
    heard = RunFinder(places(quiet)).longest(quiet)
    silent = RunFinder(places(quiet, silent=(0,))).longest(quiet)
    assert heard is not None
    assert silent is not None
    assert heard.steps == 59
    assert (silent.steps, silent.kind) == (
        59,
        "coarse",
    )  # it lies between moving steps: its place in time was copied
    assert RunFinder(places(quiet, silent=(0,))).longest(quiet[:, 10:50]) is None


def test_a_minute_is_compared_with_half_an_hour_in_less_than_a_second() -> None:
    draws = np.random.default_rng(9)
    # codes as skewed as real ones, a sound that hops about the collection every few steps
    collection = places(draws.integers(0, 256, (8, 100_000)) * draws.integers(0, 256, (8, 100_000)) // 256)
    starts = draws.integers(0, 99_000, 400)
    sound = np.concatenate([collection.codes[:, start : start + 7] for start in starts], axis=1)
    finder = RunFinder(collection)
    finder.longest(sound[:, :10])
    begin = time.process_time()
    found = finder.longest(sound)
    assert time.process_time() - begin < 1
    assert found is not None
    assert 7 <= found.steps <= 9


@pytest.mark.parametrize("levels", [1, 8])
def test_a_sound_that_alternates_for_ever_is_compared_everywhere(levels: int) -> None:
    turns = np.tile(np.arange(levels)[:, None] + np.array([[0, 100]]), 1500)
    found = RunFinder(places(turns)).longest(turns[:, :2000])
    assert found is not None
    assert found.steps == 1999


def test_the_definition_agrees_with_itself_on_a_sound_compared_with_itself() -> None:
    assert longest_one_by_one(places(ANY[:, :12]), ANY[:, :12]) == 11
