"""The history: takes listed, starred, noted, deleted and restored, and made again from their codes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from distill.api.library import Model, maker, open_model
from distill.api.sounds import write_sound
from distill.api.taking import digest_of
from distill.api.targets import wav_target
from distill.codes import storage
from distill.errors import UnknownModel
from distill.library.bin import Binned
from distill.library.settings import room_for_takes, save_settings
from distill.library.take_files import Take, read_take
from distill.library.takes import Takes
from distill.progress import Cancel, Progress, Report, silent

__all__ = [
    "Replayed",
    "Room",
    "binned_takes",
    "delete_take",
    "deleted_takes",
    "limit_takes",
    "note_take",
    "replay",
    "restore_take",
    "room_of_takes",
    "star_take",
    "take",
    "takes",
]


@dataclass(frozen=True)
class Replayed:
    """A take that was made again.

    Attributes
    ----------
    path : Path
    take : int
    seconds : float
    same : bool or None
        Whether it equals the sound that was kept, bit for bit; None where only codes were kept.
    sentences : tuple of str
    """

    path: Path
    take: int
    seconds: float
    same: bool | None
    sentences: tuple[str, ...]


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
    return Takes(home).delete(number)


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


def replay(
    number: int | str,
    *,
    output: Path | str,
    model: str | Path | None = None,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Replayed:
    """Make a take again from its codes, as it was made then: on the same machine the same to the last bit.

    Parameters
    ----------
    model : str or path, optional
        The model that made it, when it is not in the library; a new name of it is found out.

    Raises
    ------
    BadInput
        If there is no such take, or it is damaged.
    UnknownModel
        If its model has gone; the sound that was kept is named.
    BadSetting, NoSpace
        One sentence each.
    """
    target = wav_target(output)
    shelf = Takes(home)
    kept = shelf.find(number)
    record = kept.require_record()
    opened = model_of_take(kept, model=model, device=device, home=home)
    codes = storage.load(kept.codes)
    written = write_sound(opened, codes, target, record.up_to_level, record.refine, report, cancel)
    same = digest_of(target) == record.sha256 if record.sha256 else None
    if same is None:
        said = "Only its codes were kept then, so there is no sound to compare this one with."
    elif same:
        said = "It is the same as then, bit for bit."
    else:
        said = (
            f"It is not bit for bit the same: then it was made on {record.device or 'another device'} by Distill "
            f"{record.distill_version}; the sound that was kept is {str(kept.sound or kept.folder)!r}."
        )
    return Replayed(target, kept.number, codes.seconds, same, (*written.sentences, said))


def model_of_take(
    kept: Take, *, device: str, home: Path | str | None, model: str | Path | None = None
) -> Model:
    """Open the model of a take, whatever it is called now.

    Raises
    ------
    UnknownModel
        If it has gone, or was trained anew since.
    """
    record = kept.require_record()
    place = f" Take {kept.number} itself is kept in {str(kept.sound or kept.codes)!r}."
    try:
        if model is None:
            model = maker(record.model, record.fingerprint, home=home)
        opened = open_model(model, home=home, device=device)
    except UnknownModel as error:
        raise UnknownModel(f"{error}{place}") from None
    if opened.fingerprint != record.fingerprint:
        raise UnknownModel(
            f"the model {record.model!r} that made take {kept.number} was trained anew since, or deleted; restore it from "
            f"the bin, or import a copy.{place}"
        )
    return opened
