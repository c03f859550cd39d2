"""A codec's codebooks as plain arrays: what codes stand for, without the codec.

Edits that think in sound instead of numbers (blend, nearest entries) need the entries' vectors and the residual lookup, and
must not need a network. :func:`distill.atlas.lookup_of` copies them out of a codec; everything here is numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid

__all__ = ["Lookup"]

Floats = npt.NDArray[np.float32]


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
        residual = np.array(latents, dtype=np.float32).reshape(C * S, D)
        codes = []
        for level in range(first, self.num_levels if stop is None else stop):
            table = self.tables[level]
            # |v - e|^2 without |v|^2, which is the same for every entry; times -1/2
            scores = (residual @ self.project_in[level].T) @ table.T  # [C * S, N]
            scores -= np.square(table).sum(1) * np.float32(0.5)
            chosen = scores.argmax(-1)
            residual -= self.vectors[level].take(chosen, axis=0)
            codes.append(chosen.astype(np.int16).reshape(C, S))
        return np.stack(codes, axis=1)

    @cached_property
    def distances(self) -> Floats:
        """Euclidean distance of every two entries of a level in the latents, [K, N, N]."""
        square = np.square(self.vectors).sum(-1)
        crossed = np.einsum("knd,kmd->knm", self.vectors, self.vectors, optimize=True)
        between = np.sqrt(np.maximum(square[:, :, None] + square[:, None, :] - 2 * crossed, 0))
        own = np.arange(between.shape[1])
        between[:, own, own] = 0
        distances: Floats = between.astype(np.float32)
        return distances

    @cached_property
    def nearest(self) -> npt.NDArray[np.int16]:
        """For every entry of a level, all of them by distance, the nearest (itself) first, [K, N, N]."""
        return np.argsort(self.distances, axis=-1, kind="stable").astype(np.int16)


def _rows(table: Floats, codes: Grid) -> Floats:
    """``table[codes]``, six times as fast: numpy takes rows quickly only by indices of its own width."""
    return table.take(codes.astype(np.intp), axis=0)
