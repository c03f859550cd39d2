"""How the codebooks are used over one full encode: counted here anew, not asked of the trained model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["usage_by_level"]


def usage_by_level(
    grids: Iterable[npt.NDArray[np.integer[Any]]], codebook_size: int
) -> tuple[list[float], list[float]]:
    """Utilisation (share of the entries used) and perplexity (``exp`` of the entropy of use) of each level.

    Parameters
    ----------
    grids : integer arrays [C, K, S]
        Codes of every sound; mid and side count alike.

    Examples
    --------
    >>> usage_by_level([np.array([[[0, 1, 0, 1], [2, 2, 2, 2]]])], codebook_size=4)
    ([0.5, 0.25], [2.0, 1.0])
    """
    levels: list[npt.NDArray[np.int64]] = []
    for grid in grids:
        counted = [np.bincount(level.ravel(), minlength=codebook_size) for level in np.moveaxis(grid, 1, 0)]
        levels = counted if not levels else [a + b for a, b in zip(levels, counted, strict=True)]
    utilisation = [float(np.mean(counts > 0)) for counts in levels]
    return utilisation, [_perplexity(counts) for counts in levels]


def _perplexity(counts: npt.NDArray[np.int64]) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))
