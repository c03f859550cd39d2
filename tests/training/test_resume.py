from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.training import line_fit
from tests.training.line_fit import LineFit, numbers

from distill.errors import TrainingFailed
from distill.progress import Cancel, Progress
from distill.training import checkpoint
from distill.training.loop import Every, Plan, run

PLAN = Plan(max_steps=60, validate=Every(steps=10), preview=Every(steps=7), seed=3)


def uninterrupted(folder: Path, plan: Plan = PLAN) -> LineFit:
    task = LineFit()
    run(task, plan=plan, folder=folder)
    return task


def newest_state(folder: Path) -> list[object]:
    loaded = checkpoint.load(folder)
    assert loaded is not None
    course = dict(loaded.state["course"])
    # seconds are the machine's; everything else must agree
    fixed = {name: value for name, value in course.items() if not name.endswith("_seconds")}
    return numbers([loaded.state["task"], loaded.state["random"], loaded.state["best"], fixed])


@pytest.mark.parametrize("stops", [[1], [10], [13, 14, 37], [20, 40]])
def test_a_resumed_training_equals_an_uninterrupted_one_bit_by_bit(tmp_path: Path, stops: list[int]) -> None:
    whole = uninterrupted(tmp_path / "whole")
    for stop in [*stops, None]:
        cancel = Cancel()

        def accident(task: LineFit, step: int, stop: int | None = stop, cancel: Cancel = cancel) -> None:
            if stop is not None and step == stop - 1:
                cancel.request()

        random.seed(99), np.random.seed(99), torch.manual_seed(99)  # another process, other states
        task = LineFit(accident=accident)
        run(task, plan=PLAN, folder=tmp_path / "parts", resume=stop != stops[0], cancel=cancel)
    assert numbers(task.weights()) == numbers(whole.weights())
    assert newest_state(tmp_path / "parts") == newest_state(tmp_path / "whole")


def test_a_training_killed_between_checkpoints_equals_an_uninterrupted_one(tmp_path: Path) -> None:
    whole = uninterrupted(tmp_path / "whole")

    def die(task: LineFit, step: int) -> None:
        if step == 33:
            raise KeyboardInterrupt

    clock = line_fit.Clock()
    plan = Plan(max_steps=60, validate=PLAN.validate, preview=PLAN.preview, seed=3, checkpoint_seconds=10.0)
    with pytest.raises(KeyboardInterrupt):
        run(LineFit(accident=die, clock=clock), plan=plan, folder=tmp_path / "parts", clock=clock)
    task = LineFit()
    run(task, plan=plan, folder=tmp_path / "parts", resume=True)
    assert task.steps[0][0] == 30
    assert numbers(task.weights()) == numbers(whole.weights())
    assert newest_state(tmp_path / "parts") == newest_state(tmp_path / "whole")


def test_the_seed_decides(tmp_path: Path) -> None:
    other = Plan(max_steps=60, validate=PLAN.validate, preview=PLAN.preview, seed=4)
    first, again = uninterrupted(tmp_path / "a"), uninterrupted(tmp_path / "b")
    assert numbers(first.weights()) == numbers(again.weights())
    assert numbers(first.weights()) != numbers(uninterrupted(tmp_path / "c", other).weights())


def test_looking_does_not_change_the_training(tmp_path: Path) -> None:
    often = Plan(max_steps=60, validate=Every(steps=3), preview=Every(steps=5), seed=3)
    never = Plan(max_steps=60, validate=Every(), seed=3)
    states = []
    for name, plan in (("often", often), ("never", never)):
        run(LineFit(), plan=plan, folder=tmp_path / name)
        loaded = checkpoint.load(tmp_path / name)
        assert loaded is not None
        states.append(numbers([loaded.state["task"], loaded.state["random"]]))
    assert states[0] == states[1]


def test_training_leaves_the_callers_random_states_alone(tmp_path: Path) -> None:
    task = LineFit()
    torch.manual_seed(1)
    expected = torch.randn(3)
    torch.manual_seed(1)
    run(task, plan=PLAN, folder=tmp_path)
    assert torch.equal(torch.randn(3), expected)


def test_a_damaged_newest_checkpoint_is_told_and_survived(tmp_path: Path) -> None:
    clock, events = line_fit.Clock(), list[Progress]()
    plan = Plan(max_steps=35, validate=PLAN.validate, preview=PLAN.preview, seed=3, checkpoint_seconds=10.0)
    run(LineFit(clock=clock), plan=plan, folder=tmp_path, clock=clock)
    (tmp_path / checkpoint.NEWEST).write_bytes(b"half a file")
    task = LineFit()
    run(task, plan=PLAN, folder=tmp_path, resume=True, report=events.append)
    assert events[0].message == (
        f"The newest checkpoint in {tmp_path} is damaged; training goes on from the one before it, "
        "and repeats at most a few minutes."
    )
    assert [step for step, _, _ in task.steps] == list(range(30, 60))


def test_nothing_to_resume_is_told_and_starts_at_the_beginning(tmp_path: Path) -> None:
    events: list[Progress] = []
    run(LineFit(), plan=Plan(max_steps=3), folder=tmp_path, resume=True, report=events.append)
    assert (
        events[0].message
        == f"There is no training to resume in {tmp_path}; this one starts at the beginning."
    )


def test_a_checkpoint_of_other_settings_is_refused(tmp_path: Path) -> None:
    uninterrupted(tmp_path)

    class Wider(LineFit):
        def __init__(self) -> None:
            super().__init__()
            self.net = torch.nn.Sequential(
                torch.nn.Linear(3, 9), torch.nn.Dropout(0.2), torch.nn.Linear(9, 1)
            )

    with pytest.raises(TrainingFailed) as caught:
        run(Wider(), plan=PLAN, folder=tmp_path, resume=True)
    assert str(caught.value) == (
        f"the checkpoint in {tmp_path} does not fit these settings; resume with the settings it was "
        "started with, or start again from the beginning."
    )


def started(folder: Path, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, line_fit.__file__, str(folder), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def wait_for_step(process: subprocess.Popen[str], step: int) -> None:
    """Read events until training has come that far; the pipe blocks, so nothing is timed."""
    assert process.stdout is not None
    for line in process.stdout:
        if line[:1].isdigit() and int(line.split()[0]) >= step:
            return
    raise AssertionError("training ended before it could be broken into")


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_a_killed_process_loses_no_more_than_since_its_last_checkpoint(tmp_path: Path) -> None:
    process = started(tmp_path / "parts", 60, 0.02, 0.2)
    wait_for_step(process, 30)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL

    task = LineFit()
    plan = Plan(max_steps=60, validate=Every(steps=10), seed=3)
    run(task, plan=plan, folder=tmp_path / "parts", resume=True)
    assert (
        task.steps[0][0] >= 10
    )  # a checkpoint is at most 0.2 s old, ten steps of 0.02 s; slow disks doubled
    assert numbers(task.weights()) == numbers(uninterrupted(tmp_path / "whole", plan).weights())


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_the_first_interrupt_saves_and_stops(tmp_path: Path) -> None:
    process = started(tmp_path, 10**6, 0.02, 60)
    wait_for_step(process, 5)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate()
    assert process.returncode == 130
    assert "Saving and stopping; press Ctrl-C again to stop at once, without saving." in said
    assert "Traceback" not in said
    loaded = checkpoint.load(tmp_path)
    assert loaded is not None
    assert loaded.state["course"]["step"] >= 5


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_the_second_interrupt_stops_at_once(tmp_path: Path) -> None:
    process = started(tmp_path, 10**6, 60, 60)  # one step takes a minute: it cannot be waited for
    wait_for_step(process, 0)
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    assert "press Ctrl-C again" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate()
    assert process.returncode != 0
    assert "KeyboardInterrupt" in said
    loaded = checkpoint.load(tmp_path)
    assert loaded is not None
    assert loaded.state["course"]["step"] == 0
