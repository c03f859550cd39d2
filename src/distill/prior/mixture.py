"""A mixture of priors: each level's probabilities are a weighted mean of what its members say.

Counts know what followed a step that occurred before, a network what follows steps that are like it; which of
them to trust differs from level to level. The weights are those under which *held-out* codes are likeliest:
on codes that the members learnt from, the one that remembers best would take everything. A few seconds are little to
judge by, so equal weights are given the benefit of some doubt. What is looked for is concave in the weights, so
expectation-maximisation (Dempster, Laird and Rubin, 1977) finds the one best answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from distill.codes.json_values import JSON
from distill.codes.limits import Grid
from distill.errors import BadModelFile
from distill.prior.interface import Floats, Prior

__all__ = ["Mixture", "best_weights", "mixed"]

_DOUBT = 32.0  # codes of a level; two members of which one never helps share 0.95 to 0.05 after seven seconds
_ROUNDS, _ENOUGH = 500, 1e-9  # of expectation-maximisation; change of a weight at which it ends


class Mixture:
    """Several priors as one.

    Parameters
    ----------
    members : sequence of Prior
        Of the same number of levels and entries.
    weights : array [M, K]
        Trust in each member at each level, above 0; brought to a sum of 1 over the members.
    """

    def __init__(self, members: Sequence[Prior], weights: npt.ArrayLike) -> None:
        self.members = tuple(members)
        self._kept = np.asarray(weights, np.float32)  # as a model file keeps them
        assert self._kept.shape == (len(self.members), self.num_levels), self._kept.shape
        assert (self._kept > 0).all(), self._kept
        assert len({(member.num_levels, member.codebook_size) for member in self.members}) == 1
        shares = self._kept.astype(np.float64)
        self.weights: Floats = shares / shares.sum(axis=0)

    @property
    def num_levels(self) -> int:
        """Levels K."""
        return self.members[0].num_levels

    @property
    def codebook_size(self) -> int:
        """Entries N at every level."""
        return self.members[0].codebook_size

    def begin(self, past: Grid) -> tuple[Any, ...]:
        """Return the members' states after the steps [K, S] of a past; S may be 0."""
        return tuple(member.begin(past) for member in self.members)

    def distribution(self, state: tuple[Any, ...], below: Sequence[int]) -> Floats:
        """Return the probabilities [N] of the next step's code at level ``len(below)``, counted from 0."""
        shares = self.weights[:, len(below)]
        said = [member.distribution(one, below) for member, one in zip(self.members, state, strict=True)]
        mean: Floats = shares @ np.stack(said)
        return mean

    def advance(self, state: tuple[Any, ...], column: Sequence[int]) -> tuple[Any, ...]:
        """Return the states after one more step with these codes [K]."""
        return tuple(member.advance(one, column) for member, one in zip(self.members, state, strict=True))

    def log_prob(self, grid: Grid) -> Floats:
        """Return the natural logarithm [K, S] of every code's probability, given what came before it."""
        return mixed(np.stack([member.log_prob(grid) for member in self.members]), self.weights)

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """Return the weights, and the members' tensors below their numbers."""
        kept: dict[str, npt.NDArray[Any]] = {"weights": self._kept.copy()}
        for number, member in enumerate(self.members):
            kept |= {f"{number}.{name}": tensor for name, tensor in member.tensors().items()}
        return kept

    def settings(self) -> JSON:
        """Return the members' settings."""
        return {"kind": "mixture", "members": [member.settings() for member in self.members]}

    @classmethod
    def from_tensors(cls, settings: JSON, tensors: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Build a mixture again, and its members, of whatever kind they are.

        Raises
        ------
        BadModelFile
            If weights and members do not fit together, besides what the members raise.
        """
        from distill.prior.building import from_tensors  # it knows all kinds, and so this one

        kept = settings.get("members") if isinstance(settings, Mapping) else None
        if not isinstance(kept, Sequence) or isinstance(kept, str) or not kept:
            raise BadModelFile("a mixture of priors names no members; train the prior again.")
        left = dict(tensors)
        weights = left.pop("weights", np.empty(0))
        members: list[Prior] = []
        for number, one in enumerate(kept):
            own = [name for name in left if name.startswith(f"{number}.")]
            members.append(from_tensors(one, {name.partition(".")[2]: left.pop(name) for name in own}))
        sizes = {(member.num_levels, member.codebook_size) for member in members}
        if left or len(sizes) != 1 or weights.shape != (len(members), members[0].num_levels):
            raise BadModelFile(
                f"a mixture of {len(members)} priors does not fit its weights of shape {weights.shape} or its "
                "tensors; train the prior again."
            )
        if not (np.isfinite(weights).all() and (weights > 0).all()):
            raise BadModelFile(
                "the weights of a mixture of priors are not all above 0; train the prior again."
            )
        return cls(members, weights)


def mixed(log_probs: Floats, weights: Floats) -> Floats:
    """Mix what members say [M, K, S], in natural logarithms, by weights [M, K]: [K, S]."""
    found: Floats = np.logaddexp.reduce(log_probs + np.log(weights)[:, :, None], axis=0)
    return found


def best_weights(log_probs: Floats, *, doubt: float = _DOUBT) -> Floats:
    """Find the weights under which codes are likeliest, by expectation-maximisation.

    Parameters
    ----------
    log_probs : float array [M, K, S]
        Natural logarithms of what each member gives to each held-out code.
    doubt : float >= 0
        As if so many more codes of each level had been told by all members in turn (a Dirichlet prior); above 0 no
        weight is 0, for sounds to come may need a member that the held-out ones did not.

    Returns
    -------
    float array [M, K]
        With a sum of 1 over the members.

    Examples
    --------
    >>> weights = best_weights(np.log([[[0.9, 0.9, 0.1]], [[0.1, 0.1, 0.9]]]), doubt=0.0)
    >>> weights[:, 0].round(2)
    array([0.71, 0.29])
    """
    M, K, S = log_probs.shape
    shares = np.exp(log_probs - log_probs.max(axis=0))  # the likeliest member has 1
    weights = np.full((M, K), 1 / M)
    for _round in range(_ROUNDS):
        blame = weights[:, :, None] * shares
        blame /= blame.sum(axis=0)
        before, weights = weights, (blame.sum(axis=2) + doubt / M) / (S + doubt)
        if np.abs(weights - before).max() < _ENOUGH:
            break
    return weights
