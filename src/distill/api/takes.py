"""The history: takes listed, starred, noted, deleted and restored; :mod:`distill.api.replaying` makes them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from distill.library.bin import Binned
from distill.library.settings import room_for_takes, save_settings
from distill.library.take_files import Take, read_take
from distill.library.takes import Takes
from distill.progress import Progress, Report, silent

__all__ = [
    "Room",
    "binned_takes",
    "delete_take",
    "delete_takes",
    "deleted_takes",
    "limit_takes",
    "note_take",
    "restore_take",
    "room_of_takes",
    "star_take",
    "take",
    "takes",
]


@dataclass(frozen=True)
class Room:
    """What takes need on the disk.

    Attributes
    ----------
    num_takes : int
    size_bytes, bin_bytes : int
        Of takes, and of those in the bin.
    limit_gib : float or None
        How much they may need, each of the two; None if the settings that said it were lost.
    """

    num_takes: int
    size_bytes: int
    bin_bytes: int
    limit_gib: float | None


def takes(
    *, search: str = "", starred: bool = False, home: Path | str | None = None, report: Report = silent
) -> list[Take]:
    """List takes, the newest last.

    Parameters
    ----------
    search : str
        Only those that have all of these words in their title, note, model, source or path.
    starred : bool
        Only those with a star.
    """
    found, sentences = Takes(home).list(search, starred=starred)
    for sentence in sentences:
        report(Progress("library", message=sentence))
    return found


def take(number: int | str, *, home: Path | str | None = None) -> Take:
    """Return a take by its number, or ``"last"``.

    Raises
    ------
    BadInput
        If there is none.
    """
    return Takes(home).find(number)


def star_take(number: int | str, *, starred: bool = True, home: Path | str | None = None) -> Take:
    """Give a take a star, or take it away; starred takes never make room for new ones.

    Raises
    ------
    BadInput, NoSpace, LibraryBusy
        One sentence each.
    """
    return Takes(home).change(number, starred=starred)


def note_take(number: int | str, note: str, *, home: Path | str | None = None) -> Take:
    """Write a note on a take; an empty one removes it.

    Raises
    ------
    BadInput, BadSetting, NoSpace, LibraryBusy
        One sentence each.
    """
    return Takes(home).change(number, note=note.strip())


def delete_take(number: int | str, *, home: Path | str | None = None) -> Binned:
    """Move a take to the bin; what was written elsewhere stays.

    Raises
    ------
    BadInput, NoSpace, LibraryBusy
        One sentence each; then it is still there.
    """
    return Takes(home).delete(number)[0]


def delete_takes(numbers: Sequence[int | str], *, home: Path | str | None = None) -> list[Binned]:
    """Move several takes to the bin, if all of them are there.

    Raises
    ------
    BadInput, NoSpace, LibraryBusy
        One sentence each; those that were not moved are still there.
    """
    return list(Takes(home).delete(*numbers))


def restore_take(number: int | str, *, home: Path | str | None = None) -> Take:
    """Bring a take back from the bin.

    Raises
    ------
    BadInput, NoSpace, LibraryBusy
        One sentence each; then it is still in the bin.
    """
    return Takes(home).restore(number)


def binned_takes(*, home: Path | str | None = None) -> list[Binned]:
    """List the takes in the bin, the last deleted last."""
    return Takes(home).bin.list()


def deleted_takes(*, home: Path | str | None = None) -> list[Take]:
    """Return the takes in the bin with what is known of them, the last deleted last."""
    return [read_take(one.path) for one in binned_takes(home=home) if one.path.name.isdecimal()]


def room_of_takes(*, home: Path | str | None = None) -> Room:
    """Tell what takes need on the disk, and what they may need."""
    shelf = Takes(home)
    found, _ = shelf.list()
    size = sum(one.size_bytes for one in found)
    return Room(len(found), size, shelf.bin.size_bytes(), room_for_takes(home)[0])


def limit_takes(gib: float, *, home: Path | str | None = None) -> Room:
    """Set how much room takes may need, in GiB; it is kept to from the next take on.

    Raises
    ------
    BadSetting, NoSpace, LibraryBusy
        One sentence each; then it is as it was.
    """
    save_settings(home, takes_gib=gib)
    return room_of_takes(home=home)
