"""Every place of a collection, findable by the codes that are there.

All files lie one after another, and a *place* is a step of that long row; no stretch ever reaches from one file into
the next. :mod:`~distill.prior.copied` measures with it what was copied, :mod:`~distill.prior.guard` keeps copies from
coming about, and both share what is said here: which steps of a sound are *held* (they repeat the step before them), and how
much of a step has to be equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid
from distill.prior.grids import checked_grids

__all__ = ["Bools", "Ints", "Places", "equal_enough"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def equal_enough(num_codes: int) -> int:
    """How many of so many codes have to be equal: 80 % of them.

    Examples
    --------
    >>> equal_enough(8), equal_enough(5), equal_enough(1)
    (7, 4, 1)
    """
    return -(-4 * num_codes // 5)


class Places:
    """A collection as one row of steps, with an index of its codes.

    Parameters
    ----------
    grids : sequence of int arrays [K, S]
        One channel of each file.
    names : sequence of str
        What the files are called, for people.
    codebook_size : int
        Entries N at every level.
    silent : sequence of int
        Codes of level 1 that stand for silence, where somebody has listened; steps with one of them count as held.

    Attributes
    ----------
    codes : int16 array [K, T]
        All files in a row.
    starts, stops : int arrays [files]
        Where each file begins and ends in it.
    num_coarse : int
        Levels that tell a coarse copy: two, or the only one there is.

    Raises
    ------
    BadCollection
        If there are no grids, or they differ in their number of levels.
    BadCodes
        If one is empty, or holds a code outside ``0 .. N - 1``.

    Notes
    -----
    100,000 steps of 8 levels take about 8 MB with all that is found out about them.
    """

    def __init__(
        self, grids: Sequence[Grid], names: Sequence[str], *, codebook_size: int, silent: Sequence[int] = ()
    ) -> None:
        checked = checked_grids(grids, codebook_size=codebook_size)
        assert len(names) == len(checked), (len(names), len(checked))
        self.codebook_size = codebook_size
        self.names = tuple(names)
        self.codes = np.concatenate(checked, axis=1).astype(np.int16)
        self.num_levels, self.num_places = self.codes.shape
        self.num_coarse = min(2, self.num_levels)
        lengths = np.array([grid.shape[1] for grid in checked])
        self.stops: Ints = np.cumsum(lengths)
        self.starts: Ints = self.stops - lengths
        self.silent: Bools = np.zeros(codebook_size, bool)
        self.silent[list(silent)] = True

    @cached_property
    def file_of(self) -> npt.NDArray[np.int32]:
        """The file that each place is in, [T]."""
        return np.repeat(np.arange(len(self.names), dtype=np.int32), self.stops - self.starts)

    @cached_property
    def stop_of(self) -> npt.NDArray[np.int32]:
        """Where the file of each place ends, [T]."""
        return self.stops.astype(np.int32)[self.file_of]

    @cached_property
    def is_start(self) -> Bools:
        """Whether a file begins at each place, [T + 1]; the end of everything counts as a beginning too."""
        marks = np.zeros(self.num_places + 1, bool)
        marks[self.starts] = marks[-1] = True
        return marks

    def where(self, place: int) -> tuple[str, int]:
        """Name the file that a place is in, and the step there."""
        file = int(self.file_of[place])
        return self.names[file], place - int(self.starts[file])

    def having(self, level: int, code: int) -> npt.NDArray[np.int32]:
        """Places with a code at a level (from 0), in rising order."""
        order, offsets = self._by_level
        return order[level, offsets[level, code] : offsets[level, code + 1]]

    def having_coarse(self, key: int) -> npt.NDArray[np.int32]:
        """Places with the coarse codes of a key of :meth:`coarse_keys`, in rising order."""
        order, keys = self._by_coarse
        first, stop = np.searchsorted(keys, (key, key + 1))
        return order[first:stop]

    def coarse_keys(self, codes: Grid) -> Ints:
        """One number for the coarse codes of each step [K, S]: the same where, and only where, they are, [S]."""
        keys: Ints = codes[0].astype(np.int64)
        for level in range(1, self.num_coarse):
            keys = keys * self.codebook_size + codes[level]
        return keys

    @cached_property
    def coarse(self) -> Ints:
        """The key of each place, [T]."""
        return self.coarse_keys(self.codes)

    def held(self, grid: Grid, before: Sequence[int] | None = None) -> tuple[Bools, Bools]:
        """Tell which steps of a sound repeat the one before them, as a coarse and as a whole measure see it.

        Parameters
        ----------
        grid : int array [K, S]
        before : codes [K], optional
            Of the step before the first. Without it the first counts as held: nothing has moved yet.

        Returns
        -------
        coarse, whole : bool arrays [S]
            Whether the coarse codes are all repeated, and whether 80 % of all codes are. In silence both.
        """
        first = grid[:, :1] if before is None else np.asarray(before)[:, None]
        repeats = np.diff(grid, axis=1, prepend=first) == 0
        quiet = self.silent[grid[0]]
        coarse: Bools = repeats[: self.num_coarse].all(0) | quiet
        whole: Bools = (repeats.sum(0) >= equal_enough(self.num_levels)) | quiet
        return coarse, whole

    @cached_property
    def _by_level(self) -> tuple[npt.NDArray[np.int32], Ints]:
        """Places by code at every level, [K, T], and where in that row each code begins, [K, N + 1]."""
        order = np.stack([np.argsort(row, kind="stable").astype(np.int32) for row in self.codes])
        counts = [np.bincount(row, minlength=self.codebook_size) for row in self.codes]
        offsets: Ints = np.cumsum(np.pad(counts, ((0, 0), (1, 0))), axis=1)
        return order, offsets

    @cached_property
    def _by_coarse(self) -> tuple[npt.NDArray[np.int32], Ints]:
        order = np.argsort(self.coarse, kind="stable").astype(np.int32)
        return order, self.coarse[order]
