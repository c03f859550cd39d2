"""Settings as they are written in one word of a command line: ``NAME=VALUE`` after ``NAME=VALUE``, with commas between."""

from __future__ import annotations

import math
from collections.abc import Collection

from distill.errors import BadSetting

__all__ = ["number", "plain", "taken_apart"]


def taken_apart(text: str, names: Collection[str], *, of: str, free: Collection[str] = ()) -> dict[str, str]:
    """Take a text apart.

    Parameters
    ----------
    names
        Those there are.
    of : str
        What they belong to, for the errors.
    free
        Names whose values may hold commas, as file names do: they end where one of ``names`` follows.

    Raises
    ------
    BadSetting
        If something in it is none of these, or is there twice, or has no value.

    Examples
    --------
    >>> taken_apart("a=1, file=x,y.sofa", ("a", "file"), of="an example", free=("file",))
    {'a': '1', 'file': 'x,y.sofa'}
    """
    words: dict[str, str] = {}
    last = ""
    for part in text.split(","):
        name, sign, value = part.partition("=")
        name = name.strip()
        if last in free and not (sign and name in names):
            words[last] += f",{part}"
            continue
        if not part.strip():
            continue
        if name not in names or not sign:
            known = " ".join(f"{word}=" for word in names)
            raise BadSetting(
                f"{part.strip()[:60]!r} says nothing about {of}; it takes {known} with values, and commas between."
            )
        if not value.strip():
            raise BadSetting(f"{name} of {of} has no value; write {name}=VALUE, or leave it out.")
        if name in words:
            raise BadSetting(f"{name} of {of} is given twice; give it once.")
        words[name] = value.strip()
        last = name
    return words


def number(name: str, text: str) -> float:
    """Read a number.

    Raises
    ------
    BadSetting
        If it is none, or not a finite one.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadSetting(f"{name} is {text[:40]!r}; give a number.")
    return value


def plain(value: float) -> str:
    """Write a number as short as it can be read back.

    Examples
    --------
    >>> plain(4.0), plain(-0.3)
    ('4', '-0.3')
    """
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
