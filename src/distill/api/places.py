"""Files and folders as a person names them, looked at: what cannot even be looked at is a sentence, not a fault.

Python says of a name that is too long, or lies in a folder that may not be entered, neither that it is there nor that it
is not.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from distill.errors import BadSetting
from distill.replacing import why_not

__all__ = ["are_one", "is_folder", "is_there"]

_LONGEST_SHOWN = 80  # characters


def is_folder(path: Path) -> bool:
    """Whether a place to write to is a folder that is there.

    Raises
    ------
    BadSetting
        If the system does not let it be looked at.
    """
    return _asked(path, Path.is_dir)


def is_there(path: Path) -> bool:
    """Whether there is anything at a place to write to.

    Raises
    ------
    BadSetting
        If the system does not let it be looked at.
    """
    return _asked(path, Path.exists)


def are_one(path: Path, other: Path) -> bool:
    """Whether two names lead to one file, also where capitals do not count (macOS, Windows) and by another name of it."""
    if path.resolve() == other.resolve():
        return True
    try:
        return path.samefile(other)
    except OSError:  # one of them is not there, or cannot be looked at: reading or writing it tells
        return False


def _asked(path: Path, question: Callable[[Path], bool]) -> bool:
    try:
        return question(path)
    except OSError as error:
        name = path.name if len(path.name) <= _LONGEST_SHOWN else f"{path.name[:_LONGEST_SHOWN]}..."
        raise BadSetting(
            f"{name!r} cannot be written: {why_not(error)}; choose another name or folder."
        ) from None
