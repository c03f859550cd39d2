"""How what is heard of a step follows from its latents: a regression over the collection."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from distill.atlas.hearing import Floats
from distill.atlas.listening import Listened

__all__ = ["fit_slopes"]

Exact = npt.NDArray[np.float64]

PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1)  # against the mean variance of a latent


def fit_slopes(listened: Listened) -> tuple[Floats, Floats]:
    """Fit how each descriptor of a step rises with its latents; [F, D], and the R squared [F] of steps left out.

    A ridge regression: directions in which the collection varies little are held back, so that following a slope does not
    leave what the model knows. The penalty is the one that does best on every fourth piece, which is left out; too few
    pieces to leave one out prove nothing, and the R squared is 0.
    """
    latents, figures = listened.latents.astype(np.float64), listened.figures.astype(np.float64)
    left_out = listened.pieces % 4 == 3
    best, chosen = np.zeros(figures.shape[1]), PENALTIES[-1]
    for penalty in PENALTIES if left_out.any() else ():
        slopes, (mean, level) = _ridge(latents[~left_out], figures[~left_out], penalty)
        wanted = figures[left_out]
        missed = wanted - level - (latents[left_out] - mean) @ slopes.T
        power = np.square(wanted - wanted.mean(0)).mean(0)
        fit = np.clip(1 - np.square(missed).mean(0) / np.maximum(power, 1e-9), 0, 1)
        if fit.mean() > best.mean():
            best, chosen = fit, penalty
    slopes, _ = _ridge(latents, figures, chosen)
    return slopes.astype(np.float32), best.astype(np.float32)


def _ridge(latents: Exact, figures: Exact, penalty: float) -> tuple[Exact, tuple[Exact, Exact]]:
    """Slopes [F, D], and the means of both sides."""
    mean, level = latents.mean(0), figures.mean(0)
    x, y = latents - mean, figures - level
    gram = x.T @ x
    gram += np.eye(len(gram)) * (penalty * np.trace(gram) / len(gram) + 1e-9)
    return np.linalg.solve(gram, x.T @ y).T, (mean, level)
