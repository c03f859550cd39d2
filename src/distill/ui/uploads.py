"""Where sounds go that are dropped onto the page: a folder of the user folder, under names that are safe everywhere.

A browser hands over bytes and a name, and the name may be anything. Bytes are written as they come, counted on the way, and a
file appears whole or not at all; what is in it is only looked at later, under guard (:mod:`distill.collection.scan`).
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import AsyncIterable
from pathlib import Path, PurePosixPath

from distill.errors import BadInput
from distill.replacing import replacing
from distill.ui.receiving import bounded

__all__ = ["LARGEST_BYTES", "new_collection", "receive", "safe_name"]

LARGEST_BYTES = 2 * 2**30  # of one file: three hours of 48 kHz, 24 bit stereo
MOST_FILES = 5_000  # of one collection
_DEEPEST = 6  # folders within folders
_LONGEST = 120  # bytes of a name
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)\d", re.IGNORECASE)  # Windows keeps these, with any ending
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]')


def safe_name(name: str) -> str:
    """Return a name that is a file's name on every system, and shows what it is.

    Examples
    --------
    >>> safe_name("<img src=x>.wav"), safe_name("..hidden. "), safe_name("con.wav"), safe_name("bells 1.wav")
    ('_img src=x_.wav', 'hidden', '_con.wav', 'bells 1.wav')
    """
    name = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(" .")
    stem, ending = os.path.splitext(name)
    ending = ending if len(ending.encode()) <= 12 else ""
    stem = stem if ending else name
    while len((stem + ending).encode("utf-8", "replace")) > _LONGEST:
        stem = stem[:-1]
    if not stem or _DEVICES.fullmatch(stem.split(".")[0].strip()):
        stem = f"_{stem}"
    return (stem + ending).encode("utf-8", "replace").decode()


def new_collection(folder: Path, wanted: str) -> Path:
    """Make a folder for a collection, beside those there are."""
    name = safe_name(wanted)[:60].strip(" .") or "Dropped sounds"
    for number in range(1, MOST_FILES):
        path = folder / (name if number == 1 else f"{name} {number}")
        try:
            path.mkdir(parents=True)
        except FileExistsError:
            continue
        return path
    raise BadInput(f"there are too many collections named {name!r}; remove some in {str(folder)!r}.")


async def receive(collection: Path, name: str, pieces: AsyncIterable[bytes]) -> Path:
    """Write an upload into a collection; the same file given twice stays one.

    Parameters
    ----------
    name : str
        As the browser says it: a file's name, or its path in a dropped folder.

    Raises
    ------
    BadInput
        If it is too large, or there are too many.
    NoSpace
        If the disk is full.
    """
    parts = [
        safe_name(part)
        for part in PurePosixPath(name.replace("\\", "/")).parts
        if part not in ("/", "..", ".")
    ]
    *folders, last = parts[-_DEEPEST:] or ["sound"]
    folder = collection.joinpath(*folders)
    if collection.is_dir() and sum(1 for _ in collection.rglob("*")) >= MOST_FILES:
        raise BadInput(
            f"a collection holds {MOST_FILES:,} files at most; put the rest into a folder, and give its path instead."
        )
    digest, size = hashlib.sha256(), 0
    too_large = f"{last!r} is larger than {LARGEST_BYTES // 2**30} GB; cut it into parts, or give the path of its folder instead."
    waiting = folder / f".{os.urandom(8).hex()}.upload"
    try:
        with replacing(waiting) as file:
            async for piece in bounded(pieces, most_bytes=LARGEST_BYTES, refused=too_large):
                size += len(piece)
                digest.update(piece)
                file.write(piece)
        return _placed(waiting, folder / last, digest.hexdigest(), size)
    finally:
        waiting.unlink(missing_ok=True)


def _placed(waiting: Path, wanted: Path, digest: str, size: int) -> Path:
    """Give a received file its name, or the next free one."""
    for number in range(1, MOST_FILES):
        path = wanted if number == 1 else wanted.with_stem(f"{wanted.stem} ({number})")
        if path.is_file() and path.stat().st_size == size and _digest(path) == digest:
            return path
        if not path.exists():
            os.replace(waiting, path)
            return path
    raise BadInput(f"there are too many files named {wanted.name!r}; give them other names.")


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
