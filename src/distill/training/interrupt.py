"""How a person breaks into training: a pause, and Ctrl-C that saves first and stops second.

The third way, :class:`distill.progress.Cancel`, is shared by everything that takes time; these two
belong to training.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from distill.progress import Cancel, Progress, Report, silent

__all__ = ["Pause", "first_interrupt_saves"]


class Pause:
    """A switch that one thread sets and clears while training waits in another.

    Examples
    --------
    >>> pause = Pause()
    >>> pause.set()
    >>> pause.requested
    True
    >>> pause.clear()
    >>> pause.wait(timeout=1.0)
    True
    """

    def __init__(self) -> None:
        self._running = threading.Event()
        self._running.set()

    def set(self) -> None:
        """Ask training to wait after its current step."""
        self._running.clear()

    def clear(self) -> None:
        """Let training go on."""
        self._running.set()

    @property
    def requested(self) -> bool:
        """Whether training is asked to wait."""
        return not self._running.is_set()

    def wait(self, timeout: float) -> bool:
        """Sleep until the pause is over, at most `timeout` seconds; return whether it is over."""
        return self._running.wait(timeout)


@contextmanager
def first_interrupt_saves(cancel: Cancel, report: Report = silent) -> Iterator[None]:
    """Turn the first Ctrl-C into a request to save and stop; the second stops at once.

    Only the main thread receives signals, so elsewhere this does nothing. The handler that was there
    before is back afterwards.

    Parameters
    ----------
    cancel : Cancel
        Requested at the first Ctrl-C.
    report : Report
        Is told what the second would do.

    Raises
    ------
    KeyboardInterrupt
        At the second Ctrl-C.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    interrupted = False
    speakers: list[threading.Thread] = []
    sentence = "Saving and stopping; press Ctrl-C again to stop at once, without saving."

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal interrupted
        if interrupted:
            raise KeyboardInterrupt
        interrupted = True
        cancel.request()
        # Another thread speaks: the main one may be in the middle of a write, which cannot be entered twice.
        speaker = threading.Thread(target=report, args=(Progress(task="train", message=sentence),))
        speakers.append(speaker)
        speaker.start()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)
        for speaker in speakers:
            speaker.join()
