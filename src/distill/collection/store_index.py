"""A finished store: decoded sounds in one memory-mapped file, and the index that says where each one lies.

::

    FOLDER/index.json          what is where, whose sounds they are; replaced in one stroke when all is there
    FOLDER/samples-XXXX.f32    little-endian float32, sound after sound, row after row: mid, then side

The store is a cache. An index that is missing, damaged, of another version, of other sounds, or at odds
with its samples is as good as none: :func:`distill.collection.store.build_store` decodes again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.decoder import shown
from distill.collection.scan import LeftOut

__all__ = ["INDEX_NAME", "Store", "StoredSound", "index_bytes", "open_store"]

INDEX_NAME = "index.json"
_VERSION = 1


@dataclass(frozen=True)
class StoredSound:
    """One sound in the store.

    Attributes
    ----------
    path : str
        The file it was decoded from.
    offset : int
        Where its first row starts, in samples.
    num_channels : int
        1 (mid) or 2 (mid, side).
    num_samples : int
        Length of a row.
    rms_db : float
        Root mean square over its steps of 1024 samples that are above -70 dBFS, in dBFS; of the mid or the side,
        whichever is louder.
    """

    path: str
    offset: int
    num_channels: int
    num_samples: int
    rms_db: float


class Store:
    """The sounds of a collection at 48 kHz as mid and side, read-only and memory-mapped.

    ``store[i]`` is a float32 array [C, T]: row 0 the mid, row 1 the side of a stereo sound. Iterating gives
    them all; nothing is read from disk before it is used.

    Attributes
    ----------
    sounds : tuple of StoredSound
    names : tuple of str
        The file's name, with as much of its folder as makes it unlike the others.
    left_out : tuple of LeftOut
        Sounds that turned out unusable while they were decoded.
    fingerprint : str
        SHA-256 of the decoded sounds, whatever their names and order, in hexadecimal.
    """

    def __init__(
        self,
        samples: Samples,
        sounds: tuple[StoredSound, ...],
        left_out: tuple[LeftOut, ...],
        fingerprint: str,
    ) -> None:
        self._samples = samples
        self.sounds = sounds
        self.left_out = left_out
        self.fingerprint = fingerprint
        self.names = _distinct([Path(sound.path) for sound in sounds])

    def __len__(self) -> int:
        return len(self.sounds)

    def __getitem__(self, index: int) -> Samples:
        sound = self.sounds[index]
        end = sound.offset + sound.num_channels * sound.num_samples
        return self._samples[sound.offset : end].reshape(sound.num_channels, sound.num_samples)

    def __iter__(self) -> Iterator[Samples]:
        return (self[index] for index in range(len(self)))

    @property
    def stereo(self) -> bool:
        """Whether any sound has a side."""
        return any(sound.num_channels == 2 for sound in self.sounds)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files the sounds were decoded from."""
        return tuple(Path(sound.path) for sound in self.sounds)

    @property
    def lengths(self) -> tuple[int, ...]:
        """Samples in a row of each sound."""
        return tuple(sound.num_samples for sound in self.sounds)

    @property
    def rms_db(self) -> tuple[float, ...]:
        """Level of each sound where it is not silent, in dBFS; see :class:`StoredSound`."""
        return tuple(sound.rms_db for sound in self.sounds)

    @property
    def seconds(self) -> float:
        """Length of all sounds together."""
        return sum(self.lengths) / SAMPLE_RATE


def index_bytes(
    *, key: str, data: str, sounds: list[StoredSound], left_out: list[LeftOut], fingerprint: str
) -> bytes:
    """Write down a store: whose sounds (``key``), in which file (``data``), and where each lies."""
    content = {
        "version": _VERSION,
        "key": key,
        "data": data,
        "fingerprint": fingerprint,
        "sounds": [asdict(sound) for sound in sounds],
        "left_out": [{"path": str(entry.path), "reason": entry.reason} for entry in left_out],
    }
    return json.dumps(content, indent=1, sort_keys=True).encode("ascii")


def open_store(folder: Path, key: str) -> Store | None:
    """Open the store in a folder if it is whole and holds what ``key`` stands for."""
    try:
        content = json.loads((folder / INDEX_NAME).read_bytes())
        if (content["version"], content["key"]) != (_VERSION, key):
            return None
        sounds = tuple(_checked(StoredSound(**entry)) for entry in content["sounds"])
        left_out = tuple(LeftOut(Path(entry["path"]), str(entry["reason"])) for entry in content["left_out"])
        data = folder / Path(content["data"]).name
        samples = np.memmap(data, dtype="<f4", mode="r")
        fingerprint = str(content["fingerprint"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    end = 0
    for sound in sounds:
        if sound.offset != end:
            return None
        end += sound.num_channels * sound.num_samples
    if not sounds or end != len(samples):
        return None
    return Store(samples, sounds, left_out, fingerprint)


def _checked(sound: StoredSound) -> StoredSound:
    numbers: tuple[Any, ...] = (sound.offset, sound.num_channels, sound.num_samples)
    if not all(type(number) is int for number in numbers) or type(sound.rms_db) is not float:
        raise ValueError("an index holds whole numbers and one level")
    if sound.num_channels not in (1, 2) or sound.num_samples < 1 or type(sound.path) is not str:
        raise ValueError("no such sound can be in a store")
    return sound


def _distinct(paths: list[Path]) -> tuple[str, ...]:
    """Return the shortest endings of the paths that no two share."""
    names = [path.name for path in paths]
    for depth in range(2, max((len(path.parts) for path in paths), default=0) + 1):
        shared = {name for name in names if names.count(name) > 1}
        if not shared:
            break
        names = [
            "/".join(path.parts[-depth:]) if name in shared else name
            for path, name in zip(paths, names, strict=True)
        ]
    return tuple(map(shown, names))
