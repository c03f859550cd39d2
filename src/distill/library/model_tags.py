"""Tags: what the owner of a model files it under, kept in the model file so that they travel with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from distill.errors import BadSetting
from distill.library.description import MOST_TAGS, Description, is_tag
from distill.library.names import spelling
from distill.library.redescribing import redescribe

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

    def tagged(said: Description) -> Description:
        return replace(said, tags=changed_tags(said.tags, add=add, remove=remove))

    return redescribe(path, tagged).tags
