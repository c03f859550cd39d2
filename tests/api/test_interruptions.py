from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from tests.api import tiny_training
from tests.api.conftest import Train
from tests.api.refusals import sentence
from tests.training.line_fit import messages

from distill.api import trainings
from distill.api.requests import Request
from distill.errors import Cancelled, LibraryBusy
from distill.library.model_file import read_header
from distill.progress import Cancel, Progress

STOPPED = "training of 'mine' stopped at step {}, and everything is saved; go on with: distill train --name 'mine' --resume"


def stopping(cancel: Cancel, when: Callable[[Progress], bool]) -> Callable[[Progress], None]:
    def report(event: Progress) -> None:
        if when(event):
            cancel.request()

    return report


def test_a_training_that_is_stopped_and_resumed_gives_the_model_of_an_uninterrupted_one(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    whole = quick_train([sounds], name="whole", steps=12)
    cancel = Cancel()
    with pytest.raises(Cancelled) as caught:
        quick_train(
            [sounds], steps=12, cancel=cancel, report=stopping(cancel, lambda event: event.task == "train" and event.done == 1)
        )  # fmt: skip
    assert str(caught.value) == STOPPED.format(1)
    assert (tmp_path / "home/training/mine/sounds/index.json").exists()  # they need not be decoded again
    assert not (tmp_path / "home/models/mine.distill").exists()
    rest = quick_train(resume=True)
    assert read_header(rest.path).fingerprint == read_header(whole.path).fingerprint


@pytest.mark.parametrize("task", ["scan", "read"])
def test_stopping_before_there_is_anything_to_keep_leaves_nothing(
    quick_train: Train, sounds: Path, tmp_path: Path, task: str
) -> None:
    cancel = Cancel()
    with pytest.raises(Cancelled):
        quick_train([sounds], cancel=cancel, report=stopping(cancel, lambda event: event.task == task))
    assert not (tmp_path / "home/training/mine").exists()
    assert quick_train([sounds]).stopped == "finished"


def test_stopping_while_the_result_is_measured_keeps_it(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    whole = quick_train([sounds], name="whole")
    cancel = Cancel()
    with pytest.raises(Cancelled) as caught:
        quick_train([sounds], cancel=cancel, report=stopping(cancel, lambda event: event.task == "measure"))
    assert str(caught.value) == STOPPED.format(4)
    rest = quick_train(resume=True)
    assert rest.statistics["steps"] == 4
    assert read_header(rest.path).fingerprint == read_header(whole.path).fingerprint


def test_a_training_killed_before_its_first_checkpoint_starts_at_the_beginning_and_says_so(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    whole = quick_train([sounds], name="whole")
    folder = tmp_path / "home/training/mine"
    Request.checked(name="mine", sounds=[sounds], steps=4, **tiny_training.SIZES).save(folder)
    events: list[Progress] = []
    rest = quick_train(resume=True, report=events.append)
    assert f"There is no training to resume in {folder}; this one starts at the beginning." in messages(
        events
    )
    assert read_header(rest.path).fingerprint == read_header(whole.path).fingerprint


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_a_killed_process_is_resumed_from_its_last_checkpoint(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    whole = quick_train([sounds], name="whole", steps=60)
    home = tmp_path / "home"
    root = Path(tiny_training.__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.api.tiny_training", str(home), "mine", "60", "0.03", str(sounds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=root,
    )
    assert process.stdout is not None
    said = []
    for line in process.stdout:  # blocks, so nothing is timed
        said.append(line)
        task, done, _ = line.split(" ", 2)
        if task == "train" and int(done) >= 20:
            break
    else:
        raise AssertionError(f"training ended before it could be killed: {''.join(said)}")
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    events: list[Progress] = []
    rest = quick_train(resume=True, report=events.append)
    (going_on,) = [one for one in messages(events) if one.startswith("Training goes on from step ")]
    assert int(going_on.split()[-1].rstrip(".")) > 0
    assert rest.statistics["steps"] == 60
    assert read_header(rest.path).fingerprint == read_header(whole.path).fingerprint
    assert not list(home.rglob("*.part"))


def test_a_second_training_of_a_name_is_refused_and_leaves_the_first_alone(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    second: list[str] = []

    def train_it_too(event: Progress) -> None:
        if event.task == ("read" if not second else "train") and event.done and len(second) < 2:
            asked = {"resume": True} if second else {}
            second.append(sentence(LibraryBusy, quick_train, [] if asked else [sounds], **asked))

    first = quick_train([sounds], report=train_it_too)
    assert (
        second
        == [
            "another Distill is training 'mine': wait until it has finished, or stop it; what it has reached is saved."
        ]
        * 2
    )
    assert (first.stopped, first.statistics["steps"]) == ("finished", 4)
    assert {path.name for path in (tmp_path / "home/training").iterdir()} == {"mine", ".locks"}
    assert [known.name for known in trainings(home=tmp_path / "home")] == ["mine"]


def test_sounds_that_another_process_reads_are_left_to_it(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "home/training/mine/sounds"
    folder.mkdir(parents=True)
    with FileLock(folder / ".lock", timeout=0):
        assert sentence(LibraryBusy, quick_train, [sounds]).startswith("another Distill is reading sounds")
        assert (folder / ".lock").exists()
