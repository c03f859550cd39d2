from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.prior.collections_by_hand import random_sounds, rows

from distill.codes.json_values import dumps, loads
from distill.errors import BadModelFile, BadSetting
from distill.prior.interface import stepwise_log_prob
from distill.prior.oracle import OraclePrior
from distill.prior.sampling import Sampling, sample

GREEDY = Sampling(temperature=1e-3, repetition=0.0)


@pytest.mark.parametrize("seed", range(4))
def test_at_full_continuity_a_sound_comes_back_as_it_was(seed: int) -> None:
    (sound,) = random_sounds(seed, sounds=1, steps=60)
    prior = OraclePrior([sound], codebook_size=5, continuity=1.0)
    assert (sample(prior, steps=60, settings=GREEDY).grid == sound).all()


def test_at_full_continuity_a_later_place_goes_on_as_it_did() -> None:
    sound = rows("0123012401", "0011223344")
    prior = OraclePrior([sound], codebook_size=5, continuity=1.0)
    drawn = sample(prior, steps=5, settings=GREEDY, past=sound[:, :5])
    assert (drawn.grid == sound[:, 5:]).all()


def test_leaps_go_where_the_past_is_the_same() -> None:
    prior = OraclePrior([rows("0120130")], codebook_size=4, continuity=0.6)
    places, weights = prior.options(1)  # after 0 1: on to 2, or to the 3 after the other 0 1
    assert places.tolist() == [2, 5]
    assert weights.tolist() == [0.6, 0.4]
    told = prior.distribution(prior.begin(rows("01")), [])
    assert told.argsort()[::-1].tolist()[:2] == [2, 3]


def test_leaps_prefer_the_longer_past() -> None:
    prior = OraclePrior(
        [rows("310", "000"), rows("312", "111"), rows("014", "222")], codebook_size=5, continuity=0.5
    )
    places, weights = prior.options(1)  # after 3 1 in the first sound
    assert places.tolist() == [2, 5, 8]
    assert weights.tolist() == [0.5, 0.375, 0.125]  # half the leaps by 3 1, the other half by any 1


def test_without_relatives_there_is_only_straight_on() -> None:
    prior = OraclePrior([rows("0123")], codebook_size=4, continuity=0.0)
    assert [prior.options(place)[0].tolist() for place in range(4)] == [[1], [2], [3], [0]]


def test_no_past_reaches_over_the_end_of_a_sound() -> None:
    prior = OraclePrior([rows("01"), rows("12"), rows("013")], codebook_size=4, continuity=0.0)
    assert 2 not in prior.options(0)[0].tolist()


def test_at_the_end_of_a_sound_one_begins_again_or_another_is_gone_on_from() -> None:
    prior = OraclePrior([rows("01"), rows("12"), rows("013")], codebook_size=4)
    places, weights = prior.options(1)
    assert places.tolist() == [0, 2, 3, 4, 6]  # the three beginnings, and what follows the other two 1
    assert weights == pytest.approx([1 / 6, 1 / 6, 0.25 * 0.5, 1 / 6, 0.75 * 0.5])


def test_a_column_that_is_nowhere_leaves_every_place_open() -> None:
    prior = OraclePrior([rows("012")], codebook_size=4)
    state = prior.advance(0, [3])
    assert prior.options(state)[0].tolist() == [0, 1, 2]
    assert prior.distribution(state, []).min() > 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 1), st.integers(1, 3))
def test_probabilities_are_above_zero_and_add_up(seed: int, continuity: float, heard: int) -> None:
    prior = OraclePrior(random_sounds(seed, steps=12), codebook_size=6, continuity=continuity, heard=heard)
    rng = np.random.default_rng(seed)
    state = prior.begin(rng.integers(0, 6, (3, rng.integers(0, 6))))
    below: list[int] = []
    for _ in range(3):
        told = prior.distribution(state, below)
        assert told.min() > 0
        assert told.sum() == pytest.approx(1, abs=1e-12)
        below.append(int(rng.integers(0, 6)))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.3, 0.9, 1.0]))
def test_options_are_places_of_the_collection_and_add_up(seed: int, continuity: float) -> None:
    prior = OraclePrior(random_sounds(seed, steps=20), codebook_size=5, continuity=continuity)
    for place in range(-2, 80):
        places, weights = prior.options(place)
        assert weights.sum() == pytest.approx(1)
        assert weights.min() > 0
        assert 0 <= places.min() <= places.max() < 80
        assert len(set(places.tolist())) == len(places)


def test_log_prob_is_that_of_stepping_and_knows_its_own() -> None:
    grids = random_sounds(2)
    prior = OraclePrior(grids, codebook_size=5)
    assert (prior.log_prob(grids[0]) == stepwise_log_prob(prior, grids[0])).all()
    foreign = random_sounds(99)[0]
    assert prior.log_prob(grids[0]).mean() > prior.log_prob(foreign).mean() + 1


def test_another_continuity_leaves_the_first_walk_alone() -> None:
    prior = OraclePrior([rows("0120130")], codebook_size=4, continuity=0.6)
    prior.options(1)
    assert prior.with_continuity(1.0).options(1)[1].tolist() == [1.0]
    assert prior.options(1)[1].tolist() == [0.6, 0.4]


def test_a_prior_is_the_same_after_keeping_it() -> None:
    grids = random_sounds(7)
    prior = OraclePrior(grids, codebook_size=5, continuity=0.7, heard=2)
    again = OraclePrior.from_tensors(loads(dumps(prior.settings())), prior.tensors())
    assert again.settings() == prior.settings()
    assert (again.log_prob(grids[1]) == prior.log_prob(grids[1])).all()


SPOILT: dict[str, Callable[[dict[str, Any], dict[str, npt.NDArray[Any]]], object]] = {
    "another kind": lambda s, t: s.update(kind="backoff"),
    "no continuity": lambda s, t: s.update(continuity=2.0),
    "continuity is text": lambda s, t: s.update(continuity="1"),
    "too many levels heard": lambda s, t: s.update(heard=4),
    "too small a codebook": lambda s, t: s.update(codebook_size=4),
    "a setting less": lambda s, t: s.pop("heard"),
    "an array less": lambda s, t: t.pop("lengths"),
    "another type": lambda s, t: t.update(columns=t["columns"].astype(float)),
    "lengths that do not add up": lambda s, t: t["lengths"].fill(7),
    "a sound of no steps": lambda s, t: t.update(lengths=np.array([0, 120])),
    "huge lengths": lambda s, t: t.update(lengths=np.array([2**63 - 1, 2**63 - 1, 122])),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_a_damaged_prior_is_refused(fault: str) -> None:
    prior = OraclePrior(random_sounds(7), codebook_size=5)
    settings = loads(dumps(prior.settings()))
    tensors = {name: array.copy() for name, array in prior.tensors().items()}
    SPOILT[fault](settings, tensors)
    with pytest.raises(BadModelFile) as refusal:
        OraclePrior.from_tensors(settings, tensors)
    assert str(refusal.value) == (
        "the prior in this model file is damaged: it is no recombination; train the prior again."
    )


def test_impossible_settings_are_refused() -> None:
    with pytest.raises(BadSetting) as refusal:
        OraclePrior([rows("01")], codebook_size=2, continuity=1.5)
    assert str(refusal.value) == "the continuity is 1.5; choose one from 0 to 1 (0.9 is usual)."
    with pytest.raises(BadSetting) as refusal:
        OraclePrior([rows("01")], codebook_size=2, heard=2)
    assert str(refusal.value) == (
        "pasts cannot be compared by 2 levels; choose 1 to 1, which these codes have."
    )
