"""What the owner of a model says about who may use it, kept in its file and shown on its card."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

from distill.errors import BadSetting
from distill.library.card import LICENCE
from distill.library.redescribing import redescribe

__all__ = ["checked_licence", "write_licence"]

_LONGEST = 500  # characters


def checked_licence(note: str) -> str:
    """Return a licence note in its normal form; the usual sentence for an empty one.

    Raises
    ------
    BadSetting
        If it is too long, or cannot be printed on one line.

    Examples
    --------
    >>> checked_licence("  CC BY 4.0,  by me ")
    'CC BY 4.0, by me'
    """
    normal = " ".join(unicodedata.normalize("NFC", note).split())
    if len(normal) > _LONGEST or not normal.isprintable():
        raise BadSetting(
            f"this licence note has {len(normal)} characters; write at most {_LONGEST} printable ones, on one line."
        )
    return normal or LICENCE


def write_licence(path: Path, note: str) -> str:
    """Change the licence note of a model file; call it with the library's lock held. Returns the note.

    Raises
    ------
    BadModelFile, BadSetting, NoSpace
        One sentence each; then the file is as it was.
    """
    normal = checked_licence(note)
    redescribe(path, lambda said: replace(said, collection={**said.collection, "licence": normal}))
    return normal
