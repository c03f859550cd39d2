"""What the editor plays: the sound of codes that change, decoded where they did, and only what is new sent on.

Every sound that was decoded has a number. Whoever holds one of the last is given the stretch that is new since, however
many edits lie between.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from itertools import count

import numpy as np

from distill import render
from distill.audio.clip import Clip, Samples
from distill.codec.model import Codec
from distill.codes.grid import Codes

__all__ = ["Heard", "Hearing"]

MOST_NUMBERS = 200  # changes that are remembered
MOST_MIXES = 3  # choices of audible levels whose last sound is kept: unmuting is heard at once

_numbers = count(1)  # of all sounds of a process: a page never takes one sound for another


@dataclass(frozen=True)
class Heard:
    """A sound, or the stretch of it that is new.

    Attributes
    ----------
    number : int
        Of the whole sound.
    first : int
        Sample at which the stretch begins.
    samples : float32 array [C, T]
        The stretch.
    total : int
        Samples of the whole sound; those outside the stretch are as before.
    """

    number: int
    first: int
    samples: Samples
    total: int


class Hearing:
    """The sound of one open sound."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mixes: OrderedDict[frozenset[int], tuple[Codes, Clip]] = OrderedDict()
        self._clip: Clip | None = None
        self._number = 0
        self._changes: deque[tuple[int, int, int | None]] = deque(maxlen=MOST_NUMBERS)

    def sound(self, codec: Codec, codes: Codes, audible: frozenset[int], *, have: int = 0) -> Heard:
        """Decode codes, as far as they have changed.

        Parameters
        ----------
        audible : frozenset of int
            The levels that are heard, from 1.
        have : int
            Number of the sound that is known already; 0: none.

        Raises
        ------
        ForeignCodes, BadCodes
            If another codec made the codes.
        """
        with self._lock:
            clip = self._decoded(codec, codes, audible)
            if self._clip is None or clip is not self._clip:
                number = next(_numbers)
                if self._clip is None or self._clip.samples.shape[0] != clip.samples.shape[0]:
                    self._changes.clear()
                else:
                    self._changes.append((self._number, *_difference(self._clip.samples, clip.samples)))
                self._number, self._clip = number, clip
            return self._since(have, clip)

    def _decoded(self, codec: Codec, codes: Codes, audible: frozenset[int]) -> Clip:
        levels = None if len(audible) == codes.num_levels else audible
        known = self._mixes.get(audible)
        if known is None:
            clip = render.decode(codec, codes, levels=levels)
        elif known[0] is codes:
            clip = known[1]
        else:
            clip = render.redecode(codec, known[0], codes, known[1], levels=levels)
        self._mixes[audible] = codes, clip
        self._mixes.move_to_end(audible)
        while len(self._mixes) > MOST_MIXES:
            self._mixes.popitem(last=False)
        return clip

    def _since(self, have: int, clip: Clip) -> Heard:
        total = clip.num_samples
        if have == self._number:
            return Heard(self._number, total, clip.samples[:, :0], total)
        numbers = [number for number, _, _ in self._changes]
        if have not in numbers:
            return Heard(self._number, 0, clip.samples, total)
        changes = list(self._changes)[numbers.index(have) :]
        first = min(start for _, start, _ in changes)
        ends = [stop for _, _, stop in changes]
        # None stands for the end of the sound, which has moved then
        stop = total if None in ends else max(stop for stop in ends if stop is not None)
        return Heard(self._number, min(first, total), clip.samples[:, min(first, total) : stop], total)


def _difference(before: Samples, after: Samples) -> tuple[int, int | None]:
    """The first sample that differs, and one after the last; None where the length has changed."""
    shared = min(before.shape[1], after.shape[1])
    found = np.flatnonzero((before[:, :shared] != after[:, :shared]).any(axis=0))
    first = int(found[0]) if len(found) else shared
    if before.shape[1] != after.shape[1]:
        return first, None
    return first, int(found[-1]) + 1 if len(found) else first
