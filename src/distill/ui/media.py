"""Files the page may fetch: only those the studio has put here, each under a token nobody can guess.

No route takes a path, so nothing else on the disk can be asked for.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from pathlib import Path

from distill.errors import BadInput

__all__ = ["Media"]

MOST_FILES = 20_000

# By ending, and nothing else: a browser must never take a file for a page.
_KINDS = {
    ".wav": "audio/wav", ".flac": "audio/flac", ".ogg": "audio/ogg", ".mp3": "audio/mpeg", ".aiff": "audio/aiff",
    ".aif": "audio/aiff", ".png": "image/png", ".codes": "application/octet-stream", ".json": "application/json",
    ".distill": "application/octet-stream", ".zip": "application/zip",
}  # fmt: skip


class Media:
    """Files by token."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, Path] = OrderedDict()
        self._tokens: dict[Path, str] = {}
        self._lock = threading.Lock()

    def put(self, path: Path | str) -> str:
        """Let the page fetch a file; return the address it has there. The same file keeps its address."""
        path = Path(path).absolute()
        with self._lock:
            token = self._tokens.get(path)
            if token is None:
                token = self._tokens[path] = secrets.token_urlsafe(16)
                self._files[token] = path
            self._files.move_to_end(token)
            while len(self._files) > MOST_FILES:
                _, old = self._files.popitem(last=False)
                del self._tokens[old]
        return f"/distill/media/{token}"

    def path(self, token: str) -> Path:
        """Return the file of a token.

        Raises
        ------
        BadInput
            If there is no such token, or the file is gone.
        """
        path = self._files.get(token)
        if path is None or not path.is_file():
            raise BadInput("this sound is not there any more; load the page again.")
        return path

    @staticmethod
    def kind(path: Path) -> str:
        """Return the content type of a file."""
        return _KINDS.get(path.suffix.lower(), "application/octet-stream")
