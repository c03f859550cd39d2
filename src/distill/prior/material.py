"""Drawing a new sound from the memory of real ones, its *material*.

A cache that follows its own drawings starves: whatever is drawn becomes likelier, and after half a minute one code is left at
every level (4 distinct columns in 4 s, of 188 in real sounds). What a real sound's past tells of its next code is told as well by
another sound that is like it. So a new sound is drawn as if the cache of :mod:`distill.prior.cache` remembered a few seconds of
the collection, and these change slowly while it goes on: it has a vocabulary of its own, as real sounds have, and never
stays for ever with any.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid
from distill.prior.cache import CachePrior, Memory, smoothed_towards
from distill.prior.grids import checked_past
from distill.prior.interface import Floats
from distill.prior.lately import NOTHING
from distill.prior.settings import Sampling
from distill.prior.shaping import shaped

__all__ = ["Journey", "MaterialPrior", "Remembering", "Surroundings", "remembered"]

MATERIAL_STEPS = 235  # at least, if there is as much: five seconds, of one sound or of several short ones
LEG_STEPS, FADE_STEPS = 472, 144  # ten seconds with one material, the last three on the way to the next
_BESIDE = 0.25  # of its weight: what a short sound that is gone on from is filled up with
_BLOCK = 8  # steps for which weights stay the same; legs and fades are whole blocks
_TRIES = 8  # draws, if all that was drawn is silence
_LEAST_SCALE, _MOST_SCALE = 1e-3, 1e6
_TRACE = 1e-6  # share of every distribution that is uniform: a guard that forbids all that is likely has something left


class _State(NamedTuple):
    base: Any
    before: npt.NDArray[np.int16]  # [K]
    step: int


class Remembering(Protocol):
    """What is remembered while a sound goes on."""

    def memory(self, step: int) -> Memory:
        """What is remembered at a step of the new sound."""
        ...


class Surroundings:
    """A sound with a part to be rewritten: what is around it is remembered.

    Parameters
    ----------
    grid : int array [K, S]
    start, stop : int
        The part.
    otherwise : Remembering
        What is added if there is little around it.
    """

    def __init__(self, grid: Grid, start: int, stop: int, *, otherwise: Remembering) -> None:
        around = [
            part
            for part in (
                grid[:, max(0, start - MATERIAL_STEPS) : start],
                grid[:, stop : stop + MATERIAL_STEPS],
            )
            if part.shape[1]
        ]
        self._memory = _filled_up(around, otherwise.memory(0))

    def memory(self, step: int) -> Memory:
        """What is remembered: the same at every step."""
        return self._memory


class Journey:
    """What a new sound is drawn from while it goes on: one material after another.

    Parameters
    ----------
    grids : sequence of int arrays [K, S]
        The collection.
    seed : int
        The same seed goes the same way.
    first : int array [K, S], optional
        Material to begin with: a sound to go on from. If it is short, it counts as if it were not, and some of the collection beside it.
    silent : sequence of int
        Codes of level 1 that stand for silence, which is no material.
    """

    def __init__(
        self, grids: Sequence[Grid], *, seed: int, first: Grid | None = None, silent: Sequence[int] = ()
    ) -> None:
        self._grids, self._seed, self._first = list(grids), seed, first
        self._silent = np.array(sorted(silent), np.int64)
        self._leg = lru_cache(maxsize=4)(self._drawn)
        self._block = lru_cache(maxsize=4)(self._mixed)

    def memory(self, step: int) -> Memory:
        """What is remembered at a step of the new sound; asked for once a code, made once a block."""
        return self._block(step // _BLOCK)

    def _mixed(self, block: int) -> Memory:
        leg, at = divmod(block * _BLOCK, LEG_STEPS)
        here = self._leg(leg)
        share = (at - (LEG_STEPS - FADE_STEPS)) / FADE_STEPS
        if share <= 0:
            return here
        return _together(here, 1 - share, self._leg(leg + 1), share)

    def _drawn(self, leg: int) -> Memory:
        """Draw the material of a leg: excerpts of sounds, until there is enough."""
        rng = np.random.default_rng([self._seed, leg])
        order = rng.permutation(len(self._grids)).tolist()
        found: list[Grid] = []
        while order and sum(grid.shape[1] for grid in found) < MATERIAL_STEPS:
            found.append(self._excerpt(self._grids[order.pop()], rng))
        if leg or self._first is None:
            return remembered(found)
        return _filled_up([self._first[:, -2 * MATERIAL_STEPS :]], remembered(found))

    def _excerpt(self, grid: Grid, rng: np.random.Generator) -> Grid:
        """A stretch of a sound, of those drawn the one with the least silence."""
        room = grid.shape[1] - MATERIAL_STEPS
        if room <= 0:
            return grid
        starts = rng.integers(room + 1, size=_TRIES).tolist()
        stretches = [grid[:, start : start + MATERIAL_STEPS] for start in starts]
        return min(stretches, key=lambda one: round(float(np.isin(one[0], self._silent).mean()), 1))


def remembered(grids: Sequence[Grid]) -> Memory:
    """Remember some sounds, every step as much as any other."""
    nothing = np.full((grids[0].shape[0], 1), NOTHING, np.int16)
    codes = np.concatenate([grid.astype(np.int16) for grid in grids], axis=1)
    before = np.concatenate(
        [part for grid in grids for part in (nothing, grid[:, :-1].astype(np.int16))], axis=1
    )
    return Memory(codes, before, np.ones(codes.shape[1]))


def _filled_up(own: Sequence[Grid], otherwise: Memory) -> Memory:
    """Remember a sound itself, as five seconds even if it is shorter, and then faintly something else beside it."""
    own = [grid for grid in own if grid.shape[1]]
    if not own:
        return otherwise
    memory = remembered(own)
    missing = MATERIAL_STEPS / memory.codes.shape[1]
    if missing <= 1:
        return memory
    return _together(memory, missing, otherwise, _BESIDE)


def _together(one: Memory, share: float, other: Memory, other_share: float) -> Memory:
    """Remember two things, each so much of its weight."""
    return Memory(
        np.concatenate([one.codes, other.codes], axis=1),
        np.concatenate([one.before, other.before], axis=1),
        np.concatenate([share * one.weights, other_share * other.weights]),
    )


class MaterialPrior:
    """How likely codes are if a sound's past had been its material; see :class:`distill.prior.interface.Drawable`.

    To be drawn from with :meth:`distill.prior.settings.Sampling.beside_usual`.

    Parameters
    ----------
    cache : CachePrior
    material : Remembering
    coherence : float in 0..1
        How much the material counts against all else that the prior knows; at a half as much as a sound's own past does,
        at 0 nothing.
    """

    def __init__(self, cache: CachePrior, material: Remembering, *, coherence: float = 0.5) -> None:
        assert 0 <= coherence <= 1, coherence
        self._base, self._material = cache.base, material
        self._shape = shaped(Sampling(), num_levels=cache.num_levels)
        scale = ((1 - coherence) / coherence) ** 2 if coherence else _MOST_SCALE
        scale = min(max(scale, _LEAST_SCALE), _MOST_SCALE)
        self._strengths = [[scale * strength for strength in of_level] for of_level in cache.strengths]

    @property
    def num_levels(self) -> int:
        """Levels K."""
        return self._base.num_levels

    @property
    def codebook_size(self) -> int:
        """Entries N at every level."""
        return self._base.codebook_size

    def begin(self, past: Grid) -> _State:
        """Return the state after the steps [K, S] of a past; the journey begins behind it."""
        past = checked_past(past, num_levels=self.num_levels, codebook_size=self.codebook_size)
        nothing = np.full(self.num_levels, NOTHING, np.int16)
        return _State(self._base.begin(past), past[:, -1].astype(np.int16) if past.shape[1] else nothing, 0)

    def distribution(self, state: _State, below: Sequence[int]) -> Floats:
        """Tell how likely each code of the next step is, at level ``len(below)``: [N]."""
        level = len(below)
        told = self._shape(self._base.distribution(state.base, below), level, state.step)
        told = (1 - _TRACE) * told + _TRACE / self.codebook_size
        memory = self._material.memory(state.step)
        return smoothed_towards(told, memory, state.before, below, self._strengths[level])

    def advance(self, state: _State, column: Sequence[int]) -> _State:
        """Return the state after one more step with these codes [K]."""
        return _State(self._base.advance(state.base, column), np.array(column, np.int16), state.step + 1)
