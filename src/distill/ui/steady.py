"""Memory of a program that runs for days: glibc's habits for short-lived ones are switched off.

It raises the size from which on memory is given back to the system with every large block that is freed, and gives every thread
an arena of its own: sounds of seconds, decoded again after each edit, so end up between small blocks that live on, in many places.
"""

from __future__ import annotations

import ctypes
import sys

__all__ = ["keep_memory_steady"]

# <malloc.h>; see mallopt(3)
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
LARGE_BYTES = 2**20  # five seconds of mono; what is larger is mapped, and unmapped when it is freed
MOST_ARENAS = 2


def keep_memory_steady() -> bool:
    """Ask the allocator of this process to give memory back; return whether it is one that can be asked."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        ask = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # musl has no such function
        return False
    return all([ask(_M_MMAP_THRESHOLD, LARGE_BYTES), ask(_M_ARENA_MAX, MOST_ARENAS)])
