"""What the owner of a library has chosen for all of it: kept whole, with a backup, in ``index/settings.json`` of the user folder."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distill.errors import BadSetting, NoSpace
from distill.home import home as user_folder
from distill.library.index_file import IndexFile, Read
from distill.library.locking import writing

__all__ = ["Settings", "load_settings", "room_for_takes", "save_settings"]

_LIMIT_LOST = (
    "How much room takes may need is not known any more, so none goes to the bin for it; say it again with distill takes "
    "limit."
)


class Settings(BaseModel):
    """The settings; every one has a usual value, and a file may leave any out.

    Attributes
    ----------
    takes_gib : float or None
        How much room takes may take on the disk, in GiB (and those in the bin as much again). None: nobody knows any
        more what their owner said, and no take goes for a guess.
    model : str
        The model in use; empty: the newest.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    takes_gib: float | None = Field(5.0, gt=0, le=100_000)
    model: str = Field("", max_length=300)


def load_settings(home: Path | str | None = None) -> tuple[Settings, tuple[str, ...]]:
    """Read the settings, and what happened to their file, if anything did."""
    file = _file(home)
    return _settings(file, file.read())


def room_for_takes(home: Path | str | None = None) -> tuple[float | None, tuple[str, ...]]:
    """Return how much room takes may have, in GiB, and what happened to the settings' file.

    None while the file cannot be read, or once it was lost: nothing may be deleted for a limit that its owner may have
    raised.
    """
    file = _file(home)
    read = file.read()
    settings, sentences = _settings(file, read)
    # What cannot be read just now may say it again by itself.
    if settings.takes_gib is None and not read.refused:
        sentences = (*sentences, _LIMIT_LOST)
    return settings.takes_gib, sentences


def _settings(file: IndexFile, read: Read) -> tuple[Settings, tuple[str, ...]]:
    """Return what was read; a limit of takes is believed only if nothing happened to its file since it was said."""
    sentences = read.sentences
    lost = bool(sentences) or (read.content is None and file.was_damaged())
    settings = Settings()
    if read.content is not None:
        try:
            settings = Settings.model_validate(read.content)
        except ValidationError:
            sentences = (*sentences, "The settings held an impossible value; the usual ones are taken.")
            lost = True
    return settings.model_copy(update={"takes_gib": None}) if lost else settings, sentences


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
        before, _ = _settings(file, read)
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
