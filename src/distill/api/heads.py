"""Measured heads for binaural sound: SOFA files of the owner's, kept in ``heads/`` of the user folder."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from distill.errors import BadInput, NameTaken
from distill.home import expanded
from distill.home import home as user_folder
from distill.library.names import checked_name, spelling
from distill.library.own_files import files_in
from distill.output.sofa import read_head
from distill.replacing import replacing

__all__ = ["Head", "add_head", "head", "heads"]

_SUFFIX = ".sofa"


@dataclass(frozen=True)
class Head:
    """A measured head.

    Attributes
    ----------
    name : str
    path : Path
    """

    name: str
    path: Path


def heads(*, home: Path | str | None = None) -> list[Head]:
    """List the heads that were added, in the order of their names.

    Raises
    ------
    BadInput
        If their folder cannot be read.
    """
    found = files_in(user_folder(home) / "heads", _SUFFIX, what="heads")
    return [Head(path.stem, path) for path in sorted(found, key=lambda path: spelling(path.stem))]


def head(name: str, *, home: Path | str | None = None) -> Head:
    """Return a head by its name.

    Raises
    ------
    BadInput
        If there is none.
    """
    known = heads(home=home)
    for one in known:
        if spelling(one.name) == spelling(name):
            return one
    there = f"there are {', '.join(one.name for one in known[:10])}" if known else "none was added yet"
    raise BadInput(f"there is no measured head {name[:80]!r}; {there}: add its SOFA file first.")


def add_head(file: Path | str, *, name: str | None = None, home: Path | str | None = None) -> Head:
    """Copy a SOFA file to the heads, if a head can be read from it.

    Raises
    ------
    BadInput
        If none can.
    BadSetting, NameTaken, NoSpace
        If it cannot be called that, or not be written.
    """
    file = expanded(file)
    read_head(file)
    called = checked_name(file.stem if name is None else name, kind="head")
    if any(spelling(one.name) == spelling(called) for one in heads(home=home)):
        raise NameTaken(f"there is already a head named {called!r}; choose another name.")
    target = user_folder(home) / "heads" / f"{called}{_SUFFIX}"
    with open(file, "rb") as source, replacing(target) as copy:
        shutil.copyfileobj(source, copy, 2**20)
    return Head(called, target)
