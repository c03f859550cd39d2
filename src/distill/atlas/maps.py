"""Where the entries of a level lie on a map of two axes (row C8)."""

from __future__ import annotations

import numpy as np

from distill.atlas.hearing import Floats
from distill.codes.entries import DESCRIPTORS

__all__ = ["map_of"]


def map_of(vectors: Floats, descriptors: Floats) -> Floats:
    """Place the entries of a level [N, D] on a map, so that those which sound alike lie near each other, [N, 2].

    Principal components of what is measured and what the decoder is given, each in units of its own spread; the first
    axis runs towards the brighter, the second towards the louder. Ranks rather than distances fill the map evenly.
    """
    spread = descriptors.std(0)
    seen = (descriptors - descriptors.mean(0)) / np.where(spread > 1e-6, spread, 1)
    centred = vectors - vectors.mean(0)
    scale = np.sqrt(np.square(centred).sum(1).mean())
    joined = np.concatenate([seen, centred / max(float(scale), 1e-9)], axis=1)
    joined = joined - joined.mean(0)
    _, _, axes = np.linalg.svd(joined, full_matrices=False)
    placed = joined @ axes[:2].T
    for axis, towards in enumerate((DESCRIPTORS.index("brightness"), DESCRIPTORS.index("loudness"))):
        if float(placed[:, axis] @ seen[:, towards]) < 0:
            placed[:, axis] *= -1
    ranks = placed.argsort(0, kind="stable").argsort(0)
    even = ranks / max(len(ranks) - 1, 1)
    extent = np.ptp(placed, axis=0)
    linear = (placed - placed.min(0)) / np.where(extent > 0, extent, 1)
    positions: Floats = (0.5 * (even + linear)).astype(np.float32)
    return positions
