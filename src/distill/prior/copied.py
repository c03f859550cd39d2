"""What a sound has taken from the collection: its longest copied run, and where that comes from.

A *copied run* is a stretch of a sound that equals an equally long stretch of one file, step by step, in levels 1 and 2
(*coarse*), or in 80 % of all codes (*whole*). Silence and a held code do not count, since any steady sound equals any other of
its kind: a step that repeats the one before it is *held*, for a coarse run if its levels 1 and 2 do so, for a whole run if 80 %
of its codes do. A coarse run is as long as from its first to its last step that is not held; the long notes of a melody belong to
it. Of a whole run, held steps count neither for its length nor among its codes; else a second of silence would make a copy
of whatever comes after it. A fifth of a whole run may differ, so twenty steps that are equal throughout and five beside them that are
not are a run of twenty-five.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from distill.codes.limits import Grid
from distill.prior.coarse_runs import CoarseRuns
from distill.prior.longest_whole import LongestWhole
from distill.prior.places import Bools, Places

__all__ = ["CopiedRun", "RunFinder"]


@dataclass(frozen=True)
class CopiedRun:
    """A stretch that a sound shares with a file of the collection.

    Attributes
    ----------
    steps : int
        Its length; held steps are left out as the definition says.
    at : int
        Its first step in the sound.
    file : str
        The file it comes from.
    start : int
        Its first step there.
    kind : "coarse" or "whole"
        Whether levels 1 and 2 are equal, or 80 % of all codes.
    """

    steps: int
    at: int
    file: str
    start: int
    kind: Literal["coarse", "whole"]


class RunFinder:
    """Finds the longest copied run of one sound after another in a collection."""

    def __init__(self, collection: Places) -> None:
        self._collection = collection

    def longest(self, grid: Grid, before: Sequence[int] | None = None) -> CopiedRun | None:
        """Find the longest copied run, or nothing if no step was copied.

        Parameters
        ----------
        grid : int array [K, S]
        before : codes [K], optional
            Of the step before the first, if the grid goes on from something.
        """
        held_coarse, held_whole = self._collection.held(grid, before)
        coarse = _longest_coarse(self._collection, grid, held_coarse)
        whole = self._whole.find(grid, held_whole)
        if whole is None or (coarse is not None and coarse.steps >= whole.steps):
            return coarse
        return CopiedRun(whole.steps, whole.at, *self._collection.where(whole.place), "whole")

    @cached_property
    def _whole(self) -> LongestWhole:
        return LongestWhole(self._collection)


def _longest_coarse(collection: Places, grid: Grid, held: Bools) -> CopiedRun | None:
    runs = CoarseRuns(collection)
    steps, last, place = 0, 0, 0
    for step, (key, stays) in enumerate(
        zip(collection.coarse_keys(grid).tolist(), held.tolist(), strict=True)
    ):
        runs.go_on(key, held=stays)
        if not stays and runs.lengths.size:
            longest = int(runs.lengths.argmax())
            if runs.lengths[longest] > steps:
                steps, last, place = int(runs.lengths[longest]), step, int(runs.places[longest])
    if not steps:
        return None
    return CopiedRun(steps, last - steps + 1, *collection.where(place - steps + 1), "coarse")
