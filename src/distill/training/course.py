"""Where a training stands: what a checkpoint remembers of it, and how fast it goes.

:class:`Course` is saved and put back; :class:`Pace` only serves the display and starts afresh.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from distill.training.plan import Plan
from distill.training.watch import LossWatch

__all__ = ["Course", "Pace"]


@dataclass
class Course:
    """How far a training has come.

    Attributes
    ----------
    step : int
        Steps taken.
    used_seconds : float
        Time used when this was written down, over all parts of the training, without pauses.
    batch_size : int
        Crops a step, after any halving.
    rollbacks : int
        How often training went wrong and was taken back.
    stale : int
        Validations since the best one.
    best_score, best_step
        The best validation; None and 0 before the first.
    validated_step, validated_seconds, previewed_step, previewed_seconds
        Step and time used at the last validation and preview.
    validation_seconds : float
        How long the last validation took: so much of the budget is left for the one at the end.
    losses : LossWatch
        The last losses.
    """

    batch_size: int
    step: int = 0
    used_seconds: float = 0.0
    rollbacks: int = 0
    stale: int = 0
    best_score: float | None = None
    best_step: int = 0
    validated_step: int = 0
    validated_seconds: float = 0.0
    validation_seconds: float = 0.0
    previewed_step: int = 0
    previewed_seconds: float = 0.0
    losses: LossWatch = field(default_factory=LossWatch)

    def tree(self) -> dict[str, Any]:
        """Everything above in plain kinds, for a checkpoint."""
        return asdict(self)

    @classmethod
    def from_tree(cls, tree: Mapping[str, Any]) -> Course:
        """Inverse of :meth:`tree`."""
        return cls(**{**tree, "losses": LossWatch(**tree["losses"])})

    def position(self, plan: Plan, used_seconds: float) -> float:
        """Share of the training that is over, in 0..1, by steps or by time, whichever is further.

        Without a budget of time it is ``step / max_steps``, the same on every machine.
        """
        by_steps = self.step / plan.max_steps
        if plan.budget_seconds is None:
            return min(1.0, by_steps)
        reserve = min(self.validation_seconds, plan.budget_seconds / 2)
        return min(1.0, max(by_steps, used_seconds / (plan.budget_seconds - reserve)))

    def follow(self, plan: Plan, before: Mapping[str, Any]) -> None:
        """Go on under a plan that may differ from the one so far (`before`, as a checkpoint holds it).

        A batch that was never halved takes the new plan's size. More steps or time than before give a
        training that had stopped getting better another chance.
        """
        halved = self.batch_size < before["batch_size"]
        self.batch_size = min(self.batch_size, plan.batch_size) if halved else plan.batch_size
        longer = (plan.budget_seconds or math.inf) > (before["budget_seconds"] or math.inf)
        if longer or plan.max_steps > before["max_steps"]:
            self.stale = 0

    def taken_back(self, earlier: Course) -> Course:
        """Return to an earlier step, but keep what was learnt about the machine, the best and the time."""
        return replace(
            earlier,
            batch_size=self.batch_size,
            rollbacks=self.rollbacks,
            best_score=self.best_score,
            best_step=self.best_step,
            validated_seconds=self.validated_seconds,
            validation_seconds=self.validation_seconds,
            previewed_seconds=self.previewed_seconds,
        )


class Pace:
    """Recent losses and speed.

    Examples
    --------
    >>> pace = Pace()
    >>> pace.mark(1, 0.5, {"loss": 1.0})
    >>> pace.mark(2, 1.0, {"loss": 3.0})
    >>> pace.averages["loss"], pace.seconds_per_step
    (2.0, 0.5)
    """

    LOSSES = 20  # steps a shown loss is averaged over
    STEPS = 200  # steps the speed is averaged over, validations between them included

    def __init__(self) -> None:
        self._losses: deque[Mapping[str, float]] = deque(maxlen=self.LOSSES)
        self._marks: deque[tuple[int, float]] = deque(maxlen=self.STEPS)

    def mark(self, step: int, used_seconds: float, losses: Mapping[str, float]) -> None:
        """Take note of a step just taken."""
        if self._marks and step <= self._marks[-1][0]:  # taken back
            self._marks.clear()
            self._losses.clear()
        self._marks.append((step, used_seconds))
        self._losses.append(dict(losses))

    @property
    def averages(self) -> dict[str, float]:
        """Mean of each loss that the last step had, over the last steps that had it."""
        if not self._losses:
            return {}
        series = {name: [one[name] for one in self._losses if name in one] for name in self._losses[-1]}
        return {name: sum(values) / len(values) for name, values in series.items()}

    @property
    def seconds_per_step(self) -> float | None:
        """Mean time of the last steps, once two are known."""
        if len(self._marks) < 2:
            return None
        (first, started), (last, ended) = self._marks[0], self._marks[-1]
        return (ended - started) / (last - first)

    def seconds_left(self, plan: Plan, step: int, used_seconds: float) -> float | None:
        """Estimate the time to the end of the plan, whichever end comes first; None while unknown."""
        ends = []
        if plan.budget_seconds is not None:
            ends.append(plan.budget_seconds - used_seconds)
        if self.seconds_per_step is not None:
            ends.append((plan.max_steps - step) * self.seconds_per_step)
        return max(0.0, min(ends)) if ends else None

    def total_steps(self, plan: Plan, step: int, used_seconds: float) -> int:
        """Estimate the steps there will have been at the end; 0 while unknown."""
        if plan.budget_seconds is None:
            return plan.max_steps
        if not self.seconds_per_step:
            return 0
        left = max(0.0, plan.budget_seconds - used_seconds)
        return min(plan.max_steps, step + round(left / self.seconds_per_step))
