"""Codebook health: how much of each codebook is in use, in figures and in words (row A5)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from distill.progress import LevelHealth

__all__ = ["Remedy", "examine", "remedy", "usage"]

GREEN, RED = 0.70, 0.30  # utilisation
MOST_DEAD = 0.25  # share of dead entries over all levels that stops a training


def usage(grid: npt.NDArray[np.integer], codebook_size: int) -> npt.NDArray[np.int64]:
    """Count how often each entry is used, [C, K, S] -> [K, codebook_size]."""
    return np.stack(
        [np.bincount(grid[:, level].ravel(), minlength=codebook_size) for level in range(grid.shape[1])]
    ).astype(np.int64)


def examine(
    counts: npt.NDArray[np.int64],
    *,
    commitment: npt.NDArray[np.floating] | None = None,
    norms: npt.NDArray[np.floating] | None = None,
) -> tuple[LevelHealth, ...]:
    """Judge each level by its usage counts [K, codebook_size].

    A count of ``n`` codes can use at most ``n`` entries, so a level is judged against ``min(n, size)``:
    five short sounds are not ill because they are short.

    Examples
    --------
    >>> health = examine(np.array([[5, 5, 5, 5], [20, 0, 0, 0]]))
    >>> [level.verdict for level in health]
    ['green', 'red']
    >>> round(health[0].perplexity, 3)
    4.0
    """
    levels = []
    for index, row in enumerate(counts):
        total = max(int(row.sum()), 1)
        share = row[row > 0] / total
        entropy = float(-(share * np.log2(share)).sum())
        used = int((row > 0).sum())
        reachable = min(total, len(row))
        utilisation = used / len(row)
        verdict = "green" if used > GREEN * reachable else "yellow" if used >= RED * reachable else "red"
        levels.append(
            LevelHealth(
                level=index + 1,
                utilisation=utilisation,
                perplexity=math.pow(2.0, entropy),
                entropy_bits=entropy,
                dead=len(row) - used,
                commitment=float(commitment[index]) if commitment is not None else 0.0,
                encoder_norm=float(norms[index]) if norms is not None else 0.0,
                verdict=verdict,
                sentence=_sentence(index + 1, used, len(row), verdict),
            )
        )
    return tuple(levels)


def _sentence(level: int, used: int, size: int, verdict: str) -> str:
    said = {
        "green": "healthy: it uses {used} of its {size} entries.",
        "yellow": "usable: it uses {used} of its {size} entries; a smaller codebook would suit these sounds.",
        "red": "nearly empty: it uses {used} of its {size} entries; train with a smaller --codebook-size.",
    }[verdict]
    return f"Level {level} is " + said.format(used=used, size=size)


@dataclass(frozen=True)
class Remedy:
    """What to do about ill codebooks, and why.

    Attributes
    ----------
    codebook_size, num_levels : int
        The sizes to go on with.
    sentence : str
        What was found and what is done.
    """

    codebook_size: int
    num_levels: int
    sentence: str


def remedy(health: tuple[LevelHealth, ...], codebook_size: int) -> Remedy | None:
    """Decide what row A5 asks for, or nothing.

    A level in the red, or more than a quarter of all entries dead: halve the codebooks and fill them anew.
    A last level under 10 % below a full level 1: drop it.
    """
    num_levels = len(health)
    dead = sum(level.dead for level in health) / (num_levels * codebook_size)
    first, last = health[0], health[-1]
    if num_levels > 2 and last.utilisation < 0.10 and first.utilisation > GREEN:
        return Remedy(
            codebook_size,
            num_levels - 1,
            f"Level {last.level} used only {last.utilisation:.0%} of its entries while level 1 is full, "
            f"so it was dropped; {num_levels - 1} levels go on.",
        )
    if (any(level.verdict == "red" for level in health) or dead > MOST_DEAD) and codebook_size >= 32:
        return Remedy(
            codebook_size // 2,
            num_levels,
            f"{dead:.0%} of the entries were never used, so the codebooks were shrunk from {codebook_size} to "
            f"{codebook_size // 2} entries and filled anew.",
        )
    return None
