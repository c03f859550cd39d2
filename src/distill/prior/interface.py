"""What every prior can do: tell how likely each code is, given all that came before it.

Priors make mono, so a grid here is ``[K, S]``, one channel of :class:`distill.codes.grid.Codes`. Steps follow one
another, and within a step the levels do, so a code is told from the steps before its own and from the codes of its own
step at the levels above it: one distribution a code, no flattening into one long sequence. Levels are counted from 0
here, as rows of the grid are.

No prior knows the codec. What a prior learns is kept as ``settings()`` and ``tensors()``, from which ``from_tensors``
builds it again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from distill.codes.json_values import JSON
from distill.codes.limits import Grid

__all__ = ["Drawable", "Floats", "Prior", "State", "bits_per_code", "stepwise_log_prob"]

Floats: TypeAlias = npt.NDArray[np.float64]
State: TypeAlias = Any  # each prior's own; a value: advancing makes a new one and leaves the old one usable


class Drawable(Protocol):
    """What new codes can be drawn from."""

    @property
    def num_levels(self) -> int:
        """Levels K."""
        ...

    @property
    def codebook_size(self) -> int:
        """Entries N at every level."""
        ...

    def begin(self, past: Grid) -> State:
        """Return the state after the steps ``past`` [K, S]; without any (S = 0) a sound is about to begin."""
        ...

    def distribution(self, state: State, below: Sequence[int]) -> Floats:
        """Tell how likely each code of the next step is, at the level after those already known.

        Parameters
        ----------
        below : sequence of int
            The next step's codes at the levels ``0 .. len(below) - 1``.

        Returns
        -------
        float64 array [N]
            Probabilities: all above 0, summing to 1; the caller may write to it.
        """
        ...

    def advance(self, state: State, column: Sequence[int]) -> State:
        """Return the state after one more step with the codes ``column`` [K]."""
        ...


class Prior(Drawable, Protocol):
    """A model of what codes follow one another, which can judge and be kept."""

    def log_prob(self, grid: Grid) -> Floats:
        """Natural logarithm of the probability of every code of a sound, [K, S], as stepping through it gives."""
        ...

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """What was learnt, as arrays by name."""
        ...

    def settings(self) -> JSON:
        """What else it takes to build the prior again; its key ``"kind"`` tells priors apart."""
        ...

    @classmethod
    def from_tensors(cls, settings: JSON, tensors: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Build the prior again.

        Raises
        ------
        BadModelFile
            If the settings and tensors are not those of such a prior.
        """
        ...


def stepwise_log_prob(prior: Prior, grid: Grid) -> Floats:
    """What ``prior.log_prob(grid)`` is by definition: one distribution a code, one step after another."""
    K, S = grid.shape
    found = np.empty((K, S))
    state = prior.begin(grid[:, :0])
    for step, column in enumerate(grid.T.tolist()):
        for level, code in enumerate(column):
            found[level, step] = math.log(prior.distribution(state, column[:level])[code])
        state = prior.advance(state, column)
    return found


def bits_per_code(log_probs: Floats) -> float:
    """Mean over codes of ``-log2`` of their probability, from natural logarithms.

    Examples
    --------
    >>> bits_per_code(np.log([[0.5, 0.25]]))
    1.5
    """
    return float(-log_probs.mean() / math.log(2))
