"""Counting what follows each context, and smoothing it towards what vaguer contexts say.

With ``C(h)`` steps in which a context ``h`` was seen, ``T(h)`` different codes after it and ``C(h, c)`` times the code
``c``, Witten and Bell (1991) write::

    p(c | h) = (C(h, c) + a T(h) q(c)) / (C(h) + a T(h))

where ``q`` is what the vaguer contexts say and ``a`` is 1. Here ``a``, the *strength* of the smoothing, is found for each
line of the table: the one with which every sound is best told from the counts of all the others. Codes of one sound repeat
each other far more than those of two sounds do, so counts alone, which cannot tell one from the other, trust
themselves too much.

Kneser-Ney was tried on the same contexts and was worse each time (docs/decisions.md has the figures): its discounts
are made for words whose counts fall off steeply, and 64 to 256 codes used about evenly are no such words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from distill.prior.interface import Floats

__all__ = ["STRENGTHS", "Counts", "Integers", "LeftOut", "best_strength", "count", "left_out"]

Integers = npt.NDArray[np.int64]

STRENGTHS = tuple(
    np.geomspace(0.1, 100, 13).tolist()
)  # tried for every line; every second is about a factor 3


@dataclass(frozen=True, eq=False)
class Counts:
    """What followed each context of one line.

    Attributes
    ----------
    keys : int64 array [M]
        The contexts that were seen, in rising order.
    starts : int64 array [M + 1]
        Where the codes that followed each lie in the next two.
    codes : int16 array [P]
        In rising order for each context.
    counts : int32 array [P]
        How often each followed, at least once.
    """

    keys: Integers
    starts: Integers
    codes: npt.NDArray[np.int16]
    counts: npt.NDArray[np.int32]

    @cached_property
    def _pairs(self) -> Integers:
        """Context and code as one number each, [P], in rising order (codes are below 2**15)."""
        return (np.repeat(np.arange(len(self.keys)), np.diff(self.starts)) << 16) + self.codes

    @property
    def in_order(self) -> bool:
        """Whether contexts, and the codes after each, are in rising order: anything counted is."""
        return bool((np.diff(self.keys) > 0).all() and (np.diff(self._pairs) > 0).all())

    def weights(self, strength: float) -> tuple[Floats, Floats]:
        """Return what each count adds to its code's probability [P], and what each context leaves to vaguer ones [M]."""
        different = np.diff(self.starts)
        left = strength * different
        total = np.add.reduceat(self.counts, self.starts[:-1], dtype=np.float64) + left
        return self.counts / np.repeat(total, different), left / total

    def places(self, keys: Integers, codes: Integers) -> tuple[Integers, Integers]:
        """Find contexts and what followed them: places in ``keys`` and in ``codes``, -1 where there is none."""
        context = _found(self.keys, keys)
        return context, np.where(context >= 0, _found(self._pairs, (context << 16) + codes), -1)


def count(keys: Integers, codes: Integers, *, least: int = 1) -> Counts:
    """Count the codes that follow each context, of contexts seen at least ``least`` times.

    Parameters
    ----------
    keys, codes : int64 arrays [S]
        Context and code of each step.
    """
    contexts, which, seen = np.unique(keys, return_inverse=True, return_counts=True)
    kept = seen >= least
    renumbered = np.cumsum(kept) - 1
    pairs, times = np.unique((renumbered[which] << 16 | codes)[kept[which]], return_counts=True)
    starts = np.searchsorted(pairs >> 16, np.arange(int(kept.sum()) + 1))
    return Counts(contexts[kept], starts, (pairs & 0xFFFF).astype(np.int16), times.astype(np.int32))


@dataclass(frozen=True)
class LeftOut:
    """For each step, what the counts are without the sound that the step belongs to: float64 arrays [S].

    Attributes
    ----------
    code, context : how often its code followed its context, and how often the context was seen
    different : how many different codes followed
    """

    code: Floats
    context: Floats
    different: Floats

    def smoothed(self, strength: float, vaguer: Floats) -> Floats:
        """Probability of each step's code, given that from the vaguer contexts."""
        left = strength * self.different
        with np.errstate(invalid="ignore"):  # 0 / 0 where the context was not seen
            told = (self.code + left * vaguer) / (self.context + left)
        found: Floats = np.where(self.context > 0, told, vaguer)
        return found


def left_out(keys: Integers, codes: Integers, sounds: Integers, *, least: int = 1) -> LeftOut:
    """Count what follows each context in all sounds but a step's own.

    Parameters
    ----------
    keys, codes, sounds : int64 arrays [S]
        Context, code and number of the sound of each step.
    """
    num_sounds = int(sounds.max()) + 1
    _, context = np.unique(keys, return_inverse=True)
    pairs, pair, of_pair = np.unique(context << 16 | codes, return_inverse=True, return_counts=True)
    triples, triple, of_triple = np.unique(
        pair * num_sounds + sounds, return_inverse=True, return_counts=True
    )
    # of contexts within one sound: how many steps, and how many codes that are in no other sound
    pair_of_triple = triples // num_sounds
    places, place = np.unique(
        (pairs[pair_of_triple] >> 16) * num_sounds + triples % num_sounds, return_inverse=True
    )
    own = np.bincount(place, of_triple)
    only = np.bincount(place, of_triple == of_pair[pair_of_triple])
    mine = np.searchsorted(places, context * num_sounds + sounds)
    seen = np.bincount(context)[context] - own[mine]
    return LeftOut(
        code=(of_pair[pair] - of_triple[triple]).astype(np.float64),
        context=np.where(seen >= least, seen, 0).astype(np.float64),
        different=(np.bincount(pairs >> 16)[context] - only[mine]).astype(np.float64),
    )


def best_strength(
    counts: LeftOut, vaguer: Floats, strengths: tuple[float, ...] = STRENGTHS
) -> tuple[float, Floats]:
    """Choose the strength with which the codes are told best; return it and what it makes of each, [S].

    Among equals the one nearest to 1, which is that of Witten and Bell.
    """
    told = [
        (strength, counts.smoothed(strength, vaguer))
        for strength in sorted(strengths, key=lambda strength: abs(np.log(strength)))
    ]
    return max(told, key=lambda pair: float(np.log(pair[1]).mean()))


def _found(ordered: Integers, wanted: Integers) -> Integers:
    """Places of numbers in an array in rising order, -1 where they are not in it."""
    if not len(ordered):
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    return np.where(ordered[place] == wanted, place, -1)
