from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from tests.training.line_fit import Clock, LineFit, messages

from distill.progress import Cancel, Progress
from distill.training import checkpoint
from distill.training.interrupt import Pause
from distill.training.loop import Every, Plan, run
from distill.training.task import Validation
from distill.training.tree import Flat


def test_losses_fall_and_every_event_tells_where_training_stands(tmp_path: Path) -> None:
    clock, events = Clock(), list[Progress]()
    task = LineFit(clock=clock)
    plan = Plan(max_steps=200, validate=Every(steps=50), preview=Every(steps=100))
    outcome = run(task, plan=plan, folder=tmp_path, report=events.append, clock=clock)

    assert (outcome.stopped, outcome.step, outcome.seconds, outcome.rollbacks) == ("finished", 200, 200.0, 0)
    assert task.validated == [50, 100, 150, 200]
    assert {(event.task, event.unit, event.total) for event in events} == {("train", "steps", 200)}
    assert [event.done for event in events] == sorted(event.done for event in events)
    assert events[-1].figures["loss"] < 0.3 * events[1].figures["loss"]  # 0 is the start
    assert any("held_out" in event.figures and "score" in event.figures for event in events)
    # 200 is the end: what there is to hear then is the caller's business
    assert [path for event in events for path in event.previews] == [tmp_path / "previews" / "100.txt"]
    assert messages(events)[-1].startswith("Training ended at step 200; the best weights are those of step ")


def test_time_left_falls_to_nothing(tmp_path: Path) -> None:
    clock, events = Clock(), list[Progress]()
    run(LineFit(clock=clock), plan=Plan(max_steps=50), folder=tmp_path, report=events.append, clock=clock)
    left = [event.seconds_left for event in events if event.seconds_left is not None]
    assert left[0] == 48.0  # two steps are needed to know the pace
    assert left[-1] == 0.0
    assert left == sorted(left, reverse=True)


def test_a_budget_ends_training_and_position_follows_it(tmp_path: Path) -> None:
    clock = Clock()
    task = LineFit(clock=clock, step_seconds=2.0)
    plan = Plan(max_steps=10**6, budget_seconds=40.0, validate=Every())
    outcome = run(task, plan=plan, folder=tmp_path, clock=clock)
    assert (outcome.step, outcome.seconds, outcome.stopped) == (20, 40.0, "finished")
    assert [position for _, _, position in task.steps] == pytest.approx([step / 20 for step in range(20)])


def test_time_already_used_counts_after_a_resume(tmp_path: Path) -> None:
    clock, cancel = Clock(), Cancel()

    def stop_at_5(task: LineFit, step: int) -> None:
        if step == 5:
            cancel.request()

    plan = Plan(max_steps=10**6, budget_seconds=20.0, validate=Every())
    first = LineFit(clock=clock, accident=stop_at_5)
    assert run(first, plan=plan, folder=tmp_path, cancel=cancel, clock=clock).stopped == "cancelled"
    clock.now += 5000.0  # the night between
    second = LineFit(clock=clock)
    outcome = run(second, plan=plan, folder=tmp_path, resume=True, clock=clock)
    assert (outcome.step, outcome.seconds) == (20, 20.0)
    assert second.steps[0][2] == pytest.approx(6 / 20)


def test_early_stopping_keeps_the_best_weights(tmp_path: Path) -> None:
    best: dict[str, torch.Tensor] = {}
    events: list[Progress] = []

    def remember(task: LineFit, step: int) -> None:
        if step == 20:
            best.update({name: tensor.clone() for name, tensor in task.weights().items()})

    task = LineFit(scores=lambda step: abs(step - 20.0))
    task.remedy = remember
    plan = Plan(max_steps=1000, validate=Every(steps=10), patience=3)
    outcome = run(task, plan=plan, folder=tmp_path, report=events.append)
    assert (outcome.stopped, outcome.step, outcome.best_step, outcome.best_score) == ("early", 50, 20, 0.0)
    assert all(torch.equal(task.weights()[name], tensor) for name, tensor in best.items())
    assert messages(events) == [
        "Training ended at step 50 because nothing got better any more; the best weights are those of step 20."
    ]


def test_a_schedule_with_more_to_come_is_not_stopped_early(tmp_path: Path) -> None:
    class Patient(LineFit):
        def validate(self, step: int) -> Validation:
            return dataclasses.replace(super().validate(step), may_stop=step > 60)

    task = Patient(scores=lambda step: float(step))
    plan = Plan(max_steps=1000, validate=Every(steps=10), patience=2)
    assert run(task, plan=plan, folder=tmp_path).step == 80


def test_training_longer_goes_on_where_it_was(tmp_path: Path) -> None:
    run(LineFit(), plan=Plan(max_steps=30), folder=tmp_path)
    task = LineFit()
    events: list[Progress] = []
    outcome = run(task, plan=Plan(max_steps=50), folder=tmp_path, resume=True, report=events.append)
    assert [step for step, _, _ in task.steps] == list(range(30, 50))
    assert outcome.step == 50
    assert messages(events)[0] == "Training goes on from step 30."


def test_a_finished_training_is_finished_at_once_and_holds_its_best_weights(tmp_path: Path) -> None:
    first, again = LineFit(), LineFit()
    plan = Plan(max_steps=30, validate=Every(steps=10))
    outcome = run(first, plan=plan, folder=tmp_path)
    repeated = run(again, plan=plan, folder=tmp_path, resume=True)
    assert again.steps == []
    assert repeated.best_step == outcome.best_step
    assert all(torch.equal(again.weights()[name], tensor) for name, tensor in first.weights().items())


def test_more_steps_give_a_training_that_stopped_early_another_chance(tmp_path: Path) -> None:
    plan = Plan(max_steps=100, validate=Every(steps=10), patience=2)
    assert run(LineFit(scores=float), plan=plan, folder=tmp_path).step == 30
    same = run(LineFit(scores=float), plan=plan, folder=tmp_path, resume=True)
    assert (same.stopped, same.step) == ("early", 30)
    longer = dataclasses.replace(plan, max_steps=200)
    assert run(LineFit(scores=float), plan=longer, folder=tmp_path, resume=True).step == 50


def test_a_pause_holds_saves_and_costs_no_time(tmp_path: Path) -> None:
    clock, events = Clock(), list[Progress]()
    waits: list[float] = []

    class Held(Pause):
        def wait(self, timeout: float) -> bool:
            waits.append(timeout)
            clock.now += 100.0
            if len(waits) == 3:
                self.clear()
            return not self.requested

    pause = Held()
    task = LineFit(clock=clock, accident=lambda task, step: pause.set() if step == 4 else None)
    plan = Plan(max_steps=10**6, budget_seconds=10.0, validate=Every())
    outcome = run(task, plan=plan, folder=tmp_path, report=events.append, pause=pause, clock=clock)
    assert (outcome.step, outcome.seconds) == (10, 10.0)
    assert len(waits) == 3
    assert min(waits) >= 0.05
    assert messages(events)[:2] == ["Paused at step 5.", "Training goes on."]


def test_cancelling_ends_a_pause(tmp_path: Path) -> None:
    pause, cancel = Pause(), Cancel()
    pause.set()

    def tell(event: Progress) -> None:
        if event.message.startswith("Paused"):
            cancel.request()

    outcome = run(LineFit(), plan=Plan(max_steps=9), folder=tmp_path, report=tell, pause=pause, cancel=cancel)
    assert (outcome.stopped, outcome.step) == ("cancelled", 0)


@pytest.mark.parametrize(("step_seconds", "validation_seconds"), [(1.0, 0.0), (20.0, 0.0), (1.0, 50.0)])
def test_checkpoints_are_never_more_than_a_minute_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step_seconds: float, validation_seconds: float
) -> None:
    clock, saved = Clock(), list[float]()

    class Slow(LineFit):
        def validate(self, step: int) -> Validation:
            clock.now += validation_seconds
            return super().validate(step)

    def save(folder: Path, flat: Flat, *, keep_previous: bool) -> Path:
        saved.append(clock.now)
        return folder

    monkeypatch.setattr(checkpoint, "save", save)
    plan = Plan(max_steps=100, validate=Every(steps=30))
    run(Slow(clock=clock, step_seconds=step_seconds), plan=plan, folder=tmp_path, clock=clock)
    gaps = [later - earlier for earlier, later in itertools.pairwise(saved)]
    # The first validation's length is not known beforehand.
    first_surprise = 1 if validation_seconds else 0
    assert sum(gap > 60.0 for gap in gaps) <= first_surprise
    assert len(saved) > 3


def test_a_remedy_is_told_and_a_changed_shape_lets_go_of_the_best(tmp_path: Path) -> None:
    events: list[Progress] = []

    class Shrinking(LineFit):
        def __init__(self) -> None:
            super().__init__(scores=lambda step: float(step))
            self.entries = torch.zeros(8)

        def weights(self) -> dict[str, torch.Tensor]:
            return {**super().weights(), "entries": self.entries}

        def load_weights(self, weights: Mapping[str, torch.Tensor]) -> None:
            super().load_weights({name: t for name, t in weights.items() if name != "entries"})
            assert weights["entries"].shape == self.entries.shape

    def shrink(task: LineFit, step: int) -> str | None:
        assert isinstance(task, Shrinking)
        if step == 20:
            task.entries = torch.zeros(4)
            return "Level 1 used few of its entries; its codebook was halved."
        return None

    task = Shrinking()
    task.remedy = shrink
    outcome = run(
        task, plan=Plan(max_steps=40, validate=Every(steps=10)), folder=tmp_path, report=events.append
    )
    assert (outcome.best_step, outcome.best_score) == (30, 30.0)
    assert messages(events)[0] == "Level 1 used few of its entries; its codebook was halved."


def test_no_remedy_after_the_last_validation(tmp_path: Path) -> None:
    asked: list[int] = []
    task = LineFit()
    task.remedy = lambda task, step: asked.append(step)
    run(task, plan=Plan(max_steps=30, validate=Every(steps=10)), folder=tmp_path)
    assert asked == [10, 20]
