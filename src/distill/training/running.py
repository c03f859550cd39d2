"""A task under training: where it stands, how it is kept, put back, taken back, and how it speaks.

:class:`Running` joins the task with its :class:`~distill.training.course.Course`, its clock and its
checkpoints; :mod:`distill.training.loop` decides what happens next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from distill.errors import NoSpace, TrainingFailed
from distill.progress import LevelHealth, Progress, Report
from distill.training import checkpoint
from distill.training.course import Course, Pace
from distill.training.plan import MAX_CHECKPOINT_SECONDS, Plan
from distill.training.random_state import read_random_state, restore_random_state, seed_everything
from distill.training.task import Task
from distill.training.tree import Flat, flatten, unflatten
from distill.training.watch import is_device_loss, is_out_of_memory, not_finite

__all__ = ["MAX_ROLLBACKS", "Running"]

MAX_ROLLBACKS = 5


class Running:
    """One training in progress.

    Attributes
    ----------
    course : Course
        How far it has come; another object after :meth:`go_back`.
    best : dict of str to Tensor, or None
        The weights of the best validation, in CPU memory.
    pace : Pace
        Recent losses and speed.
    saved_step : int
        The step of the newest checkpoint on disk.
    reported : float
        The clock's time at the last event.
    """

    def __init__(
        self, task: Task, plan: Plan, folder: Path, report: Report, clock: Callable[[], float]
    ) -> None:
        self.task, self.plan, self.folder, self.report, self.clock = task, plan, folder, report, clock
        self.course = Course(batch_size=plan.batch_size)
        self.best: dict[str, torch.Tensor] | None = None
        self.pace = Pace()
        self.saved_step = 0
        self.reported = 0.0
        self._good: Flat | None = None  # the state to go back to
        self._saved_seconds = 0.0
        self._replaces = True  # the folder may hold another training's checkpoints
        self._origin = clock()  # the clock's time at which no time was used

    @property
    def used(self) -> float:
        """Seconds used over all parts of this training, pauses left out."""
        return self.clock() - self._origin

    @property
    def position(self) -> float:
        """Share of the plan that is over, in 0..1."""
        return self.course.position(self.plan, self.used)

    def forgive(self, seconds: float) -> None:
        """Leave some seconds out of the time used."""
        self._origin += seconds

    def start(self, resume: bool) -> None:
        """Begin at the beginning, or where the checkpoint says."""
        loaded = checkpoint.load(self.folder) if resume else None
        if loaded is None:
            seed_everything(self.plan.seed)
            if resume:
                self.say(
                    f"There is no training to resume in {self.folder}; this one starts at the beginning."
                )
            self.keep()
            self.say()
            return
        try:
            self._put_back(loaded.state)
        except (RuntimeError, KeyError, ValueError, TypeError) as error:
            if is_out_of_memory(error) or is_device_loss(error):
                raise
            raise TrainingFailed(
                f"the checkpoint in {self.folder} does not fit these settings; resume with the settings it was "
                "started with, or start again from the beginning."
            ) from error
        self.course = Course.from_tree(loaded.state["course"])
        self.course.follow(self.plan, loaded.state["plan"])
        self.best = loaded.state["best"]
        self._origin = self.clock() - self.course.used_seconds
        self._saved_seconds, self.saved_step = self.used, self.course.step
        self._replaces = False
        self._good = flatten(self._tree())
        self.say(loaded.remark or f"Training goes on from step {self.course.step}.")

    def keep(self, *, must: bool = False) -> None:
        """Remember the state in memory and on disk; a state that is spoilt already is taken back first.

        Raises
        ------
        NoSpace
            With `must`, if it cannot be written; otherwise that is said, and tried again later.
        """
        flat = flatten(self._tree())
        spoilt = not_finite(flat.tensors)
        if spoilt is not None:
            self.go_back(f"{spoilt} stopped being a number", must=must)
            return
        self._good = flat
        self._saved_seconds = self.used
        try:
            checkpoint.save(self.folder, flat, keep_previous=not self._replaces)
        except NoSpace as error:
            if must:
                raise
            self.say(f"Not saved this time: {error} Training goes on and tries again later.")
            return
        self._replaces = False
        self.saved_step = self.course.step

    def keep_if_due(self, *, ahead: float) -> None:
        """Save if it is time, or would be too late after the `ahead` seconds that come next."""
        age = self.used - self._saved_seconds
        if age >= self.plan.checkpoint_seconds or age + ahead > MAX_CHECKPOINT_SECONDS:
            self.keep()

    def go_back(self, complaint: str, *, must: bool = False) -> None:
        """Return to the last good state, and learn half as fast from there.

        Raises
        ------
        TrainingFailed
            At the sixth time, or if there is no good state.
        """
        failed_at = self.course.step
        if self._good is None or self.course.rollbacks >= MAX_ROLLBACKS:
            raise TrainingFailed(
                f"training went wrong at step {failed_at}: {complaint}, after going back and learning more slowly "
                f"{self.course.rollbacks} times; what was reached until step {self.saved_step} is saved in "
                f"{self.folder}; look for a broken sound in the collection, or train again with another seed."
            )
        self.course.rollbacks += 1
        good = unflatten(self._good)
        assert isinstance(good, dict)
        self._put_back(good)
        self.course = self.course.taken_back(Course.from_tree(good["course"]))
        self.task.lower_rate(0.5)
        self.say(
            f"At step {failed_at} {complaint}; training went back to step {self.course.step} "
            "and learns half as fast from here."
        )
        self.keep(must=must)

    def say(
        self,
        message: str = "",
        *,
        figures: Mapping[str, float] | None = None,
        health: tuple[LevelHealth, ...] = (),
        previews: tuple[Path, ...] = (),
    ) -> None:
        """Report where training stands, with anything there is to say."""
        self.reported = self.clock()
        step, used = self.course.step, self.used
        self.report(
            Progress(
                task="train",
                done=step,
                total=self.pace.total_steps(self.plan, step, used),
                unit="steps",
                message=message,
                seconds_left=self.pace.seconds_left(self.plan, step, used),
                figures={**self.pace.averages, **(figures or {})},
                health=health,
                previews=previews,
            )
        )

    def _tree(self) -> dict[str, Any]:
        self.course.used_seconds = self.used
        return {
            "task": dict(self.task.state()),
            "random": read_random_state(),
            "course": self.course.tree(),
            "plan": asdict(self.plan),
            "best": self.best,
        }

    def _put_back(self, tree: Mapping[str, Any]) -> None:
        self.task.load_state(tree["task"])
        restore_random_state(tree["random"])
