"""Residual codes made by formula, in milliseconds and without a codec: what counting can be tried on.

A sound is a row of notes: each one of ten timbres (directions in a space of twelve), held for 6 to 60 steps while it decays,
under noise that is remembered from step to step. k-means entries, level by level on what the last level left over, turn
it into codes as the codec's quantizer does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["NOISE", "made_codes"]

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.integer[Any]]

NOISE = {"faint": 0.03, "middling": 0.15, "strong": 0.5}
_DIMENSIONS, _TIMBRES, _A_SOUND, _MEMORY = 12, 10, 3, 0.8


def made_codes(
    *, sounds: int, steps: int, num_levels: int, codebook_size: int, noise: float, learnt_from: int, seed: int
) -> list[Codes]:
    """Make sounds [K, S]; the entries are learnt from the first ``learnt_from`` of them alone."""
    rng = np.random.default_rng(seed)
    timbres = 2 * rng.standard_normal((_TIMBRES, _DIMENSIONS))
    louder = rng.standard_normal(_DIMENSIONS)
    residual = np.concatenate([_sound(timbres, louder, steps, noise, rng) for _ in range(sounds)])
    levels = []
    for _ in range(num_levels):
        entries = _means(residual[: learnt_from * steps], codebook_size, rng)
        levels.append(_nearest(residual, entries))
        residual = residual - entries[levels[-1]]
    return np.split(np.stack(levels), sounds, axis=1)


def _sound(timbres: Floats, louder: Floats, steps: int, noise: float, rng: np.random.Generator) -> Floats:
    played: Sequence[int] = rng.choice(len(timbres), _A_SOUND).tolist()
    latents = np.zeros((steps, _DIMENSIONS))
    step = 0
    while step < steps:
        length = min(int(rng.integers(6, 60)), steps - step)
        loudness = rng.uniform(0.5, 1) * np.exp(-rng.uniform(0, 0.06) * np.arange(length))[:, None]
        latents[step : step + length] = loudness * timbres[rng.choice(played)] + np.log(loudness) * louder
        step += length
    remembered = np.zeros(_DIMENSIONS)
    for row, draw in zip(latents, noise * rng.standard_normal(latents.shape), strict=True):
        remembered = _MEMORY * remembered + draw
        row += remembered
    return latents


def _means(points: Floats, count: int, rng: np.random.Generator, *, rounds: int = 6) -> Floats:
    means: Floats = points[rng.choice(len(points), count, replace=False)]
    for _ in range(rounds):
        nearest = _nearest(points, means)
        for index in range(count):
            mine = points[nearest == index]
            means[index] = mine.mean(0) if len(mine) else points[rng.integers(len(points))]
    return means


def _nearest(points: Floats, entries: Floats) -> npt.NDArray[np.intp]:
    nearest: npt.NDArray[np.intp] = (points @ entries.T - np.square(entries).sum(1) / 2).argmax(1)
    return nearest
