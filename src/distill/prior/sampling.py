"""Drawing new codes from a prior: step by step, level by level, for as long as is asked.

Knows no prior from another, and no codec. What steers the drawing comes as data: ``bias`` weighs codes (perceptual
steering), ``guard`` forbids some (the novelty guard). One number is drawn for every code, whatever the settings, so the
same seed gives the same codes, and a longer sound begins as a shorter one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from distill.codes.limits import MOST_STEPS, Grid
from distill.errors import BadSetting
from distill.prior.grids import checked_past
from distill.prior.interface import Drawable, Floats
from distill.prior.oracle import OraclePrior
from distill.prior.repetition import LONGEST_CIRCLE, Circles
from distill.prior.settings import Sampling, check_top_k
from distill.prior.shaping import tempered
from distill.progress import Cancel, Progress, Report, silent

__all__ = ["Bias", "Guard", "Sampled", "Sampling", "columns", "sample"]

# (step, level), from 0, and the step before, if there is one -> log-weights [N] or None
Bias: TypeAlias = Callable[[int, int, Sequence[int] | None], npt.ArrayLike | None]

_BLOCK = 1024  # columns gathered before they are packed
_LEAST = 1e-300  # so that nothing the prior thinks possible is lost before the guard has chosen


class Guard(Protocol):
    """Forbids codes while drawing."""

    def allowed(self, column: Sequence[int], level: int, probabilities: Floats) -> Floats:
        """Return the probabilities [N] with 0 at what is forbidden; something must be left.

        ``column`` holds the codes already drawn for this step, ``level`` (from 0) is the one about to be drawn.
        """
        ...

    def taken(self, column: Sequence[int]) -> None:
        """Hear of a finished step."""
        ...


@dataclass(frozen=True, eq=False)
class Sampled:
    """What was drawn.

    Attributes
    ----------
    grid : int16 array [K, S]
        As many steps as were drawn.
    asked : int
        As many as were asked for.
    """

    grid: npt.NDArray[np.int16]
    asked: int

    @property
    def complete(self) -> bool:
        """Whether nobody stopped it."""
        return int(self.grid.shape[1]) == self.asked

    @property
    def sentence(self) -> str:
        """What there is to say; empty if it is complete."""
        if self.complete:
            return ""
        return f"Stopped after {self.grid.shape[1]} of {self.asked} steps; these are kept."


def sample(
    prior: Drawable,
    *,
    steps: int,
    settings: Sampling | None = None,
    rng: np.random.Generator | None = None,
    past: Grid | None = None,
    bias: Bias | None = None,
    guard: Guard | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Sampled:
    """Draw a sound's codes.

    Parameters
    ----------
    prior : Drawable
        What tells how likely each code is.
    steps : int
        How many to draw.
    settings : Sampling, optional
        How to draw.
    rng : numpy Generator, optional
        Where the draws come from; made of the settings' seed if left out.
    past : int array [K, S], optional
        A sound to go on from; it is not part of what is returned.
    bias : function (step, level, step before) -> log-weights [N] or None, optional
        Added to the prior's logarithms before the temperature; steps count from 0 at the first drawn, the step before is its codes [K].
    guard : Guard, optional
        Forbids codes. It hears of drawn steps only, so one that should know the past is given it beforehand.
    report
        Told after every step.
    cancel
        Looked at before every step; once it is requested, what was drawn until then is returned.

    Raises
    ------
    BadSetting
        If the number of steps is impossible, the settings do not fit the prior, or the bias is none.
    BadCodes
        If the past has other levels or codes than the prior.
    """
    if not 1 <= steps <= MOST_STEPS:
        raise BadSetting(f"a sound cannot have {steps} steps; choose 1 to {MOST_STEPS}.")
    drawn = columns(prior, settings=settings, rng=rng, past=past, bias=bias, guard=guard)
    packed = [np.zeros((0, prior.num_levels), np.int16)]
    loose: list[tuple[int, ...]] = []
    for done in range(1, steps + 1):
        if cancel is not None and cancel.requested:
            break
        loose.append(next(drawn))
        if len(loose) == _BLOCK:
            packed.append(np.array(loose, np.int16))
            loose = []
        report(Progress("generate", done, steps, "steps"))
    if loose:
        packed.append(np.array(loose, np.int16))
    return Sampled(np.ascontiguousarray(np.concatenate(packed).T), steps)


def columns(
    prior: Drawable,
    *,
    settings: Sampling | None = None,
    rng: np.random.Generator | None = None,
    past: Grid | None = None,
    bias: Bias | None = None,
    guard: Guard | None = None,
) -> Iterator[tuple[int, ...]]:
    """Draw columns [K] without end, one at a time, in memory that does not grow; as :func:`sample` otherwise."""
    settings = Sampling() if settings is None else settings
    if isinstance(prior, OraclePrior) and settings.continuity is not None:
        prior = prior.with_continuity(settings.continuity)
    check_top_k(settings, prior.codebook_size)
    settings.temperatures(prior.num_levels)  # told now, not when the first column is asked for
    if past is None:
        past = np.zeros((prior.num_levels, 0), np.int16)
    past = checked_past(past, num_levels=prior.num_levels, codebook_size=prior.codebook_size)
    rng = np.random.default_rng(settings.seed) if rng is None else rng
    return _columns(prior, settings, rng, past, bias, guard)


def _columns(
    prior: Drawable,
    settings: Sampling,
    rng: np.random.Generator,
    past: Grid,
    bias: Bias | None,
    guard: Guard | None,
) -> Iterator[tuple[int, ...]]:
    temperatures = settings.temperatures(prior.num_levels)
    size = prior.codebook_size
    circles = Circles()
    for code in past[0, -LONGEST_CIRCLE:].tolist():
        circles.take(code)
    state = prior.begin(past)
    step = 0
    before: Sequence[int] | None = past[:, -1].tolist() if past.shape[1] else None
    while True:
        column: list[int] = []
        for level, temperature in enumerate(temperatures):
            told = np.log(prior.distribution(state, column))
            if level == 0:
                against = circles.against(size, patience=settings.patience, strength=settings.repetition)
                told = told if against is None else told + against
            given = bias(step, level, before) if bias is not None else None
            if given is not None:
                told = told + _checked_bias(given, size, step, level)
            if guard is not None:
                told = _guarded(told, guard, column, level)
            column.append(_drawn(told, temperature, settings, rng))
        state = prior.advance(state, column)
        circles.take(column[0])
        if guard is not None:
            guard.taken(column)
        yield tuple(column)
        before = column
        step += 1


def _drawn(told: Floats, temperature: float, settings: Sampling, rng: np.random.Generator) -> int:
    """Draw one code from logarithms [N]."""
    reached = np.cumsum(tempered(told, temperature, settings))
    place = np.searchsorted(reached, rng.random() * reached[-1], side="right")
    # rounding may lift the draw to the very end; the last code that can be drawn is the first to reach it
    return int(min(place, reached.searchsorted(reached[-1])))


def _guarded(told: Floats, guard: Guard, column: Sequence[int], level: int) -> Floats:
    """Logarithms of what a guard leaves: -inf at what it forbids."""
    weights = np.maximum(np.exp(told - told.max()), _LEAST)
    weights /= weights.sum()
    left = guard.allowed(tuple(column), level, weights)
    if left is weights:  # nothing is forbidden, as nearly always
        return told
    assert left.max() > 0, f"the guard left no code at level {level} after {column}"
    with np.errstate(divide="ignore"):
        found: Floats = np.log(left)
    return found


def _checked_bias(given: npt.ArrayLike, size: int, step: int, level: int) -> Floats:
    weights = np.asarray(given, np.float64)
    if weights.shape != (size,) or not np.isfinite(weights).all():
        raise BadSetting(
            f"the steering of level {level + 1} at step {step} is not one number a code; give {size} finite numbers."
        )
    return weights
