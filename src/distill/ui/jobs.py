"""Long work that a page starts and looks after: in a thread of its own, with progress, a stop, and a result.

The page asks how it goes by the job's number, so a reload loses nothing. Jobs end with the server; a training has a process
of its own instead, which does not.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from distill.errors import BadInput, Cancelled, DistillError
from distill.progress import Cancel, Progress, Report
from distill.unexpected import told

__all__ = ["Job", "Jobs", "Work", "progress_json"]

MOST_KEPT = 50  # finished jobs that can still be asked for
MOST_MESSAGES = 100

Work = Callable[[Report, Cancel], Mapping[str, Any]]


class Job:
    """One piece of work.

    Parameters
    ----------
    number : int
    kind : str
        What it does, for the page: ``"generate"``, ``"export"`` ...
    work : function
        Takes a listener and a switch; returns JSON values.
    """

    def __init__(self, number: int, kind: str, work: Work) -> None:
        self.number = number
        self.kind = kind
        self._work = work
        self._cancel = Cancel()
        self._last = Progress(kind)
        self._messages: deque[str] = deque(maxlen=MOST_MESSAGES)
        self._began = time.monotonic()
        self._ended: float | None = None
        self._state = "running"
        self._result: Mapping[str, Any] | None = None
        self._error = ""
        self._thread = threading.Thread(target=self._run, name=f"distill {kind} {number}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to stop at the next safe point."""
        self._cancel.request()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for its end; tell whether it has come."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def running(self) -> bool:
        """Whether it still works."""
        return self._state == "running"

    def to_json(self) -> dict[str, Any]:
        """How it goes: ``state`` is running, done, stopped or failed; ``result`` and ``error`` come with the end."""
        return {
            "job": self.number,
            "kind": self.kind,
            "state": self._state,
            "stopping": self.running and self._cancel.requested,
            "progress": progress_json(self._last),
            "messages": list(self._messages),
            "seconds": (self._ended or time.monotonic()) - self._began,
            "result": self._result,
            "error": self._error,
        }

    def _report(self, event: Progress) -> None:
        self._last = event
        if event.message:
            self._messages.append(event.message)

    def _run(self) -> None:
        state = "failed"
        try:
            self._result = self._work(self._report, self._cancel)
            state = "done"
        except Cancelled as error:
            self._error, state = str(error) or "Stopped.", "stopped"
        except DistillError as error:
            self._error = str(error)
        except Exception as error:
            self._error = told(error)
        self._ended = time.monotonic()
        self._state = state  # last: whoever sees it sees the result, too


class Jobs:
    """All work of one server."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._jobs: dict[int, Job] = {}
        self._lock = threading.Lock()

    def start(self, kind: str, work: Work, *, alone: str = "") -> Job:
        """Begin some work.

        Parameters
        ----------
        alone : str
            What to say where work of this kind is under way and must be the only one.

        Raises
        ------
        BadInput
            If so.
        """
        with self._lock:
            if alone and self.running(kind):
                raise BadInput(alone)
            job = Job(next(self._numbers), kind, work)
            self._jobs[job.number] = job
            ended = [number for number, known in self._jobs.items() if not known.running]
            for number in ended[: max(0, len(self._jobs) - MOST_KEPT)]:
                del self._jobs[number]
        job.start()
        return job

    def get(self, number: int) -> Job:
        """Return a job.

        Raises
        ------
        BadInput
            If there is none of that number (any more).
        """
        job = self._jobs.get(number)
        if job is None:
            raise BadInput(f"there is no work number {number} here; it ended, or Distill was started again.")
        return job

    def running(self, kind: str | None = None) -> list[Job]:
        """Return what is under way, the oldest first."""
        return [job for job in list(self._jobs.values()) if job.running and kind in (None, job.kind)]


def progress_json(event: Progress) -> dict[str, Any]:
    """Return an event as JSON values."""
    return event.to_json()
