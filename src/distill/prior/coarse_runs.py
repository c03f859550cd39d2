"""Runs in which the coarse codes of a sound, levels 1 and 2, equal the collection's, followed step by step.

At every step it is known which places of the collection have been running along, and for how long. Both the measure
(:mod:`~distill.prior.copied`) and the guard (:mod:`~distill.prior.guard`) follow runs with it, so they cannot disagree.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt

from distill.prior.places import Places

__all__ = ["CoarseRuns"]


class CoarseRuns:
    """All coarse runs that are going on.

    A run begins at a step that is not held, goes on while the coarse codes are equal, and is as long as from there to its
    last step that is not held: notes that are held on the way count, a steady sound before or after does not.

    Attributes
    ----------
    places : int array [R]
        Where in the collection the last step lies, for each run.
    lengths : int array [R]
        Steps from the beginning of each to the last step.
    """

    def __init__(self, collection: Places) -> None:
        self._collection = collection
        self.places: npt.NDArray[np.int32] = np.zeros(0, np.int32)
        self.lengths: npt.NDArray[np.int32] = np.zeros(0, np.int32)
        # one more than there are places: what is looked up before the first place of all is found at the end
        self._length_at: npt.NDArray[np.int32] = np.zeros(collection.num_places + 1, np.int32)

    def fork(self) -> Self:
        """Return a copy that goes its own way."""
        other = type(self)(self._collection)
        other.places, other.lengths, other._length_at = self.places, self.lengths, self._length_at.copy()
        return other

    def go_on(self, key: int, *, held: bool) -> None:
        """Take one more step with the coarse codes of a key of :meth:`Places.coarse_keys`."""
        collection = self._collection
        if held:  # nothing begins here, so only what runs already needs to be looked at
            places, lengths = self.nexts()
            stay = collection.coarse[places] == key
            places, lengths = places[stay], lengths[stay] + 1
        else:
            places = collection.having_coarse(key)
            lengths = np.where(collection.is_start[places], 0, self._length_at[places - 1]) + 1
        self._length_at[self.places] = 0
        self._length_at[places] = lengths
        self.places, self.lengths = places, lengths.astype(np.int32)

    def nexts(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Where each run would go on, with its length so far; runs at the end of their file are left out."""
        places = self.places + np.int32(1)
        there = ~self._collection.is_start[places]
        return places[there], self.lengths[there]
