"""The quietest that a model can be: which codes stand for silence, or for as little sound as it has."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from distill.codes.entries import Entries

__all__ = ["SILENT_DB", "quietest_column", "silent_codes"]

SILENT_DB = -70.0  # K-weighted, of an entry that is held; a codec works at about -20


def quietest_column(entries: Entries) -> npt.NDArray[np.int16]:
    """Choose a code for each level, [K]: on level 1 the quietest entry, below the one that adds least.

    No model is taught silence as such: of one whose collection never pauses this is its faintest sound.
    """
    first = int(entries.of("loudness")[0].argmin())
    added = np.square(entries.lookup.vectors[1:]).sum(-1).argmin(-1)
    return np.array([first, *added], dtype=np.int16)


def silent_codes(entries: Entries) -> tuple[int, ...]:
    """Codes of level 1 that are heard as silence; none in a model whose collection never pauses."""
    return tuple(np.flatnonzero(entries.of("loudness")[0] < SILENT_DB).tolist())
