from __future__ import annotations

import numpy as np
import pytest

from distill.codes.limits import Grid
from distill.errors import BadCollection
from distill.prior import backoff
from distill.prior.cache import CachePrior
from distill.prior.lately import WINDOW, contexts_of
from distill.prior.network import Network
from distill.training.prior_feed import BEFORE, CodeCrops, HeldOut, evenly, hold_out, usage
from distill.training.prior_fitting import fit_network

SIZE = 1000


def marked(sound: int, num_steps: int, *, version: int = 0) -> Grid:
    """A grid whose codes tell sound, version and step."""
    return np.stack([np.full(num_steps, 10 * sound + version), np.arange(num_steps)])


def test_from_eight_sounds_on_whole_sounds_are_held_out_with_all_their_versions() -> None:
    sounds = [[marked(sound, 20), marked(sound, 19, version=1)] for sound in range(20)]
    parts = hold_out(sounds, seed=0)
    held = {int(one.grid[0, 0]) // 10 for one in parts.held_out}
    assert len(held) == 2
    assert all(one.first == 0 and one.grid.shape == (2, 20) for one in parts.held_out)
    assert {int(grid[0, 0]) // 10 for grid in parts.train} == set(range(20)) - held
    assert len(parts.train) == 36
    assert all(grid[0, 0] % 10 == 0 for grid in (*parts.own, *(one.grid for one in parts.held_out)))


def test_of_fewer_sounds_the_ends_are_held_out() -> None:
    parts = hold_out([[marked(sound, 200), marked(sound, 200, version=1)] for sound in range(3)], seed=0)
    assert [(one.first, one.num_steps) for one in parts.held_out] == [(180, 20)] * 3
    assert all(grid.shape == (2, 180) for grid in (*parts.train, *parts.own))
    assert len(parts.train) == 6


def test_judging_an_end_reads_little_of_what_came_before() -> None:
    rng = np.random.default_rng(0)
    sounds = [rng.integers(0, 8, (2, 6000)) for _ in range(2)]
    parts = hold_out([[sound] for sound in sounds], seed=0)
    assert [(one.first, one.num_steps) for one in parts.held_out] == [(BEFORE, 600)] * 2
    some = evenly(parts.held_out, most_steps=100)
    assert [one.grid.shape[1] for one in some] == [BEFORE + 50] * 2
    prior = CachePrior(
        backoff.fit(parts.own, codebook_size=8), [[4.0] * len(contexts_of(level)) for level in range(2)]
    )
    for sound, one in zip(sounds, some, strict=True):
        assert np.array_equal(one.grid, sound[:, 5400 - BEFORE : 5450])
        whole = prior.log_prob(sound[:, :5450])[:, 5400:]
        assert np.array_equal(prior.log_prob(one.grid)[:, one.first :], whole)  # and says the same


def test_nothing_looks_farther_back_than_is_read() -> None:
    sizes = {"num_sounds": 100, "num_steps": 10**6, "longest": 10**6, "num_levels": 2, "codebook_size": 16}
    reach = Network(fit_network("transformer", **sizes).config).over_time.reach
    assert reach is not None
    assert max(reach, WINDOW + 1) <= BEFORE


def test_the_shortest_collections_leave_something_to_learn_from() -> None:
    parts = hold_out([[marked(0, 1)]], seed=0)
    assert [grid.shape for grid in parts.train] == [(2, 1)]
    assert parts.held_out == ()
    parts = hold_out([[marked(0, 2)]], seed=0)
    assert [grid.shape for grid in parts.train] == [(2, 1)]
    assert [(one.first, one.num_steps) for one in parts.held_out] == [(1, 1)]


def test_no_codes_are_refused() -> None:
    for nothing in ([], [[np.zeros((2, 0), int)]]):
        with pytest.raises(BadCollection, match="no codes were given"):
            hold_out(nothing, seed=0)


def test_crops_are_a_pure_function_of_seed_step_and_row() -> None:
    grids = [marked(sound, 30) for sound in range(4)]
    crops, again = (CodeCrops(grids, crop_steps=8, codebook_size=SIZE, seed=3) for _ in range(2))
    third = crops(3, 6)
    assert third.shape == (6, 9, 2)
    assert np.array_equal(again(3, 2), third[:2])  # a halved batch
    assert not np.array_equal(crops(4, 6), third)


def test_every_step_is_predicted_and_the_first_has_no_code_before_it() -> None:
    crops = CodeCrops([marked(0, 30), marked(1, 5)], crop_steps=8, codebook_size=SIZE, seed=0)
    predicted = np.zeros((2, 30), int)
    for crop in crops(0, 400):
        sounding = crop[crop[:, 0] != SIZE]
        assert len({int(code) for code in sounding[:, 0]}) == 1
        assert np.array_equal(np.diff(sounding[:, 1]), np.ones(len(sounding) - 1))
        following = crop[1:][crop[1:, 0] != SIZE]
        assert (crop[0] == SIZE).all() == (following[0, 1] == 0)
        predicted[following[0, 0] // 10, following[:, 1]] += 1
    assert (predicted[0] > 10).all()
    assert (predicted[0] < 3 * np.median(predicted[0])).all()
    assert (predicted[1, :5] > 10).all()
    assert not predicted[1, 5:].any()


def test_usage_counts_every_code() -> None:
    found = usage([np.array([[0, 2, 2], [1, 1, 1]]), np.array([[0], [0]])], 3)
    assert found.tolist() == [[2, 0, 2], [1, 3, 0]]


def test_judging_less_takes_the_same_share_of_every_sound() -> None:
    held_out = [HeldOut(marked(0, 100), 0), HeldOut(marked(1, 40), 20)]
    assert [one.num_steps for one in evenly(held_out, most_steps=1000)] == [100, 20]
    less = evenly(held_out, most_steps=30)
    assert [(one.first, one.num_steps) for one in less] == [(0, 25), (20, 5)]
