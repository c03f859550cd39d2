from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from distill.prior.counting import STRENGTHS, best_strength, count, left_out

Integers = npt.NDArray[np.int64]


def steps() -> st.SearchStrategy[tuple[Integers, Integers, Integers]]:
    """Contexts, codes and sounds of a few steps."""
    table = arrays(np.int64, st.tuples(st.just(3), st.integers(1, 30)), elements=st.integers(0, 3))
    return table.map(lambda rows: (rows[0] + rows[2], rows[1], np.sort(rows[2])))


@settings(deadline=None, max_examples=50)
@given(steps(), st.integers(1, 3))
def test_counts_are_those_of_a_loop(given: tuple[Integers, Integers, Integers], least: int) -> None:
    keys, codes, _ = given
    slow: dict[tuple[int, int], int] = {}
    seen: dict[int, int] = {}
    for key, code in zip(keys.tolist(), codes.tolist(), strict=True):
        slow[key, code] = slow.get((key, code), 0) + 1
        seen[key] = seen.get(key, 0) + 1
    counted = count(keys, codes, least=least)
    fast = {
        (int(key), int(counted.codes[at])): int(counted.counts[at])
        for key, start, stop in zip(counted.keys, counted.starts[:-1], counted.starts[1:], strict=True)
        for at in range(start, stop)
    }
    assert fast == {pair: times for pair, times in slow.items() if seen[pair[0]] >= least}
    assert counted.in_order


@settings(deadline=None, max_examples=50)
@given(steps(), st.integers(1, 2))
def test_leaving_a_sound_out_is_counting_without_it(
    given: tuple[Integers, Integers, Integers], least: int
) -> None:
    keys, codes, sounds = given
    fast = left_out(keys, codes, sounds, least=least)
    for step in range(len(keys)):
        others = (sounds != sounds[step]) & (keys == keys[step])
        seen = int(others.sum())
        assert fast.context[step] == (seen if seen >= least else 0)
        assert fast.code[step] == (others & (codes == codes[step])).sum()
        assert fast.different[step] == len(set(codes[others].tolist()))


@settings(deadline=None, max_examples=50)
@given(steps(), st.sampled_from(STRENGTHS))
def test_what_counts_add_and_leave_is_the_whole(
    given: tuple[Integers, Integers, Integers], strength: float
) -> None:
    counted = count(*given[:2])
    weights, left = counted.weights(strength)
    whole = np.add.reduceat(weights, counted.starts[:-1]) + left
    assert whole == pytest.approx(1)
    assert (left > 0).all()


def test_places_tells_what_was_never_seen() -> None:
    counted = count(np.array([7, 7, 9]), np.array([1, 2, 1]))
    context, following = counted.places(np.array([7, 9, 8, 7]), np.array([2, 2, 1, 0]))
    assert context.tolist() == [0, 1, -1, 0]
    assert following.tolist() == [1, -1, -1, -1]


def test_contexts_that_mean_nothing_are_smoothed_away() -> None:
    rng = np.random.default_rng(0)
    keys, codes, sounds = rng.integers(0, 8, 400), rng.integers(0, 4, 400), np.repeat(np.arange(8), 50)
    strength, _ = best_strength(left_out(keys, codes, sounds), np.full(400, 0.25))
    assert strength == max(STRENGTHS)


def test_contexts_that_tell_all_are_trusted() -> None:
    keys, sounds = np.tile(np.arange(4), 20), np.repeat(np.arange(8), 10)
    strength, told = best_strength(left_out(keys, keys, sounds), np.full(80, 0.25))
    assert strength == min(STRENGTHS)
    assert told.min() > 0.99


def test_without_other_sounds_the_rule_is_that_of_witten_and_bell() -> None:
    strength, told = best_strength(
        left_out(np.zeros(3, np.int64), np.arange(3), np.zeros(3, np.int64)), np.full(3, 0.1)
    )
    assert strength == pytest.approx(1)
    assert told.tolist() == [0.1] * 3
