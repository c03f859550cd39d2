"""Denser and sparser: more attacks in the same time, or fewer.

Where attacks are, the codes tell: the loudness that the model's entries stand for rises there at once. *Denser* copies
columns of codes, an attack with what it stands out from; where that is too little (drones, rain) the sound pauses for two steps, in the
quietest codes that the model has, and the new attack is raised. *Sparser* holds columns, so that every step is one the sound already had;
a sound without attacks it evens out.
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
from distill.codes.quiet import quietest_column
from distill.codes.region import Cells
from distill.codes.requantize import stands_for, through
from distill.codes.steering import APART, LEAST_RISE_DB, attacks, decibel, latents_around, loudness

__all__ = ["Denser", "Sparser"]

Steps = npt.NDArray[np.intp]
BREATH = 2  # steps before an attack that are copied with it: without what it rises over it is none
SHORTEST = 6  # steps from an attack to the next that are still split
LONGEST = 12  # steps of an attack that are copied, a quarter of a second: behind it goes on what was there
UNHURRIED = 24  # steps: in a sound without attacks, amount 1 makes one in so many
CLEAR_DB = 18.0  # that a new attack shall stand over the steps before it
CALM = 6  # steps to either side over which a sound without attacks is evened out
STANDS_OUT = 3.0  # times the rise from step to step that is usual in the region, at least, of an attack
MOST_DB = 18.0  # that a step is raised for that


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
        wanted = max(1, round(self.amount * count))
        # Attacks that follow each other too closely to be parted are a flutter; new ones stand over all of it.
        copied = _split(found.tolist(), cells, wanted) or _split([], cells, wanted)
        sources = np.arange(grid.shape[2])
        for begin, hit, gap in copied:
            before = min(BREATH, begin - max(cells.start - BREATH, 0), hit - begin - 1)
            length = before + min(gap, LONGEST)
            sources[hit - before : hit - before + length] = sources[begin - before : begin - before + length]
        hits = np.array(sorted(hit for _, hit, _ in copied), np.intp)
        return _made_clear(_from(grid, cells, sources), hits, cells, context)


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
        if not len(found):
            return self._calmed(grid, cells, context)
        left_out = min(len(found), max(1, round(self.amount * len(found))))
        order = found[np.argsort(rises, kind="stable")].tolist()
        goes, stays = set(order[:left_out]), set(order[left_out:])
        swell_db = LEAST_RISE_DB * (1 - self.amount)  # that is left alone elsewhere
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

    def _calmed(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Even out a region without attacks: swells and flutter are all there is to leave out."""
        lookup = context.entries.lookup
        latents = stands_for(lookup, cells.of(grid), cells.levels)
        average = latents_around(latents, grid, cells, context.entries, reach=CALM)
        calmed = latents + np.float32(self.amount) * (average - latents)
        return cells.put(grid, through(lookup, calmed, cells.levels))


def _split(begins: list[int], cells: Cells, wanted: int) -> list[tuple[int, int, int]]:
    """Part the longest gaps between attacks: where each new attack is copied from, where it goes, how far its gap reaches."""
    gaps = [  # the longest is first
        (begin - end, begin)
        for begin, end in zip(begins or [cells.start], [*begins[1:], cells.stop], strict=True)
    ]
    heapify(gaps)
    found = []
    for _ in range(wanted):
        length, begin = -gaps[0][0], gaps[0][1]
        if length < SHORTEST:
            break
        half = (length + 1) // 2
        found.append((begin, begin + half, length - half))
        heapreplace(gaps, (-half, begin))
        heappush(gaps, (half - length, begin + half))
    return found


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
    """Where new attacks do not stand out, let the sound breathe before them and raise them."""
    if not len(hits):
        return grid
    entries = context.entries
    told = loudness(entries, grid)
    missing = CLEAR_DB - (told[hits] - (told[hits - 1] + told[np.maximum(hits - 2, 0)]) / 2)
    raised = np.zeros(grid.shape[2], np.float32)
    pauses = np.zeros(grid.shape[2], bool)
    for hit, lacks in zip(hits.tolist(), missing.tolist(), strict=True):
        if lacks > 0:
            raised[hit : hit + BREATH] = min(lacks / 2, MOST_DB)
            pauses[max(hit - BREATH, 0) : hit] = True
    louder = replace(cells, steps=cells.steps[raised[cells.steps] > 0])
    if len(louder.steps):
        moved = stands_for(entries.lookup, louder.of(grid), louder.levels)
        moved += raised[louder.steps][:, None] * decibel(entries)
        grid = louder.put(grid, through(entries.lookup, moved, louder.levels))
    still = replace(cells, steps=cells.steps[pauses[cells.steps]])
    if len(still.steps):
        quiet = quietest_column(entries)[still.levels]
        grid = still.put(grid, np.broadcast_to(quiet[None, :, None], still.of(grid).shape))
    return grid
