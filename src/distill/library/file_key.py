"""Whether a file is still the one that was read or written before, without reading it."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["file_key"]


def file_key(path: Path) -> list[int] | None:
    """What changes when a file does: size in bytes, time in nanoseconds, inode; None if it is not there."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    # Inodes of some systems take all 64 bits, and JSON of ours takes no more than that.
    return [found.st_size, found.st_mtime_ns, found.st_ino % 2**53]
