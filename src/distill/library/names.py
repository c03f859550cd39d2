"""What a model may be called, and which name was meant.

A name is a file's name without its ending, so it has to be one on every system, and names that some file
system takes for the same are the same here.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence

from distill.errors import BadSetting

__all__ = ["SUFFIX", "checked_name", "spelling", "unknown_sentence"]

SUFFIX = ".distill"
_LONGEST = 64
_LONGEST_BYTES = 200  # of a name in UTF-8: file systems take 255 with what is added to it
# Marks that nothing shows: with them two names would look the same
_UNSEEN = re.compile("[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Windows keeps these for devices, with any ending
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


def checked_name(name: str, *, kind: str = "model") -> str:
    """Return a model's name in its normal form, if a model can be called that on every system.

    Parameters
    ----------
    kind : str
        What it is the name of, for the sentence: templates and others are files too.

    Raises
    ------
    BadSetting
        If it cannot.

    Examples
    --------
    >>> checked_name("Glass Bells 2")
    'Glass Bells 2'
    """
    normal = unicodedata.normalize("NFC", name)  # macOS takes accents apart
    faults = (
        not 1 <= len(normal) <= _LONGEST or not re.match(r"[^\W_]", normal),
        not all(map(_may_follow, normal[1:])),
        len(normal.encode("utf-8", "replace")) > _LONGEST_BYTES,
        normal[-1:] in {".", " "},  # Windows cuts these off
        normal.lower().endswith(SUFFIX),
        normal.split(".")[0].strip().lower() in _DEVICES,
    )
    if any(faults):
        shown = name if len(name) <= 80 else f"{name[:80]}..."
        raise BadSetting(
            f"a {kind} cannot be named {shown!r}; use up to 64 letters, digits, spaces, '-', '_' and '.', beginning "
            "with a letter or digit and not ending in a dot, a space or '.distill', and no name Windows keeps "
            "for itself (such as CON)."
        )
    return normal


def _may_follow(char: str) -> bool:
    """Tell whether a character can stand in a name behind its first."""
    if re.match(r"[\w .-]", char):
        return True
    # Vowel signs and tone marks of Thai, Hindi, Tamil and others belong to a letter and are none of their own.
    return unicodedata.category(char) in {"Mn", "Mc"} and not _UNSEEN.match(char)


def spelling(name: str) -> str:
    """Spell a name so that names which some file system takes for the same are the same."""
    return unicodedata.normalize("NFC", name).casefold()


def unknown_sentence(text: str, names: Sequence[str]) -> str:
    """Say that there is no such model, and which are nearest."""
    spelt = {spelling(name): name for name in names}
    near = difflib.get_close_matches(spelling(text.removesuffix(SUFFIX)), spelt, n=3, cutoff=0.5)
    if near:
        return f"there is no model {text!r}; did you mean {' or '.join(repr(spelt[key]) for key in near)}?"
    if names:
        return f"there is no model {text!r}; 'distill models list' shows the {len(names)} there are."
    return f"there is no model {text!r}, and none in the library yet; train one, or give a .distill file."
