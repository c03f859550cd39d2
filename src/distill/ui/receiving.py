"""Files that a page sends as they are: written as they come, refused when they are larger than any such file."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import Request
from starlette.requests import ClientDisconnect

from distill.errors import BadInput, Cancelled

__all__ = ["Received", "bounded", "received"]

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
    sent = Received(name)
    try:
        with open(sent.path, "wb") as file:
            async for block in bounded(
                request.stream(),
                most_bytes=most_bytes,
                refused=(
                    f"{sent.path.name!r} is larger than {most_bytes / 2**20:,.0f} MiB, which no such file is; "
                    "choose another one."
                ),
            ):
                file.write(block)
    except BaseException:
        sent.__exit__()
        raise
    return sent


async def bounded(pieces: AsyncIterable[bytes], *, most_bytes: int, refused: str) -> AsyncIterator[bytes]:
    """Pass on what is sent, up to a size.

    Raises
    ------
    BadInput
        With the sentence ``refused``, as soon as it is more.
    Cancelled
        If the page has stopped sending.
    """
    size = 0
    try:
        async for piece in pieces:
            size += len(piece)
            if size > most_bytes:
                raise BadInput(refused)
            yield piece
    except ClientDisconnect:
        raise Cancelled("The upload was stopped.") from None


def _plain(name: str) -> str:
    """Return the last part of a name as a file's name."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(char if char.isprintable() and char not in ':*?"<>|' else "_" for char in last)
    return plain[-_LONGEST_NAME:].lstrip(". ") or "file"
