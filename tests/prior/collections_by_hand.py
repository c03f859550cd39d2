"""Tiny collections for the tests of priors: known, random, and loops that could catch a sampler."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int16]


def random_sounds(
    seed: int, *, sounds: int = 4, levels: int = 3, steps: int = 30, size: int = 5
) -> list[Codes]:
    """Sounds whose codes are held for a while and whose deeper levels follow the first: there is something to learn."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(sounds):
        held = np.repeat(rng.integers(0, size, steps), rng.integers(1, 4, steps))[:steps]
        rows = [held] + [(held + level + (rng.random(steps) < 0.2)) % size for level in range(1, levels)]
        found.append(np.array(rows, np.int16))
    return found


def rows(*levels: str) -> Codes:
    """Write a grid as one text of digits a level."""
    return np.array([[int(digit) for digit in level] for level in levels], np.int16)
