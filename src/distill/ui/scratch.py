"""Files that are only heard on the page: in a temporary folder of this process, gone with it; the newest few are kept."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from collections import deque
from pathlib import Path

__all__ = ["Scratch"]


class Scratch:
    """A temporary folder, made when it is first needed.

    Parameters
    ----------
    most : int
        How many folders in it are kept; with one more, the oldest goes.
    """

    def __init__(self, most: int = 12) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._root: Path | None = None
        self._folders: deque[Path] = deque()

    def folder(self) -> Path:
        """Return a new empty folder."""
        with self._lock:
            if self._root is None:
                self._root = Path(tempfile.mkdtemp(prefix="distill-page-"))
                atexit.register(shutil.rmtree, self._root, ignore_errors=True)
            new = Path(tempfile.mkdtemp(dir=self._root))
            self._folders.append(new)
            while len(self._folders) > self._most:
                shutil.rmtree(self._folders.popleft(), ignore_errors=True)
        return new
