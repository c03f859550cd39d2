"""A collection laid end to end for counting: which steps are counted, what lies before each, and whose sound it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from distill.codes.limits import Grid
from distill.prior.contexts import Context, keys, padded
from distill.prior.counting import Integers

__all__ = ["Stretches"]

FEW_SOUNDS = 5  # fewer are cut into parts, which are left out in turn as sounds are


@dataclass(frozen=True)
class Stretches:
    """A collection laid out for counting: every sound, then every joint from the end of one to the beginning of the next.

    The joints let a new sound begin where one of the collection ended: without them what leads to an end (silence, mostly)
    would only ever lead to more of itself.

    Attributes
    ----------
    rows : list of int64 arrays [K, before + S]
        Steps to be counted, with ``before`` steps in front that are only looked back at.
    sounds : int64 array [sum of S]
        Number of the sound of each step to be counted; a few sounds are cut into parts, which count as sounds.
    """

    rows: list[Integers]
    sounds: Integers
    before: int
    codebook_size: int

    @classmethod
    def of(cls, grids: Sequence[Grid], *, before: int, codebook_size: int) -> Stretches:
        """Lay a collection out."""
        parts = 1 if len(grids) >= FEW_SOUNDS else -(-FEW_SOUNDS // len(grids))
        rows = [padded(grid, before=before, codebook_size=codebook_size) for grid in grids]
        joints = [
            np.concatenate([one[:, one.shape[1] - before :], grid[:, :1]], axis=1)
            for one, grid in zip(rows, [*grids[1:], grids[0]], strict=True)
        ]
        sounds = [
            np.arange(grid.shape[1]) * parts // grid.shape[1] + index * parts
            for index, grid in enumerate(grids)
        ]
        firsts = np.arange(len(grids)) * parts
        return cls(rows + joints, np.concatenate([*sounds, np.roll(firsts, -1)]), before, codebook_size)

    def codes(self, level: int) -> Integers:
        """Codes of a level to be counted, laid end to end."""
        return np.concatenate([row[level, self.before :] for row in self.rows])

    def keys(self, context: Context) -> Integers:
        """Keys of a context at every step to be counted, laid end to end."""
        parts = [
            keys(row, context, before=self.before, codebook_size=self.codebook_size) for row in self.rows
        ]
        return np.concatenate(parts)
