"""A region as it is written on the command line: times, levels, every n-th step, mid or side.

:class:`~distill.codes.region.Region` counts steps and knows no sound; here a sound and a tempo turn times into steps, and
names into levels.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import get_args

from distill.codes.grid import Codes
from distill.codes.level_names import level_name
from distill.codes.region import Channels, Region, check_levels
from distill.codes.tempo import Tempo, nearest_step, steps_of
from distill.errors import BadSetting

__all__ = ["read_levels", "read_region", "written_region"]

_RANGE = re.compile(r"([0-9]{1,3})(?:-([0-9]{1,3}))?")
_OPEN = re.compile(r"([<>])=?([0-9]{1,3})")


def read_region(
    *,
    codes: Codes,
    start: str | None = None,
    stop: str | None = None,
    levels: str | None = None,
    every: str | None = None,
    channels: str | None = None,
    tempo: Tempo | None = None,
    snap: float | None = None,
    locked: Collection[int] = (),
) -> Region:
    """Read a region of a sound.

    Parameters
    ----------
    codes : Codes
        The sound: its length, its levels, its time.
    start, stop : str, optional
        Times (:mod:`distill.codes.tempo`); a number alone counts seconds. An end beyond the sound's is its end, so that one list
        of edits serves sounds of several lengths.
    levels : str, optional
        As :func:`read_levels`.
    every : str, optional
        Steps, or a time.
    channels : str, optional
        ``mid``, ``side`` or ``both``.
    snap : float, optional
        Beats between the lines that start and stop move to; needs a tempo.
    locked : collection of int
        Levels, from 1, to leave out.

    Raises
    ------
    BadSetting
        Saying what of it cannot be.
    """
    if snap is not None and tempo is None:
        raise BadSetting("snapping needs a tempo; give one (--tempo 120).")
    first, last = 0, None
    began = 0.0
    if start is not None:
        began = steps_of(start, step_rate=codes.step_rate, tempo=tempo)
        if not 0 <= began < codes.num_steps:
            raise BadSetting(
                f"from={start[:40]} lies outside this sound of {codes.seconds:.2f} s; choose a time within it."
            )
        first = min(_on_grid(began, codes, tempo, snap), codes.num_steps - 1)
    if stop is not None:
        ended = steps_of(stop, step_rate=codes.step_rate, tempo=tempo)
        if ended <= began:
            after = "the beginning" if start is None else f"from={start[:40]}"
            raise BadSetting(f"to={stop[:40]} does not come after {after}; choose a later end.")
        last = max(_on_grid(ended, codes, tempo, snap), first + 1)
        if tempo is not None and snap is not None and last == first + 1:  # both went to the same line
            next_line = first + tempo.steps(snap, step_rate=codes.step_rate)
            last = max(last, tempo.snap(next_line, step_rate=codes.step_rate, beats=snap))
        last = min(last, codes.num_steps)
    stride = 1
    if every is not None:
        stride = nearest_step(steps_of(every, step_rate=codes.step_rate, tempo=tempo, bare="steps"))
        if stride < 1:
            raise BadSetting(
                f"every={every[:40]} is less than a step; write a whole number of steps from 1 up."
            )
    which = channels or "both"
    if which not in get_args(Channels):
        raise BadSetting(f"channels={which[:40]} was given; choose mid, side or both.")
    chosen = None if levels is None else read_levels(levels, codes.num_levels)
    region = Region(start=first, stop=last, levels=chosen, every=stride, channels=which)
    check_levels(locked, codes.num_levels)
    return region.without(locked, codes.num_levels)


def read_levels(text: str, num_levels: int) -> tuple[int, ...] | None:
    """Read a choice of levels; none stands for all.

    Parameters
    ----------
    text : str
        ``1``, ``1-3``, ``1,4``, ``>=3``, ``<=2``, ``all``, or the names ``structure``, ``timbre``, ``detail``.

    Raises
    ------
    BadSetting
        If it is no choice, or of levels that are not there.

    Examples
    --------
    >>> read_levels("1,3-4", 8), read_levels(">=7", 8), read_levels("timbre", 8)
    ((1, 3, 4), (7, 8), (2, 3, 4))
    """
    every = range(1, num_levels + 1)
    chosen: set[int] = set()
    for part in text.lower().split(","):
        word = part.strip()
        named = {level for level in every if level_name(level, num_levels).lower() == word}
        open_ended, closed = _OPEN.fullmatch(word), _RANGE.fullmatch(word)
        if word == "all":
            chosen.update(every)
        elif named:
            chosen.update(named)
        elif open_ended is not None:
            sign, edge = open_ended.group(1), int(open_ended.group(2))
            inclusive = "=" in word
            lowest, highest = (
                (edge + (not inclusive), num_levels) if sign == ">" else (1, edge - (not inclusive))
            )
            if not 1 <= lowest <= num_levels or not 1 <= highest <= num_levels:
                raise _no_levels(text, num_levels)
            chosen.update(range(lowest, highest + 1))
        elif closed is not None:
            lowest = int(closed.group(1))
            highest = int(closed.group(2) or lowest)
            if not 1 <= lowest <= highest <= num_levels:
                raise _no_levels(text, num_levels)
            chosen.update(range(lowest, highest + 1))
        else:
            raise _no_levels(text, num_levels)
    return None if len(chosen) == num_levels else tuple(sorted(chosen))


def written_region(region: Region, *, step_rate: float | None = None) -> list[str]:
    """Write a region as words that :func:`read_region` reads; nothing for what is as usual.

    Parameters
    ----------
    step_rate : float, optional
        Steps a second, to write seconds; otherwise steps.
    """
    words = []
    if region.start:
        words.append(f"from={_time(region.start, step_rate)}")
    if region.stop is not None:
        words.append(f"to={_time(region.stop, step_rate)}")
    if region.levels is not None:
        words.append(f"levels={_levels(region.levels)}")
    if region.every != 1:
        words.append(f"every={region.every}")
    if region.channels != "both":
        words.append(f"channels={region.channels}")
    return words


def _on_grid(steps: float, codes: Codes, tempo: Tempo | None, snap: float | None) -> int:
    if tempo is None or snap is None:
        return nearest_step(steps)
    line = tempo.snap(steps, step_rate=codes.step_rate, beats=snap)
    if line >= codes.num_steps > steps:  # the nearest line lies behind the end, and the time before it
        line = tempo.snap(steps, step_rate=codes.step_rate, beats=snap, down=True)
    return line


def _time(step: int, step_rate: float | None) -> str:
    if step_rate is None:
        return f"{step}st"
    # finer than a fourth of a step, so that it is read as the same one: milliseconds for steps of 21 ms
    return f"{step / step_rate:.{3 if step_rate < 250 else 6}f}s"


def _levels(levels: tuple[int, ...]) -> str:
    runs: list[list[int]] = []
    for level in levels:
        if runs and runs[-1][-1] == level - 1:
            runs[-1].append(level)
        else:
            runs.append([level])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _no_levels(text: str, num_levels: int) -> BadSetting:
    return BadSetting(
        f"levels={text[:40]} was given, and these codes have levels 1 to {num_levels}; write them like 1, 1-3, 1,4 or >=3."
    )
