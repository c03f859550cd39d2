"""Recombination by segments: parts of the collection dealt in a random order, or in an order that a template gives.

Coarser than the walk of :mod:`distill.prior.oracle`: within a segment everything stays as it was, and nothing looks at
how two segments meet. Where to cut is handed in, for only descriptors know where a sound begins anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from distill.codes.limits import MOST_STEPS, Grid
from distill.errors import BadSetting

__all__ = ["Segment", "by_template", "laid", "segments", "shuffled"]


class Segment(NamedTuple):
    """A part of a collection: steps ``start`` to before ``stop`` of one of its sounds."""

    sound: int
    start: int
    stop: int

    @property
    def length(self) -> int:
        """In steps."""
        return self.stop - self.start


def segments(
    grids: Sequence[Grid], *, length: int, cuts: Sequence[Sequence[int]] | None = None
) -> list[Segment]:
    """Cut each sound into segments.

    Parameters
    ----------
    grids : sequence of int arrays [K, S]
    length : int >= 1
        Steps in a segment; at least as many if there are ``cuts``. What is left over at the end of a sound goes to its
        last segment.
    cuts : sequence of sequences of int, optional
        For each sound the steps at which it may be cut, in rising order (where its attacks are, say).

    Raises
    ------
    BadSetting
        If the length is below 1.
    """
    if length < 1:
        raise BadSetting(f"a segment cannot have {length} steps; choose at least 1.")
    found = []
    for sound, grid in enumerate(grids):
        num_steps = grid.shape[1]
        bounds = [0]
        for cut in range(length, num_steps, length) if cuts is None else cuts[sound]:
            if cut - bounds[-1] >= length and num_steps - cut >= length:
                bounds.append(cut)
        found += [
            Segment(sound, start, stop) for start, stop in zip(bounds, [*bounds[1:], num_steps], strict=True)
        ]
    return found


def shuffled(parts: Sequence[Segment], *, steps: int, rng: np.random.Generator) -> list[Segment]:
    """Deal segments in a random order until they fill ``steps``; all are dealt once before one comes again.

    Raises
    ------
    BadSetting
        If there are no segments, or the length is impossible.
    """
    if not parts:
        raise BadSetting("there are no segments to put into an order; give some sounds first.")
    if not 1 <= steps <= MOST_STEPS:
        raise BadSetting(f"a sound cannot have {steps} steps; choose 1 to {MOST_STEPS}.")
    order: list[Segment] = []
    filled = 0
    while filled < steps:
        for index in rng.permutation(len(parts)).tolist():
            order.append(parts[index])
            filled += parts[index].length
            if filled >= steps:
                break
    return order


def by_template(parts: Sequence[Segment], template: str, *, rng: np.random.Generator) -> list[Segment]:
    """Draw a segment for each letter of a template such as ``"AABA"``, another for every letter as far as there are any.

    Raises
    ------
    BadSetting
        If there are no segments, or the template holds anything but letters.

    Examples
    --------
    >>> order = by_template([Segment(0, 0, 4), Segment(1, 0, 4)], "ABBA", rng=np.random.default_rng(0))
    >>> order[0] == order[3], order[1] == order[2], order[0] == order[1]
    (True, True, False)
    """
    if not parts:
        raise BadSetting("there are no segments to put into an order; give some sounds first.")
    if not template.isalpha():
        raise BadSetting(f"the template is {template[:40]!r}; write one letter a segment, such as AABA.")
    letters = list(dict.fromkeys(template))
    deals = -(-len(letters) // len(parts))
    dealt = [index for _ in range(deals) for index in rng.permutation(len(parts)).tolist()]
    chosen = {letter: parts[index] for letter, index in zip(letters, dealt, strict=False)}
    return [chosen[letter] for letter in template]


def laid(grids: Sequence[Grid], order: Iterable[Segment], *, steps: int | None = None) -> Grid:
    """Lay segments end to end: [K, S], cut off after ``steps`` if that is given."""
    whole: Grid = np.concatenate([grids[part.sound][:, part.start : part.stop] for part in order], axis=1)
    return whole[:, :steps]
