"""A trained network as a :class:`~distill.prior.interface.Prior`: step by step or all at once, never learning.

:mod:`distill.prior.network` holds the mathematics on tensors; here are the states, the numpy arrays and the
promise that no code is impossible. Stepping is numpy's (:mod:`distill.prior.over_time`, :mod:`distill.prior.over_levels`):
its products are too small for anything else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from distill.codes.json_values import JSON
from distill.codes.limits import Grid
from distill.config import NetworkConfig, checked
from distill.errors import BadModelFile
from distill.prior.grids import checked_past
from distill.prior.interface import Floats
from distill.prior.network import Network
from distill.prior.over_levels import OverLevels
from distill.prior.over_time import OverTime, Past
from distill.prior.recurrent import Memory

__all__ = ["NetworkPrior"]

FLOOR = 1e-6  # share of every distribution that is uniform: no code has a probability of zero
_CHUNK = 256  # steps read at once


@dataclass(frozen=True)
class _State:
    """Where a sequence stands: what was read, and what it says about the next step [D]."""

    past: Past
    vector: npt.NDArray[np.float32]


class NetworkPrior:
    """The probabilities that a network gives to codes.

    Parameters
    ----------
    network : Network
        Becomes this prior's own: it is moved to the CPU and stops learning.
    """

    def __init__(self, network: Network) -> None:
        self.network = network.cpu().eval().requires_grad_(False)
        self._over_levels = OverLevels(self.network)
        self._over_time = OverTime(self.network)

    @property
    def num_levels(self) -> int:
        """Levels K."""
        return self.network.config.num_levels

    @property
    def codebook_size(self) -> int:
        """Entries N at every level."""
        return self.network.config.codebook_size

    @torch.inference_mode()
    def begin(self, past: Grid) -> _State:
        """Return the state after the steps [K, S] of a past; S may be 0.

        Of a long past a Transformer reads only what its next step depends on.

        Raises
        ------
        BadCodes
            If its levels or codes are not those of this prior.
        """
        columns = self._columns(past)
        reach = self.network.over_time.reach
        skipped = 0 if reach is None else max(0, columns.shape[1] - reach)
        memory = Memory(position=skipped)
        for start in range(skipped, columns.shape[1], _CHUNK):
            vectors, memory = self.network.read(columns[:, start : start + _CHUNK], memory)
        return _State(self._over_time.past(memory), vectors[0, -1].numpy())

    def distribution(self, state: _State, below: Sequence[int]) -> Floats:
        """Return the probabilities [N] of the next step's code at level ``len(below)``, counted from 0."""
        logits = self._over_levels.logits(state.vector, below).astype(np.float64)
        weights = np.exp(logits - logits.max())
        shares: Floats = (1 - FLOOR) / weights.sum() * weights + FLOOR / self.codebook_size
        return shares

    def advance(self, state: _State, column: Sequence[int]) -> _State:
        """Return the state after one more step with these codes [K]; the given one stays as it was."""
        vector, past = self._over_time.read(column, state.past)
        return _State(past, vector)

    @torch.inference_mode()
    def log_prob(self, grid: Grid) -> Floats:
        """Return the natural logarithm [K, S] of every code's probability, given what came before it."""
        columns = self._columns(grid)  # one more than the grid has
        memory, found = Memory(), [np.empty((self.num_levels, 0))]
        for start in range(0, grid.shape[1], _CHUNK):
            stop = min(start + _CHUNK, grid.shape[1])
            wanted = columns[:, start + 1 : stop + 1]
            logits, memory = self.network(columns[:, start:stop], wanted, memory)
            shares = logits[:, 0].double().log_softmax(-1)  # [K, S, N]
            of_codes = shares.gather(-1, wanted[0].T[..., None])[..., 0]
            floor = torch.full_like(of_codes, math.log(FLOOR / self.codebook_size))
            found.append(torch.logaddexp(of_codes + math.log1p(-FLOOR), floor).numpy())
        return np.concatenate(found, axis=1)

    def _columns(self, grid: Grid) -> Tensor:
        """Lay a grid [K, S] out as columns [1, 1 + S, K], behind the one without codes that is before the first."""
        checked = checked_past(grid, num_levels=self.num_levels, codebook_size=self.codebook_size)
        before = np.full((1, self.num_levels), self.codebook_size)
        return torch.from_numpy(np.concatenate([before, checked.T]).astype(np.int64))[None]

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """Return the network's weights by name, float32, as they are kept in a model file."""
        return {name: tensor.numpy().copy() for name, tensor in self.network.state_dict().items()}

    def settings(self) -> JSON:
        """Return what :meth:`from_tensors` needs besides the tensors."""
        return dict(self.network.config.model_dump())

    @classmethod
    def from_tensors(cls, settings: JSON, tensors: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Build a prior again from its settings and tensors, which may come from a stranger.

        Raises
        ------
        BadSetting
            If the settings are impossible.
        BadModelFile
            If the tensors are not exactly those that the settings call for.
        """
        if not isinstance(settings, Mapping):
            raise BadModelFile("the settings of the prior are not a record; train the prior again.")
        config = checked(NetworkConfig, **settings)
        assert isinstance(config, NetworkConfig)
        with torch.device("meta"):  # nothing is filled before everything agrees
            network = Network(config)
        wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
        found = {name: tuple(array.shape) for name, array in tensors.items()}
        if wanted != found:
            name = min(n for n in wanted.keys() | found.keys() if wanted.get(n) != found.get(n))
            raise BadModelFile(
                f"the prior's tensor {name[:80]!r} has shape {found.get(name)}, and its settings call for "
                f"{wanted.get(name)}; get the file again, or train the prior again."
            )
        weights = {
            name: torch.from_numpy(np.array(array, dtype=np.float32)) for name, array in tensors.items()
        }
        network.load_state_dict(weights, assign=True)
        return cls(network)
