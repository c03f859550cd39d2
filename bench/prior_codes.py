"""What :mod:`bench.priors` learns from: the codes of a collection's sounds, made once, and who is drawn for what.

A sound's codes are kept by its content, the codec's fingerprint and what was asked for, so a run that was killed
encodes nothing twice. Only the mid is encoded: a prior makes mono.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from bench.sounds import mid_side, read
from bench.subject import Grid
from distill.audio.clip import Samples
from distill.replacing import replacing

__all__ = ["Drawn", "Encoder", "codes", "drawn"]

MOST_TESTED = 20  # sounds: enough to judge by


class Encoder(Protocol):
    """What is asked of the codec."""

    def open(self, name: str, *, home: Path) -> Any:
        """Return the codec of a model."""
        ...

    def fingerprint(self, codec: Any) -> str:
        """What its codes belong to."""
        ...

    def codebook_size(self, codec: Any) -> int:
        """Entries at every level."""
        ...

    def versions(self, codec: Any, samples: Samples, *, number: int, seed: Sequence[int]) -> list[Grid]:
        """Codes [K, S] of samples [T] as they are, and of ``number`` varied versions."""
        ...


@dataclass(frozen=True)
class Drawn:
    """Sounds for one run, by their places in the sorted list: learnt from, and never seen by anything."""

    learnt: tuple[int, ...]
    tested: tuple[int, ...]


def drawn(count: int, *, size: int, seed: int) -> Drawn | None:
    """Draw a fifth of ``count`` sounds (2 to 20) to test with, and ``size`` others to learn from.

    The same seed tests every size with the same sounds, and a larger size learns from those of a smaller one too. A
    collection of at least ``size`` sounds gives what it has left; a smaller one nothing.

    Examples
    --------
    >>> drawn(12, size=3, seed=0)
    Drawn(learnt=(4, 5, 7), tested=(2, 9))
    >>> len(drawn(200, size=200, seed=0).learnt)
    180
    >>> drawn(100, size=200, seed=0) is None
    True
    """
    tested = min(max(2, count // 5), MOST_TESTED)
    if count < size or count <= tested:
        return None
    order = np.random.default_rng(seed).permutation(count).tolist()
    return Drawn(tuple(sorted(order[tested : tested + size])), tuple(sorted(order[:tested])))


def codes(file: Path, codec: Any, *, encoder: Encoder, number: int, seed: int, out: Path) -> list[Grid]:
    """The codes [K, S] of a file as it is, and of ``number`` varied versions of it; encoded only once."""
    content = hashlib.sha256(file.read_bytes()).hexdigest()
    drawn_by = (seed, int(content[:8], 16))  # files of one length are not to be varied alike
    key = f"{encoder.fingerprint(codec)} {content} {number} {drawn_by}"
    path = out / "codes" / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.npz"
    if not path.exists():
        mid = mid_side(read(file))[0]
        made = encoder.versions(codec, mid, number=number, seed=drawn_by)
        keep(path, {str(place): grid for place, grid in enumerate(made)})
    with np.load(path, allow_pickle=False) as kept:
        return [kept[str(place)] for place in range(len(kept.files))]


def keep(path: Path, arrays: dict[str, Any]) -> None:
    """Write arrays whole or not at all."""
    with replacing(path) as file:  # several runs may encode the same sounds at once
        np.savez(file, **arrays)


def lengths(sounds: Sequence[Sequence[Grid]]) -> int:
    """Steps of all sounds as they are."""
    return sum(int(versions[0].shape[1]) for versions in sounds)
