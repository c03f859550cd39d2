"""Feed a codec's training: which sounds, at which level, made ahead in a thread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from distill.audio.clip import Samples
from distill.audio.level import reference_gain_db
from distill.collection.fixed_crops import fixed_crops
from distill.collection.prefetch import Prefetch
from distill.collection.segments import Crops, Sounds
from distill.collection.split import Part, split
from distill.config import Augmentation, CodecTraining

__all__ = ["Batches", "Feed"]

MOST_FIXED_CROPS = 96  # for each of own and held-out: enough to judge by, and judged in a second
HEARD = 10 ** (-60 / 20)  # at the codec's level
FEWEST_HEARD = 0.1  # of the samples of a crop that is held out
# Times as many as wanted, for varied codes differ more: of 32 entries in use four codes an entry miss 26 to 29 %, sixteen 10 to 12 %.
VARIED_CROPS = 4


class Batches(Protocol):
    """Where crops come from: a pure function of the step, so that a resumed training sees the same."""

    def __call__(self, step: int, batch_size: int, *, everything: bool) -> npt.NDArray[np.float32]:
        """Crops [B, R, T] for this step, of held-out sounds too if ``everything``; row 1 is the mid of a side."""
        ...


class Feed:
    """The :class:`Batches` of a collection.

    Parameters
    ----------
    sounds : Sounds
        Rows of mid and side.
    rms_db : sequence of float
        Level of each sound; every sound is brought to the codec's level.
    judged_codes : int
        How many codes ``counted`` is to have at least.

    Attributes
    ----------
    own, held_out : float32 arrays [N, T]
        Fixed crops of what is trained on, and of what is held out, where anything is heard in that: the end of a short sound is
        silence, and weights would be chosen by how silent they make it.
    counted : float32 array [N, T]
        Crops of what is trained on to count codes of: ``own``, or more where they have too few.
    """

    def __init__(
        self,
        sounds: Sounds,
        *,
        rms_db: Sequence[float],
        settings: CodecTraining,
        step_length: int,
        augmentation: Augmentation,
        seed: int,
        judged_codes: int = 0,
    ) -> None:
        gains = [10 ** (reference_gain_db(level) / 20) for level in rms_db]
        whole = [Part(sound, 0, length) for sound, length in enumerate(sounds.lengths)]
        parts = split(sounds.lengths, seed=seed)
        crop_samples = settings.crop_steps * step_length
        self._crops = {
            everything: Crops(
                sounds,
                chosen,
                crop_samples=crop_samples,
                batch_size=settings.batch_size,
                seed=seed,
                augmentation=augmentation,
                gains=gains,
                grid=step_length,
            )
            for everything, chosen in ((False, parts.train), (True, whole))
        }

        def fixed(chosen: Sequence[Part], most: int = MOST_FIXED_CROPS) -> Samples:
            return fixed_crops(sounds, chosen, crop_samples=crop_samples, most=most, gains=gains)

        self.own, self.held_out = fixed(parts.train), fixed(parts.validation)
        self.held_out = self.held_out[(np.abs(self.held_out) > HEARD).mean(1) > FEWEST_HEARD]
        wanted = math.ceil(judged_codes / settings.crop_steps)
        self.counted = self.own if wanted <= MOST_FIXED_CROPS else fixed(parts.train, wanted)
        if len(self.counted) < wanted:
            # There is no more of it as it is, but as it is varied for training there is.
            turns = range(math.ceil(VARIED_CROPS * wanted / settings.batch_size))
            varied = [self._crops[False].batch_at(turn)[:, 0] for turn in turns]
            self.counted = np.concatenate([self.counted, *varied])
        self._ahead: Prefetch[npt.NDArray[np.float32]] | None = None
        self._ahead_of: bool | None = None
        self._waited_before = 0.0

    def __call__(self, step: int, batch_size: int, *, everything: bool) -> npt.NDArray[np.float32]:
        """Crops [B, R, T] of a step: a function of the seed, the step and ``everything`` alone."""
        if everything != self._ahead_of or self._ahead is None:
            self.close()
            crops = self._crops[everything]
            self._ahead = Prefetch(crops.batch_at, first_step=step)
            self._ahead_of = everything
        batch = self._ahead.get(step)
        return batch[:batch_size]

    @property
    def waited_seconds(self) -> float:
        """How long training has waited for its data so far."""
        return self._waited_before + (self._ahead.waited_seconds if self._ahead is not None else 0.0)

    def close(self) -> None:
        """Stop the thread that makes batches ahead."""
        if self._ahead is not None:
            self._waited_before += self._ahead.waited_seconds
            self._ahead.close()
            self._ahead = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
