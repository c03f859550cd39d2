"""Tags: what the owner of a model files it under, kept in the model file so that they travel with it.

A file is written anew whole with another description before the same tensors, byte for byte; no weights are decoded, and
the codec's fingerprint stays what it was.
"""

from __future__ import annotations

import json
import shutil
import struct
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path

from distill.codes.json_values import loads
from distill.errors import BadSetting
from distill.library.description import MOST_TAGS, Description, description_text, is_tag
from distill.library.model_header import METADATA_KEY, ModelHeader, open_model, read_start
from distill.library.names import spelling
from distill.replacing import replacing

__all__ = ["changed_tags", "checked_tag", "write_tags"]


def checked_tag(tag: str) -> str:
    """Return a tag in its normal form: spaces at the ends and double ones gone.

    Raises
    ------
    BadSetting
        If it is none.

    Examples
    --------
    >>> checked_tag("  dark   ambient ")
    'dark ambient'
    """
    normal = " ".join(unicodedata.normalize("NFC", tag).split())
    if not is_tag(normal):
        shown = tag if len(tag) <= 80 else f"{tag[:80]}..."
        raise BadSetting(f"{shown!r} cannot be a tag; use 1 to 40 printable characters without a comma.")
    return normal


def changed_tags(
    before: Sequence[str], *, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return tags with some added and others removed; capitals do not tell them apart.

    Raises
    ------
    BadSetting
        If one cannot be a tag, is to be removed and not there, or there are too many.

    Examples
    --------
    >>> changed_tags(["glass", "Live"], add=["cold", "GLASS"], remove=["live"])
    ('cold', 'GLASS')
    """
    kept = {spelling(tag): tag for tag in before}
    for tag in remove:
        if kept.pop(spelling(checked_tag(tag)), None) is None:
            there = f"it has {', '.join(before)}; choose one of these." if before else "it has none."
            raise BadSetting(f"this model has no tag {tag!r}; {there}")
    for tag in add:
        normal = checked_tag(tag)
        kept[spelling(normal)] = normal
    if len(kept) > MOST_TAGS:
        raise BadSetting(
            f"{len(kept)} tags were asked for, and a model has at most {MOST_TAGS}; remove some."
        )
    return tuple(kept[key] for key in sorted(kept))


def write_tags(path: Path, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> tuple[str, ...]:
    """Change the tags of a model file; call it with the library's lock held.

    Returns
    -------
    tuple of str
        All tags it has now.

    Raises
    ------
    BadModelFile, BadSetting, NoSpace
        One sentence each; then the file is as it was.
    """
    with open_model(path) as file:
        header, start = read_start(file, path.name)
        tags = changed_tags(header.tags, add=add, remove=remove)
        if tags == header.tags:
            return tags
        text = json.dumps(_with_description(start, description_text(_description(header, tags)))).encode()
        text += b" " * (-len(text) % 8)  # safetensors keeps what follows aligned
        with replacing(path) as target:
            target.write(struct.pack("<Q", len(text)) + text)
            shutil.copyfileobj(file, target, 2**20)
    return tags


def _description(header: ModelHeader, tags: tuple[str, ...]) -> Description:
    known = {field.name: getattr(header, field.name) for field in fields(Description)}
    return replace(Description(**known), tags=tags)


def _with_description(start: bytes, text: str) -> dict[str, object]:
    """Return the JSON before the tensors, with another description and the same places."""
    header: dict[str, object] = loads(start[8:])
    header["__metadata__"] = {METADATA_KEY: text}
    return header
