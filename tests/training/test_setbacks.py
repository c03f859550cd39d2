from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from tests.training.line_fit import Clock, LineFit, messages

from distill.errors import DeviceUnavailable, NoSpace, TrainingFailed
from distill.progress import Cancel, Progress
from distill.training import checkpoint
from distill.training.loop import Every, Plan, run
from distill.training.tree import Flat

NAN = float("nan")


def test_a_loss_that_is_no_number_is_taken_back_and_the_rate_halved(tmp_path: Path) -> None:
    clock, events, accidents = Clock(), list[Progress](), [17, 17]

    def nan_twice(task: LineFit, step: int) -> Mapping[str, float] | None:
        if accidents and step == accidents[0]:
            accidents.pop()
            return {"loss": NAN}
        return None

    task = LineFit(clock=clock, accident=nan_twice)
    plan = Plan(max_steps=30, checkpoint_seconds=10.0)
    outcome = run(task, plan=plan, folder=tmp_path, report=events.append, clock=clock)
    assert (outcome.step, outcome.rollbacks, outcome.seconds) == (30, 2, 30.0 + 2 * 8)
    assert task.rate == 0.0025
    assert [step for step, _, _ in task.steps][16:20] == [16, 17, 10, 11]
    assert (
        messages(events)[:2]
        == [
            "At step 17 the loss stopped being a number; training went back to step 10 and learns half as fast "
            "from here."
        ]
        * 2
    )


def test_a_spoilt_weight_is_never_saved(tmp_path: Path) -> None:
    """The loss of the step that spoils a weight is still finite; the checkpoint right after it must not keep it."""
    clock, events, spoilt = Clock(), list[Progress](), list[int]()

    def spoil(task: LineFit, step: int) -> Mapping[str, float] | None:
        if step == 19 and not spoilt:
            spoilt.append(step)
            with torch.no_grad():
                task.net.get_parameter("0.weight")[0, 0] = NAN
            return {"loss": 1.0, "average": 1.0}
        return None

    task = LineFit(clock=clock, accident=spoil)
    plan = Plan(max_steps=30, checkpoint_seconds=10.0)
    outcome = run(task, plan=plan, folder=tmp_path, report=events.append, clock=clock)
    assert (outcome.step, outcome.rollbacks) == (30, 1)
    assert messages(events)[0].startswith(
        "At step 20 task/net/0.weight stopped being a number; training went back"
    )
    assert all(bool(torch.isfinite(tensor).all()) for tensor in task.weights().values())


def test_a_validation_that_is_no_number_is_taken_back(tmp_path: Path) -> None:
    scores = iter([1.0, NAN, 0.5, 0.4])
    task = LineFit(scores=lambda step: next(scores))
    outcome = run(task, plan=Plan(max_steps=20, validate=Every(steps=10)), folder=tmp_path)
    assert (outcome.rollbacks, outcome.step, outcome.best_score) == (1, 20, 0.4)


def test_the_sixth_return_ends_in_a_sentence(tmp_path: Path) -> None:
    task = LineFit(accident=lambda task, step: {"loss": NAN} if step == 3 else None)
    with pytest.raises(TrainingFailed) as caught:
        run(task, plan=Plan(max_steps=30), folder=tmp_path)
    assert str(caught.value) == (
        "training went wrong at step 3: the loss stopped being a number, after going back and learning more slowly "
        f"5 times; what was reached until step 0 is saved in {tmp_path}; look for a broken sound in the collection, "
        "or train again with another seed."
    )
    assert task.rate == 0.01 / 2**5


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError("MPS backend out of memory"),
    ],
)
def test_running_out_of_memory_halves_the_batch(tmp_path: Path, error: Exception) -> None:
    events: list[Progress] = []

    def greedy(task: LineFit, step: int) -> None:
        if step == 4 and task.steps[-1][1] > 2:
            raise error

    task = LineFit(accident=greedy)
    outcome = run(task, plan=Plan(max_steps=8, batch_size=8), folder=tmp_path, report=events.append)
    assert [size for _, size, _ in task.steps] == [8, 8, 8, 8, 8, 4, 2, 2, 2, 2]
    assert (outcome.step, outcome.batch_size) == (8, 2)
    assert messages(events)[:2] == [
        "Memory ran out with 8 crops a step; training goes on with 4.",
        "Memory ran out with 4 crops a step; training goes on with 2.",
    ]


def test_no_memory_for_the_smallest_batch_is_one_sentence(tmp_path: Path) -> None:
    def greedy(task: LineFit, step: int) -> None:
        raise MemoryError

    with pytest.raises(TrainingFailed) as caught:
        run(
            LineFit(accident=greedy),
            plan=Plan(max_steps=8, batch_size=8, min_batch_size=3),
            folder=tmp_path,
        )
    assert str(caught.value) == (
        f"memory ran out at step 0 with 4 crops a step; what was reached until step 0 is saved in {tmp_path}; "
        "close other programs and resume, or train again with a smaller width."
    )


def test_a_lost_device_is_one_sentence(tmp_path: Path) -> None:
    def lose(task: LineFit, step: int) -> None:
        if step == 2:
            raise torch.AcceleratorError("CUDA error: unspecified launch failure\nmore\nlines")

    with pytest.raises(DeviceUnavailable) as caught:
        run(LineFit(accident=lose), plan=Plan(max_steps=8), folder=tmp_path)
    assert str(caught.value) == (
        "the device failed at step 2 (CUDA error: unspecified launch failure); what was reached until step 0 is "
        f"saved in {tmp_path}; resume, with the CPU as device if it fails again."
    )


def test_a_fault_of_ours_stays_a_fault(tmp_path: Path) -> None:
    def broken(task: LineFit, step: int) -> None:
        raise RuntimeError("shapes do not match")

    with pytest.raises(RuntimeError, match=r"^shapes do not match$"):
        run(LineFit(accident=broken), plan=Plan(max_steps=8), folder=tmp_path)


def test_a_full_disk_does_not_stop_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, events, calls = Clock(), list[Progress](), list[bool]()
    whole = checkpoint.save

    def full_twice(folder: Path, flat: Flat, *, keep_previous: bool) -> Path:
        calls.append(keep_previous)
        if len(calls) <= 2:
            raise NoSpace("the training could not be saved; free some space.")
        return whole(folder, flat, keep_previous=keep_previous)

    monkeypatch.setattr(checkpoint, "save", full_twice)
    plan = Plan(max_steps=100, checkpoint_seconds=30.0)
    outcome = run(LineFit(clock=clock), plan=plan, folder=tmp_path, report=events.append, clock=clock)
    assert outcome.step == 100
    assert calls == [False, False, False, True, True]
    assert (
        messages(events)[:2]
        == [
            "Not saved this time: the training could not be saved; free some space. "
            "Training goes on and tries again later."
        ]
        * 2
    )


def test_a_cancel_that_cannot_be_saved_says_so(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    cancel = Cancel()
    cancel.request()
    with pytest.raises(NoSpace, match="could not be saved"):
        run(LineFit(), plan=Plan(max_steps=9), folder=tmp_path / "taken", cancel=cancel)


def test_a_preview_that_cannot_be_written_does_not_stop_training(tmp_path: Path) -> None:
    (tmp_path / "previews").write_text("in the way", encoding="utf-8")
    events: list[Progress] = []
    plan = Plan(max_steps=9, preview=Every(steps=4))
    assert run(LineFit(), plan=plan, folder=tmp_path, report=events.append).step == 9
    assert messages(events)[0].startswith("No preview this time: ")
