"""The words of an edit: a name, then ``NAME=VALUE`` after ``NAME=VALUE``, with quotation marks where a value needs them.

What the words mean is said in :mod:`distill.codes.spelling`. Quotation is a shell's but for the backslash, which is a letter
like any other: file names on Windows are full of them.
"""

from __future__ import annotations

import shlex
from unicodedata import category

from distill.codes.limits import shown_text
from distill.errors import BadSetting

__all__ = ["quoted", "shortened", "taken_apart"]

_LEFT_OUT = {"Cc", "Zl", "Zp"}  # the rest of what cannot be shown, lone surrogates, becomes U+FFFD


def taken_apart(text: str) -> tuple[str, dict[str, str]]:
    """Take a text apart: the operation's name, and each word's value.

    Raises
    ------
    BadSetting
        If it begins with no name, or a word has no value, or two, or a quotation does not end.

    Examples
    --------
    >>> taken_apart("paste with='my rain.codes' levels>=2")
    ('paste', {'with': 'my rain.codes', 'levels': '>=2'})
    """
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.escape, lexer.commenters = True, "", ""
    try:
        name, *rest = list(lexer) or [""]
    except ValueError:
        raise BadSetting(f"{shortened(text)} has a quotation mark that is not closed; close it.") from None
    if not name or "=" in name:
        raise BadSetting(
            f"{shortened(text)} does not begin with an operation; write one first, like reverse from=1.0 to=2.0."
        )
    words: dict[str, str] = {}
    for part in rest:
        word, sign, value = part.partition("=")
        if word.endswith((">", "<")):  # levels>=3 is what one would write
            word, value = word[:-1], f"{word[-1]}={value}"
        if not sign or not word:
            raise BadSetting(
                f"{shortened(part)} is no argument; write NAME=VALUE, and quotation marks around a name with spaces."
            )
        if not value:
            raise BadSetting(f"{word[:40]} has no value; write {word[:40]}=VALUE, or leave it out.")
        if word in words:
            raise BadSetting(f"{word[:40]} is given twice; give it once.")
        words[word] = value
    return name, words


def quoted(text: str) -> str:
    """Quote a text so that :func:`taken_apart` reads it as one; controls and what ends lines are left out."""
    text = shown_text("".join(char for char in text if category(char) not in _LEFT_OUT))
    if text and not set(text) & set(" '\""):
        return text
    if '"' not in text:
        return f'"{text}"'
    inside = text.replace('"', '"\'"\'"')  # end the quotation, a double mark in single ones, begin it again
    return f'"{inside}"'


def shortened(text: str) -> str:
    """Show a text in an error, in quotation marks and not all of a long one."""
    return repr(text if len(text) <= 60 else f"{text[:60]}...")
