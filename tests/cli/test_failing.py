from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from distill.errors import BadSound, Cancelled, LibraryBusy

from .conftest import FakeApi, Run

RESYNTH = ("resynth", "a.wav", "--model", "m", "-o", "b.wav")


def test_an_error_is_one_sentence_and_code_2(run: Run, api: FakeApi) -> None:
    def fails(*args: object, **options: object) -> None:
        raise BadSound("birds [1].wav is empty: choose a sound of 0.1 s or more.")

    api.answers["resynth"] = fails
    result = run(*RESYNTH)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == "birds [1].wav is empty: choose a sound of 0.1 s or more.\n"


def test_with_json_an_error_is_a_document_too(run: Run, api: FakeApi) -> None:
    def fails(*args: object, **options: object) -> None:
        raise LibraryBusy("wait.")

    api.answers["resynth"] = fails
    result = run(*RESYNTH, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout) == {"error": "wait."}
    assert result.stderr == "wait.\n"


def test_long_sentences_are_not_wrapped(run: Run, api: FakeApi) -> None:
    sentence = "word " * 100 + "end."

    def fails(*args: object, **options: object) -> None:
        raise BadSound(sentence)

    api.answers["resynth"] = fails
    assert run(*RESYNTH).stderr == f"{sentence}\n"


def test_cancelling_is_130_with_the_sentence(run: Run, api: FakeApi) -> None:
    def stopped(*args: object, **options: object) -> None:
        raise Cancelled("training stopped at step 12; go on with --resume.")

    api.answers["train"] = stopped
    result = run("train", "sounds", "--name", "a")
    assert result.exit_code == 130
    assert result.stderr == "training stopped at step 12; go on with --resume.\n"


def test_a_hard_interrupt_is_130_too(run: Run, api: FakeApi) -> None:
    def interrupted(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    api.answers["resynth"] = interrupted
    result = run(*RESYNTH)
    assert result.exit_code == 130
    assert result.stderr == "Stopped at once.\n"


def test_the_unexpected_leaves_its_traceback_in_a_file(run: Run, api: FakeApi, tmp_path: Path) -> None:
    def breaks(*args: object, **options: object) -> None:
        raise ZeroDivisionError("by nothing\nat all")

    api.answers["resynth"] = breaks
    result = run(*RESYNTH, "--json", "--home", str(tmp_path / "mine"))
    (log,) = (tmp_path / "mine" / "logs").iterdir()
    sentence = (
        "something unexpected happened (ZeroDivisionError: by nothing), and that is a fault of Distill; "
        f"details are in {log}: send that file along when you report it."
    )
    assert result.exit_code == 1
    assert result.stderr == f"{sentence}\n"
    assert json.loads(result.stdout) == {"error": sentence}
    assert "Traceback" not in result.output
    assert "ZeroDivisionError: by nothing\nat all" in log.read_text()


def test_where_no_log_can_be_written_the_sentence_still_comes(
    run: Run, api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: object, **options: object) -> None:
        raise KeyError

    blocked = tmp_path / "a file"
    blocked.touch()
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(blocked))
    api.answers["resynth"] = breaks
    result = run(*RESYNTH, f"--home={blocked}")
    assert result.exit_code == 1
    assert result.stderr == (
        "something unexpected happened (KeyError), and the details could not be written anywhere.\n"
    )


def test_a_full_disk_is_said_as_such(run: Run, api: FakeApi) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    api.answers["resynth"] = full
    result = run(*RESYNTH)
    assert (result.exit_code, result.stderr) == (
        2,
        "the disk is full: make room, then try again; nothing was left half-written.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--bogus"], "No such option: --bogus; 'distill --help' shows what can be given."),
        (["train"], "Missing option '--name' / '-n'; 'distill train --help' shows what can be given."),
        (
            ["trian"],
            "No such command 'trian'. Did you mean 'train'? 'distill --help' shows what can be given.",
        ),
        (
            ["train", "x", "--name", "n", "--tier", "high"],
            "Invalid value for '--tier': 'high' is not one of 'draft', 'standard'; "
            "'distill train --help' shows what can be given.",
        ),
    ],
)
def test_a_wrong_option_is_one_sentence_and_code_2(run: Run, arguments: list[str], sentence: str) -> None:
    result = run(*arguments, "--json")
    assert result.exit_code == 2
    assert result.stderr == f"{sentence}\n"
    assert json.loads(result.stdout) == {"error": sentence}


SCRIPT = """
import sys, time
from types import ModuleType
import distill
from distill.errors import Cancelled

api = ModuleType("distill.api")

def work(*args, cancel, **options):
    print("ready", flush=True)
    while PATIENT or not cancel.requested:
        time.sleep(0.01)
        if cancel.requested and PATIENT:
            print("asked", flush=True)
            time.sleep(30)
    raise Cancelled("saved and stopped.")

api.train = api.resynth = work
sys.modules["distill.api"] = distill.api = api
from distill.cli import main
main()
"""


def interrupted(times: int, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, and press Ctrl-C so many times, each once it is waited for."""
    code = SCRIPT.replace("PATIENT", str(times > 1))
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"DISTILL_HOME": str(home)},
    )
    assert process.stdout is not None
    try:
        for word in ["ready", "asked"][:times]:
            assert process.stdout.readline().strip() == word
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
class TestControlC:
    def test_the_first_one_saves_and_says_so(self, tmp_path: Path) -> None:
        done = interrupted(1, "train", "x", "--name", "n", home=tmp_path)
        assert done.returncode == 130
        assert done.stderr.splitlines() == [
            "Saving and stopping; press Ctrl-C again to stop at once, without saving.",
            "saved and stopped.",
        ]

    def test_the_second_one_stops_at_once(self, tmp_path: Path) -> None:
        done = interrupted(2, "train", "x", "--name", "n", home=tmp_path)
        assert done.returncode == 130
        assert done.stderr.splitlines()[-1] == "Stopped at once."
        assert "Traceback" not in done.stderr

    def test_other_commands_stop_at_the_next_safe_point(self, tmp_path: Path) -> None:
        done = interrupted(1, *RESYNTH, home=tmp_path)
        assert (done.returncode, done.stderr) == (130, "saved and stopped.\n")

    def test_other_commands_stop_at_once_the_second_time(self, tmp_path: Path) -> None:
        done = interrupted(2, *RESYNTH, home=tmp_path)
        assert (done.returncode, done.stderr) == (130, "Stopped at once.\n")
