from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from distill import priority
from distill.priority import NICENESS

POSIX = pytest.mark.skipif(not hasattr(os, "setpriority"), reason="this system has no niceness")
OF_SESSION = Path("/proc/self/autogroup")
RANK = """
def rank():
    import os
    from pathlib import Path
    of_session = Path("/proc/self/autogroup")
    print(os.getpriority(os.PRIO_PROCESS, 0), of_session.read_text() if of_session.exists() else "")
    return 0
"""
POLITE = """
from distill.priority import give_way

give_way()
rank()
"""
TRAINER = """
import sys

from distill.api.detached import child

child.run = lambda record: rank()
sys.argv[1:] = ["nowhere"]
child.main()
"""


def ranked(program: str, *, leads_a_session: bool, niceness: int = 0) -> tuple[int, str]:
    """How nice a process is, and what Linux tells of its session: nothing for one that is outside the sharing by sessions,
    as in a container with a share of its own.
    """
    found = subprocess.run(
        [sys.executable, "-c", f"import os; os.nice({niceness})\n{RANK}{program}"],
        capture_output=True,
        text=True,
        check=True,
        start_new_session=leads_a_session,
    )
    process, _, session = found.stdout.strip().partition(" ")
    return int(process), session


def own_session() -> str:
    return OF_SESSION.read_text().strip() if OF_SESSION.exists() else ""


@POSIX
def test_a_trainer_lets_everything_else_go_first_and_with_it_the_session_it_leads() -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    process, session = ranked(TRAINER, leads_a_session=True)
    assert process == max(NICENESS, before)
    if session and os.access(OF_SESSION, os.W_OK):  # not in every container
        assert session.endswith(f"nice {process}")
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


@POSIX
def test_the_session_of_whoever_started_it_stays_as_it_is() -> None:
    before = own_session()
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    assert ranked(POLITE, leads_a_session=False) == (max(NICENESS, niceness), before)
    assert own_session() == before


@POSIX
def test_a_process_that_is_nicer_already_stays_so() -> None:
    if os.getpriority(os.PRIO_PROCESS, 0) > 15:
        pytest.skip("these tests run behind all others")
    niceness = min(19, 15 + os.getpriority(os.PRIO_PROCESS, 0))
    assert ranked(POLITE, leads_a_session=True, niceness=15)[0] == niceness


@POSIX
def test_a_session_is_lowered_also_where_another_was_a_moment_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []

    class Busy:
        """Linux's file, which refuses a second change within a tenth of a second."""

        refusals = 2

        def write_text(self, text: str) -> None:
            if self.refusals:
                self.refusals -= 1
                raise BlockingIOError
            written.append(text)

    monkeypatch.setattr(priority, "_OF_SESSION", Busy())
    monkeypatch.setattr(priority, "_BETWEEN_SECONDS", 0)
    monkeypatch.setattr(os, "setpriority", lambda *_: None)
    monkeypatch.setattr(os, "getsid", lambda _: os.getpid())
    priority.give_way()
    assert written == [str(max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))]
