"""Collections to copy from, and the definition of a copied run written down as slowly as it can be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from distill.codes.limits import Grid
from distill.prior.places import Places


def places(*grids: npt.ArrayLike, size: int = 256, silent: Sequence[int] = ()) -> Places:
    """A collection of files a.wav, b.wav .."""
    arrays = [np.array(grid) for grid in grids]
    return Places(
        arrays,
        [f"{'abcdefghij'[file]}.wav" for file in range(len(arrays))],
        codebook_size=size,
        silent=silent,
    )


def held_one_by_one(
    collection: Places, grid: Grid, before: Sequence[int] | None
) -> tuple[list[bool], list[bool]]:
    """Which steps are held, as a coarse and as a whole measure see it."""
    K, S = grid.shape
    coarse, whole = [], []
    for step in range(S):
        last = before if step == 0 else grid[:, step - 1]
        repeats = [last is None or grid[level, step] == last[level] for level in range(K)]
        quiet = bool(collection.silent[grid[0, step]])
        coarse.append(quiet or all(repeats[:2]))
        whole.append(quiet or sum(repeats) >= 0.8 * K)
    return coarse, whole


def runs_one_by_one(
    collection: Places, grid: Grid, before: Sequence[int] | None = None
) -> dict[tuple[str, int, str, int], int]:
    """Every copied run of a sound: its length by kind, first step, file and first step there."""
    K, S = grid.shape
    coarse, whole = held_one_by_one(collection, grid, before)
    runs = {}
    for name, start, stop in zip(collection.names, collection.starts, collection.stops, strict=True):
        file = collection.codes[:, start:stop]
        for at in range(S):
            for place in range(file.shape[1]):
                for length in range(1, min(S - at, file.shape[1] - place) + 1):
                    equal = grid[:, at : at + length] == file[:, place : place + length]
                    last = at + length - 1
                    if equal[:2].all() and not coarse[at] and not coarse[last]:
                        runs["coarse", at, name, place] = length
                    counted = [step - at for step in range(at, at + length) if not whole[step]]
                    if (
                        not whole[at]
                        and not whole[last]
                        and 5 * equal[:, counted].sum() >= 4 * K * len(counted)
                    ):
                        runs["whole", at, name, place] = len(counted)
    return runs


def longest_one_by_one(collection: Places, grid: Grid, before: Sequence[int] | None = None) -> int:
    return max(runs_one_by_one(collection, grid, before).values(), default=0)


@st.composite
def grids(draw: st.DrawFn, *, levels: int, size: int, most: int = 10) -> Grid:
    """A sound with repeats, held steps, and now and then something new."""
    draws = np.random.default_rng(draw(st.integers(0, 2**32)))
    columns: list[npt.NDArray[np.int64]] = [draws.integers(0, size, levels)]
    wanted = draw(st.integers(1, most))
    move = draw(st.sampled_from([0.2, 0.5, 1.0]))
    while len(columns) < wanted:
        if draws.random() < 0.3 and len(columns) > 2:  # go back and repeat a stretch
            first = int(draws.integers(len(columns)))
            columns += [column.copy() for column in columns[first : first + 4]]
        else:  # some codes of the last step change
            columns.append(
                np.where(draws.random(levels) < move, draws.integers(0, size, levels), columns[-1])
            )
    return np.stack(columns[:wanted], axis=1)


@st.composite
def collections(draw: st.DrawFn, *, levels: int, size: int, most: int = 10) -> Places:
    """A few short files, some of them twice; silence in some."""
    files = draw(st.lists(grids(levels=levels, size=size, most=most), min_size=1, max_size=3))
    if draw(st.booleans()):
        files.append(files[0])
    return places(*files, size=size, silent=draw(st.sampled_from([(), (), (0,)])))


@st.composite
def copies(draw: st.DrawFn, collection: Places, *, most: int = 14) -> Grid:
    """A sound put together from stretches of a collection, with held steps and some codes changed."""
    draws = np.random.default_rng(draw(st.integers(0, 2**32)))
    change, hold = draw(st.sampled_from([0.0, 0.1, 0.3])), draw(st.sampled_from([0.0, 0.3]))
    columns: list[npt.NDArray[np.int64]] = []
    wanted = draw(st.integers(1, most))
    while len(columns) < wanted:
        first = int(draws.integers(collection.num_places))
        for column in collection.codes[:, first : first + int(draws.integers(1, 9))].T:
            other = draws.integers(0, collection.codebook_size, column.size)
            columns.append(np.where(draws.random(column.size) < change, other, column))
            if draws.random() < hold:
                columns += [columns[-1]] * 3
    return np.stack(columns[:wanted], axis=1)
