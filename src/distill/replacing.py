"""Write a file whole or not at all: into a temporary neighbour first, then in place of the old one.

A crash at any moment leaves the old file or the new one, never a mixture: the neighbour is flushed and
synced before ``os.replace``, which is atomic within one folder on every system Distill runs on.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from distill.errors import NoSpace

__all__ = ["replacing", "sync_folder", "why_not"]

_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


@contextmanager
def replacing(path: Path | str) -> Iterator[BinaryIO]:
    """Open a file that takes the place of ``path`` when the block ends well, and vanishes otherwise.

    Missing folders are made. The block should only write: whatever the system refuses in it is taken for a
    failed write.

    Raises
    ------
    NoSpace
        If the disk is full or the folder cannot be written; ``path`` is as it was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(Path(folder) / "a.bin") as file:
    ...         _ = file.write(b"whole")
    ...     (Path(folder) / "a.bin").read_bytes()
    b'whole'
    """
    path = Path(path)
    temporary = path.parent / f".{secrets.token_hex(8)}.part"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        sync_folder(path.parent)
    except OSError as error:
        raise NoSpace(
            f"could not write {path.name!r} in {str(path.parent)!r}: {why_not(error)}; "
            "nothing was changed there, so make room or choose another folder and try again."
        ) from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def why_not(error: OSError) -> str:
    """Say in a few words why the system refused."""
    if error.errno in _FULL:
        return "the disk is full"
    return (error.strerror or type(error).__name__).lower()


def sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where folders can be synced (not on Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
