from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.prior.copying_cases import collections, copies, places

from distill.codes.limits import Grid
from distill.prior.overlap import OverlapFinder
from distill.prior.places import Places


def files_of(collection: Places) -> list[Grid]:
    return [
        collection.codes[:, start:stop]
        for start, stop in zip(collection.starts, collection.stops, strict=True)
    ]


def pieces(grid: Grid, steps: int) -> list[bytes]:
    """All stretches of so many steps, each as one value."""
    whole = grid.astype(np.int64)
    return [whole[:, at : at + steps].tobytes() for at in range(grid.shape[1] - steps + 1)]


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 4), st.integers(2, 4))
def test_overlap_is_the_share_of_8_grams_that_some_file_has(
    data: st.DataObject, levels: int, size: int
) -> None:
    collection = data.draw(collections(levels=levels, size=size, most=20))
    grids = data.draw(st.lists(copies(collection, most=24), min_size=1, max_size=3))
    found = OverlapFinder(collection).overlap(grids)
    for rows in [*([level] for level in range(levels)), list(range(levels))]:
        known = {piece for file in files_of(collection) for piece in pieces(file[rows], 8)}
        mine = [piece for grid in grids for piece in pieces(grid[rows], 8)]
        if not mine:
            assert found == (None, None)
        elif len(rows) == 1 and levels > 1:
            assert found.levels is not None
            assert found.levels[rows[0]] == pytest.approx(np.mean([piece in known for piece in mine]))
        else:
            assert found.joint == pytest.approx(np.mean([piece in known for piece in mine]))


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(1, 4), st.integers(2, 4))
def test_the_nearest_file_has_most_of_the_coarse_codes(data: st.DataObject, levels: int, size: int) -> None:
    collection = data.draw(collections(levels=levels, size=size, most=20))
    grid = data.draw(copies(collection, most=24))
    shares = []
    for file in files_of(collection):
        found = [
            np.mean([piece in pieces(file[:2], steps) for piece in pieces(grid[:2], steps)])
            for steps in (1, 2, 4, 8)
            if steps <= grid.shape[1]
        ]
        shares.append(float(np.mean(found)))
    nearest = OverlapFinder(collection).nearest([grid])
    assert nearest.share == pytest.approx(max(shares))
    assert shares[collection.names.index(nearest.file)] == pytest.approx(max(shares))


def test_a_file_is_nearest_to_itself_and_wholly_known() -> None:
    files = np.random.default_rng(0).integers(0, 9, (3, 4, 30))
    finder = OverlapFinder(places(*files))
    assert finder.overlap([files[1]]) == ((1.0, 1.0, 1.0, 1.0), 1.0)
    assert finder.nearest([files[1]]) == ("b.wav", 1.0)


def test_8_grams_do_not_reach_from_one_file_into_the_next() -> None:
    whole = np.random.default_rng(0).integers(0, 99, (2, 20))
    finder = OverlapFinder(places(whole[:, :10], whole[:, 10:]))
    assert finder.overlap([whole[:, 6:14]]) == ((0.0, 0.0), 0.0)
    assert finder.overlap([whole[:, 2:10]]).joint == 1.0


def test_a_collection_of_very_short_files_has_no_8_grams() -> None:
    short = np.arange(5)[None]
    finder = OverlapFinder(places(short))
    assert finder.overlap([np.arange(20)[None]]) == ((0.0,), 0.0)
    assert finder.nearest([short]) == ("a.wav", 1.0)  # the sound has none either
    assert finder.nearest([np.arange(20)[None]]).share == pytest.approx((5 / 20 + 4 / 19 + 2 / 17) / 4)
