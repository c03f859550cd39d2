"""The novelty guard: keeps every copied run of a sound in the making below a length, by construction.

What a copied run is, :mod:`~distill.prior.copied` defines; the guard forbids, code by code, whatever would complete one.

It never forbids everything. A step that repeats the one before it counts for no run, so at level 1 holding it is a way out,
however small the codebook and however many places of the collection press from different sides. At a deeper level a code is
only allowed if its column can be completed, by codes that differ from what is near (with a usual codebook at most a few of its
entries are) or by holding the rest; what made a code allowed makes the next one of that way allowed, and so on to the last level.

A sound that holds already may hold on. Otherwise holding is the last resort: it makes no run shorter, so a prior that insists
would be held again and again, where differing lets it go on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid
from distill.errors import BadSetting
from distill.prior.coarse_runs import CoarseRuns
from distill.prior.places import Bools, Ints, Places, equal_enough
from distill.prior.whole_runs import WholeRuns

__all__ = ["NoveltyGuard", "limit_in_steps"]

_SHORTEST_SECONDS = 0.1  # below that, sounds share their very building blocks


def limit_in_steps(seconds: float, *, step_rate: float) -> int:
    """Turn the length that copied runs have to stay below into the fewest steps that they must not reach.

    Raises
    ------
    BadSetting
        If it is shorter than 0.1 s, or no number.

    Examples
    --------
    >>> limit_in_steps(1.0, step_rate=46.875)
    47
    """
    if not (math.isfinite(seconds) and seconds >= _SHORTEST_SECONDS):
        raise BadSetting(
            f"copied stretches below {seconds:g} s were asked for; choose {_SHORTEST_SECONDS:g} s or more, "
            "or turn the novelty guard off."
        )
    return max(2, math.ceil(round(seconds * step_rate, 6)))


class NoveltyGuard:
    """Tells which codes a sound may go on with.

    For every step, ask :meth:`allowed` level by level before choosing, then hand the whole column to :meth:`taken`. Ask it before
    unlikely codes are cut off (top-k, top-p), so that likely ones are left when some are forbidden. Counting begins with
    the first column taken: what a sound goes on from is not the prior's doing, and :meth:`after` only tells what would repeat it.

    Parameters
    ----------
    collection : Places
    limit : int >= 2
        Steps that no copied run may reach: see :func:`limit_in_steps`.
    """

    def __init__(self, collection: Places, *, limit: int) -> None:
        assert limit >= 2, limit
        self._collection = collection
        self._limit = limit
        self._coarse = CoarseRuns(collection)
        self._whole = WholeRuns(collection, limit=limit)
        self._before: tuple[int, ...] | None = None
        self._steady = False  # the last step was held

    def fork(self) -> Self:
        """Return a guard of the same sound so far, which from here on may go another way."""
        other = type(self)(self._collection, limit=self._limit)
        other._coarse, other._whole = self._coarse.fork(), self._whole.fork()
        other._before, other._steady = self._before, self._steady
        return other

    def after(self, past: Grid) -> Self:
        """Return a guard that counts from nothing, of a sound that goes on from the steps ``past`` [K, S]."""
        other = type(self)(self._collection, limit=self._limit)
        if past.shape[1]:
            other._before = tuple(past[:, -1].tolist())
        return other

    def allowed(
        self, column_so_far: Sequence[int], level: int, probabilities: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Take away the codes that must not be chosen.

        Parameters
        ----------
        column_so_far : sequence of int
            Codes of the coming step at the levels before, each of them chosen among those allowed.
        level : int
            From 0; ``len(column_so_far)``.
        probabilities : float64 array [N]
            Of the codes at this level, summing to 1.

        Returns
        -------
        float64 array [N]
            Summing to 1, 0 for each forbidden code. If all that was likely is forbidden, the code of the step before, and
            if that is forbidden too, any other with equal chances.
        """
        assert level == len(column_so_far), (level, column_so_far)
        may = self._may(tuple(int(code) for code in column_so_far))
        if may is None:
            return probabilities
        left: npt.NDArray[np.float64] = np.where(may, probabilities, 0.0)
        if not left.any():
            left = may.astype(np.float64)
            if self._before is not None and may[self._before[level]]:
                left = np.eye(may.size)[self._before[level]]
        left /= left.sum()
        return left

    def taken(self, column: Sequence[int]) -> None:
        """Count one more step with the codes ``column`` [K]."""
        codes = np.asarray(column, dtype=np.int64)[:, None]
        held_coarse, held_whole = self._collection.held(codes, self._before)
        self._coarse.go_on(int(self._collection.coarse_keys(codes)[0]), held=bool(held_coarse[0]))
        self._steady = self._before is not None and bool(held_whole[0])
        self._before = tuple(codes[:, 0].tolist())
        self._whole.go_on(self._before, held=bool(held_whole[0]))
        for cached in ("_forbidden", "_near"):
            self.__dict__.pop(cached, None)

    @cached_property
    def _forbidden(self) -> Ints:
        """Keys of the coarse codes that would complete a coarse run, unless they are held."""
        places, lengths = self._coarse.nexts()
        return np.unique(self._collection.coarse[places[lengths >= self._limit - 1]])

    @cached_property
    def _near(self) -> tuple[Ints, Ints]:
        """Codes [K, R] that would bring a whole run nearer, and how many of them may be equal, [R], unless held."""
        places, slack = self._whole.near()
        return self._collection.codes[:, places].astype(np.int64), slack

    def _left(self, column: tuple[int, ...]) -> Ints:
        """How many more codes may be equal at each near run after those of a column, [R]; below 0: only if it is held."""
        codes, slack = self._near
        left: Ints = slack - (codes[: len(column)] == np.array(column, dtype=np.int64)[:, None]).sum(0)
        return left

    def _may(self, column: tuple[int, ...]) -> Bools | None:
        """Which codes are allowed after those of a column, [N]; None if there is nothing to forbid."""
        if self._before is None or (not self._forbidden.size and not self._near[1].size):
            return None
        silent = self._collection.silent
        if column and silent[column[0]]:
            return None  # a silent step counts nowhere
        may = self._by_differing(column)
        may |= self._by_holding(column, anyway=self._steady or not may.any())
        if not column:
            may |= silent
        return may if may.any() else None  # nothing is left only if codes were taken that were not allowed

    def _coarse_ok(self, column: tuple[int, ...]) -> Bools:
        """Which codes leave the coarse codes allowed, or to be completed so, [N]."""
        N, depth = self._collection.codebook_size, self._collection.num_coarse
        may = np.ones(N, bool)
        if not self._forbidden.size or len(column) >= depth:
            return may
        firsts, lasts = np.divmod(self._forbidden, N)
        before = self._before
        assert before is not None
        if len(column) == depth - 1:
            may[lasts if depth == 1 else lasts[firsts == column[0]]] = False
            if column == before[: depth - 1]:
                may[before[depth - 1]] = True  # held
        return may

    def _by_holding(self, column: tuple[int, ...], *, anyway: bool) -> Bools:
        """Which codes leave a way of holding at least 80 % of the codes, so that the step counts for no whole run."""
        before = self._before
        assert before is not None
        K, N = self._collection.num_levels, self._collection.codebook_size
        may = np.zeros(N, bool)
        changed = sum(mine != theirs for mine, theirs in zip(column, before, strict=False))
        if (self._left(column) < 0).any():  # there is no other way any more
            may[:] = changed < K - equal_enough(K)
            may[before[len(column)]] = changed <= K - equal_enough(K)
            may &= self._coarse_ok(column)
        else:
            may[before[len(column)]] = anyway and changed == 0
        return may

    def _by_differing(self, column: tuple[int, ...]) -> Bools:
        """Which codes leave a way of differing from every near run by enough."""
        codes, left = self._near[0], self._left(column)
        K, N, level = self._collection.num_levels, self._collection.codebook_size, len(column)
        if (left < 0).any():
            return np.zeros(N, bool)  # the codes so far were allowed because the step can still be held
        may = self._coarse_ok(column)
        may[codes[level, left == 0]] = False
        # quick and nearly always so: at each later level there is a code that no near run has
        crowd = [np.unique(codes[later]).size for later in range(level + 1, K)]
        if level == 0 and self._collection.num_coarse == 2 and self._forbidden.size:
            crowd[0] += int(np.bincount(self._forbidden // N).max())
        if max(crowd, default=0) >= N:
            for code in np.flatnonzero(may).tolist():
                may[code] = self._can_differ((*column, code), left - (codes[level] == code))
        return may

    def _can_differ(self, column: tuple[int, ...], left: Ints) -> bool:
        """Try to complete a column by the code, at each level, that brings the near runs the least nearer."""
        codes, _ = self._near
        while len(column) < self._collection.num_levels:
            row = codes[len(column)]
            weights = np.bincount(row, weights=0.5**left, minlength=self._collection.codebook_size)
            weights = weights.astype(np.float64)  # of no runs at all, numpy makes whole numbers
            weights[row[left == 0]] = np.inf
            weights[~self._coarse_ok(column)] = np.inf
            code = int(weights.argmin())
            if math.isinf(weights[code]):
                return False
            column, left = (*column, code), left - (row == code)
        return True
