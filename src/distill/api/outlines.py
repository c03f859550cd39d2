"""The outline of a sound: what a waveform is drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.files import blocks
from distill.audio.level import SoundLevel
from distill.collection.store import silence_sentence
from distill.errors import BadSetting, BadSound

__all__ = ["Outline", "heard_outline", "outline", "outline_of"]

MOST_POINTS = 20_000
_FINE = 128  # samples behind one point before points are put together


@dataclass(frozen=True)
class Outline:
    """Lowest and highest sample of each stretch of a sound, all stretches equally long.

    Attributes
    ----------
    seconds : float
    low, high : list of float in -1..1
    """

    seconds: float
    low: list[float]
    high: list[float]


def outline(sound: Path | str, *, points: int = 600) -> Outline:
    """Draw the outline of a sound file, in memory that its length hardly changes.

    Raises
    ------
    BadSound
        If it cannot be read.
    BadSetting
        If no so many points can be drawn.
    """
    _check(points)
    return _outline_of_blocks(blocks(Path(sound)), points)


def heard_outline(sound: Path | str, *, points: int = 600) -> Outline:
    """Draw the outline of a sound that shall be trained on: it is listened to on the way, to its end.

    Raises
    ------
    BadSound
        If training would leave it out: damaged anywhere, or silent.
    BadSetting
        As :func:`outline`.
    """
    _check(points)
    meter = SoundLevel()

    def heard() -> Iterator[Samples]:
        for block in blocks(Path(sound)):
            meter.add(block)
            yield block

    drawn = _outline_of_blocks(heard(), points)
    if meter.active_db is None:
        raise BadSound(silence_sentence(Path(sound)))
    return drawn


def _check(points: int) -> None:
    if not 1 <= points <= MOST_POINTS:
        raise BadSetting(f"{points} points were asked for; choose 1 to {MOST_POINTS}.")


def _outline_of_blocks(source: Iterable[Samples], points: int) -> Outline:
    lows, highs, rest, length = [], [], np.zeros(0, np.float32), 0
    for block in source:
        mono = np.concatenate([rest, block.mean(axis=0)])
        length += block.shape[1]
        whole = len(mono) // _FINE * _FINE
        stretches = mono[:whole].reshape(-1, _FINE)
        lows.append(stretches.min(1))
        highs.append(stretches.max(1))
        rest = mono[whole:]
    if len(rest):
        lows.append(rest.min(keepdims=True))
        highs.append(rest.max(keepdims=True))
    return _outline(np.concatenate(lows), np.concatenate(highs), length / SAMPLE_RATE, points)


def outline_of(samples: Samples, *, points: int = 600) -> Outline:
    """Draw the outline of samples [C, T] at 48 kHz."""
    mono = samples.mean(axis=0)
    return _outline(mono, mono, samples.shape[1] / SAMPLE_RATE, points)


def _outline(
    low: npt.NDArray[np.float32], high: npt.NDArray[np.float32], seconds: float, points: int
) -> Outline:
    starts = np.linspace(0, len(low), min(points, len(low)), endpoint=False).astype(int)
    return Outline(
        seconds,
        np.round(np.minimum.reduceat(low, starts), 4).tolist(),
        np.round(np.maximum.reduceat(high, starts), 4).tolist(),
    )
