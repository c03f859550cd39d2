"""How close a sound is to the collection, on one scale with four words: what a gauge shows.

The scale joins two figures of :mod:`distill.prior.novelty`, the share of pieces that are there as they are and the longest
copied run; the worse of the two counts. It is absolute, so the place of real sounds can be shown on it, too::

    0           0.25              0.5           0.75                1
    |    new     |   mostly new    |  familiar   |  close to a copy  |
    0 %          5 %              20 %          50 %              100 %   of the pieces
    0 s        0.25 s            0.5 s           1 s                4 s   copied in one run
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

__all__ = ["WORDS", "Closeness", "Figures", "closeness"]

WORDS = ("new", "mostly new", "familiar", "close to a copy")
_MEANING = {
    "new": "hardly anything of it is taken from the collection",
    "mostly new": "a few small pieces of it are in the collection",
    "familiar": "many of its pieces, or a longer stretch, are in the collection",
    "close to a copy": "most of it, or a long stretch, is in the collection as it is",
}
_PLACES = (0.0, 0.25, 0.5, 0.75, 1.0)
_SHARES = (0.0, 0.05, 0.2, 0.5, 1.0)
_SECONDS = (0.0, 0.25, 0.5, 1.0, 4.0)


class Figures(Protocol):
    """What is placed: :class:`~distill.prior.novelty.Novelty` and :class:`~distill.prior.novelty.RealSounds`."""

    @property
    def overlap(self) -> float | None:
        """Share of joint 8-grams that the collection has; None for a sound too short."""

    @property
    def copied_seconds(self) -> float:
        """Length of the longest copied run."""


@dataclass(frozen=True)
class Closeness:
    """Where a sound stands between new and copied.

    Attributes
    ----------
    place : float in 0..1
    word : str
        One of :data:`WORDS`.
    real_place : float in 0..1, or None
        Where real sounds stand that the prior was not taught.
    sentence : str
    """

    place: float
    word: str
    real_place: float | None
    sentence: str


def closeness(figures: Figures, beside: Figures | None = None) -> Closeness:
    """Place a sound between new and copied.

    Parameters
    ----------
    figures : Figures
        Of the sound.
    beside : Figures, optional
        Of real sounds that the prior was not taught.

    Examples
    --------
    >>> from distill.prior.novelty import RealSounds
    >>> found = closeness(RealSounds((0.9,), 0.02, 0.4), RealSounds((0.9,), 0.3, 0.6))
    >>> found.word, round(found.place, 2), found.sentence
    ('mostly new', 0.4, 'Mostly new: a few small pieces of it are in the collection; real sounds it never heard share as much.')
    """
    place = _place(figures)
    word = WORDS[min(int(place * len(WORDS)), len(WORDS) - 1)]
    real = None if beside is None else _place(beside)
    said = f"{word.capitalize()}: {_MEANING[word]}"
    if real is not None and place <= real:
        said += "; real sounds it never heard share as much"
    elif real is not None and word != WORDS[0]:
        said += ", more than real sounds it never heard share with it"
    return Closeness(place, word, real, f"{said}.")


def _place(figures: Figures) -> float:
    by_run = float(np.interp(figures.copied_seconds, _SECONDS, _PLACES))
    if figures.overlap is None:
        return by_run
    return max(by_run, float(np.interp(figures.overlap, _SHARES, _PLACES)))
