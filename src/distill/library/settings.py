"""What the owner of a library has chosen for all of it: kept whole, with a backup, in ``index/settings.json`` of the user folder."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distill.errors import BadSetting, NoSpace
from distill.home import home as user_folder
from distill.library.index_file import IndexFile, Read
from distill.library.locking import writing

__all__ = ["Settings", "load_settings", "room_for_takes", "save_settings"]


class Settings(BaseModel):
    """The settings; every one has a usual value, and a file may leave any out.

    Attributes
    ----------
    takes_gib : float
        How much room takes may take on the disk, in GiB (and those in the bin as much again).
    model : str
        The model in use; empty: the newest.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    takes_gib: float = Field(5.0, gt=0, le=100_000)
    model: str = Field("", max_length=300)


def load_settings(home: Path | str | None = None) -> tuple[Settings, tuple[str, ...]]:
    """Read the settings, and what happened to their file, if anything did."""
    return _settings(_file(home).read())


def room_for_takes(home: Path | str | None = None) -> tuple[float | None, tuple[str, ...]]:
    """Return how much room takes may have, in GiB, and what happened to the settings' file.

    None while the file cannot be read: nothing may be deleted for a limit that its owner may have raised.
    """
    read = _file(home).read()
    settings, sentences = _settings(read)
    return None if read.refused else settings.takes_gib, sentences


def _settings(read: Read) -> tuple[Settings, tuple[str, ...]]:
    if read.content is None:
        return Settings(), read.sentences
    try:
        return Settings.model_validate(read.content), read.sentences
    except ValidationError:
        return Settings(), (
            *read.sentences,
            "The settings held an impossible value; the usual ones are taken.",
        )


def save_settings(home: Path | str | None = None, **changed: object) -> Settings:
    """Change settings and keep them.

    Raises
    ------
    BadSetting
        If a value is impossible.
    NoSpace, LibraryBusy
        If they cannot be written; then they are as they were.
    """
    file = _file(home)
    with writing(file.path.parent):
        read = file.read()
        if read.refused:  # what it holds besides would be lost
            raise NoSpace(
                f"the settings cannot be changed: {read.sentences[0]} Let Distill read {str(file.path)!r} and try again."
            )
        before, _ = _settings(read)
        try:
            after = Settings.model_validate(before.model_dump() | changed)
        except ValidationError as error:
            fault = error.errors()[0]
            raise BadSetting(
                f"{fault['loc'][0]} cannot be {fault['input']!r}: {fault['msg'].lower()}; choose another value."
            ) from None
        file.write(after.model_dump(mode="json"))
    return after


def _file(home: Path | str | None) -> IndexFile:
    return IndexFile(
        user_folder(home) / "index" / "settings.json", kind="settings", called="The settings' file"
    )
