"""Rewriting a part of a sound so that it fits what is there on both sides.

A prior knows only what came before. To make the right edge fit too, several candidates are drawn from the left, and each is
judged by how likely the prior then finds all that was to be kept: the codes after the selection, and within it those of
levels that were not selected. The best stays, and its second half is drawn anew in the same way, then its last quarter, and so on:
most tries go to where the edge is, and the fit can only get better.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid
from distill.errors import BadSetting
from distill.prior.grids import checked_past
from distill.prior.guard import NoveltyGuard
from distill.prior.interface import Drawable, Floats, Prior, State
from distill.prior.places import Bools
from distill.prior.seams import REACH, paste_bits, seam_bits
from distill.progress import Cancel, Progress, Report, silent

__all__ = ["Rewritten", "Shape", "rewrite"]

Shape = Callable[[Floats, int, int], Floats]
"""Changes the probabilities [N] of a code before it is drawn, knowing its level and step (both from 0): temperature, top-p .."""

_CONTEXT = 256  # steps before a selection that matter to it: 5 s


@dataclass(frozen=True)
class Rewritten:
    """A sound of which a part was rewritten.

    Attributes
    ----------
    grid : int array [K, S]
        Equal to the one given outside the selection.
    seam_bits : float, or None
        What the first rewritten step and the steps behind the last cost, in bits per code; the less, the better they fit.
        None if it has no edges.
    paste_bits : float, or None
        The same, on average, if a random part of the material stood there instead. None without material that long.
    """

    grid: Grid
    seam_bits: float | None
    paste_bits: float | None


def rewrite(
    prior: Prior,
    grid: Grid,
    *,
    start: int,
    stop: int,
    rng: np.random.Generator,
    levels: Sequence[int] | None = None,
    candidates: int = 16,
    drawn_from: Drawable | None = None,
    guard: NoveltyGuard | None = None,
    shape: Shape | None = None,
    material: Sequence[Grid] = (),
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Rewritten:
    """Rewrite a selection of steps x levels so that both of its edges fit.

    Parameters
    ----------
    prior : Prior
        What judges.
    grid : int array [K, S]
    start, stop : int
        The steps to rewrite, ``stop`` left out.
    levels : sequence of int, optional
        From 0; all of them by default. The others stay as they are.
    candidates : int >= 1
        How many are drawn for the whole, and again for each shorter end of it; one where nothing is kept to judge them by.
    drawn_from : Drawable, optional
        What draws; it that judges, if left out.
    guard : NoveltyGuard, optional
        It keeps copied runs within the selection short as far as its levels go: it cannot forbid what is kept.
    shape : callable, optional
        Changes the probabilities before each code is drawn.
    material : sequence of int arrays [K, S]
        Sounds to take random parts from, for comparison.
    report, cancel
        Told, and looked at, after every candidate.

    Raises
    ------
    BadSetting
        If the selection has no cells in the sound.
    BadCodes
        If the codes are not the prior's.
    Cancelled
        If asked to stop.
    """
    K = prior.num_levels
    grid = checked_past(grid, num_levels=K, codebook_size=prior.codebook_size)
    chosen = sorted(set(range(K) if levels is None else levels))
    if not 0 <= start < stop <= grid.shape[1]:
        raise BadSetting(
            f"steps {start} to {stop} of a sound of {grid.shape[1]} steps were selected; select at least one that it has."
        )
    if not chosen or chosen[0] < 0 or chosen[-1] >= K:
        raise BadSetting(
            f"levels {[level + 1 for level in chosen]} were selected; select at least one of 1 to {K}."
        )
    assert candidates >= 1, candidates
    # all that matters lies between these; what is further away would only cost time
    low, high = max(0, start - _CONTEXT), min(grid.shape[1], stop + REACH)
    part, first, last = grid[:, low:high], start - low, stop - low
    selected = np.zeros(part.shape, bool)
    selected[chosen, first:last] = True

    drawn_from = prior if drawn_from is None else drawn_from
    best = part
    begin = first
    judged = bool((~selected[:, first:]).any())
    if not judged:  # nothing is kept from here on that tries could fit better or worse
        candidates = 1
    done, total = 0, candidates * _rounds(last - first, kept=judged)
    while True:
        # What comes before is the same for all candidates of a round, so they are judged from there.
        before, state, here = prior.begin(best[:, :begin]), drawn_from.begin(best[:, :begin]), None
        fit = math.inf if begin == first else _misfit(prior, before, best, selected, begin)
        if guard is not None:
            here = guard.after(best[:, :first])
            for column in best[:, first:begin].T.tolist():
                here.taken(column)
        for _ in range(candidates):
            fork = None if here is None else here.fork()
            trial = _drawn(drawn_from, state, best, selected, begin, rng, fork, shape, stop=last)
            misfit = _misfit(prior, before, trial, selected, begin)
            if misfit < fit:
                best, fit = trial, misfit
            done += 1
            report(Progress("regenerate", done, total, "tries"))
            if cancel is not None:
                cancel.check()
        if last - begin <= 1 or not judged:
            break
        begin += (last - begin) // 2

    written = grid.copy()
    written[:, low:high] = best
    edges = [(first, 1), (last, REACH)] if first else [(last, REACH)]
    return Rewritten(
        written, seam_bits(prior, best, edges), paste_bits(prior, part, selected, edges, material, rng)
    )


def _rounds(steps: int, *, kept: bool) -> int:
    """How often an end of so many steps is drawn anew: the whole, its second half, its last quarter ..; once if nothing is kept."""
    count = 1
    while kept and steps > 1:
        steps -= steps // 2
        count += 1
    return count


def _misfit(prior: Prior, state: State, grid: Grid, selected: Bools, begin: int) -> float:
    """Minus the logarithm of how likely the codes that are kept are, from a step on, before which the state is.

    Only they are asked for: a cache takes longer to tell a whole sound than eight steps of it.
    """
    found = 0.0
    for step, column in enumerate(grid[:, begin:].T.tolist(), begin):
        for level, code in enumerate(column):
            if not selected[level, step]:
                found -= math.log(prior.distribution(state, column[:level])[code])
        state = prior.advance(state, column)
    return found


def _drawn(
    prior: Drawable,
    state: State,
    grid: Grid,
    selected: Bools,
    start: int,
    rng: np.random.Generator,
    guard: NoveltyGuard | None,
    shape: Shape | None,
    *,
    stop: int,
) -> Grid:
    """Draw the selected codes of the steps ``start`` to before ``stop``, keeping the others, and return the new grid."""
    drawn = grid.copy()
    for step in range(start, stop):
        column: list[int] = []
        for level, kept in enumerate(grid[:, step].tolist()):
            if not selected[level, step]:
                column.append(kept)
                continue
            probabilities = prior.distribution(state, column)
            if guard is not None:
                probabilities = guard.allowed(column, level, probabilities)
            if shape is not None:
                probabilities = shape(probabilities, level, step)
            column.append(_one_of(probabilities, rng))
        drawn[:, step] = column
        if guard is not None:
            guard.taken(column)
        state = prior.advance(state, column)
    return drawn


def _one_of(probabilities: npt.NDArray[np.float64], rng: np.random.Generator) -> int:
    """Draw a code; never one of probability 0."""
    upto = np.cumsum(probabilities)
    code = int(np.searchsorted(upto, rng.random() * upto[-1], side="right"))
    return min(code, int(np.flatnonzero(probabilities)[-1]))
