"""Hold a place against other processes: a lock ends with its process, however that ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from distill.errors import LibraryBusy, NoSpace

__all__ = ["held"]


@contextmanager
def held(lock: Path, *, busy: str, refused: Callable[[OSError], str]) -> Iterator[None]:
    """Hold a lock file, without waiting for whoever holds it; its folder is made where it is missing.

    Parameters
    ----------
    busy : str
        What to say if another process holds it.
    refused : function
        What to say if the system does not let it be written.

    Raises
    ------
    LibraryBusy, NoSpace
        With these sentences; errors of what is done while it is held go through as they are.
    """
    holder = FileLock(lock, timeout=0)
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        holder.acquire()
    except Timeout:
        raise LibraryBusy(busy) from None
    except OSError as error:
        raise NoSpace(refused(error)) from None
    try:
        yield
    finally:
        holder.release()
