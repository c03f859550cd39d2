"""How much of a sound can be found again in the collection, in small pieces, and in which file most of all.

The pieces are n-grams: the codes of ``n`` successive steps, at one level or at all of them jointly, never across the end of a
file. Every n-gram becomes a 64-bit number (the exclusive or of one random number for each code and its position), so a lookup is a
search in a sorted row; that two different ones of a sound and a collection of 100,000 steps share a number happens once in
ten thousand million sounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid
from distill.prior.places import Places

__all__ = ["NGRAM", "Nearest", "Overlap", "OverlapFinder"]

NGRAM = 8
"""Steps of the n-grams whose share is told."""

_NEAR = (1, 2, 4, 8)  # steps of the n-grams by which files are near: a chord, a sound, a gesture, a phrase

_Keys = npt.NDArray[np.uint64]


class Overlap(NamedTuple):
    """Shares of 8-grams that the collection has too, 0 to 1; None where no sound is 8 steps long.

    Attributes
    ----------
    levels : tuple of K numbers
        For each level by itself.
    joint : float
        For all levels together.
    """

    levels: tuple[float, ...] | None
    joint: float | None


class Nearest(NamedTuple):
    """The file most like a sound, and how like: the share of the sound's codes of levels 1 and 2 that it has too.

    The share is the mean over stretches of 1, 2, 4 and 8 steps, so that order matters and there is always an answer.
    """

    file: str
    share: float


class OverlapFinder:
    """Looks the n-grams of sounds up in a collection."""

    def __init__(self, collection: Places) -> None:
        K, N = collection.num_levels, collection.codebook_size
        self._collection = collection
        self._marks = np.random.default_rng(0).integers(0, 2**63, (K, NGRAM, N), dtype=np.uint64)
        self._known = [np.sort(keys) for keys in self._all_keys(collection.codes, collection)]
        self._files = {steps: self._by_file(steps) for steps in _NEAR}

    def overlap(self, grids: Sequence[Grid]) -> Overlap:
        """Tell which shares of the 8-grams of some sounds [K, S] the collection has, all sounds taken together."""
        keys = [self._all_keys(grid) for grid in grids]
        shares = []
        for level, known in enumerate(self._known):
            wanted = np.concatenate([of_grid[level] for of_grid in keys])
            if not wanted.size:
                return Overlap(None, None)
            shares.append(float(_is_in(wanted, known).mean()))
        return Overlap(tuple(shares[:-1]), shares[-1])

    def nearest(self, grids: Sequence[Grid]) -> Nearest:
        """Find the file that has most of some sounds' codes at levels 1 and 2."""
        likeness = np.zeros(len(self._collection.names))
        lengths = 0
        for steps, (known, files) in self._files.items():
            wanted, times = np.unique(
                np.concatenate([self._coarse_keys(grid, steps) for grid in grids]), return_counts=True
            )
            if not wanted.size:
                continue
            first, stop = np.searchsorted(known, wanted, "left"), np.searchsorted(known, wanted, "right")
            counts = stop - first
            which = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - first, counts)
            found = np.bincount(files[which], weights=np.repeat(times, counts), minlength=likeness.size)
            likeness += found / times.sum()
            lengths += 1
        nearest = int(likeness.argmax())
        return Nearest(
            self._collection.names[nearest], float(likeness[nearest]) / lengths if lengths else 0.0
        )

    def _all_keys(self, codes: Grid, within: Places | None = None) -> list[_Keys]:
        """Keys of the 8-grams of each level, and last of all levels jointly."""
        keys = [self._keys(codes, [level], NGRAM, within) for level in range(codes.shape[0])]
        return [*keys, np.bitwise_xor.reduce(keys, axis=0)]

    def _coarse_keys(self, codes: Grid, steps: int, within: Places | None = None) -> _Keys:
        return self._keys(codes, range(self._collection.num_coarse), steps, within)

    def _keys(self, codes: Grid, levels: Sequence[int], steps: int, within: Places | None) -> _Keys:
        """Keys of the n-grams at some levels, in order; of a collection only those within one file."""
        count = max(0, codes.shape[1] - steps + 1)
        keys = np.zeros(count, np.uint64)
        for level in levels:
            for position in range(steps):
                keys ^= self._marks[level, position, codes[level, position : position + count]]
        return keys if within is None else keys[_within(within, count, steps)]

    def _by_file(self, steps: int) -> tuple[_Keys, npt.NDArray[np.int32]]:
        """Keys of the collection's coarse n-grams in rising order, each with the files that have it, once each."""
        collection = self._collection
        keys = self._coarse_keys(collection.codes, steps, collection)
        files = collection.file_of[: collection.num_places - steps + 1]
        files = files[_within(collection, files.size, steps)]
        order = np.argsort(keys, kind="stable")  # within a key, files stay in order
        keys, files = keys[order], files[order]
        new = np.ones(keys.size, bool)
        new[1:] = (keys[1:] != keys[:-1]) | (files[1:] != files[:-1])
        return keys[new], files[new]


def _within(collection: Places, count: int, steps: int) -> npt.NDArray[np.bool_]:
    """Which of the first places have so many steps before their file ends."""
    inside: npt.NDArray[np.bool_] = np.arange(count) + steps <= collection.stop_of[:count]
    return inside


def _is_in(wanted: _Keys, known: _Keys) -> npt.NDArray[np.bool_]:
    if not known.size:
        return np.zeros(wanted.size, bool)
    at = np.minimum(np.searchsorted(known, wanted), known.size - 1)
    there: npt.NDArray[np.bool_] = known[at] == wanted
    return there
