"""A codec's codebooks as plain arrays: what codes stand for, without the codec.

Edits that think in sound instead of numbers (blend, nearest entries) need the entries' vectors and the residual lookup, and
must not need a network. :func:`distill.atlas.lookup_of` copies them out of a codec; everything here is numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid

__all__ = ["Lookup"]

_AT_ONCE = 1024  # steps

Floats = npt.NDArray[np.float32]

_ROWS = 32  # distances found at a time, so that they stay in the processor's cache


@dataclass(frozen=True, eq=False)
class Lookup:
    """Tables and projections of every level (:mod:`distill.codec.quantizer` has the arithmetic).

    Attributes
    ----------
    tables : float32 array [K, N, d]
        Entries in each level's own space.
    project_in : float32 array [K, d, D]
        Latents to a level's space.
    project_out : float32 array [K, D, d]
        And back.
    """

    tables: Floats
    project_in: Floats
    project_out: Floats

    @property
    def num_levels(self) -> int:
        """Levels K."""
        return int(self.tables.shape[0])

    @property
    def codebook_size(self) -> int:
        """Entries N."""
        return int(self.tables.shape[1])

    @cached_property
    def vectors(self) -> Floats:
        """What each entry adds to the latents, [K, N, D]."""
        added: Floats = np.einsum("knd,kcd->knc", self.tables, self.project_out, optimize=True)
        return added

    def sum(self, grid: Grid, levels: slice = slice(None)) -> Floats:
        """Add up what codes [C, K', S] of the levels ``levels`` stand for: latents [C, S, D]."""
        vectors = self.vectors[levels]
        total = np.zeros((grid.shape[0], grid.shape[2], vectors.shape[2]), np.float32)
        for level in range(grid.shape[1]):
            total += _rows(vectors[level], grid[:, level])
        return total

    def quantize(self, latents: Floats, *, first: int = 0, stop: int | None = None) -> Grid:
        """Look latents up through the levels ``first`` to before ``stop`` (from 0), each taking what the last left over.

        Parameters
        ----------
        latents : float32 array [C, S, D]
            What those levels together should stand for.

        Returns
        -------
        int16 array [C, stop - first, S]
        """
        C, S, D = latents.shape
        levels = range(first, self.num_levels if stop is None else stop)
        flat = np.asarray(latents, np.float32).reshape(C * S, D)
        into = self.tables.shape[2]
        seen = self._seen[:, first * into : levels.stop * into]
        codes = np.empty((C * S, len(levels)), np.int16)
        ones = np.ones((_AT_ONCE, 1), np.float32)
        # Some hundred steps at a time stay in the processor's cache through all levels. What each level sees of a step is
        # projected once; of an entry that is taken, all levels to come lose what they would see of it.
        for start in range(0, C * S, _AT_ONCE):
            left = flat[start : start + _AT_ONCE] @ seen
            for row, level in enumerate(levels):
                # |v - e|^2 without |v|^2, which is the same for every entry; times -1/2
                chosen = (
                    np.concatenate([left[:, :into], ones[: len(left)]], axis=1) @ self._scored[level]
                ).argmax(-1)
                codes[start : start + _AT_ONCE, row] = chosen
                to_come = slice((level + 1) * into, levels.stop * into)
                left = left[:, into:] - self._taken[level][:, to_come].take(chosen, axis=0)
        return codes.reshape(C, S, -1).transpose(0, 2, 1)

    @cached_property
    def _seen(self) -> Floats:
        """Projections into all levels side by side, [D, K d]."""
        return np.ascontiguousarray(self.project_in.reshape(-1, self.project_in.shape[2]).T)

    @cached_property
    def _taken(self) -> Floats:
        """What every level sees of each entry, [K, N, K d]."""
        taken: Floats = self.vectors @ self._seen
        return taken

    @cached_property
    def _scored(self) -> Floats:
        """Entries of each level, and below them minus half of their squared lengths, [K, d + 1, N]."""
        half = np.square(self.tables).sum(-1) * np.float32(0.5)
        return np.concatenate([self.tables.transpose(0, 2, 1), -half[:, None]], axis=1)

    @cached_property
    def _flat(self) -> Floats:
        """The entries in ``d`` dimensions that keep their distances in the latents, [K, N, d'].

        ``P = QR`` with orthonormal ``Q`` makes ``|P t| = |R t|``: 8 dimensions instead of a hundred.
        """
        triangles = np.linalg.qr(self.project_out, mode="r")  # [K, d', d]
        flat: Floats = np.einsum("knd,ked->kne", self.tables, triangles, optimize=True).astype(np.float32)
        return flat

    def _distances(self, level: int, codes: npt.NDArray[np.intp]) -> Floats:
        """From some entries of a level (from 0) to all of it, [U, N].

        By differences: unlike a product of matrices, this gives twins among the entries the very same distance, however
        many are asked for at once.
        """
        flat = self._flat[level]
        columns = np.ascontiguousarray(flat.T)  # [d', N]
        distances = np.zeros((codes.size, flat.shape[0]), np.float32)
        for first in range(0, codes.size, _ROWS):
            block, rows = distances[first : first + _ROWS], flat[codes[first : first + _ROWS]]
            apart = np.empty_like(block)
            for axis, column in enumerate(columns):
                np.subtract(rows[:, axis, None], column, out=apart)
                np.multiply(apart, apart, out=apart)
                block += apart
        return np.sqrt(distances, out=distances)

    @cached_property
    def distances(self) -> Floats:
        """Euclidean distance of every two entries of a level in the latents, [K, N, N]."""
        every = np.arange(self.codebook_size)
        return np.stack([self._distances(level, every) for level in range(self.num_levels)])

    @property
    def nearest(self) -> npt.NDArray[np.int16]:
        """For every entry of a level, all of them by distance, itself first, [K, N, N]."""
        for level in range(self.num_levels):
            self._find_neighbours(level, np.arange(self.codebook_size))
        return self._neighbours[0]

    def near(self, level: int, codes: npt.NDArray[np.integer[Any]], count: int) -> npt.NDArray[np.int16]:
        """Find the entries nearest to codes of one level, themselves left out, the nearest first.

        Unlike :attr:`nearest` it looks only for the neighbours of the codes that are there, and only once for each: half a
        second of sound takes a few milliseconds, all eight levels of 1,024 entries 0.2 s.

        Parameters
        ----------
        level : int
            From 0.
        codes : integers [...]
        count : int in 1..N-1

        Returns
        -------
        int16 array [..., count]
        """
        self._find_neighbours(level, np.unique(codes).astype(np.intp))
        found: npt.NDArray[np.int16] = self._neighbours[0][level, codes, 1 : count + 1]
        return found

    @cached_property
    def _neighbours(self) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.bool_]]:
        """Rows of :attr:`nearest`, and which of them are there already."""
        num_levels, size = self.num_levels, self.codebook_size
        return np.zeros((num_levels, size, size), np.int16), np.zeros((num_levels, size), bool)

    def _find_neighbours(self, level: int, codes: npt.NDArray[np.intp]) -> None:
        rows, known = self._neighbours
        codes = codes[~known[level, codes]]
        if codes.size:
            # distance and entry as one whole number each: a plain sort of these is fast and leaves nothing to chance
            keys = self._distances(level, codes).view(np.uint32).astype(np.uint64) + 1
            keys[np.arange(codes.size), codes] = 0  # itself before its twins
            keys <<= np.uint64(32)
            keys |= np.arange(self.codebook_size, dtype=np.uint64)
            keys.sort(axis=1)
            rows[level, codes] = keys & np.uint64(2**32 - 1)
            known[level, codes] = True


def _rows(table: Floats, codes: Grid) -> Floats:
    """``table[codes]``, six times as fast: numpy takes rows quickly only by indices of its own width."""
    return table.take(codes.astype(np.intp), axis=0)
