"""How what is heard of a step follows from its latents: a regression over the collection."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch

from distill.atlas.hearing import Floats, heard
from distill.codec.model import Codec
from distill.codes.limits import Grid
from distill.codes.lookup import Lookup

__all__ = ["drawn", "fit_slopes"]

LISTENED_STEPS = 4096  # of the collection
STRETCH = 64  # steps decoded in one piece
EDGE = 4  # steps at both ends of a piece in which its cutting can be heard
PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1)  # of the regression, against the mean variance of a latent


def drawn(grids: Sequence[Grid], span: int, count: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Draw stretches of the mids, every step as likely to begin one, [count, K, span]; short sounds repeat."""
    lengths = np.array([grid.shape[2] for grid in grids])
    ends = lengths.cumsum()
    drawn = []
    for start in np.sort(rng.integers(0, ends[-1], count)):
        index = int(np.searchsorted(ends, start, side="right"))
        within = int(start - (ends[index] - lengths[index]))
        within = max(0, min(within, int(lengths[index]) - span))
        drawn.append(grids[index][0][:, (within + np.arange(span)) % lengths[index]])
    return np.stack(drawn).astype(np.int64)


def fit_slopes(
    codec: Codec, grids: Sequence[Grid], lookup: Lookup, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Fit how each descriptor of a step rises with its latents; [F, D], and the R squared [F] of steps left out.

    A ridge regression: directions in which the collection varies little are held back, so that following a slope does not
    leave what the model knows. The penalty is the one that does best on every fourth stretch, which is left out.
    """
    num_steps = sum(grid.shape[2] for grid in grids)
    count = max(4, min(LISTENED_STEPS, num_steps) // (STRETCH - 2 * EDGE))
    stretches = drawn(grids, STRETCH, count, rng)
    kept = range(EDGE, STRETCH - EDGE)
    measured = np.concatenate(
        [
            heard(codec, torch.from_numpy(lookup.sum(part)), kept)
            for part in np.array_split(stretches, -(-count // 16))
        ]
    )  # [count, steps, F]
    latents = lookup.sum(stretches)[:, EDGE : STRETCH - EDGE].astype(np.float64)
    left_out = np.arange(count) % 4 == 3
    best: tuple[float, Floats] | None = None
    for penalty in PENALTIES:
        slopes, at = _ridge(latents[~left_out], measured[~left_out], penalty)
        wanted = measured[left_out].reshape(-1, measured.shape[2])
        given = (latents[left_out].reshape(-1, latents.shape[2]) - at[0]) @ slopes.T + at[1]
        fit = 1 - np.square(given - wanted).sum(0) / np.maximum(
            np.square(wanted - wanted.mean(0)).sum(0), 1e-9
        )
        fit = np.clip(fit, 0, 1)
        if best is None or fit.mean() > best[0]:
            best, chosen = (float(fit.mean()), fit.astype(np.float32)), penalty
    assert best is not None
    slopes, _ = _ridge(latents, measured, chosen)
    return slopes.astype(np.float32), best[1]


def _ridge(
    latents: npt.NDArray[np.float64], measured: Floats, penalty: float
) -> tuple[npt.NDArray[np.float64], tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """Slopes [F, D], and the means of both sides."""
    x, y = latents.reshape(-1, latents.shape[-1]), measured.reshape(-1, measured.shape[-1]).astype(np.float64)
    at = x.mean(0), y.mean(0)
    x, y = x - at[0], y - at[1]
    gram = x.T @ x
    gram += np.eye(len(gram)) * (penalty * np.trace(gram) / len(gram) + 1e-9)
    return np.linalg.solve(gram, x.T @ y).T, at
