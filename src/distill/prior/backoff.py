"""The counting prior: what followed each context in the collection, the exact smoothed towards the vague.

A variable-order n-gram over steps and levels. Every line of a level's table (:mod:`distill.prior.contexts`) counts what
followed one context, smoothed towards what the lines before it say (:mod:`distill.prior.counting`); the first line
counts codes whatever came before, smoothed towards all codes being as likely, so no code is ever impossible. A
line that does not help to tell one sound from the others is left out. There is nothing to train, so it fits in
seconds, and unlike a network it is not short of data on a few minutes of sound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from distill.codes.json_values import JSON
from distill.codes.limits import Grid
from distill.prior.contexts import Context, Table, checked_table, default_table, keys, longest_lag, padded
from distill.prior.counting import Counts, Integers, best_strength, count, left_out
from distill.prior.grids import checked_grids, checked_past
from distill.prior.interface import Floats
from distill.prior.keeping import KIND, read, written
from distill.progress import Cancel, Progress, Report, silent

__all__ = ["BackoffPrior", "BackoffState", "Line", "Stretches", "fit"]

BackoffState: TypeAlias = tuple[tuple[int, ...], ...]  # the last columns, as many as the table looks back

FEW_SOUNDS = 5  # fewer are cut into parts, which are left out in turn as sounds are
MANY_STEPS = 20_000  # from here on a context that was seen once is not kept: three quarters of them all
LEAST_GAIN = 1e-3  # natural units a code that a line has to bring
LEAST_EVIDENCE = 2.0  # natural units over all codes: less is chance


@dataclass(frozen=True, eq=False)
class Line:
    """One context of one level, counted.

    Attributes
    ----------
    context : the features it looks at
    counts : what followed
    strength : how strongly it is smoothed towards the lines before it
    """

    context: Context
    counts: Counts
    strength: float

    @cached_property
    def weights(self) -> tuple[Floats, Floats]:
        """Of each count [P], and what each context leaves to the lines before [M]."""
        return self.counts.weights(self.strength)


class BackoffPrior:
    """How likely codes are by what was counted; see :class:`distill.prior.interface.Prior`.

    Parameters
    ----------
    lines : list of lists of Line
        For each level, from the vaguest context to the most exact.
    codebook_size : int
        Entries N.
    """

    def __init__(self, lines: Sequence[Sequence[Line]], *, codebook_size: int) -> None:
        self._lines = [list(of_level) for of_level in lines]
        self._size = codebook_size
        self._before = longest_lag(self.table)
        self._unknown = (codebook_size,) * len(self._lines)

    @property
    def num_levels(self) -> int:
        """Levels K."""
        return len(self._lines)

    @property
    def codebook_size(self) -> int:
        """Entries N at every level."""
        return self._size

    @property
    def table(self) -> Table:
        """The contexts that are looked at, level by level."""
        return tuple(tuple(line.context for line in lines) for lines in self._lines)

    @property
    def strengths(self) -> tuple[tuple[float, ...], ...]:
        """How strongly each context is smoothed towards those before it."""
        return tuple(tuple(line.strength for line in lines) for lines in self._lines)

    def begin(self, past: Grid) -> BackoffState:
        """Return the last columns of a past [K, S]."""
        past = checked_past(past, num_levels=self.num_levels, codebook_size=self._size)
        given = past[:, max(past.shape[1] - self._before, 0) :].T.tolist()
        return (self._unknown,) * (self._before - len(given)) + tuple(map(tuple, given))

    def distribution(self, state: BackoffState, below: Sequence[int]) -> Floats:
        """Tell how likely each code of the next step is, at level ``len(below)``: [N]."""
        told = np.full(self._size, 1.0 / self._size)
        base = self._size + 1
        for line in self._lines[len(below)]:
            key = 0
            for lag, level in line.context:
                key = key * base + (state[-lag][level] if lag else below[level])
            known = line.counts.keys
            place = int(known.searchsorted(key))
            if place == len(known) or known[place] != key:
                continue
            weights, left = line.weights
            following = slice(line.counts.starts[place], line.counts.starts[place + 1])
            told *= left[place]
            told[line.counts.codes[following]] += weights[following]
        return told

    def advance(self, state: BackoffState, column: Sequence[int]) -> BackoffState:
        """Return the last columns after one more."""
        return (*state[1:], tuple(column)) if state else state

    def log_prob(self, grid: Grid) -> Floats:
        """Natural logarithm of the probability of every code, [K, S]."""
        grid = checked_past(grid, num_levels=self.num_levels, codebook_size=self._size)
        rows = padded(grid, before=self._before, codebook_size=self._size)
        told = np.full(grid.shape, 1.0 / self._size)
        for level, lines in enumerate(self._lines):
            for line in lines:
                wanted = keys(rows, line.context, before=self._before, codebook_size=self._size)
                context, following = line.counts.places(wanted, rows[level, self._before :])
                weights, left = line.weights
                told[level] *= np.where(context >= 0, left[context], 1.0)
                told[level] += np.where(following >= 0, weights[following], 0.0)
        found: Floats = np.log(told)
        return found

    def settings(self) -> JSON:
        """The table and what else is no array."""
        return {
            "kind": KIND,
            "codebook_size": self._size,
            "table": [[[list(f) for f in context] for context in contexts] for contexts in self.table],
        }

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """All lines' counts and strengths, laid end to end."""
        flat = [line for lines in self._lines for line in lines]
        return written([line.counts for line in flat], [line.strength for line in flat])

    @classmethod
    def from_tensors(cls, settings: JSON, tensors: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Build the prior again.

        Raises
        ------
        BadModelFile
            If the settings and tensors are not those of a counting prior.
        """
        table, size, counts, strengths = read(settings, tensors)
        parts = iter(zip(counts, strengths, strict=True))
        return cls(
            [[Line(context, *next(parts)) for context in level] for level in table], codebook_size=size
        )


def fit(
    grids: Sequence[Grid],
    *,
    codebook_size: int,
    table: Table | None = None,
    strength: float | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> BackoffPrior:
    """Count a collection.

    Parameters
    ----------
    grids : sequence of int arrays [K, S]
        The sounds.
    codebook_size : int
        Entries N; codes lie in ``0 .. N - 1``.
    table : Table, optional
        The contexts to count, level by level; :func:`distill.prior.contexts.default_table` if left out.
    strength : float > 0, optional
        How strongly each context is smoothed; 1 is the rule of Witten and Bell, and every line is kept. If left out it is
        found for each line, and lines that do not help are left out.
    report, cancel
        Told of, and looked at, after each level.

    Raises
    ------
    BadCollection, BadCodes
        As :func:`distill.prior.grids.checked_grids`.
    BadSetting
        If the table does not fit these codes.
    Cancelled
        If ``cancel`` was requested.
    """
    grids = checked_grids(grids, codebook_size=codebook_size)
    num_levels = grids[0].shape[0]
    table = checked_table(
        default_table(num_levels) if table is None else table,
        num_levels=num_levels,
        codebook_size=codebook_size,
    )
    stretches = Stretches.of(grids, before=longest_lag(table), codebook_size=codebook_size)
    lines = []
    for level, contexts in enumerate(table):
        if cancel is not None:
            cancel.check()
        lines.append(list(_fitted(stretches, level, contexts, strength)))
        report(Progress("prior", level + 1, num_levels, "levels"))
    return BackoffPrior(lines, codebook_size=codebook_size)


@dataclass(frozen=True)
class Stretches:
    """A collection laid out for counting: every sound, then every joint from the end of one to the beginning of the next.

    The joints let a new sound begin where one of the collection ended: without them what leads to an end (silence, mostly)
    would only ever lead to more of itself.

    Attributes
    ----------
    rows : list of int64 arrays [K, before + S]
        Steps to be counted, with ``before`` steps in front that are only looked back at.
    sounds : int64 array [sum of S]
        Number of the sound of each step to be counted; a few sounds are cut into parts, which count as sounds.
    """

    rows: list[Integers]
    sounds: Integers
    before: int
    codebook_size: int

    @classmethod
    def of(cls, grids: Sequence[Grid], *, before: int, codebook_size: int) -> Stretches:
        """Lay a collection out."""
        parts = 1 if len(grids) >= FEW_SOUNDS else -(-FEW_SOUNDS // len(grids))
        rows = [padded(grid, before=before, codebook_size=codebook_size) for grid in grids]
        joints = [
            np.concatenate([one[:, one.shape[1] - before :], grid[:, :1]], axis=1)
            for one, grid in zip(rows, [*grids[1:], grids[0]], strict=True)
        ]
        sounds = [
            np.arange(grid.shape[1]) * parts // grid.shape[1] + index * parts
            for index, grid in enumerate(grids)
        ]
        firsts = np.arange(len(grids)) * parts
        return cls(rows + joints, np.concatenate([*sounds, np.roll(firsts, -1)]), before, codebook_size)

    def codes(self, level: int) -> Integers:
        """Codes of a level to be counted, laid end to end."""
        return np.concatenate([row[level, self.before :] for row in self.rows])

    def keys(self, context: Context) -> Integers:
        """Keys of a context at every step to be counted, laid end to end."""
        parts = [
            keys(row, context, before=self.before, codebook_size=self.codebook_size) for row in self.rows
        ]
        return np.concatenate(parts)


def _fitted(
    stretches: Stretches, level: int, contexts: Sequence[Context], strength: float | None
) -> Iterator[Line]:
    """Count one level's contexts, the vaguest first, and find how strongly to smooth each."""
    codes = stretches.codes(level)
    least = 2 if len(codes) > MANY_STEPS and strength is None else 1
    told = np.full(len(codes), 1.0 / stretches.codebook_size)
    for context in contexts:
        found, key = strength, stretches.keys(context)
        if found is None:
            found, now = best_strength(left_out(key, codes, stretches.sounds, least=least), told)
            gain = float(np.log(now).mean() - np.log(told).mean())
            if context and (gain < LEAST_GAIN or gain * len(codes) < LEAST_EVIDENCE):
                continue
            told = now
        yield Line(context, count(key, codes, least=least), found)
