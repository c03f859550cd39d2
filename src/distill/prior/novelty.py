"""Honesty about copying: what a sound has taken from the collection, in figures and in sentences.

Loops and steady sounds repeat legitimately, so figures mean little by themselves: measure real sounds that the prior was never
taught in the same way, and show them beside. What counts as copied is defined in :mod:`~distill.prior.copied`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from distill.codes.json_values import JSON
from distill.codes.limits import Grid
from distill.errors import BadCodes, BadModelFile, ForeignCodes
from distill.prior.copied import CopiedRun, RunFinder
from distill.prior.overlap import NGRAM, OverlapFinder
from distill.prior.places import Places

__all__ = ["MOST_JOINT_OVERLAP", "Novelty", "NoveltyMeter", "RealSounds"]

MOST_JOINT_OVERLAP = 0.5
"""Share of joint 8-grams from which on a sound is rather a collage of the collection."""


@dataclass(frozen=True)
class RealSounds:
    """What real sounds that a prior was not taught share with its collection: loops and steady sounds repeat legitimately.

    Attributes
    ----------
    level_overlap : tuple of K floats in 0..1, or None
    overlap : float in 0..1, or None
    copied_seconds : float
        As in :class:`Novelty`.
    """

    level_overlap: tuple[float, ...] | None
    overlap: float | None
    copied_seconds: float

    def to_json(self) -> dict[str, JSON]:
        """The figures by name."""
        return {
            "overlap": self.overlap,
            "overlap_by_level": None if self.level_overlap is None else list(self.level_overlap),
            "copied_seconds": self.copied_seconds,
        }

    @classmethod
    def from_json(cls, values: JSON) -> Self:
        """Undo :meth:`to_json`.

        Raises
        ------
        BadModelFile
            If these are no such figures.
        """
        if not isinstance(values, Mapping) or set(values) != {
            "overlap",
            "overlap_by_level",
            "copied_seconds",
        }:
            raise _no_figures()
        shares, overlap, seconds = (
            values[name] for name in ("overlap_by_level", "overlap", "copied_seconds")
        )
        by_level = None
        if shares is not None:
            if not isinstance(shares, Sequence) or isinstance(shares, str):
                raise _no_figures()
            by_level = tuple(_number(share, most=1.0) for share in shares)
        return cls(
            by_level, None if overlap is None else _number(overlap, most=1.0), _number(seconds, most=math.inf)
        )


@dataclass(frozen=True)
class Novelty:
    """What some sounds have taken from a collection.

    Attributes
    ----------
    level_overlap : tuple of K floats in 0..1, or None
        For each level, the share of 8 successive codes that are found in the collection; none for sounds too short.
    overlap : float in 0..1, or None
        The same for all levels jointly.
    longest : CopiedRun or None
        The longest copied run, if any step was copied.
    step_rate : float
        Steps a second.
    nearest : str
        The file most like the sounds.
    nearest_share : float in 0..1
        How much of them is found there: see :class:`~distill.prior.overlap.Nearest`.
    """

    level_overlap: tuple[float, ...] | None
    overlap: float | None
    longest: CopiedRun | None
    step_rate: float
    nearest: str
    nearest_share: float

    @property
    def copied_seconds(self) -> float:
        """Length of the longest copied run, in seconds."""
        return 0.0 if self.longest is None else self.longest.steps / self.step_rate

    @property
    def as_real(self) -> RealSounds:
        """The figures that others are shown beside."""
        return RealSounds(self.level_overlap, self.overlap, self.copied_seconds)

    def sentences(self, beside: RealSounds | None = None) -> list[str]:
        """Say it to a musician.

        Parameters
        ----------
        beside : RealSounds, optional
            Of real sounds that the prior was not taught.
        """
        return [
            self._longest_sentence(beside),
            self._overlap_sentence(beside),
            f"Nearest file: {self.nearest} ({self.nearest_share:.0%} alike).",
        ]

    def to_json(self) -> dict[str, JSON]:
        """The figures by name, as the command line prints them."""
        run = self.longest
        return {
            "overlap": self.overlap,
            "overlap_by_level": None if self.level_overlap is None else list(self.level_overlap),
            "copied_seconds": self.copied_seconds,
            "copied_at_seconds": None if run is None else run.at / self.step_rate,
            "copied_from": None if run is None else run.file,
            "copied_from_seconds": None if run is None else run.start / self.step_rate,
            "nearest": self.nearest,
            "nearest_share": self.nearest_share,
        }

    def _longest_sentence(self, beside: RealSounds | None) -> str:
        if self.longest is None:
            said = "No stretch is taken from the collection"
        else:
            start = self.longest.start / self.step_rate
            said = (
                f"Longest stretch taken from the collection: {self.copied_seconds:.1f} s, "
                f"from {self.longest.file} at {start:.1f} s"
            )
        return f"{said}{'' if beside is None else f' (real sounds it never heard: {beside.copied_seconds:.1f} s)'}."

    def _overlap_sentence(self, beside: RealSounds | None) -> str:
        if self.overlap is None or self.level_overlap is None:
            return "Too short to tell how many of its small pieces are in the collection."
        said = f"{self.overlap:.0%} of its pieces of {NGRAM / self.step_rate:.2f} s are in the collection as they are"
        said += f", {self.level_overlap[0]:.0%} by level 1 alone"
        if beside is not None and beside.overlap is not None and beside.level_overlap is not None:
            said += f" (real sounds it never heard: {beside.overlap:.0%} and {beside.level_overlap[0]:.0%})"
        if self.overlap >= MOST_JOINT_OVERLAP:
            said += "; this is rather a collage, so raise the creativity or let the guard forbid shorter stretches"
        return f"{said}."


class NoveltyMeter:
    """Measures sounds against one collection; what it looks up is prepared once, when it is first needed.

    Parameters
    ----------
    collection : Places
    step_rate : float
        Steps a second.
    """

    def __init__(self, collection: Places, *, step_rate: float) -> None:
        self._collection = collection
        self._step_rate = step_rate
        self._runs = RunFinder(collection)

    def measure(self, grids: Sequence[Grid], *, before: Sequence[int] | None = None) -> Novelty:
        """Measure some sounds, generated or real, all taken together.

        Parameters
        ----------
        grids : sequence of int arrays [K, S]
        before : codes [K], optional
            Of the step before the first of each, if they go on from something.

        Raises
        ------
        BadCodes
            If there are no steps at all, or a code is outside the codebook.
        ForeignCodes
            If a sound has another number of levels than the collection.
        """
        grids = self._checked(grids)
        longest: CopiedRun | None = None
        for grid in grids:
            run = self._runs.longest(grid, before)
            if run is not None and (longest is None or run.steps > longest.steps):
                longest = run
        overlap = self._overlaps.overlap(grids)
        nearest = self._overlaps.nearest(grids)
        return Novelty(overlap.levels, overlap.joint, longest, self._step_rate, nearest.file, nearest.share)

    def _checked(self, grids: Sequence[Grid]) -> list[Grid]:
        found = [np.asarray(grid) for grid in grids if grid.shape[1]]
        K, size = self._collection.num_levels, self._collection.codebook_size
        if not found:
            raise BadCodes(
                "there is nothing to compare with the collection; give a sound of at least one step."
            )
        for grid in found:
            if grid.shape[0] != K:
                raise ForeignCodes(
                    f"these codes have {grid.shape[0]} levels, the collection's have {K}; use the model that made them, "
                    "or encode the sound again."
                )
            if grid.min() < 0 or grid.max() >= size:
                raise BadCodes(
                    f"a code of these is outside 0 to {size - 1}; use codes of this model, or encode the sound again."
                )
        return found

    @cached_property
    def _overlaps(self) -> OverlapFinder:
        return OverlapFinder(self._collection)


def _number(value: JSON, *, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise _no_figures()
    return float(value)


def _no_figures() -> BadModelFile:
    return BadModelFile(
        "the prior in this model file is damaged: what it says of real sounds are no figures; train the model again."
    )
