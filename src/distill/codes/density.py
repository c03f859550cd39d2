"""Denser and sparser: more attacks in the same time, or fewer.

Where attacks are, the codes tell: the loudness that the model's entries stand for rises there at once. *Denser* copies
columns of codes, an attack with what it stands out from; where that is too little (drones, rain) the step of the new attack is raised
and those before it lowered, and looked up again. *Sparser* only holds columns, so every step is one the sound already had.
"""

from __future__ import annotations

from dataclasses import replace
from heapq import heapify, heappush, heapreplace
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from distill.codes.limits import Grid
from distill.codes.operation import Context, Operation
from distill.codes.region import Cells
from distill.codes.requantize import stands_for, through
from distill.codes.steering import APART, LEAST_RISE_DB, attacks, decibel, loudness

__all__ = ["Denser", "Sparser"]

Steps = npt.NDArray[np.intp]
BREATH = 2  # steps before an attack that are copied with it: without what it rises over it is none
SHORTEST = 6  # steps from an attack to the next that are still split
UNHURRIED = 24  # steps: in a sound without attacks, amount 1 makes one in so many
CLEAR_DB = 18.0  # that a new attack shall stand over the steps before it
STANDS_OUT = 3.0  # times the rise from step to step that is usual in the region, at least, of an attack
MOST_DB = 18.0  # that a step is raised or lowered for that


class Denser(Operation):
    """Make the region denser: repeat attacks in the gaps after them."""

    name: ClassVar[str] = "denser"
    hear: ClassVar[str] = (
        "More hits in the same time: each new one repeats the hit before it, halfway to the next. A steady sound pulses."
    )
    example: ClassVar[str] = "denser amount=1 from=0.5 to=2.5"
    group: ClassVar[str] = "In words"

    amount: float = Field(
        0.5, ge=0, le=2, description="attacks added, against those there are; 1 doubles them"
    )

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Copy the beginnings of the longest gaps to their middles."""
        if self.amount == 0:
            return grid
        told = loudness(context.entries, grid)
        found, _ = _attacks_in(told, cells)
        count = len(found) if len(found) else (cells.stop - cells.start) // UNHURRIED
        begins = found.tolist() or [cells.start]
        gaps = [  # the longest is first
            (begin - end, begin) for begin, end in zip(begins, [*begins[1:], cells.stop], strict=True)
        ]
        heapify(gaps)
        sources = np.arange(grid.shape[2])
        hits = []
        for _ in range(max(1, round(self.amount * count))):
            length, begin = -gaps[0][0], gaps[0][1]
            if length < SHORTEST:
                break
            half = (length + 1) // 2
            before = min(BREATH, begin - max(cells.start - BREATH, 0), half - 1)
            hit = begin + half
            sources[hit - before : begin + length] = sources[begin - before : begin + length - half]
            hits.append(hit)
            heapreplace(gaps, (-half, begin))
            heappush(gaps, (half - length, hit))
        copied = _from(grid, cells, sources)
        return _made_clear(copied, np.array(sorted(hits), np.intp), cells, context)


class Sparser(Operation):
    """Make the region sparser: leave its weakest attacks out."""

    name: ClassVar[str] = "sparser"
    hear: ClassVar[str] = (
        "Fewer hits in the same time: where one is left out, what sounded before it is held. Swells go, too."
    )
    example: ClassVar[str] = "sparser amount=0.5 from=0.5 to=2.5"
    group: ClassVar[str] = "In words"

    amount: float = Field(
        0.5, ge=0, le=1, description="share of the attacks left out, the weakest first; swells go with them"
    )

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Follow the sound as it fades and at the attacks that stay; where it would rise otherwise, hold it."""
        if self.amount == 0:
            return grid
        told = loudness(context.entries, grid)
        found, rises = _attacks_in(told, cells)
        left_out = min(len(found), max(1, round(self.amount * len(found))))
        order = found[np.argsort(rises, kind="stable")].tolist()
        goes, stays = set(order[:left_out]), set(order[left_out:])
        swell_db = LEAST_RISE_DB * (1 - self.amount)  # that is left alone elsewhere
        if not len(found):  # swells are all there is
            swell_db /= 4
        sources = np.arange(grid.shape[2])
        held = max(cells.start - 1, 0)
        allowed_db = swell_db
        free_until = cells.start  # an attack that stays may grow for a few steps
        for step in range(cells.start, cells.stop):
            if step in stays:
                free_until, allowed_db = step + APART, swell_db
            elif step in goes:
                allowed_db = 0.0
            if step < free_until or told[step] <= told[held] + allowed_db:
                held = step
            sources[step] = held
        return _from(grid, cells, sources)


def _attacks_in(told: npt.NDArray[np.float32], cells: Cells) -> tuple[Steps, npt.NDArray[np.float32]]:
    """Attacks of a region, and how far each rises."""
    first = max(cells.start - BREATH, 0)  # what an attack at the beginning rises over
    heard = told[first : cells.stop]
    # What codes tell of loudness is noisy in steady sounds: an attack stands out from that, too. Fading does not count.
    usual = float(np.percentile(np.maximum(np.diff(heard), 0), 75)) if len(heard) > 1 else 0.0
    steps, rises = attacks(heard, least_db=max(LEAST_RISE_DB, STANDS_OUT * usual))
    inside = steps + first >= cells.start
    return steps[inside] + first, rises[inside]


def _from(grid: Grid, cells: Cells, sources: Steps) -> Grid:
    """Give each of the region's steps the codes of another one."""
    return cells.put(grid, grid[np.ix_(cells.channels, cells.levels, sources[cells.steps])])


def _made_clear(grid: Grid, hits: Steps, cells: Cells, context: Context) -> Grid:
    """Raise new attacks and lower what is before them where they do not stand out."""
    if not len(hits):
        return grid
    told = loudness(context.entries, grid)
    missing = CLEAR_DB - (told[hits] - (told[hits - 1] + told[np.maximum(hits - 2, 0)]) / 2)
    change = np.zeros(grid.shape[2], np.float32)
    for hit, lacks in zip(hits.tolist(), missing.tolist(), strict=True):
        if lacks > 0:
            change[hit : hit + BREATH] += min(lacks / 2, MOST_DB)
            change[max(hit - BREATH, 0) : hit] -= min(lacks / 2, MOST_DB)
    steps = cells.steps[change[cells.steps] != 0]
    if not len(steps):
        return grid
    some = replace(cells, steps=steps)
    lookup = context.entries.lookup
    moved = stands_for(lookup, some.of(grid), some.levels)
    moved += change[steps][:, None] * decibel(context.entries)
    return some.put(grid, through(lookup, moved, some.levels))
