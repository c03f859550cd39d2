"""Write a file whole or not at all: into a temporary neighbour first, then in place of the old one.

A crash at any moment leaves the old file or the new one, never a mixture: the neighbour is flushed and
synced before ``os.replace``, which is atomic within one folder on every system Distill runs on.

A writer that is killed cannot remove its neighbour, and it may lie in anybody's folder. So each is locked while it is
written (a lock ends with its process, however that ends), and whoever writes into the folder next removes what nobody
holds. Windows has no such locks, and what was not written to for an hour is taken for abandoned.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from distill.errors import NoSpace

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["LEFT_OVER", "replacing", "sync_folder", "why_not"]

LEFT_OVER = re.compile(r"\.[0-9a-f]{16}\.part")  # what temporary files and folders are called
_OLD_SECONDS = 3600.0
_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


@contextmanager
def replacing(path: Path | str) -> Iterator[BinaryIO]:
    """Open a file that takes the place of ``path`` when the block ends well, and vanishes otherwise.

    Missing folders are made, and what killed writers left in the folder is removed. The block should only write:
    whatever the system refuses in it is taken for a failed write.

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
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(path.parent)
        file = _opened(path.parent)
        temporary = Path(file.name)
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if fcntl is not None:  # while it is held: nobody takes it for abandoned on its way
                os.replace(temporary, path)
        if fcntl is None:  # Windows renames no open file
            os.replace(temporary, path)
        sync_folder(path.parent)
    except OSError as error:
        raise NoSpace(
            f"could not write {path.name!r} in {str(path.parent)!r}: {why_not(error)}; "
            "nothing was changed there, so make room or choose another folder and try again."
        ) from None
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _opened(folder: Path) -> BinaryIO:
    """Make a temporary file, and hold it; one that was taken for abandoned in the moment before is made again."""
    while True:
        file = open(folder / f".{secrets.token_hex(8)}.part", "xb")  # noqa: SIM115 (its caller closes it)
        try:
            held = _hold(file)
            if held is None or (held and os.path.samestat(os.fstat(file.fileno()), os.stat(file.name))):
                return file
        except FileNotFoundError:
            pass
        file.close()


def _remove_abandoned(folder: Path) -> None:
    """Remove temporary files that no living process holds; where files cannot be locked, they stay."""
    with suppress(OSError):
        for path in [Path(item.path) for item in os.scandir(folder) if LEFT_OVER.fullmatch(item.name)]:
            with suppress(OSError):
                if fcntl is None:
                    if abs(time.time() - path.stat().st_mtime) > _OLD_SECONDS:  # whichever way the clock went
                        path.unlink()
                elif path.is_file() and not path.is_symlink():
                    with open(path, "rb") as file:
                        if _hold(file):
                            path.unlink()


def _hold(file: BinaryIO) -> bool | None:
    """Lock a file until it is closed; False if another has, None if files cannot be locked here."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


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
