"""A model's entries as data: what each stands for, how it sounds, where it lies, what its owner calls it.

:mod:`distill.atlas` measures them; edits, the prior and the interface read them here. Levels are counted from 1, codes
from 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
        As :data:`DESCRIPTORS`. Of level 1: how the entry sounds. Of deeper levels: how much it changes what it is added
        to, on average.
    slopes : float32 array [F, D]
        How each descriptor of a step rises with its latents: the direction that is *brighter*.
    positions : float32 array [K, N, 2]
        Where each lies on its level's map, 0..1; near ones sound alike.
    notes : mapping of (level, code) to Note
        The owner's.
    """

    fingerprint: str
    lookup: Lookup
    usage: npt.NDArray[np.int64]
    descriptors: Floats
    slopes: Floats
    positions: Floats
    notes: Mapping[tuple[int, int], Note] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shape = (self.lookup.num_levels, self.lookup.codebook_size)
        latent_dim = self.lookup.project_out.shape[1]
        expected: dict[str, tuple[int, ...]] = {
            "usage": shape,
            "descriptors": (*shape, len(DESCRIPTORS)),
            "slopes": (len(DESCRIPTORS), latent_dim),
            "positions": (*shape, 2),
        }
        for name, wanted in expected.items():
            assert getattr(self, name).shape == wanted, (name, getattr(self, name).shape, wanted)

    def of(self, descriptor: str) -> Floats:
        """One descriptor of every entry, [K, N]."""
        found: Floats = self.descriptors[:, :, DESCRIPTORS.index(descriptor)]
        return found

    def similar(self, level: int, code: int, count: int) -> list[int]:
        """The ``count`` entries of a level nearest to one, itself left out, the nearest first."""
        order: npt.NDArray[Any] = self.lookup.nearest[level - 1, code]
        return [int(other) for other in order[1 : count + 1]]
