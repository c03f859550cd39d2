"""The training loop: steps, time, checkpoints, and what to do when something goes wrong. It knows no model.

One turn of the loop looks at the switches (pause, cancel), then at what is due (validation, preview,
checkpoint), then takes one step. Everything due is decided from what a checkpoint remembers, so a training that
was killed anywhere takes the same turns again. What is trained is a :class:`distill.training.task.Task`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

import torch

from distill.errors import DeviceUnavailable, NoSpace, TrainingFailed
from distill.progress import Cancel, Report, silent
from distill.training.interrupt import Pause
from distill.training.plan import Every, Outcome, Plan
from distill.training.random_state import undisturbed
from distill.training.running import Running
from distill.training.task import Task
from distill.training.tree import flatten
from distill.training.watch import is_device_loss, is_out_of_memory

__all__ = ["Every", "Outcome", "Plan", "run"]

REPORT_SECONDS = 0.2  # between two events that carry figures only
WAIT_SECONDS = 0.1  # between two looks at the cancel switch during a pause


def run(
    task: Task,
    *,
    plan: Plan,
    folder: Path,
    resume: bool = False,
    report: Report = silent,
    cancel: Cancel | None = None,
    pause: Pause | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Outcome:
    """Train until the plan is fulfilled, nothing gets better, or someone stops it.

    Parameters
    ----------
    task : Task
        What to train, freshly built.
    plan : Plan
        Steps and time count over all parts of a training: to train longer, resume with a larger plan.
    folder : Path
        For checkpoints, and previews below it.
    resume : bool
        Go on from the checkpoint in `folder`. Otherwise start afresh, and replace what is there.
    report : Report
        Told losses, time left, health, previews, and every irregularity in a sentence.
    cancel, pause : Cancel, Pause, optional
        Looked at between steps. Cancelling saves first.
    clock : callable
        Seconds, from any origin.

    Returns
    -------
    Outcome

    Raises
    ------
    TrainingFailed
        If losses are impossible again after five returns to an earlier state, memory runs out at the
        smallest batch, or the checkpoint cannot be used.
    DeviceUnavailable
        If the accelerator fails; the last checkpoint stays.
    NoSpace
        If cancelled and what was reached cannot be saved.
    """
    running = Running(task, plan, folder, report, clock)
    try:
        with undisturbed():
            running.start(resume)
            return _Loop(running, cancel or Cancel(), pause or Pause()).go()
    except (RuntimeError, MemoryError) as error:
        kept = f"what was reached until step {running.saved_step} is saved in {folder}"
        if is_out_of_memory(error):
            raise TrainingFailed(
                f"memory ran out at step {running.course.step} with {running.course.batch_size} crops a step; "
                f"{kept}; close other programs and resume, or train again with a smaller width."
            ) from error
        if is_device_loss(error):
            reason = (str(error).splitlines() or ["no reason given"])[0]
            raise DeviceUnavailable(
                f"the device failed at step {running.course.step} ({reason}); {kept}; resume, with the CPU as "
                "device if it fails again."
            ) from error
        raise


class _Loop:
    """The turns; each method is one thing that a turn can do."""

    def __init__(self, running: Running, cancel: Cancel, pause: Pause) -> None:
        self.running, self.task, self.plan = running, running.task, running.plan
        self.cancel, self.pause = cancel, pause
        self.step_seconds = 0.0  # how long the last step took

    def go(self) -> Outcome:
        running, plan = self.running, self.plan
        while True:
            if self.pause.requested:
                self.wait()
            if self.cancel.requested:
                running.keep(must=True)
                running.say(f"Stopped at step {running.course.step}; everything is saved and can be resumed.")
                return self.outcome("cancelled")
            course, over = running.course, running.position >= 1.0
            unseen = course.validated_step != course.step or running.best is None
            if (over and unseen) or self.is_due(
                plan.validate, course.validated_step, course.validated_seconds
            ):
                self.validate(last=over)
                continue
            if over or (plan.patience is not None and course.stale >= plan.patience):
                return self.end("finished" if over else "early")
            if self.is_due(plan.preview, course.previewed_step, course.previewed_seconds):
                self.preview()
            running.keep_if_due(ahead=self.step_seconds)
            self.step()

    def is_due(self, every: Every, last_step: int, last_seconds: float) -> bool:
        steps = self.running.course.step - last_step
        return steps > 0 and every.due(steps=steps, seconds=self.running.used - last_seconds)

    def wait(self) -> None:
        running = self.running
        running.keep()
        running.say(f"Paused at step {running.course.step}.")
        started = running.clock()
        while self.pause.requested and not self.cancel.requested:
            self.pause.wait(WAIT_SECONDS)
        running.forgive(running.clock() - started)
        running.say("Training goes on.")

    def step(self) -> None:
        running, course = self.running, self.running.course
        started = running.clock()
        try:
            losses = self.task.train_step(course.step, course.batch_size, running.position)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error) or course.batch_size // 2 < self.plan.min_batch_size:
                raise
            losses = None  # the failed step's tensors are free only outside this block
        if losses is None:
            self.halve_batch()
            return
        complaint = course.losses.complaint(losses)
        if complaint is not None:
            running.go_back(complaint)
            return
        course.step += 1
        self.step_seconds = running.clock() - started
        running.pace.mark(course.step, running.used, losses)
        if course.step == 1 or running.clock() - running.reported >= REPORT_SECONDS:
            running.say()

    def halve_batch(self) -> None:
        course = self.running.course
        before, course.batch_size = course.batch_size, course.batch_size // 2
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        if torch.backends.mps.is_available():
            torch.mps.empty_cache()
        self.running.say(
            f"Memory ran out with {before} crops a step; training goes on with {course.batch_size}."
        )

    def validate(self, *, last: bool) -> None:
        running = self.running
        running.keep_if_due(ahead=running.course.validation_seconds)
        course, started = running.course, running.clock()
        with undisturbed():
            found = self.task.validate(course.step)
        course.validation_seconds = running.clock() - started
        course.validated_step, course.validated_seconds = course.step, running.used
        if not math.isfinite(found.score):
            running.go_back("the validation score stopped being a number")
            return
        if course.best_score is None or found.score < course.best_score:
            course.best_score, course.best_step, course.stale = found.score, course.step, 0
            running.best = flatten(dict(self.task.weights())).tensors
        elif found.may_stop:
            course.stale += 1
        remedy = None if last else self.task.on_validation(course.step, found)
        figures = {"score": found.score, **found.figures}
        running.say(remedy or "", figures=figures, health=found.health)
        if remedy and running.best is not None and _shapes(self.task.weights()) != _shapes(running.best):
            running.best, course.best_score, course.best_step, course.stale = None, None, 0, 0
            running.keep()  # going back must not bring the old shapes back

    def preview(self) -> None:
        running, course = self.running, self.running.course
        course.previewed_step, course.previewed_seconds = course.step, running.used
        folder = running.folder / "previews"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with undisturbed():
                files = self.task.preview(course.step, folder)
        except (NoSpace, OSError) as error:
            running.say(f"No preview this time: {error} Training goes on.")
            return
        running.say(previews=files)

    def end(self, stopped: Literal["finished", "early"]) -> Outcome:
        running = self.running
        running.keep()
        assert running.best is not None, "the last validation sets the best weights"
        self.task.load_weights({name: tensor.clone() for name, tensor in running.best.items()})
        why = "" if stopped == "finished" else " because nothing got better any more"
        running.say(
            f"Training ended at step {running.course.step}{why}; "
            f"the best weights are those of step {running.course.best_step}."
        )
        return self.outcome(stopped)

    def outcome(self, stopped: Literal["finished", "early", "cancelled"]) -> Outcome:
        c = self.running.course
        return Outcome(
            stopped, c.step, self.running.used, c.best_score, c.best_step, c.batch_size, c.rollbacks
        )


def _shapes(weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Size]:
    return {name: tensor.shape for name, tensor in weights.items()}
