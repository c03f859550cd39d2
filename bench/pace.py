"""Time that training steps alone move: minutes of a training that mean the same on a busy machine as on a quiet one.

A change that makes steps dearer must have fewer of them, or it would win by work that a user has to wait for. Timing every training
would do, if nothing else ever ran; here the steps of the draft and of the change are timed once, in turns and in processor
time, and each step then moves a clock by what it costs on the machine that :data:`DRAFT` was measured on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

import torch

from distill.collection.store_index import Store
from distill.training.codec_run import measure_stage_seconds
from distill.training.codec_task import CodecTask
from distill.training.fitting import Fit

__all__ = ["DRAFT", "StepClock", "relative_costs"]

# Seconds of a step of the draft on ambient-20, both cores of an AMD EPYC, nothing else running (`bench.steps`, 2026-11-22: 0.098 and
# 0.135), times what was timed in turns since then: 1.04 for codes with the phase's slopes, 0.85 and 0.93 with blocks of twice the width,
# 0.82 and 0.91 with Muon by sketches, 0.55 and 0.45 with crops of a third of the length (0.50 and 0.40 on one core).
DRAFT = {"codes": 0.039, "phase": 0.051}
ROUNDS, STEPS = 5, 4


class StepClock:
    """Seconds that pass with training steps and with nothing else.

    Parameters
    ----------
    seconds : mapping of str to float
        What a step of the stage ``"codes"`` (and of the free one before it) or ``"phase"`` takes.
    """

    def __init__(self, seconds: Mapping[str, float]) -> None:
        self.seconds = seconds
        self.now = 0.0

    def __call__(self) -> float:
        """Return the seconds that have passed."""
        return self.now

    @contextmanager
    def moved_by_steps(self) -> Iterator[None]:
        """Let every step of a codec's training that is taken inside move the clock."""
        step = CodecTask.train_step

        def counted(task: CodecTask, *given: Any) -> Mapping[str, float]:
            losses = step(task, *given)
            self.now += self.seconds["phase" if task.stages.now == "phase" else "codes"]
            return losses

        with patch.object(CodecTask, "train_step", counted):
            yield


def relative_costs(
    store: Store,
    usual: Fit,
    changed: Fit,
    *,
    part: Callable[[], AbstractContextManager[Any]],
    device: torch.device,
) -> dict[str, float]:
    """What a step costs with other settings and another part, in multiples of the usual, by stage.

    Where neither the network nor what a step computes differs it is exactly one: timing would tell chance.
    """
    same_network = usual.codec == changed.codec and part is nullcontext
    same_work = all(
        getattr(usual.training, name) == getattr(changed.training, name)
        for name in ("batch_size", "crop_steps", "optimiser")
    ) and bool(usual.training.slopes) == bool(changed.training.slopes)
    if same_network and same_work:
        return dict.fromkeys(DRAFT, 1.0)
    best: dict[str, dict[str, float]] = {"usual": {}, "changed": {}}
    for _ in range(ROUNDS):
        _keep_best(best["usual"], _timed(store, usual, device))
        with part():
            _keep_best(best["changed"], _timed(store, changed, device))
    return {stage: round(best["changed"][stage] / best["usual"][stage], 3) for stage in DRAFT}


def _timed(store: Store, fit: Fit, device: torch.device) -> dict[str, float]:
    return measure_stage_seconds(store, fit, device=device, steps=STEPS, clock=time.process_time)


def _keep_best(best: dict[str, float], found: Mapping[str, float]) -> None:
    for stage, seconds in found.items():
        best[stage] = min(seconds, best.get(stage, seconds))
