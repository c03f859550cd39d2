from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import SIZE, counted, entries, sound, sounds

from distill.codes.editing import Edit, apply
from distill.codes.grid import Codes
from distill.codes.material import Material
from distill.codes.operation import make
from distill.codes.region import Region
from distill.errors import BadSetting

KNOWN = entries()


def edited(
    codes: Codes, name: str, region: Region | None = None, *, seed: int = 3, **arguments: Any
) -> Codes:
    return apply(codes, [Edit(make(name, arguments), region or Region(), seed)], entries=KNOWN)


@given(st.integers(1, 30), st.integers(1, 9), st.integers(0, 99))
def test_shuffled_blocks_are_the_same_blocks(num_steps: int, block: int, seed: int) -> None:
    edit = Edit(make("shuffle", {"block": block}), seed=seed)
    steps = apply(counted(num_steps), [edit]).grid[0, 0].tolist()
    pieces = []
    while steps:
        first = steps[0]
        assert first % block == 0
        piece = list(range(first, min(first + block, num_steps)))
        assert steps[: len(piece)] == piece
        pieces.append(first)
        steps = steps[len(piece) :]
    assert sorted(pieces) == list(range(0, num_steps, block))


def test_all_levels_are_shuffled_alike() -> None:
    shuffled = apply(counted(20, 3), [Edit(make("shuffle", {}), seed=3)]).grid[0]
    assert (shuffled == shuffled[0]).all()
    assert shuffled[0].tolist() != list(range(20))


@pytest.mark.parametrize("by", ["uniform", "usage", "near"])
def test_the_share_of_cells_that_are_drawn_is_the_amount(by: str) -> None:
    codes = sound(1, 4, 4000)
    assert np.array_equal(edited(codes, "randomise", by=by, amount=0).grid, codes.grid)
    share = (edited(codes, "randomise", by=by, amount=0.3).grid != codes.grid).mean()
    stays = 0 if by == "near" else 1 / SIZE  # a draw may give the code that was there
    assert share == pytest.approx(0.3 * (1 - stays), abs=0.02)


def test_uniform_draws_every_entry_equally_often() -> None:
    counts = np.bincount(edited(sound(1, 1, 32_000), "randomise").grid.ravel(), minlength=SIZE)
    assert counts.size == SIZE
    np.testing.assert_allclose(counts, 2000, atol=200)


def test_usage_draws_each_entry_as_often_as_the_collection_uses_it() -> None:
    grid = edited(sound(1, 2, 32_000), "randomise", by="usage").grid
    for level in range(2):
        usage = KNOWN.usage[level]
        counts = np.bincount(grid[0, level], minlength=SIZE)
        np.testing.assert_allclose(counts / 32_000, usage / usage.sum(), atol=0.01)
        assert (counts[usage == 0] == 0).all()


def test_a_level_that_was_never_used_is_drawn_uniformly() -> None:
    unused = entries(usage=np.zeros((4, SIZE), np.int64))
    edit = Edit(make("randomise", {"by": "usage"}), seed=3)
    codes = sound(1, 1, 500)
    assert np.array_equal(apply(codes, [edit], entries=unused).grid, edited(codes, "randomise").grid)


@given(sounds, st.integers(1, 40), st.integers(0, 99))
def test_near_draws_among_the_nearest(codes: Codes, nearest: int, seed: int) -> None:
    drawn = edited(codes, "randomise", seed=seed, by="near", nearest=nearest).grid
    for (_, level, _), before, after in zip(
        np.ndindex(codes.grid.shape), codes.grid.flat, drawn.flat, strict=True
    ):
        assert int(after) in KNOWN.similar(level + 1, int(before), nearest)


@given(st.sampled_from(["uniform", "usage", "near"]), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_amount_keeps_what_a_smaller_one_changed(by: str, one: float, other: float) -> None:
    codes = sound(2, 3, 30)
    less, more = (edited(codes, "randomise", by=by, amount=amount).grid for amount in sorted((one, other)))
    changed = less != codes.grid
    assert np.array_equal(less[changed], more[changed])


OTHER = Material.of_codes(sound(2, 3, 30, seed=1))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("randomise", {"amount": 0.5}),
        ("crossfade", {"material": OTHER, "by": "cell"}),
        ("blend", {"material": OTHER, "method": "choose", "draw": "cell"}),
    ],
)
def test_locking_a_level_leaves_the_draws_of_the_others(name: str, arguments: dict[str, Any]) -> None:
    codes = sound(2, 3, 30)
    whole = edited(codes, name, **arguments).grid
    part = edited(codes, name, Region(levels=(2, 3)), **arguments).grid
    assert not np.array_equal(whole, codes.grid)
    assert np.array_equal(part[:, 1:], whole[:, 1:])
    assert np.array_equal(part[:, 0], codes.grid[:, 0])


def test_drawing_by_usage_or_nearness_needs_the_model() -> None:
    for by in ("usage", "near"):
        with pytest.raises(BadSetting, match="give the model that made these codes"):
            apply(sound(1, 2, 4), [Edit(make("randomise", {"by": by}))])
