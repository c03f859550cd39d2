"""What a sound did lately: how often each code followed a context within the last seconds of the same sound.

Counts fade, by half every second, and end after ten. They are told for a whole sound at once here, for
:meth:`distill.prior.cache.CachePrior.log_prob` and for finding its strengths; while drawing, the few codes of the last
seconds are counted anew for each code.
"""

from __future__ import annotations

import numpy as np

from distill.codes.limits import Grid
from distill.prior.contexts import Context, Feature
from distill.prior.interface import Floats

__all__ = ["NOTHING", "WINDOW", "Cached", "cached", "contexts_of", "fading"]

HALF_LIFE = 47  # steps, a second: of 24, 47, 94, 188 and 1000 the best on four collections by a hair (docs/decisions.md)
WINDOW = 10 * HALF_LIFE  # steps; what is older has faded to a thousandth
NOTHING = -1  # the code before the first step of a sound

Cached = tuple[
    Floats, Floats
]  # weight of each step's own code after its context, and of all codes after it: [S]


def contexts_of(level: int) -> tuple[Context, ...]:
    """Return the contexts of a level, from 0: any, the coarsest code, the code before, the code it refines.

    None has more than one feature, and none looks further back than a step: a few seconds teach no more.
    """
    coarsest, before, above = Feature(0, 0), Feature(1, level), Feature(0, level - 1)
    if level == 0:
        return ((), (before,))
    if level == 1:
        return ((), (before,), (above,))
    return ((), (coarsest,), (before,), (above,))


def fading(num_steps: int) -> Floats:
    """Return the weights [S] of ``num_steps`` steps, of which the last was a moment ago and has 1.

    Examples
    --------
    >>> fading(48)[[0, 47]]
    array([0.5, 1. ])
    """
    weights: Floats = 0.5 ** (np.arange(num_steps)[::-1] / HALF_LIFE)
    return weights


def cached(grid: Grid, level: int) -> list[Cached]:
    """Count what came before each step of a sound [K, S], in every context of a level."""
    K, S = grid.shape
    assert 0 <= level < K, (level, K)
    codes = grid[level]
    contexts = contexts_of(level)
    of_code, of_context = np.zeros((2, len(contexts), S))
    weights = fading(min(WINDOW, S))[::-1]
    for back in range(1, min(WINDOW, S - 1) + 1):
        weight, same = weights[back - 1], codes[back:] == codes[:-back]
        for place, context in enumerate(contexts):
            alike = _alike(grid, context, back)
            of_context[place, back:] += weight * alike
            of_code[place, back:] += weight * (alike & same)
    return list(zip(of_code, of_context, strict=True))


def _alike(grid: Grid, context: Context, back: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether each step from ``back`` on is in the context that the step so far back was in: [S - back]."""
    found = np.ones(grid.shape[1] - back, np.bool_)
    for lag, level in context:
        row = grid[level]
        same = row[back:] == row[:-back]
        if lag:  # a step without one before it is like none
            same = np.concatenate([np.zeros(lag, np.bool_), same[:-lag]])[: len(found)]
        found &= same
    return found
