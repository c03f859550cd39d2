"""One writer at a time in a folder of the library, and none that died there leaves anything behind.

Whoever writes holds the folder's ``.lock``. So a temporary file that lies there when the lock was got belongs to nobody:
its writer was killed in the middle, and it is removed at once. Readers hold no lock, and remove such files only when they
are older than any writing takes.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from distill.errors import LibraryBusy, NoSpace
from distill.replacing import LEFT_OVER, why_not

__all__ = ["LOCK_SECONDS", "OLD_SECONDS", "sweep", "writing"]

LOCK_SECONDS = 10.0
OLD_SECONDS = 3600.0


@contextmanager
def writing(folder: Path, *, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold a folder of the library against other writers; it is made where it is missing.

    Parameters
    ----------
    seconds : float
        How long to wait for another process.

    Raises
    ------
    LibraryBusy
        If another process holds it all that time.
    NoSpace
        If it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock", timeout=seconds):
            sweep(folder, older_than=None)
            yield
    except Timeout:
        raise LibraryBusy(
            f"another process has been writing to the library in {str(folder)!r} for over "
            f"{seconds:.0f} s; wait until it is done, then try again."
        ) from None
    except OSError as error:
        raise NoSpace(
            f"could not write to the library in {str(folder)!r}: {why_not(error)}; "
            "make room or move the user folder with DISTILL_HOME, then try again."
        ) from None


def sweep(folder: Path, *, older_than: float | None = OLD_SECONDS) -> int:
    """Remove temporary files and folders of writers that were killed.

    Parameters
    ----------
    older_than : float or None
        Seconds since they were last written to, whichever way the clock went; None: all, for who holds the lock.

    Returns
    -------
    int
        How many there were.
    """
    removed = 0
    with suppress(OSError):  # a folder that is not there, or is not ours to clean
        for path in folder.iterdir():
            if not LEFT_OVER.fullmatch(path.name):
                continue
            with suppress(OSError):
                if older_than is not None and abs(time.time() - path.lstat().st_mtime) < older_than:
                    continue
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
                removed += 1
    return removed
