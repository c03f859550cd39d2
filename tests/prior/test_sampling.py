from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as checking
from hypothesis import strategies as st
from tests.prior.collections_by_hand import random_sounds, rows
from tests.prior.known_prior import KnownPrior

from distill.errors import BadCodes, BadSetting
from distill.prior.backoff import fit
from distill.prior.interface import Floats, Prior
from distill.prior.oracle import OraclePrior
from distill.prior.sampling import Sampling, columns, sample
from distill.prior.shaping import truncated
from distill.progress import Cancel, Progress

PLAIN = Sampling(temperature=1.0, coarse=1.0, top_p=1.0, repetition=0.0)
KNOWN = KnownPrior([0.5, 0.3, 0.15, 0.05], [0.1, 0.2, 0.3, 0.4])

probabilities = st.lists(st.integers(1, 50), min_size=2, max_size=12).map(
    lambda parts: np.array(parts) / sum(parts)
)


def counted(prior: Prior, *, steps: int = 4000, **settings: Any) -> Floats:
    grid = sample(prior, steps=steps, settings=PLAIN.model_copy(update=settings)).grid
    return np.stack([np.bincount(row, minlength=prior.codebook_size) for row in grid]) / steps


def test_codes_come_as_often_as_the_prior_says() -> None:
    assert counted(KNOWN) == pytest.approx(KNOWN.told, abs=0.03)


def test_a_temperature_is_a_power_of_the_probabilities() -> None:
    squared = KNOWN.told**2
    expected = squared / squared.sum(1, keepdims=True)
    assert counted(KNOWN, temperature=0.5) == pytest.approx(expected, abs=0.03)


def test_each_level_has_its_temperature() -> None:
    shares = counted(KNOWN, level_temperatures=(1e-3, 2.0), steps=500)
    assert shares[0].tolist() == [1, 0, 0, 0]
    assert shares[1].min() > 0.1


def test_no_temperature_left_takes_the_likeliest() -> None:
    prior = fit(random_sounds(4), codebook_size=5)
    grid = sample(prior, steps=30, settings=Sampling(temperature=1e-6, repetition=0.0)).grid
    state = prior.begin(np.zeros((3, 0), int))
    for column in grid.T.tolist():
        assert column == [prior.distribution(state, column[:level]).argmax() for level in range(3)]
        state = prior.advance(state, column)


@checking(deadline=None)
@given(probabilities, st.integers(0, 12))
def test_top_k_keeps_the_k_likeliest_in_proportion(told: Floats, top_k: int) -> None:
    kept = truncated(told, top_k=min(top_k, len(told)))
    assert kept.sum() == pytest.approx(1)
    assert (kept > 0).sum() == (min(top_k, len(told)) or len(told))
    assert told[kept > 0].min() >= told[kept == 0].max(initial=0)
    assert kept[kept > 0] / told[kept > 0] == pytest.approx(1 / told[kept > 0].sum())


@checking(deadline=None)
@given(probabilities, st.floats(0.01, 1))
def test_top_p_keeps_the_fewest_that_reach_the_share(told: Floats, top_p: float) -> None:
    kept = truncated(told, top_p=top_p) > 0
    assert told[kept].sum() >= top_p - 1e-12
    assert told[kept].sum() - told[kept].min() < top_p + 1e-12
    assert told[kept].min() >= told[~kept].max(initial=0)


def test_top_k_of_the_settings_is_used() -> None:
    assert (counted(KNOWN, top_k=2, steps=300) > 0).tolist() == [
        [True, True, False, False],
        [False, False, True, True],
    ]
    assert counted(KNOWN, top_p=0.5, steps=300)[0].tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize("kind", ["backoff", "oracle"])
def test_the_same_seed_gives_the_same_codes(kind: str) -> None:
    grids = random_sounds(4)
    prior: Prior = fit(grids, codebook_size=5) if kind == "backoff" else OraclePrior(grids, codebook_size=5)
    one, same, other = (sample(prior, steps=40, settings=Sampling(seed=seed)).grid for seed in (1, 1, 2))
    assert one.dtype == np.int16
    assert one.shape == (3, 40)
    assert (one == same).all()
    assert (one != other).any()


def test_a_longer_sound_begins_as_a_shorter_one() -> None:
    prior = fit(random_sounds(4), codebook_size=5)
    shorter, longer = (sample(prior, steps=steps).grid for steps in (20, 50))
    assert (longer[:, :20] == shorter).all()


def test_blocks_are_joined_in_order() -> None:
    grid = sample(KNOWN, steps=2100, settings=PLAIN).grid
    assert grid.T.tolist() == [list(column) for column in islice(columns(KNOWN, settings=PLAIN), 2100)]


def test_a_past_is_gone_on_from() -> None:
    prior = fit([rows("0123401234012340123401234")], codebook_size=5)
    calm = Sampling(temperature=0.05)
    assert sample(prior, steps=6, settings=calm, past=rows("12")).grid.tolist() == [[3, 4, 0, 1, 2, 3]]


def test_a_bias_weighs_the_codes_of_its_step_and_level() -> None:
    asked: list[tuple[int, int]] = []

    def towards_three(step: int, level: int, before: object) -> list[float] | None:
        asked.append((step, level))
        return [0, 0, 0, 50.0] if (step, level) == (2, 0) else None

    calm = Sampling(temperature=1e-3)
    assert sample(KNOWN, steps=4, settings=calm, bias=towards_three).grid.tolist() == [
        [0, 0, 3, 0],
        [3, 3, 3, 3],
    ]
    assert asked == [(step, level) for step in range(4) for level in range(2)]


@pytest.mark.parametrize("given", [[0.0, 1.0], [0, 0, 0, float("nan")], [0, 0, 0, float("inf")], 0.0])
def test_a_bias_that_is_none_is_refused(given: Any) -> None:
    with pytest.raises(BadSetting) as refusal:
        sample(KNOWN, steps=3, bias=lambda step, level, before: given if step == 1 else None)
    assert str(refusal.value) == (
        "the steering of level 1 at step 1 is not one number a code; give 4 finite numbers."
    )


class Forbidding:
    """Forbids the code just taken at the first level, and whatever the first level has at the second."""

    def __init__(self) -> None:
        self.heard: list[Sequence[int]] = []

    def allowed(self, column: Sequence[int], level: int, probabilities: Floats) -> Floats:
        left = probabilities.copy()
        if level == 1:
            left[column[0]] = 0
        elif self.heard:
            left[self.heard[-1][0]] = 0
        return left

    def taken(self, column: Sequence[int]) -> None:
        self.heard.append(tuple(column))


@pytest.mark.parametrize("temperature", [1e-6, 1.0, 2.0])
@pytest.mark.parametrize("push", [0.0, 2000.0])
def test_what_a_guard_forbids_never_comes(temperature: float, push: float) -> None:
    guard = Forbidding()
    pushed = np.array([push, 0, 0, 0])
    settings = Sampling(temperature=temperature, top_p=0.5)
    grid = sample(KNOWN, steps=60, settings=settings, guard=guard, bias=lambda *_: pushed).grid
    assert (grid[0, 1:] != grid[0, :-1]).all()
    assert (grid[0] != grid[1]).all()
    assert guard.heard == [tuple(column) for column in grid.T.tolist()]


def test_a_cancel_keeps_what_is_there_and_says_so() -> None:
    cancel, events = Cancel(), list[Progress]()

    def stop_at_five(event: Progress) -> None:
        events.append(event)
        if event.done == 5:
            cancel.request()

    stopped = sample(KNOWN, steps=40, report=stop_at_five, cancel=cancel)
    assert stopped.grid.tolist() == sample(KNOWN, steps=5).grid.tolist()
    assert not stopped.complete
    assert stopped.sentence == "Stopped after 5 of 40 steps; these are kept."
    assert [(event.done, event.total, event.unit) for event in events] == [
        (n, 40, "steps") for n in range(1, 6)
    ]


def test_a_whole_sound_has_nothing_to_say() -> None:
    assert sample(KNOWN, steps=5).complete
    assert sample(KNOWN, steps=5).sentence == ""


def test_a_cancel_beforehand_leaves_no_steps() -> None:
    cancel = Cancel()
    cancel.request()
    assert sample(KNOWN, steps=5, cancel=cancel).grid.shape == (2, 0)


@pytest.mark.parametrize("steps", [0, -1, 2**24 + 1])
def test_impossible_lengths_are_refused(steps: int) -> None:
    with pytest.raises(BadSetting) as refusal:
        sample(KNOWN, steps=steps)
    assert str(refusal.value) == f"a sound cannot have {steps} steps; choose 1 to 16777216."


def test_more_codes_than_there_are_cannot_be_asked_for() -> None:
    with pytest.raises(BadSetting) as refusal:
        sample(KNOWN, steps=1, settings=Sampling(top_k=5))
    assert str(refusal.value) == (
        "top_k is 5 and this prior has 4 codes a level; choose 1 to 4, or 0 to leave it off."
    )


def test_a_past_of_another_model_is_refused() -> None:
    with pytest.raises(BadCodes) as refusal:
        sample(KNOWN, steps=1, past=rows("07", "00"))
    assert str(refusal.value) == (
        "code 7 at level 1, step 1 is outside 0 to 3; use codes of the model that the prior belongs to."
    )


def longest_hold(grid: Any) -> int:
    """Longest run of one code at the first level."""
    changes = np.flatnonzero(np.diff(grid[0])) + 1
    return int(np.diff([0, *changes.tolist(), grid.shape[1]]).max())


# A held sound with an attack, a loop, and a few random steps: each could catch a sampler.
TINY = {
    "held": [rows("1" + "0" * 60, "1" + "2" * 60)],
    "loop": [rows("01" * 20, "23" * 20)],
    "one second": random_sounds(1, sounds=1, levels=2, steps=47),
}


@pytest.mark.parametrize("kind", ["backoff", "oracle"])
@pytest.mark.parametrize("name", TINY)
@pytest.mark.parametrize("amount", [0.0, 0.5])
def test_a_long_piece_of_a_tiny_collection_never_stays_for_ever(kind: str, name: str, amount: float) -> None:
    grids = TINY[name]
    prior: Prior = fit(grids, codebook_size=5) if kind == "backoff" else OraclePrior(grids, codebook_size=5)
    settings = Sampling.experimental(amount, patience=20)
    grid = sample(prior, steps=600, settings=settings).grid
    assert longest_hold(grid) < 300


def test_a_collection_that_only_holds_is_held() -> None:
    prior = fit([rows("3" * 2000, "1" * 2000)], codebook_size=5)
    assert (sample(prior, steps=300, settings=Sampling(patience=20)).grid == [[3], [1]]).all()


def test_without_repetition_control_a_likely_hold_has_no_end() -> None:
    stuck = KnownPrior([0.97, 0.01, 0.01, 0.01])
    settings = Sampling(repetition=0.0)
    assert longest_hold(sample(stuck, steps=300, settings=settings).grid) == 300
    assert longest_hold(sample(stuck, steps=300, settings=Sampling(patience=20)).grid) < 100
