"""What a seam costs: how unexpected a prior finds the first steps after an edge.

Only what crosses an edge is judged: the first step of what is new, and the steps that were kept behind it. What follows
within a pasted part is the collection's own, which every prior knows by heart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from distill.codes.limits import Grid
from distill.prior.interface import Prior, bits_per_code
from distill.prior.places import Bools

__all__ = ["REACH", "Edge", "paste_bits", "seam_bits"]

REACH = 8  # kept steps after a selection that tell how well they fit: 0.17 s
Edge: TypeAlias = tuple[int, int]
_PASTES = 8  # places of the material that stand for any place


def seam_bits(prior: Prior, grid: Grid, edges: Sequence[Edge]) -> float | None:
    """What the first steps after some edges of a sound cost, in bits per code.

    Parameters
    ----------
    grid : int array [K, S]
    edges : sequence of (step, reach)
        Steps that begin something new, and how many steps from there on are judged.

    Returns
    -------
    float or None
        None if no step comes after any of them.
    """
    after = np.zeros(grid.shape[1], bool)
    for step, reach in edges:
        after[step : step + reach] = True
    return bits_per_code(prior.log_prob(grid)[:, after]) if after.any() else None


def paste_bits(
    prior: Prior,
    grid: Grid,
    selected: Bools,
    edges: Sequence[Edge],
    material: Sequence[Grid],
    rng: np.random.Generator,
) -> float | None:
    """What the seams cost on average when random parts of the material stand in the selection."""
    steps = np.flatnonzero(selected.any(0))
    rooms = np.array([max(0, sound.shape[1] - steps.size + 1) for sound in material], dtype=np.int64)
    costs = []
    for place in rng.integers(rooms.sum(), size=_PASTES).tolist() if rooms.any() else []:
        sound = int(np.searchsorted(np.cumsum(rooms), place, side="right"))
        offset = place - int(rooms[:sound].sum())
        pasted = grid.copy()
        pasted[:, steps] = np.where(
            selected[:, steps], material[sound][:, offset : offset + steps.size], grid[:, steps]
        )
        cost = seam_bits(prior, pasted, edges)
        if cost is not None:
            costs.append(cost)
    return float(np.mean(costs)) if costs else None
