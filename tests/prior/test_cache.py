from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.prior.bigram import Bigram, walks

from distill.codes.limits import Grid
from distill.errors import BadModelFile
from distill.prior import building, lately
from distill.prior.cache import CachePrior
from distill.prior.cache_strengths import best_strengths, through_cache
from distill.prior.interface import Floats, bits_per_code, stepwise_log_prob
from distill.prior.lately import HALF_LIFE, contexts_of

SIZE = 6
STRENGTHS = [[4.0, 2.0], [8.0, 0.5, 16.0], [8.0, 1.0, 2.0, 3.0]]


def base(*, num_levels: int = 3) -> Bigram:
    return Bigram.count(walks(2, 30, num_levels=num_levels, seed=1), SIZE)


def by_hand(prior: CachePrior, grid: Grid, level: int, step: int) -> float:
    """What the docstring's formula gives to one code, counted one earlier step after another."""
    told = float(np.exp(prior.base.log_prob(grid))[level, step])
    for context, strength in zip(contexts_of(level), prior.strengths[level], strict=True):
        of_code = of_context = 0.0
        for earlier in range(max(0, step - lately.WINDOW), step):
            if any(earlier < lag for lag, _ in context):
                continue
            if all(grid[of, step - lag] == grid[of, earlier - lag] for lag, of in context):
                weight = 0.5 ** ((step - earlier - 1) / HALF_LIFE)
                of_context += weight
                of_code += weight * bool(grid[level, earlier] == grid[level, step])
        told = (of_code + strength * told) / (of_context + strength)
    return told


@given(seed=st.integers(0, 2**32 - 1), num_steps=st.integers(1, 30))
@settings(max_examples=15, deadline=None)
def test_reading_all_at_once_stepping_and_counting_by_hand_agree(seed: int, num_steps: int) -> None:
    grid = walks(1, num_steps, num_levels=3, seed=seed)[0]
    prior = CachePrior(base(), STRENGTHS)
    found = prior.log_prob(grid)
    np.testing.assert_allclose(found, stepwise_log_prob(prior, grid), atol=1e-9)
    wanted = [[by_hand(prior, grid, level, step) for step in range(num_steps)] for level in range(3)]
    np.testing.assert_allclose(np.exp(found), wanted, atol=1e-9)


def test_what_is_older_than_the_window_is_forgotten_alike_in_both_ways(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (lately, __import__("distill.prior.cache", fromlist=["WINDOW"])):
        monkeypatch.setattr(module, "WINDOW", 7)
    grid = walks(1, 30, num_levels=3, seed=5)[0]
    prior = CachePrior(base(), STRENGTHS)
    np.testing.assert_allclose(prior.log_prob(grid), stepwise_log_prob(prior, grid), atol=1e-9)
    wanted = [[by_hand(prior, grid, level, step) for step in range(30)] for level in range(3)]
    np.testing.assert_allclose(np.exp(prior.log_prob(grid)), wanted, atol=1e-9)
    state = prior.begin(grid)
    assert state.past.shape == (3, 8)  # and the one before them
    assert np.array_equal(prior.distribution(state, [1]), prior.distribution(_stepped(prior, grid), [1]))


def _stepped(prior: CachePrior, grid: Grid) -> Any:
    state = prior.begin(grid[:, :0])
    for column in grid.T.tolist():
        state = prior.advance(state, column)
    return state


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_every_code_stays_possible_and_all_together_are_sure(seed: int) -> None:
    prior = CachePrior(base(), STRENGTHS)
    state = prior.begin(walks(1, 20, num_levels=3, seed=seed)[0])
    for below in ([], [3], [3, 3]):
        told = prior.distribution(state, below)
        assert told.shape == (SIZE,)
        assert (told > 0).all()
        assert told.sum() == pytest.approx(1.0)


def test_advancing_leaves_the_state_before_as_it_was() -> None:
    prior = CachePrior(base(), STRENGTHS)
    state = prior.begin(walks(1, 20, num_levels=3, seed=0)[0])
    before = prior.distribution(state, [])
    for code in range(SIZE):
        prior.advance(state, [code] * 3)
    assert np.array_equal(prior.distribution(state, []), before)


def drones(count: int, *, seed: int) -> list[Grid]:
    """Sounds that use two codes of 32 each, other ones in every sound."""
    rng = np.random.default_rng(seed)
    return [rng.choice(rng.choice(32, 2, replace=False), (2, 120)) for _ in range(count)]


def uniform(grids: list[Grid]) -> Floats:
    return np.full((grids[0].shape[0], sum(grid.shape[1] for grid in grids)), -np.log(32))


def test_sounds_with_a_vocabulary_of_their_own_are_told_in_a_fraction_of_the_bits() -> None:
    known, new = drones(6, seed=1), drones(6, seed=2)
    strengths = best_strengths(uniform(known), [(grid, 0) for grid in known])
    told = through_cache(uniform(new), [(grid, 0) for grid in new], strengths)
    assert bits_per_code(uniform(new)) == pytest.approx(5.0)
    assert bits_per_code(told) < 1.4  # which of its two codes: 1


def test_sounds_that_never_come_back_to_anything_are_told_no_worse() -> None:
    rng = np.random.default_rng(0)
    grids: list[Grid] = [rng.permutation(32)[None].repeat(2, 0) for _ in range(8)]
    sounds = [(grid, 0) for grid in grids]
    told = through_cache(
        uniform(grids)[:1], [(grid[:1], 0) for grid in grids], best_strengths(uniform(grids), sounds)[:1]
    )
    assert bits_per_code(told) < 5.2


def test_no_other_strength_of_a_first_context_makes_sounds_likelier() -> None:
    known = drones(6, seed=1)
    sounds = [(grid[:1], 0) for grid in known]
    found = best_strengths(uniform(known)[:1], sounds)
    alone = [[found[0][0]]]  # as the later context is found after it

    def bits(strengths: list[list[float]]) -> float:
        return bits_per_code(through_cache(uniform(known)[:1], sounds, [strengths[0] + [1e9]]))

    best = bits(alone)
    assert all(bits([[2.0**power]]) >= best - 0.01 for power in range(-1, 10))


def test_steps_before_the_first_that_is_told_are_remembered() -> None:
    grid = drones(1, seed=4)[0]
    whole = through_cache(uniform([grid]), [(grid, 0)], STRENGTHS[:2])
    late = through_cache(uniform([grid])[:, 100:], [(grid, 100)], STRENGTHS[:2])
    np.testing.assert_allclose(late, whole[:, 100:])


def test_a_cache_is_built_again_from_its_settings_and_tensors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(building.KINDS, "bigram", ("tests.prior.bigram", "Bigram"))
    prior = CachePrior(base(), STRENGTHS)
    again = building.from_tensors(prior.settings(), prior.tensors())
    grid = walks(1, 12, num_levels=3, seed=3)[0]
    assert np.array_equal(again.log_prob(grid), prior.log_prob(grid))


def test_what_is_no_cache_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(building.KINDS, "bigram", ("tests.prior.bigram", "Bigram"))
    prior = CachePrior(base(), STRENGTHS)
    about, tensors = prior.settings(), prior.tensors()
    assert isinstance(about, dict)
    wrong = [
        ({"kind": "cache"}, tensors, "names no base"),
        ({**about, "more": 1}, tensors, "names no base"),
        (about, {**tensors, "other": tensors["strengths"]}, "not those of a cache"),
        (about, {**tensors, "strengths": tensors["strengths"][:-1]}, "not those of its levels"),
        (about, {**tensors, "strengths": tensors["strengths"].astype(np.float64)}, "not those of its levels"),
        (about, {name: tensors[name] for name in tensors if name != "strengths"}, "not those of its levels"),
        (about, {**tensors, "strengths": -tensors["strengths"]}, "not all above 0"),
        (about, {**tensors, "strengths": tensors["strengths"] * np.inf}, "not all above 0"),
        ({"kind": "cache", "base": about}, tensors, "in front of a cache"),
    ]
    for settings_, arrays, said in wrong:
        with pytest.raises(BadModelFile, match=said):
            building.from_tensors(settings_, arrays)


def test_contexts_look_at_nothing_that_is_not_known_yet() -> None:
    for level, context in itertools.chain.from_iterable(
        ((level, context) for context in contexts_of(level)) for level in range(8)
    ):
        assert len(context) <= 1
        assert all(lag == 1 or (lag == 0 and of < level) for lag, of in context)
