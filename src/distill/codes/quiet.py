"""The quietest that a model can be: which codes stand for as little sound as it has."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from distill.codes.entries import Entries

__all__ = ["quietest_column"]


def quietest_column(entries: Entries) -> npt.NDArray[np.int16]:
    """Choose a code for each level, [K]: on level 1 the quietest entry, below the one that adds least.

    No model is taught silence as such: of one whose collection never pauses this is its faintest sound.
    """
    first = int(entries.of("loudness")[0].argmin())
    added = np.square(entries.lookup.vectors[1:]).sum(-1).argmin(-1)
    return np.array([first, *added], dtype=np.int16)
