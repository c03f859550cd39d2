from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import lookup, sound

from distill.codes.requantize import looked_up, nearer, stands_for, through

TABLES = lookup()
some_levels = st.sets(st.integers(0, 3), min_size=1).map(lambda levels: np.array(sorted(levels), np.intp))


@given(some_levels, st.integers(1, 9), st.integers(0, 99))
def test_each_level_takes_the_entry_nearest_to_what_is_left(
    levels: np.ndarray, steps: int, seed: int
) -> None:
    latents = np.random.default_rng(seed).normal(size=(2, steps, 12)).astype(np.float32)
    found = through(TABLES, latents, levels)
    assert found.shape == (2, len(levels), steps)
    for channel in range(2):
        for step in range(steps):
            left = latents[channel, step].copy()
            for row, level in enumerate(levels):
                seen = TABLES.project_in[level] @ left
                off = np.square(TABLES.tables[level] - seen).sum(1)
                code = found[channel, row, step]
                assert off[code] <= off.min() + 1e-3
                left -= TABLES.vectors[level][code]


@given(some_levels, st.integers(0, 99))
def test_what_codes_stand_for_is_the_sum_of_their_entries(levels: np.ndarray, seed: int) -> None:
    block = sound(2, len(levels), 7, seed=seed).grid
    wanted = sum(TABLES.vectors[level][block[:, row]] for row, level in enumerate(levels))
    np.testing.assert_allclose(stands_for(TABLES, block, levels), wanted, atol=1e-5)


@given(some_levels, st.integers(0, 99))
def test_what_is_left_over_is_what_the_codes_do_not_stand_for(levels: np.ndarray, seed: int) -> None:
    latents = np.random.default_rng(seed).normal(size=(2, 5, 12)).astype(np.float32)
    found, rest = looked_up(TABLES, latents, levels)
    np.testing.assert_array_equal(found, through(TABLES, latents, levels))
    np.testing.assert_allclose(rest, latents - stands_for(TABLES, found, levels), atol=1e-4)


def test_the_nearer_of_two_is_taken_step_by_step_and_the_first_of_equals() -> None:
    levels = np.arange(4)
    one, other = (sound(1, 4, 6, seed=seed).grid for seed in (1, 2))
    aims = stands_for(TABLES, np.where(np.arange(6) < 3, one, other), levels)
    rests = [aims - stands_for(TABLES, block, levels) for block in (one, other)]
    assert np.array_equal(nearer(one, rests[0], other, rests[1]), np.where(np.arange(6) < 3, one, other))
    assert np.array_equal(nearer(one, rests[0], other, rests[0]), one)
