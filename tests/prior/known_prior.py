"""A prior whose every probability is known, for the laws of sampling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from distill.codes.json_values import JSON
from distill.codes.limits import Grid
from distill.prior.interface import Floats, stepwise_log_prob


class KnownPrior:
    """Tells the same of a level at every step; a state is how many steps there were."""

    def __init__(self, *told: Sequence[float]) -> None:
        self.told = np.array(told, np.float64)

    @property
    def num_levels(self) -> int:
        return int(self.told.shape[0])

    @property
    def codebook_size(self) -> int:
        return int(self.told.shape[1])

    def begin(self, past: Grid) -> int:
        return int(past.shape[1])

    def distribution(self, state: int, below: Sequence[int]) -> Floats:
        known: Floats = self.told[len(below)].copy()
        return known

    def advance(self, state: int, column: Sequence[int]) -> int:
        return state + 1

    def log_prob(self, grid: Grid) -> Floats:
        return stepwise_log_prob(self, grid)

    def settings(self) -> JSON:
        return {"kind": "known"}

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        return {"told": self.told}

    @classmethod
    def from_tensors(cls, settings: JSON, tensors: Mapping[str, npt.NDArray[Any]]) -> Self:
        return cls(*tensors["told"])
