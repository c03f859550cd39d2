from __future__ import annotations

import signal
import threading

import pytest

from distill.progress import Cancel, Progress
from distill.training.interrupt import Pause, first_interrupt_saves


def test_the_first_interrupt_asks_and_the_second_stops() -> None:
    cancel, events = Cancel(), list[Progress]()
    before = signal.getsignal(signal.SIGINT)
    with first_interrupt_saves(cancel, events.append):
        signal.raise_signal(signal.SIGINT)
        assert cancel.requested
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
    assert [event.message for event in events] == [
        "Saving and stopping; press Ctrl-C again to stop at once, without saving."
    ]


def test_the_first_interrupt_saves_even_when_a_stop_was_asked_for_elsewhere() -> None:
    cancel = Cancel()
    cancel.request()
    with first_interrupt_saves(cancel):
        signal.raise_signal(signal.SIGINT)  # a KeyboardInterrupt would end the test here
    assert cancel.requested


def test_outside_the_main_thread_nothing_is_touched() -> None:
    before, inside = signal.getsignal(signal.SIGINT), list[object]()

    def work() -> None:
        with first_interrupt_saves(Cancel()):
            inside.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert inside == [before]


def test_a_pause_waits_until_it_is_cleared() -> None:
    pause = Pause()
    assert pause.wait(timeout=0.0)
    pause.set()
    assert not pause.wait(timeout=0.01)
    threading.Timer(0.01, pause.clear).start()
    assert pause.wait(timeout=10.0)
