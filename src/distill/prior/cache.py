"""A cache in front of a prior: what a sound has used lately is what it will use next.

Two sounds of a collection have few codes in common beside what two seconds of one sound have: a drone held out of
twenty is told in 3.2 bits a code with its own past counted, and in 8.1 without. So what another prior says, the *base*, is
taken as what is known before a sound begins, and every code that the sound draws makes itself likelier for a while (the cache
model of Kuhn and De Mori, 1990). With ``c(h, x)`` the fading count of the code ``x`` after the context ``h`` in this sound
(:mod:`distill.prior.lately`), and ``q`` what the contexts before ``h`` say, the base to begin with::

    p(x | h) = (c(h, x) + a q(x)) / (c(h) + a)

which is Dirichlet smoothing (MacKay and Peto, 1995) towards ``q``; the *strength* ``a`` of each level and context, in
codes, is found on sounds that the base has not seen (:mod:`distill.prior.cache_strengths`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from distill.codes.json_values import JSON
from distill.codes.limits import Grid
from distill.errors import BadModelFile
from distill.prior.cache_strengths import Strengths, through_cache
from distill.prior.grids import checked_past
from distill.prior.interface import Floats, Prior
from distill.prior.lately import NOTHING, WINDOW, contexts_of, fading

__all__ = ["CachePrior", "Memory", "smoothed_towards"]

KIND = "cache"


class Memory(NamedTuple):
    """Steps that are remembered.

    Attributes
    ----------
    codes, before : int array [K, M]
        Of each step, and of the one before it; :data:`~distill.prior.lately.NOTHING` where a sound begins.
    weights : float array [M]
        How much each counts.
    """

    codes: npt.NDArray[np.int16]
    before: npt.NDArray[np.int16]
    weights: Floats


class _State(NamedTuple):
    """Where a sound stands: a value, so advancing makes another."""

    base: Any
    past: npt.NDArray[np.int16]  # [K, 1 + at most WINDOW]: the first is only looked back at


class CachePrior:
    """A prior that follows the sound it is telling; see :class:`distill.prior.interface.Prior`.

    Parameters
    ----------
    base : Prior
        What is known before a sound begins.
    strengths : list of lists of float > 0
        For each level, of each context (:func:`distill.prior.lately.contexts_of`), in codes: the smaller, the more
        the sound's own past is trusted.
    """

    def __init__(self, base: Prior, strengths: Strengths) -> None:
        self.base = base
        # float32, as model files keep them
        self._kept = np.array([a for of_level in strengths for a in of_level], np.float32)
        assert len(strengths) == base.num_levels, strengths
        assert (np.isfinite(self._kept) & (self._kept > 0)).all(), strengths
        self.strengths = _by_level(self._kept, base.num_levels)
        self._fading = fading(WINDOW)

    @property
    def num_levels(self) -> int:
        """Levels K."""
        return self.base.num_levels

    @property
    def codebook_size(self) -> int:
        """Entries N at every level."""
        return self.base.codebook_size

    def begin(self, past: Grid) -> _State:
        """Return the state after the steps [K, S] of a past; S may be 0."""
        past = checked_past(past, num_levels=self.num_levels, codebook_size=self.codebook_size)
        nothing = np.full((self.num_levels, 1), NOTHING, np.int16)
        lately = np.concatenate([nothing, past.astype(np.int16)], axis=1)[:, -(WINDOW + 1) :]
        return _State(self.base.begin(past), lately)

    def distribution(self, state: _State, below: Sequence[int]) -> Floats:
        """Tell how likely each code of the next step is, at level ``len(below)``: [N]."""
        past = state.past
        memory = Memory(past[:, 1:], past[:, :-1], self._fading[WINDOW + 1 - past.shape[1] :])
        told = self.base.distribution(state.base, below)
        return smoothed_towards(told, memory, past[:, -1], below, self.strengths[len(below)])

    def advance(self, state: _State, column: Sequence[int]) -> _State:
        """Return the state after one more step with these codes [K]."""
        newest = np.array(column, np.int16)[:, None]
        past = np.concatenate([state.past[:, -WINDOW:], newest], axis=1)
        return _State(self.base.advance(state.base, column), past)

    def log_prob(self, grid: Grid) -> Floats:
        """Natural logarithm of the probability of every code, [K, S]."""
        return through_cache(self.base.log_prob(grid), [(grid, 0)], self.strengths)

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """The strengths, and the base's tensors below ``base.``."""
        own: dict[str, npt.NDArray[Any]] = {"strengths": self._kept.copy()}
        return own | {f"base.{name}": array for name, array in self.base.tensors().items()}

    def settings(self) -> JSON:
        """The base's settings."""
        return {"kind": KIND, "base": self.base.settings()}

    @classmethod
    def from_tensors(cls, settings: JSON, tensors: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Build the prior again, and its base, of whatever kind that is.

        Raises
        ------
        BadModelFile
            If strengths and base do not fit together, besides what the base raises.
        """
        from distill.prior.building import from_tensors  # it knows all kinds, and so this one

        if not isinstance(settings, Mapping) or set(settings) != {"kind", "base"}:
            raise _damaged("it names no base")
        left = dict(tensors)
        kept = left.pop("strengths", np.empty(0))
        if not all(name.startswith("base.") for name in left):
            raise _damaged("its arrays are not those of a cache")
        of_base = settings["base"]
        if isinstance(of_base, Mapping) and of_base.get("kind") == KIND:
            raise _damaged("it is a cache in front of a cache")
        base = from_tensors(of_base, {name.removeprefix("base."): array for name, array in left.items()})
        if kept.dtype != np.float32 or kept.shape != (sum(_widths(base.num_levels)),):
            raise _damaged("its strengths are not those of its levels")
        if not (np.isfinite(kept) & (kept > 0)).all():
            raise _damaged("its strengths are not all above 0")
        return cls(base, _by_level(kept, base.num_levels))


def smoothed_towards(
    told: Floats,
    memory: Memory,
    before: npt.NDArray[np.int16],
    below: Sequence[int],
    strengths: Sequence[float],
) -> Floats:
    """Pass what a base says of one code through what is remembered: [N], written to ``told``.

    Parameters
    ----------
    before : int array [K]
        The step before the one that is told.
    below : sequence of int
        Codes of the step that is told, at the levels before the one in question.
    strengths : sequence of float
        Of that level's contexts.
    """
    level = len(below)
    for context, strength in zip(contexts_of(level), strengths, strict=True):
        codes, weights = memory.codes[level], memory.weights
        for lag, of in context:  # no context has more than one feature
            alike = memory.before[of] == before[of] if lag else memory.codes[of] == below[of]
            codes, weights = codes[alike], weights[alike]
        if len(codes):
            told *= strength
            told += np.bincount(codes, weights, len(told))
            told /= weights.sum() + strength
    return told


def _widths(num_levels: int) -> list[int]:
    return [len(contexts_of(level)) for level in range(num_levels)]


def _by_level(flat: npt.NDArray[np.float32], num_levels: int) -> list[list[float]]:
    parts = np.split(flat.astype(np.float64), np.cumsum(_widths(num_levels))[:-1])
    return [part.tolist() for part in parts]


def _damaged(what: str) -> BadModelFile:
    return BadModelFile(
        f"the cache of the prior in this model file is damaged: {what}; train the prior again."
    )
