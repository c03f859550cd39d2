"""Feed a prior's training: which codes are learnt from, which are held out, and crops of them.

The codes of a sound come in *versions*: the first is the sound as it is, others are the same sound varied before
it was encoded (louder, shifted by less than a step, a little higher). All versions of a held-out sound are held
out, and it is judged as it is. As in :mod:`distill.collection.segments` a crop is a pure function of the seed, the step
and its row, so a resumed training sees the same; unlike there, all of it is in memory, and nothing is made ahead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid
from distill.collection.split import FEWEST_FOR_FILES, split
from distill.errors import BadCollection

__all__ = ["BEFORE", "CodeCrops", "HeldOut", "Parts", "Versions", "evenly", "hold_out", "usage"]

Versions = Sequence[Grid]  # [K, S] each; the first is the sound as it is

# Steps kept of what came before those that are held out. More than a cache (:data:`distill.prior.lately.WINDOW`) or a Transformer of
# ours look back; an LSTM could, and has forgotten. Of a sound of five minutes all else would take most of a validation.
BEFORE = 512

_STEP = 1024  # samples, as the rules for splitting sounds count; every codec of ours has this step


@dataclass(frozen=True)
class HeldOut:
    """Steps that nothing was learnt from.

    Attributes
    ----------
    grid : integers [K, S]
    first : int
        Those from here on are held out; the ones before are what came before them, as far back as it matters.
    """

    grid: Grid
    first: int

    @property
    def num_steps(self) -> int:
        """How many steps are held out."""
        return int(self.grid.shape[1]) - self.first


@dataclass(frozen=True)
class Parts:
    """A collection's codes, divided.

    Attributes
    ----------
    train : tuple of integers [K, S]
        All versions of what is learnt from.
    own : tuple of integers [K, S]
        The same sounds as they are.
    held_out : tuple of HeldOut
        Empty only where there is but one step.
    """

    train: tuple[Grid, ...]
    own: tuple[Grid, ...]
    held_out: tuple[HeldOut, ...]


def hold_out(sounds: Sequence[Versions], *, seed: int) -> Parts:
    """Divide a collection as :func:`distill.collection.split.split` does: whole sounds from eight on, ends below.

    Raises
    ------
    BadCollection
        If there are no codes.
    """
    lengths = [int(versions[0].shape[1]) for versions in sounds]
    if not lengths or min(lengths) < 1:
        raise BadCollection(
            "no codes were given to learn from; encode at least one sound of one step or more."
        )
    held = {
        part.sound: part.start // _STEP for part in split([n * _STEP for n in lengths], seed=seed).validation
    }
    train: list[Grid] = []
    own: list[Grid] = []
    held_out: list[HeldOut] = []
    by_file = len(sounds) >= FEWEST_FOR_FILES
    for index, versions in enumerate(sounds):
        # By time, a sound's first step is always learnt from, or a single sound of one step would leave nothing.
        first = max(held.get(index, lengths[index]), 0 if by_file else 1)
        if first < lengths[index]:
            low = max(0, first - BEFORE)
            held_out.append(HeldOut(versions[0][:, low:], first - low))
        if first > 0:
            train += [version[:, :first] for version in versions]
            own.append(versions[0][:, :first])
    return Parts(tuple(train), tuple(own), tuple(held_out))


class CodeCrops:
    """Random crops of grids, for training.

    Parameters
    ----------
    grids : sequence of integers [K, S]
        A grid is drawn in proportion to its length.
    crop_steps : int >= 1
        Steps T of a crop that are predicted; one more, the step before them, is in front.
    codebook_size : int
        The number that stands for *no code*: before the first step of a sound, and behind its last.
    seed : int >= 0
    """

    def __init__(self, grids: Sequence[Grid], *, crop_steps: int, codebook_size: int, seed: int) -> None:
        before = np.full((1, grids[0].shape[0]), codebook_size)
        self._columns = [np.concatenate([before, grid.T]).astype(np.int64) for grid in grids]  # [1 + S, K]
        self._bounds = np.cumsum([len(columns) - 1 for columns in self._columns])
        self.crop_steps, self.codebook_size, self.seed = crop_steps, codebook_size, seed

    def __call__(self, step: int, batch_size: int) -> npt.NDArray[np.int64]:
        """Crops [B, 1 + T, K] of a step of training."""
        return np.stack(
            [self._crop(np.random.default_rng([self.seed, step, row])) for row in range(batch_size)]
        )

    def _crop(self, rng: np.random.Generator) -> npt.NDArray[np.int64]:
        drawn = int(np.searchsorted(self._bounds, rng.integers(self._bounds[-1]), side="right"))
        columns, T = self._columns[drawn], self.crop_steps
        room = len(columns) - 1 - T
        if room <= 0:
            missing = np.full((-room, columns.shape[1]), self.codebook_size)
            return np.concatenate([columns, missing])
        # Crops that would reach over an end are moved inside: the first and last steps come as often as others.
        start = min(max(int(rng.integers(-(T // 2), room + T // 2 + 1)), 0), room)
        return columns[start : start + T + 1]


def usage(grids: Sequence[Grid], codebook_size: int) -> npt.NDArray[np.float64]:
    """How often each code occurs at each level, [K, N]."""
    rows = np.concatenate(grids, axis=1)
    return np.stack([np.bincount(row, minlength=codebook_size) for row in rows]).astype(np.float64)


def evenly(held_out: Sequence[HeldOut], *, most_steps: int) -> list[HeldOut]:
    """Choose from all sounds, and of each from its first held-out step on, at most so many steps in all."""
    share = min(1.0, most_steps / max(1, sum(one.num_steps for one in held_out)))
    return [
        HeldOut(one.grid[:, : one.first + math.ceil(share * one.num_steps)], one.first) for one in held_out
    ]
