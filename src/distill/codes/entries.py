"""A model's entries as data: what each stands for, how it sounds, where it lies, what its owner calls it.

:mod:`distill.atlas` measures them; edits, the prior and the interface read them here. Levels are counted from 1, codes
from 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from distill.codes.lookup import Lookup

__all__ = ["DESCRIPTORS", "Entries", "Note"]

# What is measured of every entry, in this order everywhere. Each word names the upper end.
DESCRIPTORS = (
    "brightness",  # octaves above 1 kHz of the spectral centroid
    "warmth",  # dB of 100..800 Hz against the rest
    "loudness",  # dB, K-weighted as in ITU-R BS.1770
    "bandwidth",  # octaves around the centroid that hold most of the power
    "noisiness",  # 0 a tone .. 1 white noise: spectral flatness
    "roughness",  # 0..1: modulation at 20 to 150 Hz
    "tension",  # 0..1: how far partials lie from one harmonic series
    "onset",  # dB that it is louder than what comes before
)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Note:
    """What the owner calls an entry, and wrote about it."""

    name: str = ""
    text: str = ""


@dataclass(frozen=True, eq=False)
class Entries:
    """All entries of one model.

    Attributes
    ----------
    fingerprint : str
        Of the codec they belong to.
    lookup : Lookup
        Their vectors.
    usage : int64 array [K, N]
        How often each is used in the collection.
    descriptors : float32 array [K, N, F]
        As :data:`DESCRIPTORS`. Of level 1: how the entry sounds, held alone (its onset: where the collection uses it). Of
        deeper levels: how it differs there from the other entries of its level, on average over places in the collection.
    slopes : float32 array [F, D]
        How each descriptor of a step rises with its latents: how much for one unit of each. Fitted to the collection,
        so it tells nothing (zero) of directions in which the collection does not vary.
    positions : float32 array [K, N, 2]
        Where each lies on its level's map, 0..1; near ones sound alike.
    alone : float32 array [K, N, F], optional
        How each sounds when it is held with all other levels off; of level 1 as ``descriptors``. None if not measured.
    fits : float32 array [F], optional
        How well each slope holds on sound it was not fitted to: 1 exactly, 0 not at all (R squared).
    notes : mapping of (level, code) to Note
        The owner's.
    """

    fingerprint: str
    lookup: Lookup
    usage: npt.NDArray[np.int64]
    descriptors: Floats
    slopes: Floats
    positions: Floats
    alone: Floats | None = None
    fits: Floats | None = None
    notes: Mapping[tuple[int, int], Note] = field(default_factory=dict)

    def __post_init__(self) -> None:
        num_levels, codebook_size, latent_dim = self.lookup.vectors.shape
        shapes = self.shapes(num_levels, codebook_size, latent_dim)
        for name, wanted in shapes.items():
            given = getattr(self, name)
            assert given is None or given.shape == wanted, (name, given.shape, wanted)

    @staticmethod
    def shapes(num_levels: int, codebook_size: int, latent_dim: int) -> dict[str, tuple[int, ...]]:
        """Shape of every array that is measured, by its name here."""
        entries = (num_levels, codebook_size)
        return {
            "usage": entries,
            "descriptors": (*entries, len(DESCRIPTORS)),
            "slopes": (len(DESCRIPTORS), latent_dim),
            "positions": (*entries, 2),
            "alone": (*entries, len(DESCRIPTORS)),
            "fits": (len(DESCRIPTORS),),
        }

    @property
    def fits_by_name(self) -> dict[str, float]:
        """How well each descriptor's slope holds, by its name; empty if nobody measured."""
        return {} if self.fits is None else dict(zip(DESCRIPTORS, self.fits.tolist(), strict=True))

    @cached_property
    def directions(self) -> Floats:
        """For each descriptor the way that raises it by 1 and strays least from what the collection does, [F, D].

        Among all ways ``d`` with ``slope . d = 1`` the one of least Mahalanobis length, ``C s / (s . C s)``; the
        covariance ``C`` of the latents is that of the entries by use, added up over the levels.
        """
        covariance = np.zeros((self.slopes.shape[1],) * 2)
        for vectors, counts in zip(self.lookup.vectors.astype(np.float64), self.usage, strict=True):
            share = counts / max(counts.sum(), 1)
            centred = vectors - share @ vectors
            covariance += (centred * share[:, None]).T @ centred
        covariance += np.eye(len(covariance)) * (1e-6 * np.trace(covariance) / len(covariance) + 1e-12)
        moved = self.slopes @ covariance  # [F, D]
        rise = (moved * self.slopes).sum(1, keepdims=True)
        ways: Floats = np.where(rise > 0, moved / np.where(rise > 0, rise, 1), 0).astype(np.float32)
        return ways

    def of(self, descriptor: str) -> Floats:
        """One descriptor of every entry, [K, N]."""
        found: Floats = self.descriptors[:, :, DESCRIPTORS.index(descriptor)]
        return found

    def similar(self, level: int, code: int, count: int) -> list[int]:
        """The ``count`` entries of a level nearest to one, itself left out, the nearest first."""
        order: npt.NDArray[Any] = self.lookup.nearest[level - 1, code]
        return [int(other) for other in order[1 : count + 1]]
