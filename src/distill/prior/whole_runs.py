"""How near a sound in the making is to a whole copied run, at every place of the collection at once.

For :mod:`~distill.prior.guard`. (:mod:`~distill.prior.longest_whole` measures a sound that is finished.) Along one alignment, a
counted step with ``m`` equal codes of ``K`` is worth ``5 m - 4 K``; a run of at least ``n`` counted steps worth 0 or more has 80 %
of its codes equal. A coming step with no equal code at all would make the best run that ends with it worth ::

    5 * (equal codes of the last n - 1 counted steps) - 4 K n + max(0, worth of the best run just before those)

As long as that is below 0, a step that differs never completes a run. So the coming step may have so many equal codes at
each place as keep it below 0, its *slack* there, and no more. Steps before the sound or the file count as different: they
will be in the window of some later step, where no choice is left.

The worth is kept for every alignment and changed only where codes are equal, which the index of the collection tells.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from distill.prior.places import Ints, Places

__all__ = ["WholeRuns"]


class WholeRuns:
    """Follows the alignments of a sound with a collection, step by step.

    Parameters
    ----------
    collection : Places
    limit : int >= 2
        Counted steps that no run may reach.
    """

    def __init__(self, collection: Places, *, limit: int) -> None:
        self._collection = collection
        self._limit = limit
        self._long_enough = (
            collection.stops - collection.starts >= limit
        )  # for a run of that length to be in the file
        self._time = 0
        self._window: deque[tuple[int, tuple[int, ...]]] = (
            deque()
        )  # the last limit - 1 counted steps, with their times
        # by place minus time, so that an alignment stays where it is while time goes on
        self._worth = np.zeros(collection.num_places, np.int32)  # 5 for each equal code of the window
        self._earlier = np.zeros(
            collection.num_places, np.int32
        )  # of the best run that ends just before it, or 0

    def fork(self) -> Self:
        """Return a copy that goes its own way."""
        other = type(self)(self._collection, limit=self._limit)
        other._time, other._window = self._time, self._window.copy()
        other._worth, other._earlier = self._worth.copy(), self._earlier.copy()
        return other

    def near(self) -> tuple[Ints, Ints]:
        """Tell where the coming step, if all its codes were equal, would complete a run.

        Returns
        -------
        places, slack : int arrays [R]
            The places, and how many codes of the coming step may be equal there.
        """
        K = self._collection.num_levels
        bound = 4 * K * self._limit
        total = self._worth + self._earlier
        alignments = np.flatnonzero(total >= bound - 5 * K)
        places = (alignments + self._time) % self._collection.num_places
        long_enough = self._long_enough[self._collection.file_of[places]]
        places, alignments = places[long_enough], alignments[long_enough]
        return places, np.maximum(0, (bound - 1 - total[alignments].astype(np.int64)) // 5)

    def go_on(self, column: Sequence[int], *, held: bool) -> None:
        """Take one more step with the codes ``column`` [K]."""
        if not held:
            now = tuple(column)
            for alignments in self._equal(self._time, now):
                self._worth[alignments] += 5
            self._window.append((self._time, now))
            if len(self._window) == self._limit:
                self._drop()
        self._time += 1
        # where a file begins, nothing goes on from the file before it
        begins = self._alignments(self._collection.starts, self._time)
        self._worth[begins] = 0
        self._earlier[begins] = 0

    def _drop(self) -> None:
        """Let the oldest step of the window become the last one before it."""
        time, column = self._window.popleft()
        for alignments in self._equal(time, column):
            self._worth[alignments] -= 5
            self._earlier[alignments] += 5
        self._earlier -= 4 * self._collection.num_levels
        np.maximum(self._earlier, 0, out=self._earlier)

    def _equal(self, time: int, column: Sequence[int]) -> Iterator[Ints]:
        """For each level, alignments at which a step taken at some time was equal, and which are still in the same file."""
        for level, code in enumerate(column):
            places = self._collection.having(level, code)
            if time != self._time:
                places = places[places + (self._time - time) < self._collection.stop_of[places]]
            yield self._alignments(places, time)

    def _alignments(self, places: npt.NDArray[np.signedinteger[Any]], time: int) -> Ints:
        alignments: Ints = (places.astype(np.int64) - time) % self._collection.num_places
        return alignments
