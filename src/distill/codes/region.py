"""Which cells of a grid an edit is for: steps, levels, every n-th step, mid or side.

A region is a value that goes into the record of an edit, so it names steps and levels and knows no grid;
:meth:`Region.cells` finds its cells in one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from distill.codes.limits import MOST_LEVELS, MOST_STEPS, Grid
from distill.errors import BadSetting

__all__ = ["Cells", "Channels", "Indices", "Region", "check_levels"]

Channels = Literal["both", "mid", "side"]
Indices = npt.NDArray[np.intp]


class Region(BaseModel):
    """Steps x levels; everything by default.

    Examples
    --------
    >>> cells = Region(start=2, stop=6, levels=(1,)).cells((1, 4, 8))
    >>> cells.levels.tolist(), cells.steps.tolist()
    ([0], [2, 3, 4, 5])
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    start: int = Field(0, ge=0, le=MOST_STEPS, strict=True, description="the first step")
    stop: int | None = Field(
        None, ge=1, le=MOST_STEPS, strict=True, description="the step after the last; none: to the end"
    )
    levels: tuple[Annotated[int, Field(strict=True)], ...] | None = Field(
        None, max_length=MOST_LEVELS, description="from 1; none: all of them"
    )
    every: int = Field(
        1, ge=1, le=MOST_STEPS, strict=True, description="only every n-th step, counted from the first"
    )
    channels: Channels = Field("both", description="of a stereo sound: mid, side or both")

    @model_validator(mode="after")
    def _is_one(self) -> Region:
        if self.stop is not None and self.stop <= self.start:
            raise ValueError(
                f"a region of steps {self.start} to {self.stop} is empty; choose an end after its start"
            )
        levels = self.levels
        if levels is not None and (not levels or sorted(set(levels)) != list(levels)):
            raise ValueError(f"levels {levels} are not different ones in rising order")
        if levels is not None and not 1 <= min(levels) <= max(levels) <= MOST_LEVELS:
            raise ValueError(f"levels are counted from 1 to {MOST_LEVELS}, given: {levels}")
        return self

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Region:
        """Build one from the values of a record, which may come from a stranger.

        Raises
        ------
        BadSetting
            Saying what is wrong with it.
        """
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            faults = []
            for fault in error.errors():
                place = ".".join(str(part)[:40] for part in fault["loc"])
                faults.append(f"{place + ': ' if place else ''}{fault['msg'].removeprefix('Value error, ')}")
            raise BadSetting(
                f"this region cannot be used: {'; '.join(faults)}; select the cells again."
            ) from None

    def without(self, locked: Iterable[int], num_levels: int) -> Region:
        """Return what is left of it in a grid of ``num_levels`` levels when some levels are locked.

        Raises
        ------
        BadSetting
            If nothing is left.
        """
        locked = set(locked)
        if not locked:
            return self
        wanted = self.levels if self.levels is not None else tuple(range(1, num_levels + 1))
        left = tuple(level for level in wanted if level not in locked)
        if not left:
            raise BadSetting(
                f"all levels of this selection are locked ({', '.join(map(str, sorted(locked)))}); unlock one, or "
                "select other levels."
            )
        return self if left == self.levels else self.model_copy(update={"levels": left})

    def cells(self, shape: tuple[int, ...]) -> Cells:
        """Find the cells in a grid of shape [C, K, S]; a region that reaches beyond its end stops there.

        Raises
        ------
        BadSetting
            If it has none there.
        """
        num_channels, num_levels, num_steps = shape
        stop = num_steps if self.stop is None else min(self.stop, num_steps)
        if self.start >= stop:
            raise BadSetting(
                f"steps {self.start} to {self.stop or 'the end'} lie outside this sound of {num_steps} steps; "
                "choose a start within it."
            )
        levels = [level - 1 for level in (self.levels or range(1, num_levels + 1)) if level <= num_levels]
        if not levels:
            raise BadSetting(
                f"these codes have levels 1 to {num_levels}, and {list(self.levels or ())} were chosen; "
                "choose among theirs."
            )
        channels = {"both": range(num_channels), "mid": range(1), "side": range(1, num_channels)}[
            self.channels
        ]
        if not channels:
            raise BadSetting("the side was chosen, and this sound is mono; choose the mid, or both.")
        return Cells(
            np.array(channels, dtype=np.intp),
            np.array(levels, dtype=np.intp),
            np.arange(self.start, stop, self.every, dtype=np.intp),
            self.start,
            stop,
        )

    def to_json(self) -> dict[str, Any]:
        """Its values that are not the usual ones."""
        values = self.model_dump(exclude_defaults=True)
        if self.levels is not None:
            values["levels"] = list(self.levels)
        return values


@dataclass(frozen=True)
class Cells:
    """The cells of a region in one grid.

    Attributes
    ----------
    channels, levels, steps : int arrays
        From 0; the steps in rising order.
    start, stop : int
        The stretch of time the steps lie in: ``steps`` are every n-th of ``start .. stop - 1``.
    """

    channels: Indices
    levels: Indices
    steps: Indices
    start: int
    stop: int

    def whole_columns(self, shape: tuple[int, ...]) -> bool:
        """Whether all levels and channels of a grid [C, K, S] are in it: only then may steps come and go."""
        return self.channels.size == shape[0] and self.levels.size == shape[1]

    def of(self, grid: Grid) -> Grid:
        """Copy the cells out of a grid: [c, l, s]."""
        return grid[np.ix_(self.channels, self.levels, self.steps)]

    def put(self, grid: Grid, block: npt.ArrayLike) -> Grid:
        """Return a copy of the grid with a block [c, l, s] (or what spreads to it) in the cells."""
        changed: Grid = grid.copy()
        changed[np.ix_(self.channels, self.levels, self.steps)] = block
        return changed


def check_levels(levels: Iterable[int], num_levels: int) -> None:
    """Make sure that a sound of ``num_levels`` levels has all of these: to lock what is not there keeps nothing.

    Raises
    ------
    BadSetting
        If not.
    """
    foreign = set(levels) - set(range(1, num_levels + 1))
    if foreign:
        raise BadSetting(
            f"there is no level {min(foreign)}; this sound has 1 to {num_levels}, so choose among these."
        )
