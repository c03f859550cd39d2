"""The owner's names and notes for entries: given, changed, and taken along to a retrained model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from distill.atlas import from_tensors
from distill.codec.model import Codec, expected_tensors
from distill.codes.entries import Entries, Note
from distill.codes.notes import Carried, carry_over, checked
from distill.config import CodecConfig
from distill.errors import BadSetting, DistillError, UnknownModel
from distill.library.catalog import Catalog
from distill.library.model_file import ModelFile
from distill.library.model_header import read_header

__all__ = ["carry_over_from", "check_entry", "name_entry"]


def name_entry(
    model: str | Path,
    level: int,
    code: int,
    *,
    name: str | None = None,
    text: str | None = None,
    home: Path | str | None = None,
) -> Note:
    """Name an entry of a model, or write a note on it; the model file is replaced whole or not at all.

    Parameters
    ----------
    level : int in 1..K
    code : int in 0..N-1
    name : str, optional
        At most 64 printable characters; empty: no name. Left out: as it was.
    text : str, optional
        At most 500.

    Returns
    -------
    Note
        As it is now.

    Raises
    ------
    UnknownModel, BadModelFile, LibraryBusy, NoSpace
        As everywhere.
    BadSetting
        If there is no such entry, or the name or the text cannot be kept.
    """
    given = Note()

    def noted(file: ModelFile) -> ModelFile:
        nonlocal given
        check_entry(file.codec_config, level, code)
        before = file.notes.get((level, code), Note())
        given = checked(
            Note(before.name if name is None else name.strip(), before.text if text is None else text.strip())
        )
        notes = {**file.notes, (level, code): given}
        if given == Note():
            del notes[level, code]
        return replace(file, notes=notes)

    Catalog(home).change(model, noted, expected=expected_tensors)
    return given


def check_entry(config: CodecConfig, level: int, code: int | None = None) -> None:
    """Make sure that a codec has a level, and an entry there.

    Raises
    ------
    BadSetting
        If not.
    """
    if not 1 <= level <= config.num_levels:
        raise BadSetting(
            f"level {level} was asked for, and there are levels 1 to {config.num_levels}; choose one of these."
        )
    if code is not None and not 0 <= code < config.codebook_size:
        raise BadSetting(
            f"entry {code} was asked for, and there are entries 0 to {config.codebook_size - 1}; "
            "choose one of these."
        )


def carry_over_from(catalog: Catalog, name: str, new: Entries, *, longer: bool) -> Carried:
    """Take the notes of the model that is about to be replaced to the new one, as far as they still apply."""
    try:
        path = catalog.find(name)
        if not read_header(path).notes:
            return Carried({})
        file = catalog.open(path, expected=expected_tensors)
    except UnknownModel:
        return Carried({})
    except DistillError as error:
        return Carried({}, (f"The names of entries of the model before could not be read: {error}",))
    codec = Codec.from_tensors(file.codec_config, file.codec_tensors)
    old = from_tensors(codec, file.entries_tensors, file.notes)
    if old is None:
        return Carried(
            {}, ("The model before was never measured, so the names of its entries were dropped.",)
        )
    return carry_over(old, new, longer=longer)
