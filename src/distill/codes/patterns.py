"""Make rhythm and form out of short stretches of codes: a motif repeated, a Euclidean rhythm, a sequence of motifs.

A motif is a few steps of codes: the region's own first ones, or another sound's (a Material). Levels that a motif lacks, and
those outside the region, go on as they were: a rhythm on level 1 keeps the colours below it.
Lengths are in steps; a pulse need not be a whole number of them, so that a tempo does not drift.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from distill.codes.laying import laid_at
from distill.codes.limits import MOST_STEPS, Grid
from distill.codes.material import Material
from distill.codes.operation import Context, InSteps, Operation, Steps
from distill.codes.quiet import quietest_column
from distill.codes.region import Cells
from distill.codes.rhythms import euclidean
from distill.errors import BadSetting

__all__ = ["Euclid", "Motif", "Sequence"]

Places = npt.NDArray[np.intp]
MOST_PULSES = 256


class Motif(Operation):
    """Repeat a few steps over the whole region."""

    name: ClassVar[str] = "motif"
    hear: ClassVar[str] = "A loop as short as the motif; below about five steps it becomes a tone or a buzz."
    example: ClassVar[str] = "motif steps=12 from=0 to=2.0"
    group: ClassVar[str] = "Patterns"

    steps: Steps | None = Field(
        None,
        ge=1,
        le=MOST_STEPS,
        description="steps in the motif: the first so many of the region, or of the other sound",
    )
    motif: Material | None = Field(None, description="another sound to take it from; none: the region's own")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Write the motif again and again."""
        if self.motif is None and self.steps is None:
            raise BadSetting(
                "motif cannot be done: neither its steps nor a sound to take it from is given. "
                f"It is used like this: {self.example}"
            )
        motif, length = _motif(self.motif, self.steps, grid, cells, context)
        return _written(grid, cells, context, motif, (cells.steps - cells.start) % length)


class Euclid(Operation):
    """Play a motif in a Euclidean rhythm: so many hits spread as evenly as can be over so many pulses."""

    name: ClassVar[str] = "euclid"
    hear: ClassVar[str] = "A rhythm: 3 hits on 8 pulses is the tresillo, 5 on 8 the cinquillo."
    example: ClassVar[str] = "euclid hits=3 pulses=8 pulse=6 from=0 to=4.0"
    group: ClassVar[str] = "Patterns"

    hits: int = Field(ge=0, le=MOST_PULSES, description="hits in a cycle, at most as many as pulses")
    pulses: int = Field(ge=1, le=MOST_PULSES, description="pulses in a cycle")
    pulse: Annotated[float, InSteps()] = Field(
        ge=1, le=MOST_STEPS, description="how long a pulse is; 5.86 steps are a 16th at 120 bpm"
    )
    rotation: int = Field(
        0, ge=-MOST_PULSES, le=MOST_PULSES, description="pulses by which the rhythm comes later in its cycle"
    )
    steps: Steps | None = Field(
        None,
        ge=1,
        le=MOST_STEPS,
        description="steps in the motif, from the region's first on; none: one pulse, or all of the other sound",
    )
    motif: Material | None = Field(
        None, description="another sound to play at each hit; none: the region's own first steps"
    )
    rests: Literal["mute", "hold", "keep"] = Field(
        "mute",
        description="between hits: the model's quietest entries, the motif's last step held, or the sound as it was",
    )

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Write the motif at each hit, until it is over or the next one comes."""
        if self.hits > self.pulses:
            raise BadSetting(
                f"{self.hits} hits were to fit into {self.pulses} pulses; choose at most as many hits as pulses."
            )
        own_steps = self.steps or max(1, min(round(self.pulse), cells.stop - cells.start))
        motif, length = _motif(
            self.motif, self.steps if self.motif is not None else own_steps, grid, cells, context
        )
        since = self._steps_since_hit(cells)
        if self.rests == "hold":
            playing, places = since >= 0, np.minimum(since, length - 1)
        else:
            playing, places = (since >= 0) & (since < length), since
        changed = grid
        if self.rests != "keep" and not playing.all():
            silent = replace(cells, steps=cells.steps[~playing])
            column = quietest_column(context.entries)[cells.levels]
            changed = silent.put(changed, column[None, :, None])
        if not playing.any():
            return changed
        return _written(changed, replace(cells, steps=cells.steps[playing]), context, motif, places[playing])

    def _steps_since_hit(self, cells: Cells) -> Places:
        """Steps since the last hit began, of each step of the region; negative before the first."""
        count = int(np.ceil((cells.stop - cells.start) / self.pulse))
        rhythm = np.roll(euclidean(self.hits, self.pulses), self.rotation)
        hits = np.flatnonzero(np.resize(rhythm, count))
        starts = np.rint(hits * self.pulse).astype(np.intp)
        if not len(starts):
            return np.full(len(cells.steps), -1, np.intp)
        offsets = cells.steps - cells.start
        last = np.searchsorted(starts, offsets, side="right") - 1
        return np.where(last < 0, -1, offsets - starts[np.maximum(last, 0)])


class Sequence(Operation):
    """Set motifs one after another in the order that is written, again and again."""

    name: ClassVar[str] = "sequence"
    hear: ClassVar[str] = "A form: parts that come back where you recognise them."
    example: ClassVar[str] = "sequence order=AABA steps=24 from=0 to=4.0"
    group: ClassVar[str] = "Patterns"

    order: str = Field(
        min_length=1,
        max_length=256,
        description="letters of motifs, as A A B A; a dot leaves the sound as it is",
    )
    steps: Steps | None = Field(
        None,
        ge=1,
        le=MOST_STEPS,
        description="steps of a slot; none: each is as long as its motif, which must then be given",
    )
    motifs: Mapping[str, Material] = Field(
        default_factory=dict,
        max_length=26,
        description="sounds by their letter; letters without one are the region's own parts: A its first slot, B its second",
    )

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Write slot after slot."""
        letters = re.sub(r"[\s,-]", "", self.order).upper()
        if not re.fullmatch(r"[A-Z.]+", letters):
            raise BadSetting(
                f"the order {self.order[:40]!r} holds something else than letters and dots; write it like this: {self.example}"
            )
        given = {letter.upper(): motif for letter, motif in self.motifs.items()}
        if self.steps is None and not set(letters) <= set(given):
            unknown = ", ".join(sorted(set(letters) - set(given)))
            raise BadSetting(
                f"nobody says how long {unknown} is; give the steps of a slot, or a sound for each letter."
            )
        lengths = [self.steps or given[letter].shape[2] for letter in letters]
        ends = np.cumsum(lengths)
        offsets = (cells.steps - cells.start) % ends[-1]
        slots = np.searchsorted(ends, offsets, side="right")
        within = offsets - (ends - lengths)[slots]
        changed = grid
        for letter in sorted(set(letters) - {"."}):
            here = np.isin(slots, [slot for slot, named in enumerate(letters) if named == letter])
            if not here.any():
                continue
            motif = given.get(letter)
            if motif is None:
                assert self.steps is not None
                motif = _part(grid, cells, letter, self.steps)
            part = replace(cells, steps=cells.steps[here])
            changed = _written(changed, part, context, motif, within[here] % motif.shape[2])
        return changed


def _motif(
    motif: Material | None, steps: int | None, grid: Grid, cells: Cells, context: Context
) -> tuple[Material, int]:
    """Find the motif and how many of its steps count."""
    if motif is None:
        assert steps is not None
        return _stretch(grid, cells, cells.start, steps), steps
    length = motif.shape[2]
    if steps is not None and steps > length:
        raise BadSetting(
            f"{steps} steps were to be taken of a motif that has {length}; choose at most as many."
        )
    return motif, steps or length


def _part(grid: Grid, cells: Cells, letter: str, steps: int) -> Material:
    """Cut the region's own part of this letter: A its first slot, B its second."""
    return _stretch(grid, cells, cells.start + (ord(letter) - ord("A")) * steps, steps)


def _stretch(grid: Grid, cells: Cells, start: int, steps: int) -> Material:
    if start + steps > cells.stop:
        raise BadSetting(
            f"the motif would reach to step {start + steps}, and the region ends at step {cells.stop}; "
            "take fewer steps, or a longer region."
        )
    return Material.of_grid(grid[:, :, start : start + steps])


def _written(grid: Grid, cells: Cells, context: Context, motif: Material, places: Places) -> Grid:
    reached, block = laid_at(motif, cells, context.codes, places)
    return reached.put(grid, block)
