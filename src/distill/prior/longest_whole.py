"""The longest stretch of a sound in which 80 % of all codes equal a place of the collection, found all at once.

Held steps are taken out of the sound first. Then, along each *diagonal* (one file at one alignment), a step with ``m`` equal
codes of ``K`` is worth ``5 m - 4 K``, and a run is a stretch worth at least 0: prefix sums turn that into "the earliest
place with a sum not above this one".

Hardly any diagonal needs to be looked at. A run must hold at least one step, a *seed*, of which 80 % of the codes are
equal by themselves, so seeds are looked up in an index; and around ``n`` seeds a run can have only so many other steps
until they have used up what the seeds are worth. The result is exact all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid
from distill.prior.places import Bools, Ints, Places, equal_enough

__all__ = ["LongestWhole", "WholeRun"]

_MOST_SEEDS = 2_000_000  # candidates beyond which looking everywhere is quicker, and smaller
_MOST_CELLS = 1_000_000  # steps compared at once


class WholeRun(NamedTuple):
    """A run: its first step in the sound, where that lies in the collection, and its length without held steps."""

    at: int
    place: int
    steps: int


class LongestWhole:
    """Finds the longest run of one sound after another in a collection.

    Parameters
    ----------
    collection : Places
    most_seeds : int
        Look everywhere when there would be more candidates than this.
    """

    def __init__(self, collection: Places, *, most_seeds: int = _MOST_SEEDS) -> None:
        self._places = collection
        self._most_seeds = most_seeds
        K = collection.num_levels
        self._enough = equal_enough(K)
        # at a seed so many codes may differ: of one group of levels more than that, one is equal throughout
        self._groups = np.array_split(np.arange(K), K - self._enough + 1)
        self._loss = 4 * K - 5 * (self._enough - 1)  # what a step that is no seed costs, at least
        shape = (K, collection.codebook_size)
        self._marks = np.random.default_rng(0).integers(0, 2**63, shape, dtype=np.uint64)

    def find(self, grid: Grid, held: Bools) -> WholeRun | None:
        """Find it, or nothing if not a single step is equal enough.

        Parameters
        ----------
        grid : int array [K, S]
        held : bool array [S]
            Steps that do not count, as :meth:`Places.held` tells for a whole measure.
        """
        steps = np.flatnonzero(~held)
        moving = grid[:, steps]  # [K, m]
        best = WholeRun(0, 0, 0)
        for lines in self._lines(moving, steps):
            found = self._longest(moving, steps, *lines)
            if found.steps > best.steps:
                best = found
        return best if best.steps else None

    def _lines(self, moving: Grid, steps: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
        """Stretches of diagonals to look at, some at a time: shift from sound to place, first and last + 1 moving step."""
        number, places = self._seeds(moving)
        if number is None or places is None:
            yield from self._everywhere(steps)
        elif number.size:
            shift = places - steps[number]
            file = self._places.file_of[places].astype(np.int64)
            order = np.lexsort((number, file, shift))
            number, shift, file = number[order], shift[order], file[order]
            apart = np.ones(number.size, bool)
            apart[1:] = (np.diff(shift) != 0) | (np.diff(file) != 0)
            line = np.cumsum(apart) - 1
            # a run that bridges two seeds pays for all steps between them with the seeds of its line
            apart[1:] |= np.diff(number) - 1 > self._reach(np.bincount(line)[line[1:]])
            first = np.flatnonzero(apart)
            last = np.append(first[1:], number.size) - 1
            reach = self._reach(last - first + 1)
            shift, file = shift[first], file[first]
            low, high = self._inside(steps, shift, file)
            low, high = np.maximum(low, number[first] - reach), np.minimum(high, number[last] + reach + 1)
            yield from _portions(shift, low, high)

    def _everywhere(self, steps: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
        """Every diagonal of every file."""
        if not steps.size:
            return
        for file in range(len(self._places.names)):
            shift = np.arange(self._places.starts[file] - steps[-1], self._places.stops[file] - steps[0])
            yield from _portions(shift, *self._inside(steps, shift, np.full(shift.size, file)))

    def _inside(self, steps: Ints, shift: Ints, file: Ints) -> tuple[Ints, Ints]:
        """Which moving steps of the sound lie within a file when it is shifted."""
        low: Ints = np.searchsorted(steps, self._places.starts[file] - shift)
        high: Ints = np.searchsorted(steps, self._places.stops[file] - shift)
        return low, high

    def _reach(self, seeds: Ints) -> Ints:
        """How many steps that are no seeds a run with so many seeds can have at most."""
        reach: Ints = seeds * self._places.num_levels // self._loss
        return reach

    def _seeds(self, moving: Grid) -> tuple[Ints, Ints] | tuple[None, None]:
        """Pairs of a moving step and a place of which 80 % of the codes are equal; None if there are too many to try."""
        numbers, found = [], []
        count = 0
        for group, (order, keys) in zip(self._groups, self._index, strict=True):
            wanted = self._keys(moving, group)
            first, stop = np.searchsorted(keys, wanted, "left"), np.searchsorted(keys, wanted, "right")
            count += int((stop - first).sum())
            if count > self._most_seeds:
                return None, None
            which, position = _ranges(first, stop)
            numbers.append(which)
            found.append(order[position])
        number, place = np.concatenate(numbers), np.concatenate(found)
        seed = self._equal(moving, number, place) >= self._enough
        pairs = np.unique(number[seed] * self._places.num_places + place[seed])
        return pairs // self._places.num_places, pairs % self._places.num_places

    @cached_property
    def _index(self) -> list[tuple[Ints, npt.NDArray[np.uint64]]]:
        """Places by the codes of each group of levels."""
        index = []
        for group in self._groups:
            keys = self._keys(self._places.codes, group)
            order: Ints = np.argsort(keys)
            index.append((order, keys[order]))
        return index

    def _keys(self, codes: Grid, group: Ints) -> npt.NDArray[np.uint64]:
        """A number for the codes of some levels; should two ever coincide, comparing them tells them apart."""
        keys = np.zeros(codes.shape[1], np.uint64)
        for level in group:
            keys ^= self._marks[level, codes[level]]
        return keys

    def _equal(self, moving: Grid, number: Ints, place: Ints) -> Ints:
        """How many codes are equal, for each pair of a moving step and a place."""
        equal = np.zeros(number.size, np.int64)
        for mine, theirs in zip(moving, self._places.codes, strict=True):
            equal += mine[number] == theirs[place]
        return equal

    def _longest(self, moving: Grid, steps: Ints, shift: Ints, low: Ints, high: Ints) -> WholeRun:
        """The longest stretch worth at least 0 within some stretches of diagonals."""
        line, number = _ranges(low, high)
        worth = 5 * self._equal(moving, number, steps[number] + shift[line]) - 4 * moving.shape[0]
        # sums up to and including a step; each line has one more slot, before its first step, worth nothing
        slots = np.arange(number.size) + line + 1
        value = np.zeros(number.size + shift.size, np.int64)
        value[slots] = worth
        line_of = np.repeat(np.arange(shift.size), high - low + 1)
        # each line lies below all earlier ones, so that the running minimum begins anew with it
        sums = np.cumsum(value) - line_of * (2 * int(np.abs(value).sum()) + 1)
        lowest = np.minimum.accumulate(sums)
        earliest = np.searchsorted(-lowest, -sums)
        lengths = np.arange(sums.size) - earliest
        end = int(lengths.argmax())
        if not lengths[end]:
            return WholeRun(0, 0, 0)
        first = int(steps[number[int(earliest[end]) - int(line_of[end])]])
        return WholeRun(first, first + int(shift[line_of[end]]), int(lengths[end]))


def _ranges(first: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """Count from every ``first`` to its ``stop``: which of them, and the numbers themselves.

    Examples
    --------
    >>> [array.tolist() for array in _ranges(np.array([5, 2]), np.array([7, 3]))]
    [[0, 0, 1], [5, 6, 2]]
    """
    counts = stop - first
    which: Ints = np.repeat(np.arange(first.size), counts)
    numbers: Ints = np.arange(which.size) - np.repeat(np.cumsum(counts) - counts - first, counts)
    return which, numbers


def _portions(shift: Ints, low: Ints, high: Ints) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Hand stretches on in portions of about as many steps as are compared at once."""
    portion = np.cumsum(high - low) // _MOST_CELLS
    for part in np.split(np.arange(shift.size), np.flatnonzero(np.diff(portion)) + 1):
        if part.size:
            yield shift[part], low[part], high[part]
