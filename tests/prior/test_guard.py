from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.prior.copying_cases import collections, longest_one_by_one, places

from distill.codes.limits import Grid
from distill.errors import BadSetting
from distill.prior.copied import RunFinder
from distill.prior.guard import NoveltyGuard, limit_in_steps
from distill.prior.places import Places

Wish = Callable[
    [list[list[int]], list[int]], npt.NDArray[np.float64]
]  # columns so far, column so far -> probabilities


def wishing(code: int, size: int, other: float) -> npt.NDArray[np.float64]:
    """Nearly all the chances for one code."""
    chances = np.full(size, other)
    chances[code] += 1
    chances /= chances.sum()
    return chances


def copycat(collection: Places, *, seed: int, stubborn: bool, sure: bool) -> Wish:
    """A prior that wants nothing but to go on copying.

    A stubborn one stays with its place when it could not have its way; any other goes where the last column is found again.
    A sure one gives all other codes no chance at all.
    """
    draws = np.random.default_rng(seed)
    place = int(draws.integers(collection.num_places))

    def wish(columns: list[list[int]], column: list[int]) -> npt.NDArray[np.float64]:
        nonlocal place
        if not column:
            place += 1
            lost = place >= collection.num_places or draws.random() < 0.03
            if columns and not stubborn:
                same = np.flatnonzero((collection.codes[:, :-1] == np.array(columns[-1])[:, None]).all(0))
                lost = lost or not same.size
                place = int(draws.choice(same)) + 1 if same.size else place
            if lost:
                place = int(draws.integers(collection.num_places))
        return wishing(
            int(collection.codes[len(column), place]), collection.codebook_size, 0.0 if sure else 1e-3
        )

    return wish


def guarded(guard: NoveltyGuard, wish: Wish, steps: int, *, levels: int, seed: int = 0) -> Grid:
    """What comes out when a prior has its way as far as the guard lets it; every forbidden code stays away."""
    draws = np.random.default_rng(seed)
    columns: list[list[int]] = []
    for _ in range(steps):
        column: list[int] = []
        for level in range(levels):
            left = guard.allowed(column, level, wish(columns, column))
            assert left.sum() == pytest.approx(1)
            column.append(int(draws.choice(left.size, p=left)))
        guard.taken(column)
        columns.append(column)
    return np.array(columns).T


@settings(max_examples=150, deadline=None)
@given(
    st.data(),
    st.integers(1, 9),
    st.sampled_from([2, 2, 3, 5, 30]),
    st.integers(2, 7),
    st.booleans(),
    st.booleans(),
    st.integers(0, 99),
)
def test_no_run_is_as_long_as_the_limit_however_much_a_prior_wants_to_copy(
    data: st.DataObject, levels: int, size: int, limit: int, stubborn: bool, sure: bool, seed: int
) -> None:
    collection = data.draw(collections(levels=levels, size=size, most=20))
    wish = copycat(collection, seed=seed, stubborn=stubborn, sure=sure)
    past = collection.codes[:, : data.draw(st.integers(0, 3))]
    before = past[:, -1].tolist() if past.size else None
    grid = guarded(NoveltyGuard(collection, limit=limit).after(past), wish, 24, levels=levels, seed=seed)
    assert longest_one_by_one(collection, grid, before) < limit
    found = RunFinder(collection).longest(grid, before)
    assert found is None or found.steps < limit


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 999), st.integers(1, 4), st.integers(2, 9), st.booleans())
def test_a_long_sound_from_a_looping_collection_stays_below_the_limit(
    seed: int, levels: int, limit: int, stubborn: bool
) -> None:
    draws = np.random.default_rng(seed)
    loop = draws.integers(0, 3, (levels, int(draws.integers(1, 9))))
    collection = places(
        np.tile(loop, 12), draws.integers(0, 3, (levels, 50)), loop, np.tile(loop[::-1], 5), size=3
    )
    wish = copycat(collection, seed=seed, stubborn=stubborn, sure=bool(seed % 2))
    grid = guarded(NoveltyGuard(collection, limit=limit), wish, 300, levels=levels, seed=seed)
    found = RunFinder(collection).longest(grid)
    assert found is None or found.steps < limit


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 6), st.integers(2, 4), st.integers(2, 5), st.integers(0, 99))
def test_any_choice_among_the_allowed_can_be_completed(
    data: st.DataObject, levels: int, size: int, limit: int, seed: int
) -> None:
    """All the ways through a column lead to its end, and none of them to a run as long as the limit."""
    collection = data.draw(collections(levels=levels, size=size, most=16))
    guard = NoveltyGuard(collection, limit=limit)
    wish = copycat(collection, seed=seed, stubborn=True, sure=False)
    grid = guarded(guard, wish, data.draw(st.integers(1, 10)), levels=levels, seed=seed)
    even = np.full(size, 1 / size)
    ways: list[list[int]] = [[]]
    for level in range(levels):
        after = [np.flatnonzero(guard.allowed(way, level, even)).tolist() for way in ways]
        assert all(after)
        ways = [[*way, code] for way, codes in zip(ways, after, strict=True) for code in codes][:200]
    for way in ways[:: max(1, len(ways) // 20)]:
        assert longest_one_by_one(collection, np.column_stack([grid, way])) < limit


@settings(max_examples=60, deadline=None)
@given(
    st.data(),
    st.sampled_from([(1, 3), (2, 3), (3, 3), (5, 2), (6, 2)]),
    st.integers(2, 4),
    st.integers(0, 99),
)
def test_only_what_has_to_be_is_forbidden(
    data: st.DataObject, shape: tuple[int, int], limit: int, seed: int
) -> None:
    """A column that cannot be reached would complete a run, at once or whatever came next; with one exception.

    When codes are so few that every one of them brings some run nearer, the guard looks for one way on and not for all.
    """
    levels, size = shape
    collection = data.draw(collections(levels=levels, size=size, most=16))
    guard = NoveltyGuard(collection, limit=limit)
    wish = copycat(collection, seed=seed, stubborn=True, sure=False)
    grid = guarded(guard, wish, data.draw(st.integers(1, 8)), levels=levels, seed=seed)
    codes, slack = guard._near
    if any(np.unique(row).size == size for row in codes):
        return
    even = np.full(size, 1 / size)
    for column in itertools.product(range(size), repeat=levels):
        reached = all(
            guard.allowed(column[:level], level, even)[column[level]] > 0 for level in range(levels)
        )
        if not reached:
            near = (codes == np.array(column)[:, None]).sum(0) > slack
            assert near.any() or longest_one_by_one(collection, np.column_stack([grid, column])) >= limit


def test_a_copy_goes_on_until_just_below_the_limit() -> None:
    collection = places(np.random.default_rng(1).integers(0, 256, (8, 200)))

    def wish(columns: list[list[int]], column: list[int]) -> npt.NDArray[np.float64]:
        return wishing(int(collection.codes[len(column), 30 + len(columns)]), 256, 1e-6)

    grid = guarded(NoveltyGuard(collection, limit=20), wish, 60, levels=8)
    found = RunFinder(collection).longest(grid)
    assert found is not None
    assert 15 <= found.steps < 20
    assert (
        0.75 < (grid == collection.codes[:, 30:90])[:, 1:].mean() < 0.8
    )  # it takes what it may, and no more
    assert not (np.diff(grid) == 0).all(0).any()  # and is not held for it


def test_what_is_not_forbidden_keeps_its_chances() -> None:
    collection = places(np.array([[1, 2, 3, 4, 5]]), size=8)
    guard = NoveltyGuard(collection, limit=3)
    wanted = np.arange(1.0, 9.0) / 36
    for code in (1, 2, 3):  # 1 is not yet a change
        assert guard.allowed((), 0, wanted) is wanted
        guard.taken([code])
    left = guard.allowed((), 0, wanted)
    assert left[4] == 0
    np.testing.assert_allclose(np.delete(left, 4), np.delete(wanted, 4) / (1 - wanted[4]))


def test_when_all_that_was_likely_is_forbidden_the_step_before_is_held() -> None:
    collection = places(np.array([[1, 2, 3, 4, 5]]), size=8)
    guard = NoveltyGuard(collection, limit=3)
    for code in (1, 2, 3):
        guard.taken([code])
    assert guard.allowed((), 0, np.eye(8)[4]).tolist() == np.eye(8)[3].tolist()


def test_a_steady_sound_and_silence_may_last_for_ever() -> None:
    collection = places(
        np.repeat([[3], [1], [4]], 50, axis=1), np.array([[0] * 40, [*range(40)], [*range(40)]]), silent=(0,)
    )
    for columns in (collection.codes[:, :50], collection.codes[:, 50:]):
        guard = NoveltyGuard(collection, limit=4)
        for column in columns.T.tolist():
            for level, code in enumerate(column):
                assert guard.allowed(column[:level], level, np.eye(256)[code])[code] == 1
            guard.taken(column)


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(1, 5), st.integers(2, 4), st.integers(0, 99))
def test_forks_go_their_own_ways(data: st.DataObject, levels: int, size: int, seed: int) -> None:
    collection = data.draw(collections(levels=levels, size=size, most=16))
    guard = NoveltyGuard(collection, limit=3)
    before = guarded(guard, copycat(collection, seed=seed, stubborn=True, sure=False), 6, levels=levels)
    fork = guard.fork()
    guarded(fork, copycat(collection, seed=seed + 1, stubborn=False, sure=True), 9, levels=levels, seed=1)
    again = NoveltyGuard(collection, limit=3)
    for column in before.T.tolist():
        again.taken(column)
    after = [
        guarded(one, copycat(collection, seed=seed + 2, stubborn=True, sure=False), 9, levels=levels)
        for one in (guard, again)
    ]
    assert (after[0] == after[1]).all()


def test_a_file_shorter_than_the_limit_may_come_back_whole() -> None:
    short = np.random.default_rng(2).integers(0, 256, (4, 19))
    guard = NoveltyGuard(places(short), limit=20)
    for column in short.T.tolist():
        for level, code in enumerate(column):
            assert guard.allowed(column[:level], level, np.eye(256)[code])[code] == 1
        guard.taken(column)


def test_codes_that_were_taken_though_forbidden_leave_a_way_on() -> None:
    collection = places(np.random.default_rng(4).integers(0, 3, (3, 30)), size=3)
    guard = NoveltyGuard(collection, limit=3)
    even = np.full(3, 1 / 3)
    for column in collection.codes.T.tolist():
        for level in range(3):
            assert guard.allowed(column[:level], level, even).sum() == pytest.approx(1)
        guard.taken(column)


def test_half_an_hour_of_sounds_is_guarded_at_many_times_real_time() -> None:
    draws = np.random.default_rng(9)
    collection = places(draws.integers(0, 256, (8, 100_000)) * draws.integers(0, 256, (8, 100_000)) // 256)
    begin = time.process_time()
    guard = NoveltyGuard(collection, limit=47)
    even = np.full(256, 1 / 256)
    guard.allowed((), 0, even)
    guard.taken(collection.codes[:, 0].tolist())
    assert time.process_time() - begin < 2  # the index is built
    begin = time.process_time()
    for step in range(200):
        column = collection.codes[:, 500 + step % 40].tolist()
        for level in range(8):
            guard.allowed(column[:level], level, even)
        guard.taken(column)
    assert time.process_time() - begin < 200 / 46.875 / 2


@pytest.mark.parametrize("seconds", [0.0, -1.0, 0.05, float("nan"), float("inf")])
def test_a_limit_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(BadSetting, match=r"choose 0.1 s or more, or turn the novelty guard off\.$"):
        limit_in_steps(seconds, step_rate=46.875)


def test_a_run_of_the_limit_in_steps_is_no_shorter_than_the_limit() -> None:
    for seconds in (0.1, 0.5, 1.0, 1.28, 2.0, 3.2):
        steps = limit_in_steps(seconds, step_rate=46.875)
        assert (steps - 1) / 46.875 < seconds <= steps / 46.875 + 1e-9
