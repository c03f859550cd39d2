"""The smallest prior that counts: at each level, which code follows which. And sounds that it can learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from distill.codes.json_values import JSON
from distill.codes.limits import Grid
from distill.prior.interface import Floats

__all__ = ["Bigram", "walks"]


class Bigram:
    """Shares [K, N + 1, N] of what follows a code; row N stands before the first step."""

    def __init__(self, shares: Floats) -> None:
        self.shares = shares
        self.num_levels, _, self.codebook_size = shares.shape

    @classmethod
    def count(cls, grids: Sequence[Grid], codebook_size: int, *, doubt: float = 0.1) -> Self:
        counts = np.full((len(grids[0]), codebook_size + 1, codebook_size), doubt)
        for grid in grids:
            for level, row in enumerate(grid):
                np.add.at(counts[level], (np.concatenate([[codebook_size], row[:-1]]), row), 1)
        return cls(counts / counts.sum(axis=2, keepdims=True))

    def begin(self, past: Grid) -> tuple[int, ...]:
        return tuple(past[:, -1].tolist()) if past.shape[1] else (self.codebook_size,) * self.num_levels

    def distribution(self, state: tuple[int, ...], below: Sequence[int]) -> Floats:
        return np.array(self.shares[len(below), state[len(below)]])

    def advance(self, state: tuple[int, ...], column: Sequence[int]) -> tuple[int, ...]:
        return tuple(column)

    def log_prob(self, grid: Grid) -> Floats:
        before = np.concatenate([np.full((self.num_levels, 1), self.codebook_size), grid[:, :-1]], axis=1)
        found: Floats = np.log(
            self.shares[np.arange(self.num_levels)[:, None], before[:, : grid.shape[1]], grid]
        )
        return found

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        return {"shares": self.shares}

    def settings(self) -> JSON:
        return {"kind": "bigram"}

    @classmethod
    def from_tensors(cls, settings: JSON, tensors: Mapping[str, npt.NDArray[Any]]) -> Self:
        return cls(tensors["shares"])


def walks(
    count: int, num_steps: int, *, num_levels: int = 2, codebook_size: int = 6, seed: int = 0
) -> list[Grid]:
    """Grids of level 0 mostly counting up, and of each further level mostly repeating the one above it."""
    rng = np.random.default_rng(seed)
    grids: list[Grid] = []
    for _ in range(count):
        strays = rng.random((num_levels, num_steps)) < 0.1
        grid = rng.integers(0, codebook_size, (num_levels, num_steps))
        for step in range(1, num_steps):
            if not strays[0, step]:
                grid[0, step] = (grid[0, step - 1] + 1) % codebook_size
        for level in range(1, num_levels):
            grid[level] = np.where(strays[level], grid[level], grid[level - 1])
        grids.append(grid)
    return grids
