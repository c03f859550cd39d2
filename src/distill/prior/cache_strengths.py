"""Whole sounds through a cache at once, and the strengths under which sounds that its base has not seen are likeliest.

What a cache is, and the formula, stands in :mod:`distill.prior.cache`. There a code is told as a sound is drawn; here all of a
sound are, from counts laid out once for each context, so that many strengths can be tried on them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from distill.codes.limits import Grid
from distill.prior.interface import Floats
from distill.prior.lately import cached
from distill.progress import Cancel

__all__ = ["Strengths", "best_strengths", "through_cache"]

Strengths = Sequence[Sequence[float]]  # of each level's contexts

_TRIED = tuple(float(2**power) for power in range(-1, 10))  # half a code to 512
_USUAL = 16.0  # codes: where a strength stays that nothing is known of
_OCTAVES = 2.0  # by which a strength may well differ from the usual one


def through_cache(
    told: Floats, sounds: Sequence[tuple[Grid, int]], strengths: Strengths, *, cancel: Cancel | None = None
) -> Floats:
    """Pass what a base says of some sounds through a cache.

    Parameters
    ----------
    told : float array [K, S]
        Natural logarithms of what the base gives to each code, over all sounds.
    sounds : sequence of grid [K, S] and int
        The whole sounds, and the first step of each that is told; the steps before it are only remembered.
    strengths : list of lists of float
    cancel : Cancel, optional
        Looked at before each sound and level.

    Returns
    -------
    float array [K, S]
        Natural logarithms.
    """
    found = np.exp(told)
    for level, of_level in enumerate(strengths):
        for (of_code, of_context), strength in zip(_laid_out(sounds, level, cancel), of_level, strict=True):
            found[level] = _smoothed(of_code, of_context, strength, found[level])
    logarithms: Floats = np.log(found)
    return logarithms


def best_strengths(
    told: Floats, sounds: Sequence[tuple[Grid, int]], *, cancel: Cancel | None = None
) -> list[list[float]]:
    """Find the strengths under which some sounds are likeliest, one context after another, vague ones first.

    A few seconds are little to judge by, so strengths two octaves from the usual one have to earn half a
    natural unit over all of them, four octaves two: a Gaussian prior on their logarithms.

    Parameters
    ----------
    told, sounds, cancel
        As in :func:`through_cache`; sounds that the base has not seen.
    """
    found = []
    for level, of_base in enumerate(np.exp(told)):
        said, of_level = of_base, []
        for of_code, of_context in _laid_out(sounds, level, cancel):
            tried = [_smoothed(of_code, of_context, strength, said) for strength in _TRIED]
            scores = [
                float(np.log(one).sum()) - 0.5 * (math.log2(strength / _USUAL) / _OCTAVES) ** 2
                for one, strength in zip(tried, _TRIED, strict=True)
            ]
            best = int(np.argmax(scores))
            of_level.append(_TRIED[best])
            said = tried[best]
        found.append(of_level)
    return found


def _smoothed(of_code: Floats, of_context: Floats, strength: float, vaguer: Floats) -> Floats:
    return (of_code + strength * vaguer) / (of_context + strength)


def _laid_out(
    sounds: Sequence[tuple[Grid, int]], level: int, cancel: Cancel | None
) -> list[tuple[Floats, Floats]]:
    """Counts of what came before each told step, end to end, in each context of a level."""
    by_sound = []
    for grid, first in sounds:
        if cancel is not None:
            cancel.check()
        by_sound.append([(code[first:], context[first:]) for code, context in cached(grid, level)])
    return [
        (
            np.concatenate([code for code, _ in of_context]),
            np.concatenate([context for _, context in of_context]),
        )
        for of_context in zip(*by_sound, strict=True)
    ]
