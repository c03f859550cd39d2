"""A codec's training on two sounds in memory, step by step, without files or threads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from tests.signals import noise, pluck
from tests.training.line_fit import numbers
from tests.training.synthetic import TRAINING

from distill.audio.clip import Samples
from distill.config import CodecConfig, CodecTraining
from distill.training.codec_run import new_codec
from distill.training.codec_task import CodecTask

__all__ = ["CROP", "FewSounds", "rate_of", "state_of", "task_of", "walk"]

CROP = TRAINING.crop_steps * 1024


class FewSounds:
    """Two sounds, cut at random; a pure function of the step that remembers what was asked."""

    def __init__(self) -> None:
        self.sounds = np.concatenate([pluck(4 * CROP, hz=220.0), noise(4 * CROP, rms=0.05)])
        self.asked: list[tuple[int, bool]] = []
        self.poisoned: set[int] = set()

    def __call__(self, step: int, batch_size: int, *, everything: bool) -> Samples:
        self.asked.append((step, everything))
        draw = np.random.default_rng(step)
        starts = draw.integers(3 * CROP, size=batch_size)
        crops = np.stack([self.sounds[row % 2, start : start + CROP] for row, start in enumerate(starts)])
        if step in self.poisoned:
            self.poisoned.remove(step)
            crops[0, 100] = np.nan
        return crops[:, None]


def task_of(
    config: CodecConfig, settings: CodecTraining = TRAINING, batches: FewSounds | None = None, seed: int = 0
) -> CodecTask:
    batches = batches or FewSounds()
    return CodecTask(
        new_codec(config, seed=seed),
        batches,
        own=batches.sounds[:, :CROP],
        held_out=batches.sounds[:1, CROP : 2 * CROP],
        settings=settings,
        seed=seed,
    )


def walk(task: CodecTask, stop: int = 20, *, first: int = 0, of: int = 20) -> list[Mapping[str, float]]:
    """Take steps of a training of so many: of 20, 4 are free, 10 learn codes, 6 the phase."""
    return [task.train_step(step, 2, step / of) for step in range(first, stop)]


def rate_of(task: CodecTask) -> float:
    return float(task.learner.optimiser.state_dict()["0"]["param_groups"][0]["lr"])


def state_of(task: CodecTask) -> list[Any]:
    return numbers(task.state())
