"""Contexts: which codes a count looks at, written as a table that can be read.

A *feature* is one code near the one to be told: so many steps back, at such a level. A *context* is a few features
together, and a level's table is a list of contexts from the vaguest to the most exact: what was counted in each is
smoothed towards what the contexts before it say (:mod:`distill.prior.backoff`). In a plain n-gram each context has one
feature more than the last; here they need not contain one another, so a level may back off from "this code after that
one, below this" to each of the two alone. Levels are counted from 0.

The first level hears its own past. A deeper level hears what it refines (the codes above it at the same step) and what
it was last, each alone before both together: on residual codes of synthetic sounds that told them better than any nested
order of the same features.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid
from distill.errors import BadSetting

__all__ = ["Context", "Feature", "Table", "checked_table", "default_table", "keys", "longest_lag", "padded"]


class Feature(NamedTuple):
    """One code near the one to be told."""

    lag: int  # steps back; 0 is the same step, and then the level lies above
    level: int  # from 0


Context: TypeAlias = tuple[Feature, ...]
LONGEST_LAG = 64  # steps back

Table: TypeAlias = tuple[tuple[Context, ...], ...]  # [K] lists of contexts, the vaguest first


def default_table(num_levels: int, *, order: int = 4) -> Table:
    """Return the contexts of every level.

    Parameters
    ----------
    order : int >= 0
        Most features in a context: 0 leaves only how often each code is used, 1 gives bigrams.

    Examples
    --------
    >>> for context in default_table(2)[1]:
    ...     print([f"level {level + 1}, {lag} back" for lag, level in context])
    []
    ['level 1, 0 back']
    ['level 2, 1 back']
    ['level 2, 1 back', 'level 1, 0 back']
    ['level 2, 1 back', 'level 1, 0 back', 'level 1, 1 back']
    """
    table = [_of_first(num_levels)] + [_of_deeper(level) for level in range(1, num_levels)]
    return tuple(tuple(context for context in contexts if len(context) <= order) for contexts in table)


def _of_first(num_levels: int) -> tuple[Context, ...]:
    last, before, third = Feature(1, 0), Feature(2, 0), Feature(3, 0)
    contexts: list[Context] = [(), (last,), (last, before), (last, before, third)]
    if num_levels > 1:  # how the last step was refined tells a held sound from one about to change
        refined = Feature(1, 1)
        contexts += [(last, refined), (last, refined, before)]
    contexts.append((last, before, third, Feature(4, 0)))
    return tuple(contexts)


def _of_deeper(level: int) -> tuple[Context, ...]:
    above, own, coarsest = Feature(0, level - 1), Feature(1, level), Feature(0, 0)
    beside = Feature(1, level - 1)  # the code above the last own one
    if level == 1:
        return ((), (above,), (own,), (own, above), (own, above, beside))
    return (
        (),
        (coarsest,),
        (above,),
        (own,),
        (own, coarsest),
        (own, above),
        (own, above, beside),
        (own, above, coarsest, Feature(1, 0)),
    )


def checked_table(table: Table, *, num_levels: int, codebook_size: int) -> Table:
    """Make sure that a table can be counted.

    Raises
    ------
    BadSetting
        If it has not one list of contexts a level, a feature is not known yet when it is needed, or a context has more
        features than fit into a key of 63 bits.
    """
    if len(table) != num_levels:
        raise BadSetting(
            f"the table has contexts for {len(table)} levels and these codes have {num_levels}; give one list a level."
        )
    checked = []
    for level, contexts in enumerate(table):
        for lag, of in (feature for context in contexts for feature in context):
            if not 0 <= lag <= LONGEST_LAG or not 0 <= of < num_levels or (lag == 0 and of >= level):
                raise BadSetting(
                    f"level {level + 1} cannot look at level {of + 1}, {lag} steps back; "
                    f"let it look up to {LONGEST_LAG} steps back, or at the levels above it at the same step."
                )
        longest = max(map(len, contexts), default=0)
        if (codebook_size + 1) ** longest >= 2**63:
            raise BadSetting(
                f"a context of {longest} features is too long for {codebook_size} entries a level; leave some out."
            )
        checked.append(tuple(tuple(Feature(*feature) for feature in context) for context in contexts))
    return tuple(checked)


def longest_lag(table: Table) -> int:
    """Return how many steps back the table looks."""
    return max((feature.lag for contexts in table for context in contexts for feature in context), default=0)


def padded(grid: Grid, *, before: int, codebook_size: int) -> npt.NDArray[np.int64]:
    """Put ``before`` steps of the code N, which stands for "before the beginning", in front: [K, before + S]."""
    return np.pad(grid.astype(np.int64), ((0, 0), (before, 0)), constant_values=codebook_size)


def keys(
    rows: npt.NDArray[np.int64], context: Context, *, before: int, codebook_size: int
) -> npt.NDArray[np.int64]:
    """Write the codes of a context as one number a step, [S], to base N + 1.

    Parameters
    ----------
    rows : int64 array [K, before + S]
        A grid as :func:`padded` gives it.
    """
    num_steps = rows.shape[1] - before
    found = np.zeros(num_steps, np.int64)
    for lag, level in context:
        found *= codebook_size + 1
        found += rows[level, before - lag : before - lag + num_steps]
    return found
