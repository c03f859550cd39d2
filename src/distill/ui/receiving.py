"""Files that a page sends as they are: written as they come, refused when they are larger than any such file."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import Request
from starlette.requests import ClientDisconnect

from distill.errors import BadInput, Cancelled

__all__ = ["Received", "received"]

_LONGEST_NAME = 80  # characters


class Received:
    """A file that was sent, in a folder of its own that goes with the block.

    Attributes
    ----------
    path : Path
        Called as its sender called it, as far as that can be a file's name here.
    """

    def __init__(self, name: str) -> None:
        self._folder = TemporaryDirectory(prefix="distill-sent-")
        self.path = Path(self._folder.name) / _plain(name)

    def __enter__(self) -> Received:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


async def received(request: Request, name: str, *, most_bytes: int) -> Received:
    """Write the body of a request into a file.

    Raises
    ------
    BadInput
        If it is larger than ``most_bytes``; nothing is left of it then.
    """
    sent, size = Received(name), 0
    try:
        with open(sent.path, "wb") as file:
            async for block in request.stream():
                size += len(block)
                if size > most_bytes:
                    raise BadInput(
                        f"{sent.path.name!r} is larger than {most_bytes / 2**20:,.0f} MiB, which no such file is; "
                        "choose another one."
                    )
                file.write(block)
    except ClientDisconnect:
        sent.__exit__()
        raise Cancelled("The upload was stopped.") from None
    except BaseException:
        sent.__exit__()
        raise
    return sent


def _plain(name: str) -> str:
    """Return the last part of a name as a file's name."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(char if char.isprintable() and char not in ':*?"<>|' else "_" for char in last)
    return plain[-_LONGEST_NAME:].lstrip(". ") or "file"
