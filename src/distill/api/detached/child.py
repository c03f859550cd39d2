"""The trainer: ``python -m distill.api.detached.child FOLDER`` does what :class:`Record` asks for, and keeps a record of it."""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from filelock import Timeout

from distill.api.detached.record import Record
from distill.api.library import show
from distill.api.training import train
from distill.config import Augmentation
from distill.errors import Cancelled, DistillError
from distill.priority import give_way
from distill.progress import Cancel, Progress
from distill.training.interrupt import Pause
from distill.unexpected import told

__all__ = ["main", "run"]

LOOK_SECONDS = 0.2  # between two looks at the switch
PATIENCE_SECONDS = (
    120.0  # for a training that was asked to stop; then it ends as it is, a minute of work poorer
)
FIRST_SECONDS, LAST_SECONDS = 0.4, 10.0  # between two events that only tell figures: longer and longer


class Teller:
    """Writes events down, and of those that only tell figures no more than anybody wants to see."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._began = time.monotonic()
        self._last = -math.inf
        self._task = ""

    def __call__(self, event: Progress) -> None:
        """Take an event."""
        now = time.monotonic()
        pause = min(LAST_SECONDS, max(FIRST_SECONDS, (now - self._began) / 1000))
        over = event.total > 0 and event.done >= event.total
        judged = bool(event.message or event.health or event.previews or "score" in event.figures)
        if not (judged or over or event.task != self._task or now - self._last >= pause):
            return
        self._last, self._task = now, event.task
        told = event.to_json()
        told["figures"] = {
            name: value if math.isfinite(value) else None for name, value in event.figures.items()
        }
        self._record.add({"event": "progress", **told})


class Switches:
    """Turns what the record says into :class:`Cancel` and :class:`Pause`; a training that hangs is ended."""

    def __init__(self, record: Record) -> None:
        self.cancel, self.pause = Cancel(), Pause()
        self._record = record
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="distill switches", daemon=True)

    def __enter__(self) -> Switches:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        asked_at = math.inf
        while not self._over.wait(LOOK_SECONDS):
            position = self._record.switched()
            if position == "stop" and not self.cancel.requested:
                self.cancel.request()
            if position == "pause":
                self.pause.set()
            else:
                self.pause.clear()
            if self.cancel.requested:
                asked_at = min(asked_at, time.monotonic())
            if time.monotonic() - asked_at > PATIENCE_SECONDS:
                os._exit(3)


def run(record: Record) -> int:
    """Do what is asked, and write down how it ended; return the process's exit status."""
    try:
        with record.lock(timeout=20.0):
            wish = record.asked()
            record.add({"event": "begin", "pid": os.getpid()})
            with Switches(record) as switches:
                signal.signal(signal.SIGINT, lambda *_: switches.cancel.request())
                signal.signal(signal.SIGTERM, lambda *_: switches.cancel.request())
                end = _end(wish, record, switches)
            record.add({"event": "end", **end})
    except Timeout:
        return 4  # another trainer is at work
    return 0 if end["state"] == "done" else 1


def _end(wish: dict[str, Any], record: Record, switches: Switches) -> dict[str, Any]:
    asked = dict(wish)
    home = asked.pop("home", None)
    augmentation = asked.pop("augmentation", None)
    try:
        trained = train(
            asked.pop("sounds", ()),
            **asked,
            augmentation=Augmentation.model_validate(augmentation) if augmentation else None,
            home=home,
            report=Teller(record),
            cancel=switches.cancel,
            pause=switches.pause,
        )
        card, figures = show(trained.name, home=home)
    except Cancelled as error:
        return {"state": "stopped", "error": str(error)}
    except DistillError as error:
        return {"state": "failed", "error": str(error)}
    except Exception as error:
        return {"state": "failed", "error": told(error, home)}
    return {
        "state": "done",
        "name": trained.name,
        "early": trained.stopped == "early",
        "sentences": list(trained.sentences),
        "card": card.splitlines(),
        "figures": figures,
        "left_out": [{"name": left.path.name, "reason": left.reason} for left in trained.left_out],
    }


def main() -> None:
    """Run as a program, behind all that its owner waits for."""
    give_way()
    sys.exit(run(Record(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
