"""Hold some sounds back, so that training can be judged on what it has not learnt from (row A8).

From eight sounds on whole sounds are held back: a part of a sound says little about a *new* sound,
because its other parts were learnt. Fewer sounds are too precious for that, and the end of each is
held back instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from distill.audio.clip import SAMPLE_RATE
from distill.errors import BadCollection, BadSetting

__all__ = ["FEWEST_FOR_FILES", "MOST_HELD_BACK", "Part", "Split", "split"]

FEWEST_FOR_FILES = 8  # sounds; below, the split is by time
MOST_HELD_BACK = 0.2  # of the total time
_LONG_ENOUGH = 2 * SAMPLE_RATE  # samples; a tenth of it is 0.2 s, about ten steps


@dataclass(frozen=True, order=True)
class Part:
    """A stretch of one sound.

    Attributes
    ----------
    sound : int
        Index in the collection.
    start, stop : int
        Samples, ``0 <= start < stop``; ``stop`` is not part of it.
    """

    sound: int
    start: int
    stop: int

    def __post_init__(self) -> None:
        assert 0 <= self.start < self.stop, (self.sound, self.start, self.stop)

    @property
    def length(self) -> int:
        """Length in samples."""
        return self.stop - self.start


@dataclass(frozen=True)
class Split:
    """Two sets of parts that never overlap and together cover every sound.

    Attributes
    ----------
    train, validation : tuple of Part
        Sorted by sound and time; neither is empty.
    """

    train: tuple[Part, ...]
    validation: tuple[Part, ...]


def split(lengths: Sequence[int], *, share: float = 0.1, seed: int) -> Split:
    """Divide a collection into what is trained on and what is held back.

    *By file* from eight sounds on: ``round(share * n)`` sounds, at least one, drawn at random; a sound
    that would take the held-back time over a fifth of the total is passed over (the shortest of eight
    is an eighth at most, so one can always be found). *By time* below: the last ``share`` of every
    sound of two seconds or more; where none is that long, the last ``share`` of the longest sound.

    Parameters
    ----------
    lengths : sequence of int > 1
        Samples of each sound.
    share : float in 0..0.2, not 0
        Of the sounds (by file) or of the time (by time).
    seed : int >= 0
        The same seed and lengths give the same split. By time nothing is random.

    Returns
    -------
    Split

    Raises
    ------
    BadCollection
        If there are no sounds.
    BadSetting
        If the share is out of range.

    Examples
    --------
    >>> split([100_000, 50_000], seed=0).validation
    (Part(sound=0, start=90000, stop=100000),)
    """
    if not lengths:
        raise BadCollection("no sounds were given to learn from; give at least one sound of 0.1 s or more.")
    if not 0 < share <= MOST_HELD_BACK:
        raise BadSetting(
            f"a share of {share:g} cannot be held back for validation; "
            f"choose more than 0 and at most {MOST_HELD_BACK:g}."
        )
    assert min(lengths) > 1, list(lengths)
    if len(lengths) >= FEWEST_FOR_FILES:
        return _by_file(lengths, share, np.random.default_rng(seed))
    return _by_time(lengths, share)


def _by_file(lengths: Sequence[int], share: float, rng: np.random.Generator) -> Split:
    wanted = max(1, round(share * len(lengths)))
    room = int(MOST_HELD_BACK * sum(lengths))
    held: set[int] = set()
    for sound in rng.permutation(len(lengths)).tolist():
        if len(held) == wanted:
            break
        if lengths[sound] <= room:
            held.add(sound)
            room -= lengths[sound]
    assert held, list(lengths)
    whole = [Part(sound, 0, length) for sound, length in enumerate(lengths)]
    return Split(
        train=tuple(part for part in whole if part.sound not in held),
        validation=tuple(part for part in whole if part.sound in held),
    )


def _by_time(lengths: Sequence[int], share: float) -> Split:
    longest = max(range(len(lengths)), key=lambda sound: lengths[sound])
    train, validation = [], []
    for sound, length in enumerate(lengths):
        held = int(share * length) if length >= _LONG_ENOUGH else 0
        if sound == longest:
            held = max(1, int(share * length))
        if held:
            validation.append(Part(sound, length - held, length))
        if held < length:
            train.append(Part(sound, 0, length - held))
    return Split(train=tuple(train), validation=tuple(validation))
