"""Steering: words a musician knows, as curves over time, that weigh which codes are drawn.

Every entry was listened to (:class:`distill.codes.entries.Entries`). A code's logarithm is raised by how far its entry
lies above the others of its level in what is asked for, in standard deviations of the first level as the collection uses it;
what deeper levels add is measured in the same unit, so they matter as much as they are heard. Density is no property of
an entry (leaning towards those that sound like attacks gave one attack after another, held without a gap: 12 to 97 dB a second less
of them on four collections): it weighs how far a code of the first level rises over the step before, and, half as much, how far it falls, for
without a fall there is no next attack. The prior still decides what can follow what: steering chooses among what is likely, it does not force.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from distill.codes.entries import Entries
from distill.errors import BadSetting
from distill.prior.interface import Floats

__all__ = ["STRENGTH", "WORDS", "Curve", "Steering", "check_curves", "read_curve"]

Curve: TypeAlias = tuple[tuple[float, float], ...]  # (seconds, amount), the seconds rising

# the musician's word -> what is measured of an entry; of density, what changes from step to step
WORDS = MappingProxyType(
    {
        "brightness": "brightness",
        "warmth": "warmth",
        "loudness": "loudness",
        "roughness": "roughness",
        "tension": "tension",
        "density": "loudness",
    }
)
STRENGTH = 1.5  # natural units for one standard deviation at amount 1
DENSITY, CHANGE_DB, FALLING = "density", 6.0, 0.5
_FURTHEST = 3.0  # standard deviations: one odd entry shall not take everything
_MOST_AMOUNT = 3.0


class Steering:
    """How likely codes are made more or less likely over time; a :data:`distill.prior.sampling.Bias`.

    Parameters
    ----------
    curves : mapping of word to Curve
        Amounts -3..3; 0 changes nothing, 1 leans clearly towards more of it, -1 towards less.
    entries : Entries
        The model's.
    step_rate : float
        Steps a second.

    Raises
    ------
    BadSetting
        If there is no such word, or a curve is none.
    """

    def __init__(self, curves: Mapping[str, Curve], *, entries: Entries, step_rate: float) -> None:
        self._step_rate = step_rate
        self._curves = {word: _checked(word, curve) for word, curve in curves.items()}
        self._told = {word: _standing(entries, WORDS[word]) for word in curves if word != DENSITY}
        self._loud = entries.of("loudness")[0].astype(np.float64)  # dB, of the first level

    def __call__(self, step: int, level: int, before: Sequence[int] | None = None) -> Floats | None:
        """Logarithmic weights [N] of the codes of a level (from 0) at a step; None where nothing is asked.

        ``before`` is the step before it [K], None at the beginning.
        """
        total: Floats | None = None
        for word, (seconds, amounts) in self._curves.items():
            amount = float(np.interp(step / self._step_rate, seconds, amounts))
            told = self._changes(level, before) if word == DENSITY else self._told[word][level]
            if amount and told is not None:
                weights = STRENGTH * amount * told
                total = weights if total is None else total + weights
        return total

    def _changes(self, level: int, before: Sequence[int] | None) -> Floats | None:
        """How much of an attack each code of the first level would be, [N]; nothing below it and at the beginning."""
        if level or before is None:
            return None
        rise = (self._loud - self._loud[before[0]]) / CHANGE_DB
        found: Floats = np.clip(rise, 0, _FURTHEST) + FALLING * np.clip(-rise, 0, _FURTHEST)
        return found


def read_curve(text: str) -> tuple[str, Curve]:
    """Read ``WORD=AMOUNT``, or ``WORD=SECONDS:AMOUNT,SECONDS:AMOUNT..`` for a curve.

    Raises
    ------
    BadSetting
        If it is written otherwise.

    Examples
    --------
    >>> read_curve("brightness=0.5")
    ('brightness', ((0.0, 0.5),))
    >>> read_curve("density=0:-1,4:1")
    ('density', ((0.0, -1.0), (4.0, 1.0)))
    """
    word, _, given = text.partition("=")
    points = []
    try:
        for part in given.split(","):
            seconds, colon, amount = part.partition(":")
            points.append((float(seconds), float(amount)) if colon else (0.0, float(seconds)))
    except ValueError:
        raise BadSetting(
            f"{text[:60]!r} steers nothing; write a word and an amount, such as brightness=0.5, or a curve of "
            "seconds and amounts, such as brightness=0:-1,4:1."
        ) from None
    word, curve = word.strip(), tuple(points)
    _checked(word, curve)
    return word, curve


def check_curves(curves: Mapping[str, Curve]) -> None:
    """Make sure that curves steer something.

    Raises
    ------
    BadSetting
        As :class:`Steering`.
    """
    for word, curve in curves.items():
        _checked(word, curve)


def _checked(word: str, curve: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    if word not in WORDS:
        raise BadSetting(f"nothing can be steered by {word[:40]!r}; choose from {', '.join(WORDS)}.")
    seconds, amounts = [point[0] for point in curve], [point[1] for point in curve]
    finite = curve and all(math.isfinite(value) for value in (*seconds, *amounts))
    if not finite or any(abs(amount) > _MOST_AMOUNT for amount in amounts):
        raise BadSetting(
            f"the curve of {word} holds {_shown(amounts)}; give amounts from -3 to 3 (0 changes nothing, 1 is clear)."
        )
    if seconds[0] < 0 or any(later <= earlier for earlier, later in itertools.pairwise(seconds)):
        raise BadSetting(
            f"the times of the curve of {word} are {_shown(seconds)}; give seconds from 0 up, each later than the last."
        )
    return seconds, amounts


def _shown(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values[:6]) or "nothing"


def _standing(entries: Entries, descriptor: str) -> Floats:
    """How far each entry lies above the others of its level, [K, N], in deviations of the first level."""
    values = entries.of(descriptor).astype(np.float64)
    weights = entries.usage / np.maximum(entries.usage.sum(1, keepdims=True), 1)
    centred = values - (weights * values).sum(1, keepdims=True)
    deviation = math.sqrt(float((weights[0] * centred[0] ** 2).sum()))
    if deviation <= 0:
        return np.zeros_like(centred)
    found: Floats = np.clip(centred / deviation, -_FURTHEST, _FURTHEST)
    return found
