"""What the owner of a library has chosen for all of it: kept whole, with a backup, in ``index/settings.json`` of the user folder."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distill.errors import BadSetting
from distill.home import home as user_folder
from distill.library.index_file import IndexFile
from distill.library.locking import writing

__all__ = ["Settings", "load_settings", "save_settings"]


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
    read = _file(home).read()
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
        before, _ = load_settings(home)
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
