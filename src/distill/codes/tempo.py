"""Time as it is written and counted: seconds, steps, and beats and bars of a tempo.

A time is text of one of these forms; whoever reads it decides what a number without a unit means.

========== =====================================================
``1.5s``   seconds; also ``1500ms``
``17st``   steps, as the grid counts them
``2b``     beats; fractions too: ``1/2b``
``1bar``   bars; also ``1.5bars``
``3.2.1``  the first sixteenth of beat 2 of bar 3, as in a DAW; all three count from 1, in quarters of a beat
========== =====================================================
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from distill.codes.limits import MOST_STEPS
from distill.errors import BadSetting

__all__ = ["Tempo", "beats_of", "nearest_step", "steps_of"]

_SLOWEST, _FASTEST = 20.0, 400.0
_MOST_BEATS = 64
# 17 decimals, for a number that was computed is written with all of its own
_NUMBER = r"[0-9]{1,12}/[0-9]{1,12}|[0-9]{1,12}(?:\.[0-9]{0,17})?|\.[0-9]{1,17}"
_TIME = re.compile(rf"([+-]?)({_NUMBER})([a-z]*)")
_POSITION = re.compile(r"([0-9]{1,6})\.([0-9]{1,3})\.([0-9])")
_UNITS = {
    "s": "seconds", "sec": "seconds", "ms": "milliseconds", "st": "steps", "step": "steps", "steps": "steps",
    "b": "beats", "beat": "beats", "beats": "beats", "bar": "bars", "bars": "bars",
}  # fmt: skip


@dataclass(frozen=True)
class Tempo:
    """Beats a minute, and how many make a bar.

    Raises
    ------
    BadSetting
        If no music goes that slow or fast, or a bar has no such number of beats.

    Examples
    --------
    >>> Tempo(120).steps(2, step_rate=46.875)
    46.875
    >>> Tempo(120).snap(50, step_rate=46.875)
    47
    """

    bpm: float
    beats_per_bar: int = 4

    def __post_init__(self) -> None:
        if not _SLOWEST <= self.bpm <= _FASTEST:  # NaN fails too
            raise BadSetting(
                f"a tempo of {self.bpm:g} beats a minute was given; choose one from {_SLOWEST:.0f} to {_FASTEST:.0f}."
            )
        if not 1 <= self.beats_per_bar <= _MOST_BEATS:
            raise BadSetting(
                f"a bar of {self.beats_per_bar} beats was given; choose a whole number from 1 to {_MOST_BEATS}."
            )

    def steps(self, beats: float, *, step_rate: float) -> float:
        """Steps that so many beats last; not a whole number as a rule."""
        return beats * 60.0 * step_rate / self.bpm

    def beats(self, steps: float, *, step_rate: float) -> float:
        """Beats that so many steps last."""
        return steps * self.bpm / (60.0 * step_rate)

    def snap(self, step: float, *, step_rate: float, beats: float = 1.0, down: bool = False) -> int:
        """Find the step nearest to a line of the grid that has one every ``beats`` beats, from the beginning on.

        Parameters
        ----------
        beats : float > 0
            1 for beats, 0.25 for sixteenths, :attr:`beats_per_bar` for bars.
        down : bool
            Take the last line at or before ``step``.

        Raises
        ------
        BadSetting
            If the grid has no such distance.
        """
        if not 0 < beats <= 1024:
            raise BadSetting(f"a grid of {beats:g} beats was given; choose more than 0 and at most 1024.")
        line = self.beats(step, step_rate=step_rate) / beats
        lines = math.floor(line + (1e-9 if down else 0.5))
        return nearest_step(self.steps(lines * beats, step_rate=step_rate))


def nearest_step(steps: float) -> int:
    """Round to a whole step, halves up."""
    return math.floor(steps + 0.5)


def steps_of(
    text: str, *, step_rate: float, tempo: Tempo | None = None, bare: Literal["seconds", "steps"] = "seconds"
) -> float:
    """Read a time.

    Parameters
    ----------
    bare : "seconds" or "steps"
        What a number without a unit counts.

    Returns
    -------
    float
        In steps, not rounded; below 0 if the text says so.

    Raises
    ------
    BadSetting
        If it is no time, or longer than any sound, or in beats and there is no tempo.

    Examples
    --------
    >>> steps_of("2b", step_rate=46.875, tempo=Tempo(120))
    46.875
    >>> steps_of("-17", step_rate=46.875, bare="steps")
    -17.0
    """
    written = text.strip().lower()
    position = _POSITION.fullmatch(written)
    if position is not None:
        bar, beat, sixteenth = (int(part) - 1 for part in position.groups())
        per_bar = 0 if tempo is None else tempo.beats_per_bar
        if min(bar, beat, sixteenth) < 0 or sixteenth > 3 or (tempo is not None and beat >= per_bar):
            raise BadSetting(
                f"{text[:40]!r} is no place in bars of {per_bar or 4} beats; write BAR.BEAT.SIXTEENTH, all counted from 1, "
                "like 3.2.1."
            )
        count, unit = Fraction(bar * per_bar + beat) + Fraction(sixteenth, 4), "beats"
    else:
        count, unit = _counted(text, written, bare)
    if unit in ("beats", "bars"):
        if tempo is None:
            raise BadSetting(
                f"{text[:40]!r} counts beats or bars, and no tempo was given; give one (--tempo 120), or write seconds, "
                "like 1.5s."
            )
        beats = count * tempo.beats_per_bar if unit == "bars" else count
        steps = tempo.steps(float(beats), step_rate=step_rate)
    elif unit == "steps":
        steps = float(count)
    else:
        steps = float(count) * step_rate / (1000 if unit == "milliseconds" else 1)
    if not abs(steps) <= MOST_STEPS:
        raise BadSetting(f"{text[:40]!r} is longer than any sound may be; write a shorter time.")
    return steps


def beats_of(text: str, tempo: Tempo) -> float:
    """Read the distance of a grid to snap to: ``1/4``, ``1/4b``, ``2bars``; a number alone counts beats.

    Raises
    ------
    BadSetting
        If it is no such distance.
    """
    count, unit = _counted(text, text.strip().lower(), "beats")
    if unit not in ("beats", "bars") or count <= 0:
        raise BadSetting(f"{text[:40]!r} is no grid to snap to; write beats or bars, like 1/4b or 1bar.")
    return float(count * tempo.beats_per_bar if unit == "bars" else count)


def _counted(text: str, written: str, bare: str) -> tuple[Fraction, str]:
    """Take a number and its unit apart."""
    found = _TIME.fullmatch(written)
    if found is not None:
        sign, number, unit = found.groups()
        counts = _UNITS.get(unit) if unit else bare
        if counts is not None and not re.search(r"/0+$", number):
            return Fraction(number.rstrip(".")) * (-1 if sign == "-" else 1), counts
    raise BadSetting(
        f"{text[:40]!r} is no time; write seconds (1.5s), steps (17st), beats (2b), bars (1bar), or a place like 3.2.1."
    )
