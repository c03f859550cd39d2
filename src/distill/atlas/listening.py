"""Listen to a collection as its codec gives it back: stretches of it, decoded and described step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from distill.atlas.hearing import Floats, heard
from distill.codec.model import Codec
from distill.codes.limits import Grid
from distill.codes.lookup import Lookup

__all__ = ["Listened", "listen", "stretches"]

MOST_STEPS = 4096  # a minute and a half: enough to know 256 entries by
MOST_PIECES = 256  # of collections of short sounds: each costs some milliseconds however short it is
STRETCH = 56  # steps listened to in one piece
EDGE = 4  # and decoded on either side of it, where its cutting could be heard


@dataclass(frozen=True, eq=False)
class Listened:
    """Steps of a collection, none of them twice.

    Attributes
    ----------
    pieces : int array [n]
        Which piece each step lies in; steps of one piece belong together.
    codes : int array [n, K]
    latents : float32 array [n, D]
        What the codes add up to.
    figures : float32 array [n, F]
        How the decoded steps sound, as :data:`distill.codes.entries.DESCRIPTORS`.
    """

    pieces: npt.NDArray[np.intp]
    codes: npt.NDArray[np.integer]
    latents: Floats
    figures: Floats

    def mean_of(self, descriptor: int, level: int, size: int) -> Floats:
        """Mean of a descriptor over the steps that use each entry of a level (from 0), [size].

        As if each had been heard once more with nothing special about it, so that a single step proves little.
        """
        codes = self.codes[:, level]
        total = np.bincount(codes, weights=self.figures[:, descriptor], minlength=size)
        mean: Floats = (total / (np.bincount(codes, minlength=size) + 1)).astype(np.float32)
        return mean


def listen(codec: Codec, grids: Sequence[Grid], lookup: Lookup, rng: np.random.Generator) -> Listened:
    """Decode and describe so much of a collection's mids as :data:`MOST_STEPS` and :data:`MOST_PIECES` allow."""
    places = [
        (index, start) for index, grid in enumerate(grids) for start in range(0, grid.shape[2], STRETCH)
    ]
    parts: list[Listened] = []
    steps = 0
    for number, at in enumerate(rng.permutation(len(places))[:MOST_PIECES].tolist()):
        index, start = places[at]
        first, stop = max(0, start - EDGE), start + STRETCH
        piece = grids[index][:1, :, first : stop + EDGE]
        latents = lookup.sum(piece)
        own = range(start - first, min(stop - first, piece.shape[2]))
        figures = heard(codec, torch.from_numpy(latents), own)[0]
        kept = slice(own.start, own.stop)
        parts.append(Listened(np.full(len(own), number), piece[0, :, kept].T, latents[0, kept], figures))
        steps += len(own)
        if steps >= MOST_STEPS:
            break
    return Listened(
        np.concatenate([part.pieces for part in parts]),
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.latents for part in parts]),
        np.concatenate([part.figures for part in parts]),
    )


def stretches(
    grids: Sequence[Grid], span: int, count: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Draw stretches of the mids, every step as likely to begin one, [count, K, span]; short sounds repeat."""
    lengths = np.array([grid.shape[2] for grid in grids])
    ends = lengths.cumsum()
    drawn = []
    for start in np.sort(rng.integers(0, ends[-1], count)):
        index = int(np.searchsorted(ends, start, side="right"))
        within = int(start - (ends[index] - lengths[index]))
        first = max(0, min(within, int(lengths[index]) - span))
        drawn.append(grids[index][0][:, (first + np.arange(span)) % lengths[index]])
    return np.stack(drawn).astype(np.int64)
