"""Recombination: walk through the collection's own steps, leaping where two places have the same past.

For collections too small to learn from. Nothing new is made below the step: every column is one of the collection's (but
for a trace of smoothing, which makes all codes possible), and what is new is their order. The places that share a past are
found by a factor oracle over the first levels' codes (:mod:`distill.prior.factor`); *continuity* is how likely the walk goes
straight on. At the end of a sound it leaps in any case, or a sound begins again.

:mod:`distill.prior.rearranging` puts whole segments into a new order instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from distill.codes.json_values import JSON
from distill.codes.limits import Grid
from distill.errors import BadCodes, BadCollection, BadModelFile, BadSetting
from distill.prior.factor import families
from distill.prior.grids import checked_grids, checked_past
from distill.prior.interface import Floats, stepwise_log_prob

__all__ = ["CONTINUITY", "OraclePrior"]

Places = npt.NDArray[np.int64]

KIND = "oracle"
CONTINUITY = 0.9  # a leap every ten steps, a fifth of a second
SMOOTHING = 0.01  # share of every distribution that follows how often codes are used, at whatever place
AGAIN = 0.5  # at the end of a sound: how often one begins again, for many sounds end alike, and silence leads to silence
BEGINNING, NOWHERE = -1, -2  # before a sound; after a step that is not like any of the collection


class OraclePrior:
    """A walk through the collection; see :class:`distill.prior.interface.Prior`. A state is a place in it.

    Parameters
    ----------
    grids : sequence of int arrays [K, S]
        The sounds.
    codebook_size : int
        Entries N.
    continuity : float in 0..1
        How likely the walk goes straight on where it could leap.
    heard : int
        By how many levels pasts are compared.

    Raises
    ------
    BadCollection, BadCodes
        As :func:`distill.prior.grids.checked_grids`.
    BadSetting
        If the continuity is not within 0..1, or there are not as many levels.
    """

    def __init__(
        self, grids: Sequence[Grid], *, codebook_size: int, continuity: float = CONTINUITY, heard: int = 1
    ) -> None:
        grids = checked_grids(grids, codebook_size=codebook_size)
        if not 1 <= heard <= grids[0].shape[0]:
            raise BadSetting(
                f"pasts cannot be compared by {heard} levels; choose 1 to {grids[0].shape[0]}, which these codes have."
            )
        self._size, self.continuity, self.heard = codebook_size, _checked(continuity), heard
        self._columns = np.concatenate(grids, axis=1).astype(np.int64)  # [K, P]
        self._lengths = np.array([grid.shape[1] for grid in grids], np.int64)
        ends = np.cumsum(self._lengths)
        self._starts: Places = ends - self._lengths
        self._goes_on = np.ones(self._columns.shape[1], bool)
        self._goes_on[ends - 1] = False
        self._families = families(grids, heard=heard)  # [L, P], the longest past first
        self._usage = np.stack([np.bincount(row, minlength=codebook_size) for row in self._columns]) + 1.0
        self._usage /= self._usage.sum(1, keepdims=True)
        places = np.arange(self._columns.shape[1])
        self._anywhere = places, np.full(len(places), 1 / len(places))
        self._last: tuple[int, Places, Floats] | None = (
            None  # the options asked for last: K levels ask for them
        )

    @property
    def num_levels(self) -> int:
        """Levels K."""
        return int(self._columns.shape[0])

    @property
    def codebook_size(self) -> int:
        """Entries N at every level."""
        return self._size

    def with_continuity(self, continuity: float) -> OraclePrior:
        """Return the same walk, going straight on more or less often."""
        twin = copy(self)
        twin.continuity = _checked(continuity)
        twin._last = None
        return twin

    def options(self, place: int) -> tuple[Places, Floats]:
        """Tell which places may come next, and how likely each is: the way straight on first, where there is one."""
        if self._last is None or self._last[0] != place:
            self._last = (place, *self._found(place))
        return self._last[1:]

    def begin(self, past: Grid) -> int:
        """Return where in the collection a past [K, S] ends, as far as it is like it."""
        past = checked_past(past, num_levels=self.num_levels, codebook_size=self._size)
        place = BEGINNING
        for column in past.T.tolist():
            place = self.advance(place, column)
        return place

    def distribution(self, state: int, below: Sequence[int]) -> Floats:
        """Tell how likely each code of the next step is, at level ``len(below)``: [N]."""
        level = len(below)
        told: Floats = self._usage[level].copy()
        for places, weights in (self.options(state), self._anywhere):
            fits = (self._columns[:level, places] == np.array(below, np.int64)[:, None]).all(0)
            if fits.any():
                walked = np.bincount(self._columns[level, places[fits]], weights[fits], self._size)
                told *= SMOOTHING
                told += (1 - SMOOTHING) * (walked / walked.sum())
                break
        return told

    def advance(self, state: int, column: Sequence[int]) -> int:
        """Return the place that one more step leads to: of the options the one most like it, else the likest of all."""
        wanted = np.array(column, np.int64)[:, None]
        for places, weights in (self.options(state), self._anywhere):
            alike = np.logical_and.accumulate(self._columns[:, places] == wanted).sum(
                0
            )  # levels, from the first
            best = alike == alike.max()
            if alike.max() > 0:
                return int(places[best][weights[best].argmax()])
        return NOWHERE

    def log_prob(self, grid: Grid) -> Floats:
        """Natural logarithm of the probability of every code, [K, S], by walking along it."""
        return stepwise_log_prob(
            self, checked_past(grid, num_levels=self.num_levels, codebook_size=self._size)
        )

    def settings(self) -> JSON:
        """What is no array."""
        return {
            "kind": KIND,
            "codebook_size": self._size,
            "continuity": self.continuity,
            "heard": self.heard,
        }

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """The collection's columns, and how long each sound is; the oracle is built from them again."""
        return {"columns": self._columns.astype(np.int16), "lengths": self._lengths}

    @classmethod
    def from_tensors(cls, settings: JSON, tensors: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Build the prior again.

        Raises
        ------
        BadModelFile
            If the settings and tensors are not those of a recombination.
        """
        fault = BadModelFile(
            "the prior in this model file is damaged: it is no recombination; train the prior again."
        )
        wanted = {"kind", "codebook_size", "continuity", "heard"}
        if not isinstance(settings, Mapping) or set(settings) != wanted or settings["kind"] != KIND:
            raise fault
        size, continuity, heard = (settings[key] for key in ("codebook_size", "continuity", "heard"))
        if type(size) is not int or not 2 <= size <= 2**15 or type(heard) is not int:
            raise fault
        if not isinstance(continuity, (int, float)) or set(tensors) != {"columns", "lengths"}:
            raise fault
        columns, lengths = tensors["columns"], tensors["lengths"]
        if columns.ndim != 2 or lengths.ndim != 1 or columns.dtype != np.int16 or lengths.dtype != np.int64:
            raise fault
        if not len(lengths) or lengths.min() < 1 or lengths.max() > columns.shape[1]:
            raise fault
        if lengths.sum() != columns.shape[1]:
            raise fault
        try:
            grids = np.split(columns, np.cumsum(lengths)[:-1], axis=1)
            return cls(grids, codebook_size=size, continuity=continuity, heard=heard)
        except (BadCodes, BadCollection, BadSetting):
            raise fault from None

    def _found(self, place: int) -> tuple[Places, Floats]:
        if place == NOWHERE:
            return self._anywhere
        if place == BEGINNING:
            return self._starts, np.full(len(self._starts), 1 / len(self._starts))
        leaps, weights = self._leaps(place)
        if not self._goes_on[place]:
            again, share = self._found(BEGINNING)
            shared = AGAIN if len(leaps) else 1.0
            return _gathered(
                np.concatenate([again, leaps]), np.concatenate([shared * share, (1 - shared) * weights])
            )
        if not len(leaps):
            return np.array([place + 1]), np.ones(1)
        places = np.concatenate([[place + 1], leaps])
        shares = np.concatenate([[self.continuity], (1 - self.continuity) * weights])
        possible = shares > 1e-12  # what is left out is beyond rounding
        return places[possible], shares[possible]

    def _leaps(self, place: int) -> tuple[Places, Floats]:
        """Places after those that share a past with this one: half the leaps go by the longest, half the rest by the next."""
        found: list[Places] = []
        for family in self._families:
            others = np.flatnonzero((family == family[place]) & self._goes_on)
            others = others[others != place]
            if len(others) and (not found or len(others) > len(found[-1])):
                found.append(others)
        if not found:
            return self._starts[:0], np.zeros(0)
        shares = 0.5 ** np.arange(1, len(found) + 1)
        shares[-1] *= 2  # so that they add up to 1
        places = np.concatenate(found) + 1
        weights = np.concatenate(
            [np.full(len(o), share / len(o)) for o, share in zip(found, shares, strict=True)]
        )
        return _gathered(places, weights)


def _gathered(places: Places, weights: Floats) -> tuple[Places, Floats]:
    """Add up the weights of a place that is named more than once."""
    once, which = np.unique(places, return_inverse=True)
    return once, np.bincount(which, weights).astype(np.float64)


def _checked(continuity: float) -> float:
    if not 0 <= continuity <= 1:
        raise BadSetting(f"the continuity is {continuity}; choose one from 0 to 1 ({CONTINUITY} is usual).")
    return float(continuity)
