"""Start a process that outlives whoever started it, and lets others go first."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["launched"]


def launched(command: Sequence[str], *, output: Path) -> subprocess.Popen[bytes]:
    """Start a command apart from this process: Ctrl-C here is none of its business. What it says is added to a file.

    On Windows a lower rank is a flag of starting; elsewhere the process takes it itself (:mod:`distill.priority`).

    Raises
    ------
    OSError
        If it cannot be started.
    """
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {
            "creationflags": subprocess.CREATE_NEW_PROCESS_GROUP  # type: ignore[attr-defined,unused-ignore]
            | subprocess.DETACHED_PROCESS  # type: ignore[attr-defined,unused-ignore]
            | subprocess.BELOW_NORMAL_PRIORITY_CLASS  # type: ignore[attr-defined,unused-ignore]
        }
    with open(output, "ab") as told:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=told, stderr=told, **apart)
    # Somebody has to take note of its end, or it stays in the list of processes.
    threading.Thread(target=process.wait, name="distill trainer", daemon=True).start()
    return process
