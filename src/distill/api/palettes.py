"""All entries of a model at once, as an editor wants them: words, brightness, use, map, neighbours and an order to step through."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from distill.api.library import Model
from distill.codes.entries import Entries
from distill.codes.level_names import level_name
from distill.codes.words import words

__all__ = ["Palette", "palette"]

NEIGHBOURS = 12


@dataclass(frozen=True)
class Palette:
    """The entries of one level.

    Attributes
    ----------
    level : int
    level_name : str
    words : tuple of str
        By code: what it sounds like, or what its owner calls it.
    brightness : uint8 array [N]
        By rank: 0 the darkest, 255 the brightest.
    usage : float array [N]
        Shares of the level's use in the collection.
    positions : uint8 array [N, 2]
        On the level's map, where near ones sound alike.
    nearest : int16 array [N, n]
        The most similar entries, the nearest first.
    order : int16 array [N]
        All entries, each beside one that sounds like it; it begins with the darkest.
    """

    level: int
    level_name: str
    words: tuple[str, ...]
    brightness: npt.NDArray[np.uint8]
    usage: npt.NDArray[np.float64]
    positions: npt.NDArray[np.uint8]
    nearest: npt.NDArray[np.int16]
    order: npt.NDArray[np.int16]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values; arrays in base 64."""
        told = {word: index for index, word in enumerate(dict.fromkeys(self.words))}
        return {
            "level": self.level,
            "level_name": self.level_name,
            "words": list(told),
            "word_of": _packed(np.array([told[word] for word in self.words]), "<u2"),
            "brightness": _packed(self.brightness, "u1"),
            "usage": np.round(self.usage, 6).tolist(),
            "positions": _packed(self.positions, "u1"),
            "nearest": _packed(self.nearest, "<u2"),
            "neighbours": self.nearest.shape[1],
            "order": _packed(self.order, "<u2"),
        }


def palette(model: Model) -> tuple[Palette, ...]:
    """Return the entries of every level of a model.

    Raises
    ------
    BadSetting
        If nobody has measured them.
    """
    entries = model.measured("the editor")
    return tuple(_of_level(entries, level) for level in range(1, entries.lookup.num_levels + 1))


def _of_level(entries: Entries, level: int) -> Palette:
    size = entries.lookup.codebook_size
    said = words(entries, level)
    for (of, code), note in entries.notes.items():
        if of == level and note.name:
            said[code] = note.name
    bright = entries.of("brightness")[level - 1]
    rank = np.empty(size, np.intp)
    rank[np.argsort(bright, kind="stable")] = np.arange(size)
    use = entries.usage[level - 1]
    near = entries.lookup.near(level - 1, np.arange(size), min(NEIGHBOURS, size - 1))
    return Palette(
        level,
        level_name(level, entries.lookup.num_levels),
        tuple(said),
        np.round(255 * rank / max(size - 1, 1)).astype(np.uint8),
        use / max(int(use.sum()), 1),
        np.round(255 * np.clip(entries.positions[level - 1], 0, 1)).astype(np.uint8),
        near,
        _chain(entries.lookup.nearest[level - 1], int(np.argmin(bright))),
    )


def _chain(nearest: npt.NDArray[np.int16], first: int) -> npt.NDArray[np.int16]:
    """Go from each entry to the nearest that was not visited yet."""
    free = np.ones(len(nearest), bool)
    order = np.empty(len(nearest), np.int16)
    here = first
    for place in range(len(nearest)):
        order[place] = here
        free[here] = False
        near = nearest[here]
        left = free[near]
        if left.any():
            here = int(near[np.argmax(left)])
    return order


def _packed(values: npt.NDArray[Any], kind: str) -> str:
    return b64encode(np.ascontiguousarray(values).astype(kind).tobytes()).decode("ascii")
