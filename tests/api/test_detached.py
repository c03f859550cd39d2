from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.api.tiny_trainer import tiny_trainer
from tests.api.tiny_training import SIZES

from distill.api import DetachedTraining, models, trainings
from distill.api.detached.record import Record
from distill.api.detached.story import Story
from distill.api.requests import Request
from distill.errors import BadCollection, BadSetting, LibraryBusy, NameTaken, TrainingFailed

Make = Callable[..., DetachedTraining]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Watch the one training of a user folder, as often as one likes; what still runs at the end is ended."""
    watchers: list[DetachedTraining] = []

    def watch(step_seconds: float = 0.0) -> DetachedTraining:
        watchers.append(DetachedTraining(tmp_path / "home", program=tiny_trainer(step_seconds)))
        return watchers[-1]

    yield watch
    for training in watchers:
        if training.record.held():
            training.kill()
            until(lambda training=training: not training.record.held())  # type: ignore[misc]


def until(true: Callable[[], bool], seconds: float = 180.0) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def until_step(training: DetachedTraining, step: int) -> None:
    """Wait until so many steps are taken."""

    def there() -> bool:
        progress = training.story().progress
        assert training.state() in ("none", "starting", "running"), training.story().end
        return progress is not None and progress["task"] == "train" and progress["done"] >= step

    until(there)


def test_a_training_in_a_process_of_its_own_puts_its_model_into_the_library_and_tells_its_story(
    make: Make, sounds: Path, tmp_path: Path
) -> None:
    training = make()
    training.start([sounds], name="mine", steps=8, device="cpu", **SIZES)
    assert training.state() in ("starting", "running")
    with pytest.raises(LibraryBusy) as caught:
        make().start([sounds], name="other")  # another server finds it
    assert str(caught.value).startswith("a training is under way already")
    until(lambda: training.state() not in ("starting", "running"))
    story = training.story()
    assert training.state() == "done", story.end
    assert [entry.name for entry in models(home=tmp_path / "home")] == ["mine"]
    assert story.end is not None
    assert story.end["card"][0] == "Model 'mine'"
    assert [left["name"] for left in story.end["left_out"]] == ["notes.txt"]
    assert [len(story.health), story.part] == [3, 3]
    assert story.curve[-1][0] == 8
    assert all(Path(path).exists() for path in story.previews[-1][1])
    training.clear()
    assert make().state() == "none"


@pytest.mark.parametrize(("held_out", "point"), [(3.0, (5, 1.0, 3.0, 100.0)), (None, (5, 1.0, None, 101.0))])
def test_a_curve_holds_what_was_measured(held_out: float | None, point: tuple[float | None, ...]) -> None:
    story = Story()
    figures = {"own": 1.0, "score": 102.0} | ({} if held_out is None else {"held_out": held_out})
    silent = {"message": "", "previews": [], "health": [], "total": 0}
    story.take({"event": "progress", "task": "train", "done": 5, "figures": figures, **silent})
    assert story.curve == [point]


def test_a_trainer_that_was_killed_is_found_interrupted_and_goes_on_from_its_last_save(
    make: Make, sounds: Path
) -> None:
    training = make(0.1)
    training.start([sounds], name="mine", steps=30, device="cpu", **SIZES)
    until_step(training, 8)
    pid = training.story().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: not training.record.held())
    later = make()  # another server, after a restart
    assert later.state() == "killed"
    assert [(known.name, known.finished) for known in trainings(home=later.home)] == [("mine", False)]
    later.go_on()
    until(lambda: later.state() == "done")
    assert "Training goes on from step" in " ".join(later.story().messages)
    assert later.story().curve[0][0] < 8  # what was measured before is still there


def test_a_pause_holds_the_steps_and_stopping_saves_them(make: Make, sounds: Path) -> None:
    training = make(0.05)
    training.start([sounds], name="mine", steps=400, device="cpu", **SIZES)
    until_step(training, 3)
    training.pause()
    until(lambda: any(text.startswith("Paused at step") for text in training.story().messages))
    assert training.state() == "paused"
    assert make().state() == "paused"
    training.unpause()
    until(lambda: "Training goes on." in training.story().messages)
    training.stop()
    until(lambda: training.state() == "stopped")
    until(lambda: not training.record.held())
    with pytest.raises(BadSetting):
        training.pause()


def asked_for(training: DetachedTraining) -> Record:
    """Write down that a training is to be done, and that no trainer has come yet."""
    record = Record(training.record.folder)
    record.ask({"sounds": ["x"], "name": "mine"}, afresh=True)
    record.add({"event": "asked", "name": "mine"})
    return record


def waiting(training: DetachedTraining, **wish: Any) -> None:
    """Leave a training as it is when it was stopped: its request is unfinished."""
    Request.checked(name="mine", sounds=["x"], steps=9).save(training.home / "training" / "mine")
    record = Record(training.record.folder)
    record.ask({"sounds": ["x"], "name": "mine", "device": "cpu", **wish}, afresh=True)
    record.add({"event": "asked", "name": "mine"})
    record.add({"event": "begin", "pid": 1})
    record.add({"event": "end", "state": "stopped", "error": ""})


def test_a_longer_training_that_was_stopped_goes_on(tmp_path: Path) -> None:
    training = DetachedTraining(tmp_path / "home", program=(sys.executable, "-c", "pass"))
    waiting(training, longer=True, minutes=5.0)
    training.go_on()
    assert training.asked() == {
        "sounds": [], "name": "mine", "home": str(training.home), "device": "cpu", "resume": True,
    }  # fmt: skip


def test_going_on_that_fails_never_starts_afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    training = DetachedTraining(tmp_path / "home", program=("must not be started",))
    waiting(training, replace=True)
    asked: list[dict[str, Any]] = []

    def start(sounds: object = (), **wish: Any) -> None:
        asked.append(wish)
        raise TrainingFailed("the training's process could not be started.")

    monkeypatch.setattr(training, "start", start)
    with pytest.raises(TrainingFailed):
        training.go_on()
    assert asked == [{"name": "mine", "device": "cpu", "resume": True}]


def test_a_new_training_is_not_told_of_as_the_one_before(sounds: Path, tmp_path: Path) -> None:
    training = DetachedTraining(tmp_path / "home", program=(sys.executable, "-c", "pass"))
    training.start([sounds], name="mine")
    until(lambda: training.state() == "failed")
    training.start([sounds], name="another one of a longer name")
    assert training.story().name == "another one of a longer name"


def test_a_process_number_that_belongs_to_another_program_by_now_is_left_alone(
    make: Make,
) -> None:
    training = make()
    record = asked_for(training)
    record.add({"event": "begin", "pid": os.getpid()})  # that is this test, which holds no lock
    old = time.time() - 1000
    os.utime(record.folder / "asked.json", (old, old))
    assert training.state() == "killed"
    with pytest.raises(BadSetting):
        training.kill()


def test_a_trainer_that_comes_just_after_its_lock_was_looked_at_runs(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = make()
    record = asked_for(training)
    looks = iter([False, True])

    def look() -> bool:
        found = next(looks)
        if not found:
            record.add({"event": "begin", "pid": os.getpid()})
        return found

    with monkeypatch.context() as patched:
        patched.setattr(training.record, "held", look)
        assert training.state() == "running"


def test_a_trainer_that_comes_just_after_the_record_was_read_is_not_taken_for_a_killed_one(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = make()
    record = asked_for(training)

    def asked() -> dict[str, Any]:
        record.add({"event": "begin", "pid": os.getpid()})
        return record.asked()

    with monkeypatch.context() as patched:
        patched.setattr(training.record, "asked", asked)
        assert training.state() == "starting"


def test_what_cannot_be_trained_is_refused_before_a_process_is_started(
    make: Make, sounds: Path, home: Path, tmp_path: Path
) -> None:
    training = DetachedTraining(home, program=("must not be started",))
    with pytest.raises(NameTaken):
        training.start([sounds], name="tiny")
    with pytest.raises(BadSetting):
        training.start([sounds], name="new", codebook_size=7)
    with pytest.raises(BadSetting):
        training.start([sounds], name="../out")
    with pytest.raises(BadCollection):
        training.start([], name="new")
    with pytest.raises(BadSetting):
        training.start(name="new", resume=True)
    with pytest.raises(BadSetting):
        training.go_on()
    assert training.state() == "none"


def test_a_trainer_that_fails_says_its_sentence(make: Make, tmp_path: Path) -> None:
    (tmp_path / "empty.wav").write_bytes(b"")
    training = make()
    training.start([tmp_path / "empty.wav"], name="mine", device="cpu")
    until(lambda: training.state() == "failed")
    assert training.story().end is not None
    assert "empty.wav is empty" in training.error()


def test_a_trainer_that_never_comes_is_told_with_the_place_of_its_last_words(
    sounds: Path, tmp_path: Path
) -> None:
    training = DetachedTraining(
        tmp_path / "home", program=(sys.executable, "-c", "raise SystemExit('no memory')")
    )
    training.start([sounds], name="mine")
    until(lambda: training.state() == "failed")
    assert "did not start" in training.error()
    assert training.record.output.read_text().strip() == "no memory"
    training.program = (str(tmp_path / "no such program"),)
    with pytest.raises(TrainingFailed):
        training.start([sounds], name="mine")
    assert training.state() == "none"


def test_a_line_that_is_half_written_or_damaged_costs_nothing_else(tmp_path: Path) -> None:
    record = Record(tmp_path)
    record.add({"event": "asked", "name": "mine"})
    with open(record.events, "ab") as file:
        file.write(b"\xff not a line\n[1]\n" + b'{"event": "begin", "pid"')
    story = Story()
    events, offset = record.read(0)
    for event in events:
        story.take(event)
    assert (story.name, story.pid) == ("mine", None)
    with open(record.events, "ab") as file:
        file.write(b': 7, "at": 1}\n')
    events, _ = record.read(offset)
    assert [event["pid"] for event in events] == [7]
