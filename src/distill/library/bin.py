"""The bin: what was deleted lies there until it is restored or the bin is emptied.

Every deletion gets a folder ``bin/KIND/NUMBER`` of its own, numbered upwards, and the file or folder is moved into it
under its own name, so that several of one name can lie side by side and each goes back to where it was.
A move within one disk is one step: at every moment the thing is in its place or in the bin, never in neither.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from distill.errors import BadInput, NoSpace
from distill.home import home as user_folder
from distill.library.locking import writing
from distill.library.names import spelling
from distill.replacing import replacing, sync_folder, why_not

__all__ = ["KINDS", "Bin", "Binned", "move", "num_bytes"]

KINDS = ("models", "takes", "presets")


@dataclass(frozen=True)
class Binned:
    """One deleted thing.

    Attributes
    ----------
    number : int
        Counted upwards; the last deleted has the highest.
    path : Path
        Where it lies now.
    """

    number: int
    path: Path

    @property
    def name(self) -> str:
        """Its name without the ending."""
        return self.path.stem


class Bin:
    """The bin of one kind of things.

    Parameters
    ----------
    home : path, optional
        The user folder.
    kind : str
        ``"models"``, ``"takes"``, ``"presets"``.
    """

    def __init__(self, home: Path | str | None, kind: str) -> None:
        self.folder = user_folder(home) / "bin" / kind
        self._kind = kind

    def put(self, path: Path) -> Binned:
        """Move a file or folder into the bin.

        Raises
        ------
        NoSpace
            If it cannot be moved; then it is where it was.
        LibraryBusy
            If another process keeps the bin.
        """
        with writing(self.folder):
            number = max((one.number for one in self._all()), default=0) + 1
            place = self.folder / f"{number:06}"
            place.mkdir()
            try:
                move(path, place / path.name)
            except BaseException:
                place.rmdir()
                raise
        return Binned(number, place / path.name)

    def list(self) -> list[Binned]:
        """Return what lies in the bin, the last deleted last."""
        return [one for one in self._all() if one.path.name]

    def size_bytes(self) -> int:
        """Room that what lies in the bin needs on the disk."""
        return sum(num_bytes(one.path) for one in self.list())

    def find(self, name: str) -> Binned:
        """Return the last deleted thing of a name.

        Raises
        ------
        BadInput
            If there is none.
        """
        found = self.list()
        named = [one for one in found if spelling(one.name) == spelling(name)]
        if not named:
            names = list(dict.fromkeys(one.name for one in reversed(found)))
            hint = f"there are {', '.join(names[:10])}; choose one of these." if names else "it is empty."
            raise BadInput(f"there is no {name[:80]!r} among the {self._kind} in the bin; {hint}")
        return named[-1]

    def take_out(self, one: Binned, target: Path) -> Path:
        """Move a thing back; the caller has made sure that its place is free, and holds it.

        Raises
        ------
        NoSpace
            If it cannot be moved; then it is still in the bin.
        """
        with writing(self.folder):
            move(one.path, target)
            _remove(one.path.parent)
        return target

    def empty(self, which: Sequence[Binned] | None = None) -> int:
        """Remove what lies in the bin for good: all of it, or what is named; return how many bytes that frees."""
        freed = 0
        with writing(self.folder):
            for one in self.list() if which is None else which:
                freed += num_bytes(one.path)
                _remove(one.path.parent)
        return freed

    def _all(self) -> Sequence[Binned]:
        """All numbered places; one whose mover was killed is empty, and has no name."""
        found = []
        try:
            places = sorted(self.folder.iterdir())
        except OSError:
            return []
        for place in places:
            if place.name.isdecimal() and os.path.isdir(place):
                try:
                    inside = next((path for path in place.iterdir() if not path.name.startswith(".")), Path())
                except FileNotFoundError:  # another process has just emptied the bin
                    continue
                except OSError:  # nobody's to read: its number is taken all the same
                    inside = Path()
                found.append(Binned(int(place.name), inside))
        return sorted(found, key=lambda one: one.number)


def move(path: Path, target: Path) -> None:
    """Move a file or folder; a file may go to another disk, where it is copied whole first.

    Raises
    ------
    NoSpace
        If it cannot be moved; then it is where it was.
    """
    try:
        os.rename(path, target)
    except OSError as error:
        if error.errno != errno.EXDEV or path.is_dir():
            raise NoSpace(
                f"could not move {path.name!r} to {str(target.parent)!r}: {why_not(error)}; it is still where it "
                "was, so give yourself write access to both folders and try again."
            ) from None
        with replacing(target) as file, open(path, "rb") as source:
            shutil.copyfileobj(source, file)
        path.unlink()
    sync_folder(target.parent)
    sync_folder(path.parent)


def num_bytes(path: Path) -> int:
    """Size of a file, or of all files in a folder; what goes away while it is measured counts for nothing."""
    files = [os.fspath(path)]
    files += [os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names]
    size = 0
    for file in files:
        with suppress(OSError):
            size += os.path.getsize(file) if os.path.isfile(file) else 0
    return size


def _remove(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
