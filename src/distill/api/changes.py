"""What a verb of the editor changed in an open sound: the one stretch of steps that whoever shows it has to draw again."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from distill.codes.limits import Grid

__all__ = ["Change", "packed"]


@dataclass(frozen=True)
class Change:
    """What a verb changed in an open sound, enough to follow it.

    Attributes
    ----------
    revision : int
    num_steps : int
        Now.
    start, stop : int
        The changed stretch as it is now; what lies behind it is as it was, but moved if the length has changed.
    codes : array [C, K, stop - start]
    sentences : tuple of str
        What its owner should know.
    """

    revision: int
    num_steps: int
    start: int
    stop: int
    codes: Grid
    sentences: tuple[str, ...] = ()

    @classmethod
    def between(cls, before: Grid, after: Grid, *, revision: int) -> Self:
        """Find the stretch in which codes [C, K, S] differ from what they were [C, K, R]."""
        shared = min(before.shape[2], after.shape[2])
        same = (before[:, :, :shared] == after[:, :, :shared]).all(axis=(0, 1))
        start = shared if same.all() else int(np.argmin(same))
        old_end, new_end = (grid[:, :, grid.shape[2] - shared :] for grid in (before, after))
        tail = (old_end == new_end).all(axis=(0, 1))[::-1]
        behind = min(shared if tail.all() else int(np.argmin(tail)), shared - start)
        stop = after.shape[2] - behind
        return cls(revision, after.shape[2], start, stop, after[:, :, start:stop])

    def to_json(self) -> dict[str, Any]:
        """Return JSON values, the codes as 16-bit numbers in base 64."""
        return {
            "rev": self.revision,
            "num_steps": self.num_steps,
            "start": self.start,
            "stop": self.stop,
            "codes": packed(self.codes),
            "sentences": list(self.sentences),
        }


def packed(grid: Grid) -> str:
    """Write codes as 16-bit little-endian numbers in base 64."""
    return b64encode(np.ascontiguousarray(grid, dtype="<u2").tobytes()).decode("ascii")
