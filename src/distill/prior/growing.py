"""A table of contexts grown for one collection, line by line, in place of the one that suits most.

From how often each code is used, each round adds the context that tells most of what is not told yet, each sound told from
the counts of the others, until nothing tells more than chance would. A context may hold those already in the table and
one code more. Takes seconds where the default table takes none, and told made-up sounds in 2 to 3 % fewer bits (docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from distill.codes.limits import Grid
from distill.prior.backoff import LEAST_EVIDENCE
from distill.prior.contexts import Context, Feature, Table
from distill.prior.counting import STRENGTHS, Integers, LeftOut, best_strength, left_out
from distill.prior.grids import checked_grids
from distill.prior.interface import Floats
from distill.prior.stretches import Stretches
from distill.progress import Cancel, Progress, Report, silent

__all__ = ["grown_table"]

MOST_STEPS = 10_000  # that are looked at; of longer collections the beginning of every sound
MOST_LINES = 16  # of a level
LONGEST = 4  # features in a context
FURTHEST = 3  # steps back, at the level itself
LEAST_GAIN = 5e-4  # natural units a code that a line has to bring
_TRIED = STRENGTHS[::3]  # enough to choose a context by


def grown_table(
    grids: Sequence[Grid], *, codebook_size: int, report: Report = silent, cancel: Cancel | None = None
) -> Table:
    """Choose the contexts of every level by what they tell of a collection.

    Parameters
    ----------
    grids : sequence of int arrays [K, S]
        The sounds.
    codebook_size : int
        Entries N.
    report, cancel
        Told of, and looked at, after each level.

    Returns
    -------
    Table
        For :func:`distill.prior.backoff.fit`.

    Raises
    ------
    BadCollection, BadCodes
        As :func:`distill.prior.grids.checked_grids`.
    Cancelled
        If ``cancel`` was requested.
    """
    grids = checked_grids(grids, codebook_size=codebook_size)
    num_levels, total = grids[0].shape[0], sum(grid.shape[1] for grid in grids)
    share = min(MOST_STEPS / total, 1.0)
    shortened = [grid[:, : max(round(grid.shape[1] * share), 1)] for grid in grids]
    stretches = Stretches.of(shortened, before=FURTHEST, codebook_size=codebook_size)
    table = []
    for level in range(num_levels):
        if cancel is not None:
            cancel.check()
        table.append(tuple(_Growth(stretches, level, num_levels).lines()))
        report(Progress("prior", level + 1, num_levels, "levels"))
    return tuple(table)


class _Growth:
    """One level's contexts, and what each would tell."""

    def __init__(self, stretches: Stretches, level: int, num_levels: int) -> None:
        self._stretches, self._codes = stretches, stretches.codes(level)
        near = [Feature(lag, level) for lag in range(1, FURTHEST + 1)]
        near += [Feature(0, above) for above in range(level)]
        near += [Feature(1, other) for other in (level - 1, level + 1, 0) if 0 <= other < num_levels]
        self._near: dict[Feature, Integers] = {
            feature: stretches.keys((feature,)) for feature in dict.fromkeys(near)
        }
        self._counted: dict[Context, LeftOut] = {}
        # a key to base N + 1 has to fit into 63 bits
        self._longest = min(LONGEST, int(63 * np.log(2) / np.log(stretches.codebook_size + 1)))

    def lines(self) -> Iterator[Context]:
        """Choose the contexts, in the order in which each is smoothed towards those before it."""
        told = np.full(len(self._codes), 1.0 / self._stretches.codebook_size)
        chosen: list[Context] = [()]
        _, told = best_strength(self._left_out(()), told)
        yield ()
        while len(chosen) < MOST_LINES:
            before = float(np.log(told).mean())
            gain, context = max(
                (
                    (self._score(candidate, told) - before, candidate)
                    for candidate in self._candidates(chosen)
                ),
                key=lambda pair: pair[0],
                default=(0.0, ()),
            )
            if gain < LEAST_GAIN or gain * len(self._codes) < LEAST_EVIDENCE:
                return
            chosen.append(context)
            _, told = best_strength(self._left_out(context), told)
            yield context

    def _candidates(self, chosen: Sequence[Context]) -> list[Context]:
        """Contexts of one feature more than one in the table, each set of features once."""
        longer = {
            tuple(sorted({*context, feature}))
            for context in chosen
            if len(context) < self._longest
            for feature in self._near
        }
        return sorted(longer - set(chosen))

    def _score(self, context: Context, told: Floats) -> float:
        return float(np.log(best_strength(self._left_out(context), told, _TRIED)[1]).mean())

    def _left_out(self, context: Context) -> LeftOut:
        if context not in self._counted:  # counted once, scored in every round
            key = np.zeros(len(self._codes), np.int64)
            for feature in context:
                key = key * (self._stretches.codebook_size + 1) + self._near[feature]
            self._counted[context] = left_out(key, self._codes, self._stretches.sounds)
        return self._counted[context]
