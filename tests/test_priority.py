from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from distill.priority import NICENESS

POSIX = pytest.mark.skipif(not hasattr(os, "setpriority"), reason="this system has no niceness")
OF_SESSION = Path("/proc/self/autogroup")
TRAINER = """
import os, sys
from pathlib import Path

from distill.api.detached import child

of_session = Path("/proc/self/autogroup")

def told(record):
    print(os.getpriority(os.PRIO_PROCESS, 0), of_session.read_text().split()[-1] if of_session.exists() else "-")
    return 0

child.run = told
sys.argv[1:] = ["nowhere"]
child.main()
"""


def trainer(*, leads_a_session: bool, niceness: int = 0) -> tuple[int, str]:
    """How nice a trainer is, and its session."""
    program = f"import os; os.nice({niceness})\n{TRAINER}"
    found = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        start_new_session=leads_a_session,
    )
    process, session = found.stdout.split()
    return int(process), session


@POSIX
def test_a_trainer_lets_everything_else_go_first_and_with_it_the_session_it_leads() -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    process, session = trainer(leads_a_session=True)
    assert process == max(NICENESS, before)
    if os.access(OF_SESSION, os.W_OK):  # not where sessions are not told apart, nor in every container
        assert session == str(process)
    assert os.getpriority(os.PRIO_PROCESS, 0) == before


@POSIX
def test_the_session_of_whoever_started_it_stays_as_it_is() -> None:
    before = OF_SESSION.read_text() if OF_SESSION.exists() else "-"
    assert trainer(leads_a_session=False) == (
        max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)),
        before.split()[-1],
    )
    assert before == (OF_SESSION.read_text() if OF_SESSION.exists() else "-")


@POSIX
def test_a_trainer_that_is_nicer_already_stays_so() -> None:
    if os.getpriority(os.PRIO_PROCESS, 0) > 15:
        pytest.skip("these tests run behind all others")
    assert trainer(leads_a_session=True, niceness=15)[0] == min(19, 15 + os.getpriority(os.PRIO_PROCESS, 0))
