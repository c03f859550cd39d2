from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from distill.allocator import keep_large_blocks, keep_memory_steady

GLIBC = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the allocator is not glibc's")
PROGRAM = """
import ctypes, sys
from contextlib import nullcontext

from distill.allocator import keep_large_blocks

LARGE = 30 * 2**20
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]


class Mallinfo2(ctypes.Structure):  # malloc.h; see mallinfo(3)
    _fields_ = [(name, ctypes.c_size_t) for name in
                "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()]


libc.mallinfo2.restype = Mallinfo2


def of_heap_after_freeing_a_large_block():
    libc.free(libc.malloc(LARGE))
    return libc.mallinfo2().arena


with keep_large_blocks() if sys.argv[1] == "kept" else nullcontext():
    inside = of_heap_after_freeing_a_large_block()
print(inside, libc.mallinfo2().arena)
"""


def bytes_of_heap(how: str) -> tuple[int, int]:
    """Bytes that the process holds in its heap after a block of 30 MiB was freed: then, and at the end."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True, timeout=120
    )
    inside, after = map(int, done.stdout.split())
    return inside, after


@GLIBC
def test_the_allocator_can_be_asked_to_give_memory_back() -> None:
    assert keep_memory_steady()


def test_an_allocator_that_cannot_be_asked_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda name: object())
    assert not keep_memory_steady()
    with keep_large_blocks():
        pass


@GLIBC
def test_a_large_block_that_is_freed_stays_with_the_process_until_the_end_and_no_longer() -> None:
    mebibyte = 2**20
    inside, after = bytes_of_heap("kept")
    usual, _ = bytes_of_heap("given back")
    assert inside > 30 * mebibyte > after
    assert usual < 30 * mebibyte
