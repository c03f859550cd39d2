"""Which way the latents lie that sounds brighter, warmer, louder or rougher, and where its attacks are.

:attr:`~distill.codes.entries.Entries.slopes` says how a descriptor rises with the latents, not which way to go: the
shortest way up a slope leads to where no sound of the collection is, and the way that sounds usually go up takes everything
with it that usually goes along. What works is between the two. With ``C`` how latents vary in the collection and ``w`` the
slope, the shortest way is ``w``, the usual one ``C w``, and the one taken ``C^(1/2) w``, made so that the loudness stays
where it is. Before that the slope is held back in directions in which the collection hardly varies: a regression may lean
on them to tell two sounds apart, but moved along them a sound only gets worse (docs/decisions.md has the figures).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from distill.codes.entries import DESCRIPTORS, Entries
from distill.codes.limits import Grid
from distill.codes.lookup import Floats
from distill.codes.region import Cells
from distill.codes.requantize import stands_for

__all__ = [
    "APART",
    "LEAST_RISE_DB",
    "attacks",
    "decibel",
    "direction",
    "latents_around",
    "loudness",
    "smoothed",
]

LEAST_RISE_DB = 3.0  # of an attack over the two steps before it
# Parts of the mean variance of a latent; what varies much less is hardly followed, or listened to within a sound.
FAINT, LISTENING = 0.1, 1.0
APART = 3  # steps between two attacks, at least


def direction(entries: Entries, descriptor: str) -> Floats:
    """Which way, and how far, it is to one standard deviation more of a descriptor, [D].

    The standard deviation is that over the collection as far as the slope explains it: where a model's sounds hardly
    differ in something, it is not taken far.
    """
    found: Floats = _directions(entries)[DESCRIPTORS.index(descriptor)]
    return found


@lru_cache(maxsize=8)
def _held_back(entries: Entries, faint: float) -> npt.NDArray[np.float64]:
    """The slopes [F, D] as a ridge regression with a large penalty would have fitted them."""
    varied = _variation(entries)
    penalty = faint * np.trace(varied) / len(varied) * np.eye(len(varied))
    held_back: npt.NDArray[np.float64] = np.linalg.solve(varied + penalty, varied @ entries.slopes.T).T
    return held_back


@lru_cache(maxsize=4)
def _directions(entries: Entries) -> Floats:
    """All of them, [F, D]."""
    varied = _variation(entries)
    values, axes = np.linalg.eigh(varied)
    between = (axes * np.sqrt(np.maximum(values, 0))) @ axes.T  # C^(1/2)
    slopes = _held_back(entries, FAINT)
    held = DESCRIPTORS.index("loudness")
    ways = []
    for index, slope in enumerate(slopes):
        asked = slopes[[index]] if index == held else slopes[[index, held]]
        rises = asked @ between @ asked.T
        # One unit of the descriptor, none of the loudness; the small term keeps slopes that are nearly one apart.
        wanted = np.linalg.solve(rises + 1e-6 * np.trace(rises) * np.eye(len(rises)), np.eye(len(rises))[0])
        deviation = np.sqrt(max(float(slope @ varied @ slope), 0.0))
        ways.append(deviation * (between @ asked.T @ wanted))
    return np.array(ways, np.float32)


def _variation(entries: Entries) -> npt.NDArray[np.float64]:
    """How latents vary in the collection, [D, D]: the levels' own variations added up, as if independent."""
    total = np.zeros((entries.slopes.shape[1],) * 2)
    for vectors, counts in zip(entries.lookup.vectors, entries.usage, strict=True):
        weights = counts / counts.sum() if counts.any() else np.full(len(counts), 1 / len(counts))
        centred = vectors - weights @ vectors
        total += (centred.T * weights) @ centred
    return total


def loudness(entries: Entries, grid: Grid) -> Floats:
    """Loudness of each step of a grid's mid, [S] in dB against an unknown level, as far as its codes tell."""
    told: Floats = entries.lookup.sum(grid[:1])[0] @ _listened(entries)
    return told


@lru_cache(maxsize=4)
def _listened(entries: Entries) -> Floats:
    """The slope of the loudness, held back for listening within a sound, in whole decibels again, [D]."""
    varied, index = _variation(entries), DESCRIPTORS.index("loudness")
    whole, slope = entries.slopes[index].astype(np.float64), _held_back(entries, LISTENING)[index]
    found: Floats = (slope * (slope @ varied @ whole) / max(slope @ varied @ slope, 1e-12)).astype(np.float32)
    return found


def decibel(entries: Entries) -> Floats:
    """Which way, and how far, it is to one decibel more, [D]."""
    way = direction(entries, "loudness")
    rise = float(way @ entries.slopes[DESCRIPTORS.index("loudness")])
    found: Floats = way / np.float32(max(rise, 1e-6))
    return found


def attacks(rising: Floats, *, least_db: float = LEAST_RISE_DB) -> tuple[npt.NDArray[np.intp], Floats]:
    """Find where a loudness [S] in dB rises at once.

    Returns
    -------
    steps : int array [n]
        In rising order; of attacks nearer than three steps only the strongest. The first step is none.
    rises : float array [n]
        By how many dB each stands over the two steps before it.

    Examples
    --------
    >>> steps, rises = attacks(np.array([-60, -60, -60, -20, -30, -40, -50, -60], np.float32))
    >>> steps.tolist(), rises.tolist()
    ([3], [40.0])
    """
    if len(rising) < 2:
        return np.zeros(0, np.intp), np.zeros(0, np.float32)
    before = np.concatenate([rising[:1], rising])  # the first step has only one before it
    rise = rising[1:] - (before[:-2] + before[1:-1]) / 2
    free = rise >= least_db
    taken = np.zeros(len(rise), bool)
    for step in np.argsort(-rise, kind="stable")[: np.count_nonzero(free)].tolist():
        if free[step]:
            taken[step] = True
            free[max(step - APART + 1, 0) : step + APART] = False
    order = np.flatnonzero(taken)
    return order + 1, rise[order].astype(np.float32)


def smoothed(latents: Floats, reach: int) -> Floats:
    """Average latents [c, s, D] over time, weights falling off evenly to nothing ``reach + 1`` steps away."""
    weights = (reach + 1.0 - np.abs(np.arange(-reach, reach + 1))).astype(np.float32)
    weights /= weights.sum()
    padded = np.pad(latents, ((0, 0), (reach, reach), (0, 0)), mode="edge")
    length = latents.shape[1]
    total: Floats = weights[0] * padded[:, :length]
    for place in range(1, len(weights)):
        total += weights[place] * padded[:, place : place + length]
    return total


def latents_around(latents: Floats, grid: Grid, cells: Cells, entries: Entries, *, reach: int) -> Floats:
    """Average of a region's latents [c, s, D] around each of its steps, beyond its ends as well, [c, s, D].

    Parameters
    ----------
    latents
        What the region's cells stand for.
    reach : int
        Steps to either side.
    """
    first, stop = max(cells.start - reach, 0), min(cells.stop + reach, grid.shape[2])

    def heard(start: int, end: int) -> Floats:
        block = grid[np.ix_(cells.channels, cells.levels, np.arange(start, end))]
        return stands_for(entries.lookup, block, cells.levels)

    if len(cells.steps) == cells.stop - cells.start:  # no step left out, so the region's own are known
        around = [heard(first, cells.start), latents, heard(cells.stop, stop)]
        average = smoothed(np.concatenate(around, axis=1), reach)
    else:
        average = smoothed(heard(first, stop), reach)
    return average[:, cells.steps - first]
