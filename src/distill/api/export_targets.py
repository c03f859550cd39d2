"""Where exported files go and in which format, decided before any work is done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from distill.api.places import is_folder, is_there
from distill.api.targets import refuse_sources, refuse_twins
from distill.errors import BadInput, BadSetting
from distill.library.take_files import Take
from distill.output.formats import FORMATS, Format, format_called, format_of

__all__ = ["export_targets", "free_export_path", "name_of_take"]

_LONGEST_NAME = 180  # bytes of a title in UTF-8, in a file's name


def export_targets(
    given: Sequence[Path], names: Sequence[str], output: Path, *, format: str | None
) -> tuple[Format, list[Path]]:
    """Choose the format, and the file of each sound: ``output`` itself for one, one inside it for several.

    Parameters
    ----------
    names : sequence of str
        What each is called in a folder, without the ending.
    format : str or None
        Asked for; None: as the file's name ends, and WAV in a folder.

    Raises
    ------
    BadInput
        If nothing was given.
    BadSetting
        If there is no such format; several sounds were given and ``output`` is one file; two sounds would get one
        file; or a sound would be written over.
    """
    if not given:
        raise BadInput("nothing was given; name one or more sounds or .codes files to export.")
    asked = format_called(format) if format is not None else None
    ending = None if is_folder(output) else format_of(output)
    if ending is None:
        if output.suffix and not is_folder(output):
            raise BadSetting(
                f"the sound was to be written to {output.name!r}; give a file name that ends in .wav, .flac, .ogg or .mp3, "
                "or a folder."
            )
        chosen = asked or FORMATS["wav"]
        targets = [output / f"{name}{chosen.suffix}" for name in names]
    else:
        chosen = ending
        if asked is not None and asked != ending:
            raise BadSetting(
                f"the format {asked.name} was asked for and a file called {output.name!r}; let its name end in "
                f"{asked.suffix}, or leave the format out."
            )
        if len(given) > 1:
            raise BadSetting(
                f"{len(given)} files were given and one to write, {output.name!r}; give a folder for several."
            )
        targets = [output]
    refuse_twins(targets, verb="export")
    refuse_sources(given, targets, by="its own export")
    return chosen, targets


def name_of_take(take: Take) -> str:
    """Return what the file of a take is called in a folder: its number, for titles come more than once, and its title.

    Examples
    --------
    >>> from distill.library.take_files import TakeRecord
    >>> record = TakeRecord(
    ...     verb="edit", title="../AC/DC?", path="", created="", model="bells", fingerprint="", seconds=1.0
    ... )
    >>> name_of_take(Take(12, Path(), 0, record))
    '0012-.._AC_DC_'
    """
    plain = _plain("" if take.record is None else take.record.title)
    return f"{take.number:04}-{plain}" if plain else f"{take.number:04}"


def free_export_path(title: str, *, folder: Path | str, format: str = "wav") -> Path:
    """Return a file in a folder that is called by a title and not there yet: ``rain.wav``, ``rain 2.wav`` ..

    Raises
    ------
    BadSetting
        If there is no such format.

    Examples
    --------
    >>> free_export_path("AC/DC?", folder="nowhere", format="flac").name
    'AC_DC_.flac'
    """
    suffix = format_called(format).suffix
    plain = _plain(title).lstrip(" .") or "sound"
    number = 1
    while is_there(path := Path(folder) / f"{plain}{f' {number}' if number > 1 else ''}{suffix}"):
        number += 1
    return path


def _plain(title: str) -> str:
    """Leave out of a title what no file can be called on some system."""
    plain = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in title)
    return plain.encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore").rstrip(" .")
