"""The smallest prior there is: smoothed counts of each code after the one before it and the one above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from distill.codes.json_values import JSON
from distill.codes.limits import Grid


class TinyPrior:
    """A prior of the shape [K, before, above, N]; code N stands for "none", before the first step and above level 1."""

    def __init__(self, counts: npt.NDArray[np.float64]) -> None:
        self.probabilities = counts / counts.sum(-1, keepdims=True)
        self.num_levels, _, _, self.codebook_size = counts.shape

    @classmethod
    def fit(cls, grids: Sequence[Grid], codebook_size: int, *, smoothing: float = 0.05) -> TinyPrior:
        K, N = grids[0].shape[0], codebook_size
        counts = np.full((K, N + 1, N + 1, N), smoothing)
        for grid in grids:
            for level in range(K):
                np.add.at(counts[level], (*cls._told_by(grid, level, N), grid[level]), 1)
        return cls(counts)

    @staticmethod
    def _told_by(grid: Grid, level: int, none: int) -> tuple[Grid, Grid]:
        above = grid[level - 1] if level else np.full(grid.shape[1], none)
        return np.concatenate([[none], grid[level, :-1]])[: grid.shape[1]], above

    def begin(self, past: Grid) -> tuple[int, ...]:
        return tuple(past[:, -1].tolist()) if past.shape[1] else (self.codebook_size,) * self.num_levels

    def distribution(self, state: tuple[int, ...], below: Sequence[int]) -> npt.NDArray[np.float64]:
        level = len(below)
        found: npt.NDArray[np.float64] = self.probabilities[
            level, state[level], below[-1] if below else self.codebook_size
        ].copy()
        return found

    def advance(self, state: tuple[int, ...], column: Sequence[int]) -> tuple[int, ...]:
        return tuple(column)

    def log_prob(self, grid: Grid) -> npt.NDArray[np.float64]:
        rows = [
            self.probabilities[level, *self._told_by(grid, level, self.codebook_size), grid[level]]
            for level in range(self.num_levels)
        ]
        found: npt.NDArray[np.float64] = np.log(rows)
        return found

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        return {"counts": self.probabilities}

    def settings(self) -> JSON:
        return {"kind": "tiny"}

    @classmethod
    def from_tensors(cls, settings: JSON, tensors: Mapping[str, npt.NDArray[Any]]) -> TinyPrior:
        return cls(tensors["counts"])
