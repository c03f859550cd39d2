from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import lookup

from distill.codes.lookup import Lookup


def test_a_sum_is_every_levels_vector_added() -> None:
    known = lookup(3, 8)
    grid = np.random.default_rng(2).integers(0, 8, (2, 3, 5))
    total = known.sum(grid)
    for channel in range(2):
        for step in range(5):
            by_hand = np.zeros(12)
            for level in range(3):
                by_hand += known.project_out[level] @ known.tables[level, grid[channel, level, step]]
            np.testing.assert_allclose(total[channel, step], by_hand, atol=1e-5)
    np.testing.assert_allclose(
        known.sum(grid[:, 1:], slice(1, None)) + known.sum(grid[:, :1], slice(0, 1)), total, atol=1e-5
    )


@pytest.mark.parametrize(("first", "stop"), [(0, None), (1, None), (0, 2)])
def test_each_level_takes_the_entry_nearest_to_what_is_left(first: int, stop: int | None) -> None:
    known = lookup(3, 8)
    latents = np.random.default_rng(3).normal(size=(2, 4, 12)).astype(np.float32)
    codes = known.quantize(latents, first=first, stop=stop)
    for channel in range(2):
        for step in range(4):
            left = latents[channel, step].astype(np.float64)
            for row, level in enumerate(range(first, stop or 3)):
                seen = known.project_in[level] @ left
                away = [float(np.sum((seen - entry) ** 2)) for entry in known.tables[level]]
                assert codes[channel, row, step] == int(np.argmin(away))
                left = left - known.project_out[level] @ known.tables[level, int(np.argmin(away))]


def test_distances_are_those_of_the_vectors() -> None:
    known = lookup(2, 10)
    for level in range(2):
        for one in range(10):
            for other in range(10):
                away = np.linalg.norm(known.vectors[level, one] - known.vectors[level, other])
                assert known.distances[level, one, other] == pytest.approx(away, abs=1e-4)


def test_projections_wider_than_the_latents_keep_distances() -> None:
    known = lookup(1, 6, width=2)
    away = np.linalg.norm(known.vectors[0][:, None] - known.vectors[0][None], axis=-1)
    np.testing.assert_allclose(known.distances[0], away, atol=1e-4)


@given(st.integers(0, 1), st.lists(st.integers(0, 11), min_size=1, max_size=6), st.integers(1, 11))
def test_the_nearest_entries_come_in_order_and_without_the_entry(
    level: int, codes: list[int], count: int
) -> None:
    known = lookup(2, 12)
    found = known.near(level, np.array(codes), count)
    for row, code in enumerate(codes):
        others = [other for other in range(12) if other != code]
        others.sort(key=lambda other: float(known.distances[level, code, other]))
        assert found[row].tolist() == others[:count]
        assert known.nearest[level, code].tolist() == [code, *others]


def test_an_entry_is_nearest_to_itself_even_beside_its_twin() -> None:
    one = lookup(1, 6)
    tables = one.tables.copy()
    tables[0, 4] = tables[0, 1]
    known = Lookup(tables, one.project_in, one.project_out)
    assert known.nearest[0, 4, :2].tolist() == [4, 1]
    assert known.nearest[0, 1, :2].tolist() == [1, 4]
    assert known.near(0, np.array([4]), 1).tolist() == [[1]]
