"""How the memory of this process is handed out: glibc's habits suit neither a training nor a program that runs for days.

Both follow from the size from which on a block is mapped by itself and unmapped when it is freed. A training makes the same large
tensors at every step: mapped anew each time, they cost 15,000 page faults a step, a tenth of its time. A server makes sounds
of seconds, after each edit others, which end up between small blocks that live on, in many places: it grows.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["keep_large_blocks", "keep_memory_steady"]

# <malloc.h>; see mallopt(3)
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
LARGE_BYTES = 2**20  # five seconds of mono; what is larger is mapped, and unmapped when it is freed
MOST_ARENAS = 2
MOST_MAPPED_BYTES = 2**25  # the most that glibc takes for a threshold
KEPT_BYTES = 2**30  # freed memory at the heap's end that is kept: several times what a step frees
USUAL_KEPT_BYTES = 2 * MOST_MAPPED_BYTES  # where glibc's own rule ends once a block of that size was freed


def keep_memory_steady() -> bool:
    """Ask the allocator of this process to give memory back; return whether it is one that can be asked."""
    ask = _mallopt()
    if ask is None:
        return False
    return all([ask(_M_MMAP_THRESHOLD, LARGE_BYTES), ask(_M_ARENA_MAX, MOST_ARENAS)])


@contextmanager
def keep_large_blocks() -> Iterator[None]:
    """Let this process keep the memory of large blocks that are freed, and give it back at the end.

    Where the allocator is another than glibc's, nothing happens.
    """
    ask = _mallopt()
    if ask is None:
        yield
        return
    ask(_M_MMAP_THRESHOLD, MOST_MAPPED_BYTES)
    ask(_M_TRIM_THRESHOLD, KEPT_BYTES)
    try:
        yield
    finally:
        ask(_M_TRIM_THRESHOLD, USUAL_KEPT_BYTES)
        ctypes.CDLL(None).malloc_trim(0)


def _mallopt() -> Callable[[int, int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        ask: Callable[[int, int], int] = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # musl has no such function
        return None
    return ask
