"""What a seam costs: how unexpected a prior finds the first steps after an edge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from distill.codes.limits import Grid
from distill.prior.interface import Prior, bits_per_code
from distill.prior.places import Bools

__all__ = ["REACH", "paste_bits", "seam_bits"]

REACH = 8  # steps after an edge that tell how well it fits: 0.17 s
_PASTES = 8  # places of the material that stand for any place


def seam_bits(prior: Prior, grid: Grid, edges: Sequence[int], *, reach: int = REACH) -> float | None:
    """What the first steps after some edges of a sound cost, in bits per code.

    Parameters
    ----------
    grid : int array [K, S]
    edges : sequence of int
        Steps that begin something new.
    reach : int >= 1
        How many steps after each.

    Returns
    -------
    float or None
        None if no step comes after any of them.
    """
    after = np.zeros(grid.shape[1], bool)
    for edge in edges:
        after[edge : edge + reach] = True
    return bits_per_code(prior.log_prob(grid)[:, after]) if after.any() else None


def paste_bits(
    prior: Prior,
    grid: Grid,
    selected: Bools,
    edges: Sequence[int],
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
