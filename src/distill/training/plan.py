"""How long and how carefully to train, validated together, and what came of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from distill.errors import BadSetting

__all__ = ["MAX_CHECKPOINT_SECONDS", "Every", "Outcome", "Plan"]

MAX_CHECKPOINT_SECONDS = 60.0  # a killed training loses at most this much


@dataclass(frozen=True)
class Every:
    """A rhythm: every so many steps, every so many seconds, whichever comes first; neither is never.

    Examples
    --------
    >>> Every(steps=100).due(steps=100, seconds=3.0)
    True
    >>> Every(seconds=30.0).due(steps=100, seconds=3.0)
    False
    """

    steps: int | None = None
    seconds: float | None = None

    @classmethod
    def at_least(cls, count: int, *, max_steps: int, seconds: float | None) -> Every:
        """So often that a training has at least ``count``, whether its steps end first or its time."""
        return cls(steps=max(1, max_steps // count), seconds=None if seconds is None else seconds / count)

    def due(self, *, steps: int, seconds: float) -> bool:
        """Whether it is time again, this many steps and seconds after the last time."""
        return (self.steps is not None and steps >= self.steps) or (
            self.seconds is not None and seconds >= self.seconds
        )


@dataclass(frozen=True)
class Plan:
    """How a training goes.

    Attributes
    ----------
    max_steps : int >= 1
        Steps after which training is finished, counted over all its parts.
    budget_seconds : float > 0, optional
        Time after which it is finished, counted over all its parts, pauses left out; whichever of the two
        ends first. Schedules then follow the time; without it they follow the steps, and a resumed
        training equals an uninterrupted one bit by bit (on the CPU).
    batch_size : int >= 1
        Crops a step.
    min_batch_size : int in 1..batch_size
        How far the batch may be halved when memory runs out.
    checkpoint_seconds : float in (0, 60]
        Time between two checkpoints.
    validate, preview : Every
        When to look at held-out sounds, when to write previews. There is always a validation at the end;
        rhythms in seconds depend on the machine, and so do remedies that follow from them.
    patience : int >= 1, optional
        Validations in a row without a better score that end training early.
    seed : int >= 0
        Where the random states start.
    """

    max_steps: int
    budget_seconds: float | None = None
    batch_size: int = 8
    min_batch_size: int = 1
    checkpoint_seconds: float = 45.0
    validate: Every = field(default_factory=lambda: Every(seconds=60.0))
    preview: Every = field(default_factory=Every)
    patience: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        def positive(seconds: float) -> bool:
            return 0 < seconds < math.inf

        faults = []
        if self.max_steps < 1:
            faults.append(f"max_steps is {self.max_steps}, and must be at least 1")
        if self.budget_seconds is not None and not positive(self.budget_seconds):
            faults.append(f"budget_seconds is {self.budget_seconds}, and must be above 0")
        if not 1 <= self.min_batch_size <= self.batch_size:
            faults.append(
                f"batch_size is {self.batch_size} and min_batch_size {self.min_batch_size}, "
                "and both must be at least 1, the second no larger than the first"
            )
        if not 0 < self.checkpoint_seconds <= MAX_CHECKPOINT_SECONDS:
            faults.append(
                f"checkpoint_seconds is {self.checkpoint_seconds}, and must be above 0 and at most 60"
            )
        for name, every in (("validate", self.validate), ("preview", self.preview)):
            if every.steps is not None and every.steps < 1:
                faults.append(f"{name} is every {every.steps} steps, and must be at least 1")
            if every.seconds is not None and not positive(every.seconds):
                faults.append(f"{name} is every {every.seconds} seconds, and must be above 0")
        if self.patience is not None and self.patience < 1:
            faults.append(f"patience is {self.patience}, and must be at least 1, or left out")
        if self.seed < 0:
            faults.append(f"seed is {self.seed}, and must be 0 or more")
        if faults:
            raise BadSetting(f"training cannot follow this plan: {'; '.join(faults)}. Change what is named.")


@dataclass(frozen=True)
class Outcome:
    """How a training ended.

    Attributes
    ----------
    stopped : str
        ``"finished"`` (the plan is fulfilled), ``"early"`` (no better for a while) or ``"cancelled"``.
        After the first two the task holds the best weights; after the last the newest.
    step : int
        Steps taken, over all parts of the training.
    seconds : float
        Time used, over all parts, without pauses.
    best_score : float or None
        The best validation; None before the first.
    best_step : int
        The step it was made at.
    batch_size : int
        Crops a step at the end, after any halving.
    rollbacks : int
        How often training went wrong and was taken back.
    """

    stopped: Literal["finished", "early", "cancelled"]
    step: int
    seconds: float
    best_score: float | None
    best_step: int
    batch_size: int
    rollbacks: int
