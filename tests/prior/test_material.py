from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from tests.prior.bigram import Bigram

from distill.codes.limits import Grid
from distill.prior.cache import CachePrior
from distill.prior.interface import Floats
from distill.prior.lately import NOTHING
from distill.prior.material import (
    FADE_STEPS,
    LEG_STEPS,
    MATERIAL_STEPS,
    Journey,
    MaterialPrior,
    Surroundings,
    remembered,
)
from distill.prior.sampling import sample
from distill.prior.settings import Sampling

N = 32
STRENGTHS = [[4.0, 2.0], [8.0, 4.0, 16.0]]


def drone(codes: Sequence[int], steps: int = 400, *, seed: int = 0) -> Grid:
    """A sound that uses a few codes at level 1, each for a while, and their neighbours at level 2."""
    rng = np.random.default_rng(seed)
    first = np.repeat(rng.choice(codes, steps), 6)[:steps]
    return np.stack([first, (first + rng.integers(0, 3, steps)) % N])


COLLECTION = [drone(range(4 * which, 4 * which + 4), seed=which) for which in range(8)]
CACHE = CachePrior(Bigram.count(COLLECTION, N, doubt=0.01), STRENGTHS)


def test_without_a_memory_before_it_each_step_of_a_sound_is_remembered_with_the_one_before() -> None:
    found = remembered([np.array([[1, 2, 3]]), np.array([[4, 5]])])
    assert found.codes.tolist() == [[1, 2, 3, 4, 5]]
    assert found.before.tolist() == [[NOTHING, 1, 2, NOTHING, 4]]
    assert found.weights.tolist() == [1] * 5


def test_material_is_five_seconds_of_one_sound_or_of_several_short_ones() -> None:
    assert Journey(COLLECTION, seed=0).memory(0).codes.shape[1] == MATERIAL_STEPS
    hits = [grid[:, :30] for grid in COLLECTION]
    assert Journey(hits, seed=0).memory(0).codes.shape[1] == 8 * 30  # of all that there is, each once
    assert Journey(hits[:3], seed=0).memory(0).codes.shape[1] == 90


def test_a_journey_leads_from_one_material_to_the_next_without_a_jump() -> None:
    journey = Journey(COLLECTION, seed=3)
    shares = []
    before = journey.memory(0).codes
    for step in range(LEG_STEPS - FADE_STEPS, LEG_STEPS):
        memory = journey.memory(step)
        assert np.array_equal(memory.codes[:, : before.shape[1]], before)
        shares.append(memory.weights[before.shape[1] :].sum() / memory.weights.sum())
    assert shares[0] < 0.06
    assert shares[-1] > 0.94
    assert (np.diff(shares) >= 0).all()
    assert np.diff(shares).max() < 0.07
    after = journey.memory(LEG_STEPS).codes
    assert np.array_equal(after, journey.memory(LEG_STEPS - 1).codes[:, before.shape[1] :])


def test_the_same_seed_goes_the_same_way_and_another_another() -> None:
    ways = [Journey(COLLECTION, seed=seed).memory(2000).codes.tolist() for seed in (5, 5, 6)]
    assert ways[0] == ways[1] != ways[2]


def test_a_sound_that_is_gone_on_from_is_the_first_material() -> None:
    first = COLLECTION[3][:, :100]
    memory = Journey(COLLECTION, seed=0, first=first).memory(0)
    assert np.array_equal(memory.codes[:, :100], first)
    assert memory.codes.shape[1] == 100 + MATERIAL_STEPS
    nothing = Journey(COLLECTION, seed=0, first=first[:, :0]).memory(0)
    assert np.array_equal(nothing.codes, Journey(COLLECTION, seed=0).memory(0).codes)


def test_silence_is_no_material_where_there_is_anything_else() -> None:
    pause = np.concatenate([np.zeros((2, 600), np.int64), drone(range(20, 24))], axis=1)
    shares = [np.mean(Journey([pause], seed=seed, silent=[0]).memory(0).codes[0] == 0) for seed in range(10)]
    assert np.mean(shares) < 0.3  # three in five steps are silent


def test_a_part_is_rewritten_from_what_is_around_it_and_from_the_collection_if_that_is_little() -> None:
    journey = Journey(COLLECTION, seed=0)
    sound = drone(range(12, 16), 600, seed=9)
    around = Surroundings(sound, 200, 300, otherwise=journey).memory(17)
    assert np.array_equal(
        around.codes[0], np.concatenate([sound[0, :200], sound[0, 300 : 300 + MATERIAL_STEPS]])
    )
    little = Surroundings(sound[:, :120], 20, 110, otherwise=journey).memory(0)
    assert little.codes.shape[1] == 30 + MATERIAL_STEPS
    assert Surroundings(sound[:, :50], 0, 50, otherwise=journey).memory(0).codes.shape[1] == MATERIAL_STEPS


def test_every_code_stays_possible_and_all_together_are_sure() -> None:
    for coherence in (0.0, 0.5, 1.0):
        prior = MaterialPrior(CACHE, Journey(COLLECTION, seed=0), coherence=coherence)
        state = prior.begin(COLLECTION[0][:, :0])
        for column in COLLECTION[0].T[:5].tolist():
            told = prior.distribution(state, column[:1])
            assert (told > 0).all()
            assert told.sum() == pytest.approx(1)
            state = prior.advance(state, column)


def used(grid: Grid) -> set[int]:
    return set(grid[0].tolist())


def drawn(coherence: float, seed: int, steps: int = 300) -> Grid:
    settings = Sampling(seed=seed, coherence=coherence)
    prior = MaterialPrior(CACHE, Journey(COLLECTION, seed=seed), coherence=coherence)
    grid: Grid = sample(prior, steps=steps, settings=settings.beside_usual(2)).grid
    return grid


def of_its_own(grid: Grid, seed: int) -> float:
    """Share of the steps whose code of level 1 is one of the material's."""
    return float(np.isin(grid[0], Journey(COLLECTION, seed=seed).memory(0).codes[0]).mean())


def test_a_sound_keeps_to_its_material_the_more_coherent_it_is_to_be() -> None:
    shares = [
        np.mean([of_its_own(drawn(coherence, seed), seed) for seed in range(6)])
        for coherence in (0.0, 0.5, 1.0)
    ]
    assert shares[0] < 0.4  # the material is one sound of eight
    assert shares[1] > shares[0] + 0.3
    assert shares[2] >= shares[1]
    assert shares[2] > 0.9


def test_a_minute_stays_as_various_as_real_sounds_where_a_cache_of_its_own_starves() -> None:
    def columns(grid: Grid) -> int:
        return len(np.unique(grid[:, -188:], axis=1)[0])

    starved = sample(CACHE, steps=2813, settings=Sampling(seed=1)).grid
    alive = drawn(0.5, 1, 2813)
    assert columns(COLLECTION[0]) == 12
    assert columns(starved) < 6
    assert columns(alive) > 10


def test_rare_events_of_the_material_come_as_often_as_in_it_at_the_usual_settings() -> None:
    held: Floats = np.zeros((1, 400))
    held[0, ::40] = 7  # once in forty steps, below what a top-p of 0.95 leaves
    sound = held.astype(np.int64)
    cache = CachePrior(Bigram.count([sound], 8, doubt=0.01), [[4.0, 4.0]])
    prior = MaterialPrior(cache, Journey([sound], seed=0))
    found = sample(prior, steps=4000, settings=Sampling().beside_usual(1)).grid
    assert 0.6 / 40 < float((found == 7).mean()) < 1.6 / 40
    cut_off = sample(cache.base, steps=4000, settings=Sampling(repetition=0.0)).grid
    assert not (cut_off[:, 1:] == 7).any()
    calm = sample(prior, steps=4000, settings=Sampling(temperature=0.3).beside_usual(1)).grid
    assert float((calm == 7).mean()) < 0.2 / 40
