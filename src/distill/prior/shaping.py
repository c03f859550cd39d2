"""What is done to the probabilities of codes before one is drawn: temperature, then the least likely ones left out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from distill.prior.interface import Floats
from distill.prior.settings import Sampling

__all__ = ["shaped", "tempered", "truncated"]


def truncated(probabilities: Floats, *, top_k: int = 0, top_p: float = 1.0) -> Floats:
    """Keep the ``top_k`` likeliest codes, then the fewest that reach ``top_p`` of what is left: [N], summing to 1.

    Among codes as likely as each other the first ones stay. One always stays.

    Examples
    --------
    >>> truncated(np.array([0.1, 0.4, 0.2, 0.3]), top_k=3, top_p=0.6)
    array([0.        , 0.57142857, 0.        , 0.42857143])
    """
    if not top_k and top_p >= 1:
        whole: Floats = probabilities / probabilities.sum()
        return whole
    order = np.argsort(-probabilities, kind="stable")
    falling = probabilities[order]
    if top_k:
        falling[top_k:] = 0
    reached = np.cumsum(falling)
    falling[1:][reached[:-1] >= top_p * reached[-1]] = 0  # what comes after the share is reached
    kept = np.zeros_like(probabilities)
    kept[order] = falling / falling.sum()
    return kept


def tempered(told: Floats, temperature: float, settings: Sampling) -> Floats:
    """Return the probabilities [N] to draw from, of logarithms."""
    scaled = np.exp((told - told.max()) / temperature)
    return truncated(scaled / scaled.sum(), top_k=settings.top_k, top_p=settings.top_p)


def shaped(settings: Sampling, *, num_levels: int) -> Callable[[Floats, int, int], Floats]:
    """Return what :mod:`distill.prior.regenerate` does to probabilities [N] before it draws: temperature and truncation.

    Raises
    ------
    BadSetting
        If temperatures were given for another number of levels.
    """
    temperatures = settings.temperatures(num_levels)

    def shape(probabilities: Floats, level: int, step: int) -> Floats:
        with np.errstate(divide="ignore"):  # what is forbidden stays so
            return tempered(np.log(probabilities), temperatures[level], settings)

    return shape
