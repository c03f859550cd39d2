"""Sounds in a list, some of which tell at every sample which they are and where it lies in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from distill.audio.clip import Samples
from distill.collection.split import Part

__all__ = ["CROP", "Listed", "ramps", "unpack", "whole"]

CROP = 12_000


class Listed:
    """Sounds in a list."""

    def __init__(self, arrays: Sequence[npt.NDArray[np.floating]]) -> None:
        self._arrays = [array.astype(np.float32) for array in arrays]
        for array in self._arrays:
            array.flags.writeable = False

    @property
    def names(self) -> list[str]:
        return [f"{index}.wav" for index in range(len(self))]

    @property
    def lengths(self) -> list[int]:
        return [array.shape[1] for array in self._arrays]

    def __len__(self) -> int:
        return len(self._arrays)

    def __getitem__(self, index: int) -> Samples:
        return self._arrays[index]


def ramps(lengths: Sequence[int]) -> Listed:
    """Sound ``i`` climbs from ``(i + 0.25) / 10`` to ``(i + 0.75) / 10``: a sample tells sound and place."""
    climbs = [np.linspace(i + 0.25, i + 0.75, n) / 10 for i, n in enumerate(lengths)]
    return Listed([climb.astype(np.float32)[None] for climb in climbs])


def whole(sounds: Listed) -> list[Part]:
    return [Part(sound, 0, length) for sound, length in enumerate(sounds.lengths)]


def unpack(crop: Samples) -> list[tuple[int, int]]:
    """Read a crop of ramps: where each sound in it starts, and which it is."""
    sound = np.where(crop > 0, np.floor(crop * 10), -1).astype(int)
    falls = np.diff(crop, prepend=0) < 0
    starts = np.flatnonzero((np.diff(sound, prepend=-1) != 0) | falls)
    return [(int(start), int(sound[start])) for start in starts if sound[start] >= 0]
