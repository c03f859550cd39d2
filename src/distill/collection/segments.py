"""Cut sounds into random crops of one length, to train on; :mod:`distill.collection.fixed_crops` has those to judge by.

A random crop is a *pure function* of the seed, the step and its row in the batch. So training resumes
exactly where it stopped without saving any state, batches can be made ahead
(:mod:`distill.collection.prefetch`), and halving the batch leaves the remaining rows as they were.

Sounds shorter than a crop are packed: placed whole, one after another, until no further one fits.
They are never cut, because an attack without its decay (or the reverse) is another sound.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

import numpy as np

from distill.audio.clip import SAMPLE_RATE, Samples
from distill.collection.augment import Variation, vary
from distill.collection.retime import retime
from distill.collection.split import Part
from distill.config import Augmentation

__all__ = ["GRID", "QUIETEST", "Crops", "Sounds", "read"]

GRID = 1024  # samples; one step of the default codec
_LONGEST_GAP = SAMPLE_RATE // 20  # samples between packed sounds
_SIDE_SHARE = 0.33  # of the draws of a stereo sound; its side is one of two rows, and usually the emptier
QUIETEST = 10 ** (-70 / 20)  # peak; below it a crop teaches nothing
_REDRAWS = 4
# Changing pitch or time takes 7 ms of a core, several times what the rest of a crop does, and training has a core less meanwhile.
# So the 256 steps of a turn have 64 such crops in common (25 MB in stereo), each heard about nine times, at other levels and colours.
_RETIMED, _RETIMED_STEPS = 64, 256


class Sounds(Protocol):
    """Decoded sounds of a collection, as the store hands them out."""

    @property
    def names(self) -> Sequence[str]:
        """What each sound is called."""

    @property
    def lengths(self) -> Sequence[int]:
        """Samples of each sound."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Samples:
        """Float32 array [C, T]: row 0 the mid, row 1 the side of a stereo sound; may be read-only."""


class Crops:
    """Random crops for training.

    Parameters
    ----------
    sounds : Sounds
    parts : sequence of Part
        What may be drawn from; not empty.
    crop_samples : int > 0
        Length T of a crop.
    batch_size : int > 0
        Rows B of a batch, unless another is asked for.
    seed : int >= 0
    augmentation : Augmentation, optional
        How crops are varied; without it they start on the grid and stay as they are.
    gains : sequence of float, optional
        Linear gain of each *sound*, applied before all else. With gains, crops may go over full scale;
        without, augmentation never takes them there.
    balance : float >= 0
        Parts are drawn with weight ``length ** balance``: with 1 a ten-minute drone drowns the drums,
        with 0 its variety is never heard.
    grid : int > 0
        Samples between possible starts, where a crop is not shifted.
    """

    def __init__(
        self,
        sounds: Sounds,
        parts: Sequence[Part],
        *,
        crop_samples: int,
        batch_size: int,
        seed: int,
        augmentation: Augmentation | None = None,
        gains: Sequence[float] | None = None,
        balance: float = 0.5,
        grid: int = GRID,
    ) -> None:
        assert len(parts) > 0, "no parts to draw from"
        assert min(crop_samples, batch_size, grid) > 0, (crop_samples, batch_size, grid)
        assert gains is None or len(gains) == len(sounds), (gains, len(sounds))
        self.crop_samples = crop_samples
        self.batch_size = batch_size
        self.seed = seed
        self.augmentation = augmentation
        self._sounds = sounds
        self._gains = gains
        self._grid = grid
        self._rows = max((sounds[index].shape[0] for index in range(len(sounds))), default=1)
        self._retimed = lru_cache(maxsize=_RETIMED)(self._make_retimed)
        # Sorted by length, the parts that fit a room are the first ones, and one running sum serves all rooms.
        self._parts = sorted(parts, key=lambda part: (part.length, part))
        self._lengths = np.array([part.length for part in self._parts])
        self._weights = np.cumsum(self._lengths.astype(np.float64) ** balance)

    def batch_at(self, step: int, batch_size: int | None = None) -> Samples:
        """Make the batch of a step.

        Parameters
        ----------
        step : int >= 0
        batch_size : int > 0, optional
            Another number of rows; the rows that both sizes have are the same.

        Returns
        -------
        float32 array [B, R, T]
            ``R`` is 1, and 2 where any sound is stereo: then the second row of a side is its mid, of a mid silence.
        """
        rows = self.batch_size if batch_size is None else batch_size
        return np.stack(
            [self._crop(step, np.random.default_rng([self.seed, step, row])) for row in range(rows)]
        )

    def _crop(self, step: int, rng: np.random.Generator) -> Samples:
        settings = self.augmentation
        if settings is None:
            return self._audible(Variation(), False, rng)[0]
        drawn = Variation.draw(settings, rng)
        if drawn.retimed:
            source = self._retimed(step // _RETIMED_STEPS, int(rng.integers(_RETIMED)))
            variation = drawn.in_time()
        else:
            source, variation = self._audible(drawn, rng.random() < settings.shift_share, rng)
        # Gains bring sounds to a working level, where one drum hit in two peaks over full scale.
        return vary(source, variation, length=self.crop_samples, bounded=self._gains is None)

    def _make_retimed(self, turn: int, index: int) -> Samples:
        """One of the crops of other pitch or time that the steps of a turn have in common."""
        settings = self.augmentation
        assert settings is not None
        rng = np.random.default_rng([self.seed, turn, index, _RETIMED])
        drawn = Variation.draw_retimed(settings, rng)
        source, variation = self._audible(drawn, rng.random() < settings.shift_share, rng)
        crop = retime(
            source,
            ratio=variation.time_ratio,
            semitones=variation.semitones,
            length=self.crop_samples,
            seed=variation.seed,
        )
        crop.setflags(write=False)  # it is kept
        return crop

    def _audible(
        self, drawn: Variation, shifted: bool, rng: np.random.Generator
    ) -> tuple[Samples, Variation]:
        """Cut or pack a crop's source, another one where it is nearly silent."""
        for _ in range(1 + _REDRAWS):
            source, variation = self._source(drawn, shifted, rng)
            if max(source[0].max(), -source[0].min()) >= QUIETEST:
                break
        return source, variation

    def _source(
        self, variation: Variation, shifted: bool, rng: np.random.Generator
    ) -> tuple[Samples, Variation]:
        """Cut or pack what becomes one crop: longer than it if it is to be played faster."""
        part = self._parts[self._draw(len(self._parts), rng)]
        if part.length < self.crop_samples:
            # Played slower than this it would no longer fit, and short sounds are never cut.
            ratio = min(variation.time_ratio, self.crop_samples / part.length)
            variation = replace(variation, time_ratio=ratio)
        room = math.ceil(self.crop_samples / variation.time_ratio)
        if part.length >= room:
            return self._cut(part, room, shifted, rng), variation
        return self._pack(part, room, shifted, rng), variation

    def _cut(self, part: Part, room: int, shifted: bool, rng: np.random.Generator) -> Samples:
        first, last = -(-part.start // self._grid), (part.stop - room) // self._grid
        if shifted:
            start = int(rng.integers(part.start, part.stop - room + 1))
        elif first <= last:
            start = self._grid * int(rng.integers(first, last + 1))
        else:
            start = part.start
        return self._read(Part(part.sound, start, start + room), rng)

    def _pack(self, part: Part, room: int, shifted: bool, rng: np.random.Generator) -> Samples:
        grid = 1 if shifted else self._grid
        placed, end = [(0, part)], part.length
        while True:
            start = -(-(end + int(rng.integers(_LONGEST_GAP + 1))) // grid) * grid
            fitting = int(np.searchsorted(self._lengths, room - start, side="right"))
            if fitting == 0:
                break
            part = self._parts[self._draw(fitting, rng)]
            placed.append((start, part))
            end = start + part.length
        before = int(rng.integers(room - end + 1)) // grid * grid  # silence is not always at the end
        packed = np.zeros((self._rows, room), dtype=np.float32)
        for start, part in placed:
            packed[:, before + start : before + start + part.length] = self._read(part, rng)
        return packed

    def _draw(self, among: int, rng: np.random.Generator) -> int:
        """Draw one of the ``among`` shortest parts, by weight."""
        mark = rng.random() * self._weights[among - 1]
        return min(int(np.searchsorted(self._weights[:among], mark, side="right")), among - 1)

    def _read(self, part: Part, rng: np.random.Generator) -> Samples:
        sound = self._sounds[part.sound]
        side = rng.random() < _SIDE_SHARE and sound.shape[0] > 1
        rows = np.zeros((self._rows, part.length), dtype=np.float32)
        rows[0] = read(sound, part, gains=self._gains, row=int(side))
        if side:
            rows[1] = read(sound, part, gains=self._gains, row=0)
        return rows


def read(sound: Samples, part: Part, *, gains: Sequence[float] | None, row: int) -> Samples:
    """Return a copy of one row of a part, [T], at its sound's gain."""
    samples = np.array(sound[row, part.start : part.stop], dtype=np.float32)
    assert samples.size == part.length, (part, sound.shape)
    return samples if gains is None else samples * np.float32(gains[part.sound])
