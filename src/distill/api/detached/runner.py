"""Start a training in a process of its own, find it again, pause it, stop it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from filelock import Timeout

from distill.api.detached.launching import launched
from distill.api.detached.record import Record
from distill.api.detached.story import Story
from distill.api.requests import Request, training_folder
from distill.errors import BadSetting, LibraryBusy, TrainingFailed
from distill.home import home as user_folder
from distill.library.catalog import Catalog
from distill.replacing import why_not

__all__ = ["DetachedTraining", "State"]

State = Literal["none", "starting", "running", "paused", "stopping", "done", "stopped", "failed", "killed"]
STARTING_SECONDS = 60.0  # a trainer may take to say its first word, on a slow machine with a cold disk
ONE = "a training is under way already; wait for it, or stop it: what it has reached is saved."


class DetachedTraining:
    """The one training that a user folder may have under way in the background.

    Parameters
    ----------
    home : path, optional
        The user folder.
    program : sequence of str
        The trainer; the record's folder is given to it.

    Examples
    --------
    ::

        training = DetachedTraining()
        training.start(sounds=["my sounds"], name="mine")
        training.state()   # "running", also in tomorrow's process
        training.stop()    # what is reached is saved; training.go_on() resumes it
    """

    def __init__(
        self,
        home: Path | str | None = None,
        *,
        program: Sequence[str] = (sys.executable, "-m", "distill.api.detached.child"),
    ) -> None:
        self.home = user_folder(home).absolute()
        self.program = tuple(program)
        self.record = Record(self.home / "training" / ".run")
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.RLock()
        self._story, self._read = Story(), 0

    def start(self, sounds: Sequence[Path | str] = (), *, name: str, **asked: Any) -> None:
        """Begin a training; keywords, JSON values all, as those of :func:`distill.api.train`.

        Raises
        ------
        LibraryBusy
            If one is under way.
        BadCollection, BadSetting, NameTaken, TrainingFailed
            As :func:`distill.api.train`, as far as can be told before the sounds are read.
        """
        self._check(sounds, name=name, **asked)
        going_on = bool(asked.get("resume") or asked.get("longer"))
        with self._lock:
            try:
                with self.record.starting():
                    if self.state() in ("starting", "running", "paused", "stopping"):
                        raise LibraryBusy(ONE)
                    same = going_on and self.story().name == name
                    self.record.ask(
                        {
                            "sounds": [str(sound) for sound in sounds],
                            "name": name,
                            "home": str(self.home),
                            **asked,
                        },
                        afresh=not same,
                    )
                    self._story, self._read = Story(), 0
                    self.record.add({"event": "asked", "name": name})
                    try:
                        self._process = launched(
                            [*self.program, str(self.record.folder)], output=self.record.output
                        )
                    except OSError as error:
                        self.record.ask({}, afresh=True)
                        raise TrainingFailed(
                            f"the training's process could not be started ({why_not(error)}); close other programs and try again."
                        ) from None
                    self._wait_for_its_lock()
            except Timeout:
                raise LibraryBusy(ONE) from None

    def go_on(self) -> None:
        """Resume what was stopped or killed, or do it again where nothing was reached yet.

        Raises
        ------
        BadSetting
            If nothing is waiting to go on.
        """
        wish = self.record.asked()
        if not wish or self.state() not in ("stopped", "killed", "failed"):
            raise BadSetting("there is no training here that waits to go on; start one.")
        name, sounds = str(wish.pop("name")), wish.pop("sounds", ())
        wish.pop("home", None)
        if self._is_unfinished(name):  # also one that was to be trained longer: it was stopped on its way
            self.start(name=name, device=wish.get("device", "auto"), resume=True)
        else:
            self.start(sounds, name=name, **wish)

    def pause(self) -> None:
        """Ask it to wait after its current step."""
        self._switch("pause")

    def unpause(self) -> None:
        """Let it go on."""
        self._switch("")

    def stop(self) -> None:
        """Ask it to save what is reached and end."""
        self._switch("stop")

    def kill(self) -> None:
        """End it at once: at most a minute's work is lost."""
        self._switch("stop")
        pid = self.story().pid
        if pid is not None and self.record.held():  # the number is the lock's holder, nobody else's
            with suppress(OSError):
                os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))

    def clear(self) -> None:
        """Forget how the last one ended.

        Raises
        ------
        LibraryBusy
            If it has not.
        """
        with self._lock:
            if self.state() in ("starting", "running", "paused", "stopping"):
                raise LibraryBusy(ONE)
            self.record.ask({}, afresh=True)
            self._story, self._read = Story(), 0

    def state(self) -> State:
        """How it goes."""
        with self._lock:
            had_come = self.story().pid is not None
            held = self.record.held()
            story = self.story()
            if not held and not had_come and story.pid is not None:
                held, story = self.record.held(), self.story()  # it took the lock after the look at it
            if held and story.end is None:
                switched = self.record.switched()
                return "stopping" if switched == "stop" else "paused" if switched == "pause" else "running"
            wish = self.record.asked()
            if not wish:
                return "none"
            if story.end is not None:
                end = str(story.end.get("state"))
                return "done" if end == "done" else "stopped" if end == "stopped" else "failed"
            if story.pid is not None:
                return "killed"
            return "starting" if self._may_come() else "failed"

    def story(self) -> Story:
        """What has happened so far."""
        with self._lock:
            with suppress(OSError):
                if self._read > self.record.events.stat().st_size:  # another one has begun
                    self._story, self._read = Story(), 0
            events, self._read = self.record.read(self._read)
            if not self._read:
                self._story = Story()
            for event in events:
                with suppress(KeyError, TypeError, ValueError):  # a line that a crash has spoilt
                    self._story.take(event)
            return self._story

    def error(self) -> str:
        """Why it failed, in a sentence; empty if it has not."""
        if self.state() != "failed":
            return ""
        end = self.story().end
        if end is not None:
            return str(end.get("error", ""))
        return f"the training's process did not start; what it said is in {self.record.output}, and going on tries again."

    def asked(self) -> Mapping[str, Any]:
        """What was asked of it."""
        return self.record.asked()

    def _is_unfinished(self, name: str) -> bool:
        """Whether a training of that name waits to be resumed."""
        with suppress(BadSetting, TrainingFailed):
            Request.load(training_folder(Catalog(self.home), name), name, finished=False)
            return True
        return False

    def _check(self, sounds: Sequence[Path | str], *, name: str, **asked: Any) -> None:
        """Refuse here what the trainer would refuse as its first word."""
        catalog = Catalog(self.home)
        folder = training_folder(catalog, name)
        longer = bool(asked.get("longer"))
        if asked.get("resume") or longer:
            request = Request.load(folder, name, finished=longer)
            if longer:
                request.longer(minutes=asked.get("minutes"), steps=asked.get("steps"))
            return
        wish = {key: value for key, value in asked.items() if key not in ("device", "resume", "longer")}
        wish = {"replace": False, "leave_out": (), "trim": None, **wish}
        Request.new(catalog, folder, name, sounds, **wish)

    def _switch(self, position: str) -> None:
        if self.state() not in ("starting", "running", "paused", "stopping"):
            raise BadSetting("there is no training under way; it has ended.")
        self.record.switch(position)

    def _may_come(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            return False  # it has come, and gone
        return self.record.asked_seconds_ago() < STARTING_SECONDS

    def _wait_for_its_lock(self) -> None:
        """Wait a moment for the trainer: most often its first word comes at once."""
        until = time.monotonic() + 0.5
        while time.monotonic() < until and self._process is not None and self._process.poll() is None:
            if self.record.held():
                return
            time.sleep(0.02)
