"""The folder through which a detached training and its watchers speak.

::

    asked.json     what is to be done: the keywords of distill.api.train
    lock           held by the trainer as long as it lives: a lock ends with its process, however that ends
    switch         "pause" or "stop", written by a watcher; not there: go on
    events.jsonl   what happened, one JSON value a line
    output.txt     what the trainer said where nobody listens

A process number alone would say little: it may belong to another program by now. Whether somebody trains is asked of the lock.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from distill.replacing import replacing

__all__ = ["Record"]

_TRIES, _BETWEEN_SECONDS = 4, 0.01  # two who look at the same moment stand in each other's way


class Record:
    """The files of one detached training.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events = folder / "events.jsonl"
        self.output = folder / "output.txt"
        self._asked = folder / "asked.json"
        self._switch = folder / "switch"

    def lock(self, timeout: float = 0.0) -> FileLock:
        """Return the lock that the trainer holds."""
        return FileLock(self.folder / "lock", timeout=timeout, thread_local=False)

    def starting(self) -> FileLock:
        """Return the lock that is held while a trainer is started: two watchers must not start two."""
        return FileLock(self.folder.parent / ".run.lock", timeout=10.0, thread_local=False)

    def held(self) -> bool:
        """Whether a trainer lives."""
        if not (self.folder / "lock").exists():
            return False
        for _ in range(_TRIES):
            try:
                with self.lock():
                    return False
            except Timeout:
                time.sleep(_BETWEEN_SECONDS)
            except OSError:
                return False
        return True

    def ask(self, wish: Mapping[str, Any], *, afresh: bool) -> None:
        """Write down what is to be done, and forget what was done before, or only how it ended."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in (self._switch, self.folder / "taken", *((self.events, self.output) if afresh else ())):
            path.unlink(missing_ok=True)
        with replacing(self._asked) as file:
            file.write(json.dumps(dict(wish), indent=1).encode())

    def asked(self) -> dict[str, Any]:
        """Return what is to be done; empty if nothing is."""
        try:
            wish = json.loads(self._asked.read_bytes())
        except (OSError, ValueError):
            return {}
        return wish if isinstance(wish, dict) else {}

    def asked_seconds_ago(self) -> float:
        """How long ago that was written."""
        try:
            return abs(time.time() - self._asked.stat().st_mtime)
        except OSError:
            return float("inf")

    def switch(self, position: str) -> None:
        """Ask the trainer to ``"pause"``, to ``"stop"``, or to go on (``""``)."""
        if not position:
            self._switch.unlink(missing_ok=True)
            return
        with replacing(self._switch) as file:
            file.write(position.encode())

    def switched(self) -> str:
        """What the trainer is asked for."""
        with suppress(OSError):
            return self._switch.read_text(encoding="ascii", errors="replace").strip()
        return ""

    def add(self, event: Mapping[str, Any]) -> None:
        """Add an event. A disk that is full costs the record, never the training."""
        with suppress(OSError, ValueError), open(self.events, "ab") as file:
            line = json.dumps({"at": round(time.time(), 2), **event}, allow_nan=False)
            file.write(line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self, offset: int) -> tuple[list[dict[str, Any]], int]:
        """Return the events written since, and where to read on; a line that is not yet whole waits."""
        try:
            with open(self.events, "rb") as file:
                file.seek(offset)
                text = file.read()
        except OSError:
            return [], 0
        whole = text.rfind(b"\n") + 1
        events = []
        for line in text[:whole].splitlines():
            with suppress(ValueError):
                event = json.loads(line)
                if isinstance(event, dict):
                    events.append(event)
        return events, offset + whole
