from __future__ import annotations

import numpy as np
import pytest

from distill.errors import BadSetting
from distill.prior.contexts import Feature, checked_table, default_table, keys, longest_lag, padded


@pytest.mark.parametrize("num_levels", range(1, 9))
def test_every_default_context_is_known_when_it_is_needed(num_levels: int) -> None:
    table = default_table(num_levels)
    assert checked_table(table, num_levels=num_levels, codebook_size=1024) == table
    for contexts in table:
        assert contexts[0] == ()
        assert len({frozenset(context) for context in contexts}) == len(contexts)
        assert all(len(set(context)) == len(context) for context in contexts)


def test_order_is_the_most_features_in_a_context() -> None:
    assert default_table(2, order=0) == (((),), ((),))
    assert default_table(2, order=1) == (((), (Feature(1, 0),)), ((), (Feature(0, 0),), (Feature(1, 1),)))


def test_keys_are_the_same_only_for_the_same_codes() -> None:
    grid = np.random.default_rng(0).integers(0, 3, (2, 60))
    context = (Feature(2, 0), Feature(1, 1), Feature(0, 0))
    rows = padded(grid, before=2, codebook_size=3)
    found = keys(rows, context, before=2, codebook_size=3)
    slow = [(grid[0, s - 2] if s > 1 else 3, grid[1, s - 1] if s else 3, grid[0, s]) for s in range(60)]
    assert [a == b for a in slow for b in slow] == (found[:, None] == found[None]).ravel().tolist()


def test_longest_lag_is_over_all_levels() -> None:
    assert longest_lag(default_table(3)) == 4
    assert longest_lag(default_table(3, order=0)) == 0


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        ((0, 1), "level 2 cannot look at level 2, 0 steps back; let it look up to 64 steps back, or at the levels above it at the same step."),
        ((-1, 0), "level 2 cannot look at level 1, -1 steps back; let it look up to 64 steps back, or at the levels above it at the same step."),
        ((1, 2), "level 2 cannot look at level 3, 1 steps back; let it look up to 64 steps back, or at the levels above it at the same step."),
    ],
)  # fmt: skip
def test_a_feature_not_known_yet_is_refused(feature: tuple[int, int], message: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        checked_table((((),), ((), (Feature(*feature),))), num_levels=2, codebook_size=4)
    assert str(refusal.value) == message


def test_a_table_for_other_levels_is_refused() -> None:
    with pytest.raises(BadSetting) as refusal:
        checked_table(default_table(2), num_levels=3, codebook_size=4)
    assert str(refusal.value) == (
        "the table has contexts for 2 levels and these codes have 3; give one list a level."
    )


def test_a_context_too_long_for_its_key_is_refused() -> None:
    context = tuple(Feature(lag, 0) for lag in range(1, 8))
    with pytest.raises(BadSetting) as refusal:
        checked_table(((context,),), num_levels=1, codebook_size=1024)
    assert str(refusal.value) == (
        "a context of 7 features is too long for 1024 entries a level; leave some out."
    )
