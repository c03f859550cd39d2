"""How this process stands beside others that want the processor: one that nobody waits for lets all others go first.

A training keeps every core busy for half an hour, and its owner goes on working beside it. Products of matrices wait for the
slowest of their threads, so what takes a few milliseconds alone takes a hundred times as long beside a training of the same
rank: each of many short waits lasts until the scheduler takes the core from the training. Of a lower rank it gives it up at once.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

__all__ = ["NICENESS", "give_way"]

# Of -20 (first) to 19 (last), where 0 is usual: a tenth of the share of others, where all want all of it (sched(7)).
NICENESS = 10
_OF_SESSION = Path("/proc/self/autogroup")
# Linux takes one such change in a tenth of a second, whoever asks for it, from all but administrators.
_TRIES, _BETWEEN_SECONDS = 5, 0.15


def give_way() -> None:
    """Let all processes of usual priority go first, from now on; there is no way back without an administrator.

    Linux on a desktop shares the processor between sessions first (``sched_autogroup_enabled``, sched(7)), where niceness counts
    within a session only; so a process that leads one, as :class:`distill.api.DetachedTraining` starts it, lowers it as a whole.
    Where a system has no niceness (Windows), nothing happens here: whoever starts the process says it.
    """
    if not hasattr(os, "setpriority"):
        return
    lowest = max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0))
    with suppress(OSError):  # a system may refuse; the training is the same, only less polite
        os.setpriority(os.PRIO_PROCESS, 0, lowest)
    if os.getsid(0) == os.getpid():
        _lower_session(lowest)


def _lower_session(niceness: int) -> None:
    for _ in range(_TRIES):
        try:
            _OF_SESSION.write_text(str(niceness))
        except BlockingIOError:
            time.sleep(_BETWEEN_SECONDS)
        except OSError:  # no such file, or not to be written, where sessions are not told apart
            return
        else:
            return
