"""An edit as it is written after ``--do``, and back: ``mirror from=1.0 to=2.0 levels=1-2 every=2``.

The first word is the operation. ``from``, ``to``, ``levels``, ``every``, ``channels`` and ``seed`` say where and with which
draws (:mod:`distill.codes.written_region`); ``with=FILE`` brings another sound's codes, from the time ``at`` on (several come as
``A=FILE B=FILE``); the rest are the operation's own arguments. Names with spaces are quoted, and a backslash is a letter like any other, as paths need it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from difflib import get_close_matches
from typing import Any

from distill.codes.bringing import brought
from distill.codes.editing import MOST_SEED, Edit
from distill.codes.grid import Codes
from distill.codes.json_values import dumps
from distill.codes.material import Material
from distill.codes.operation import RESERVED, InSteps, Operation, make, operation
from distill.codes.region import Region
from distill.codes.tempo import Tempo, nearest_step, steps_of
from distill.codes.written_region import read_region, written_region
from distill.codes.written_words import quoted, shortened, taken_apart
from distill.errors import BadSetting

__all__ = ["parse", "spelled"]


def parse(
    text: str,
    *,
    codes: Codes,
    tempo: Tempo | None = None,
    snap: float | None = None,
    load: Callable[[str], Codes] | None = None,
    seed: int = 0,
    locked: Collection[int] = (),
) -> Edit:
    """Read an edit.

    Parameters
    ----------
    codes : Codes
        The sound it is for: times and levels are its.
    tempo : Tempo, optional
        Needed for beats and bars.
    snap : float, optional
        Beats between the lines that ``from`` and ``to`` move to.
    load : function, optional
        Gives the codes for the name in ``with=NAME``.
    seed : int in 0..2**63-1
        Unless the text has one.
    locked : collection of int
        Levels, from 1, that no edit may change.

    Raises
    ------
    BadSetting
        Saying which word cannot be used, and what can.
    BadCodes, ForeignCodes
        If the other sound's codes cannot be used here.

    Examples
    --------
    >>> import numpy as np
    >>> codes = Codes(np.zeros((1, 4, 94), int), codebook_size=256, fingerprint="1a2b3c4d", model="bells",
    ...               num_samples=94 * 1024)
    >>> edit = parse("mirror from=1.0 to=2.0 levels=1-2", codes=codes)
    >>> edit.region.start, edit.region.stop, edit.region.levels
    (47, 94, (1, 2))
    >>> spelled(edit)
    'mirror from=47st to=94st levels=1-2'
    """
    name, words = taken_apart(text)
    kind = operation(name)
    names = kind.argument_names()
    many = kind.carries_by_letter()
    for word in words:
        if word not in _accepted(kind) and not (many and _is_letter(word)):
            raise _unknown(word, kind)
    region = read_region(
        codes=codes,
        start=words.pop("from", None),
        stop=words.pop("to", None),
        levels=words.pop("levels", None),
        every=words.pop("every", None),
        channels=words.pop("channels", None),
        tempo=tempo,
        snap=snap,
        locked=locked,
    )
    if "seed" in words:
        seed = _seed(words.pop("seed"))
    at = words.pop("at", None)
    arguments: dict[str, Any] = {}
    for word, value in words.items():
        if word == "with":
            arguments[names[word]] = _material(kind, value, at, codes, region, tempo, load)
        elif many and _is_letter(word):
            letters = arguments.setdefault(many, {})
            letters[word.upper()] = _material(kind, value, None, codes, region, tempo, load)
        else:
            arguments[word] = _value(kind, word, value, codes, tempo)
    if at is not None and "with" not in words:
        raise BadSetting("at=TIME says where in the other sound to begin; name that sound, too: with=FILE.")
    return Edit(make(name, arguments), region, seed)


def spelled(edit: Edit, *, step_rate: float | None = None) -> str:
    """Write an edit, for histories; :func:`parse` reads it as the same one.

    Codes that it carries are named by the sound they came from, which may not be a file.

    Parameters
    ----------
    step_rate : float, optional
        Steps a second, to write times in seconds; otherwise in steps.
    """
    kind = type(edit.operation)
    values = edit.operation.arguments()
    words = [kind.name]
    for word, field in kind.argument_names().items():
        if word == "with":
            material = getattr(edit.operation, field)
            if material is not None:
                words.append(f"with={quoted(material.source or 'codes')}")
        elif word == "A":
            carried = getattr(edit.operation, field)
            words += [f"{key}={quoted(carried[key].source or 'codes')}" for key in sorted(carried)]
        elif field in values:
            words.append(f"{word}={quoted(_written(values[field]))}")
    words += written_region(edit.region, step_rate=step_rate)
    if edit.seed:
        words.append(f"seed={edit.seed}")
    return " ".join(words)


def _accepted(kind: type[Operation]) -> list[str]:
    """Every word that an operation can be given a value for, its own first."""
    places = [word for word in RESERVED if word not in ("with", "at")]
    return [*kind.argument_names(), *(["at"] if kind.carries() else []), *places]


def _unknown(word: str, kind: type[Operation]) -> BadSetting:
    if word in ("with", "at"):
        return BadSetting(f"{kind.name} takes no codes of another sound; leave {word} out.")
    known = _accepted(kind)
    near = get_close_matches(word[:40], known, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}?" if near else f"it knows {', '.join(known)}."
    return BadSetting(f"{kind.name} knows no {shortened(word)}; {hint}")


def _value(kind: type[Operation], word: str, value: str, codes: Codes, tempo: Tempo | None) -> Any:
    """Turn a value's text into what the argument is made of; what is no number stays text and is told by the operation."""
    field = kind.model_fields[word]
    if InSteps.marks(field):
        steps = steps_of(value, step_rate=codes.step_rate, tempo=tempo, bare="steps")
        return steps if field.annotation is float else nearest_step(steps)
    schema = kind.model_json_schema()["properties"][word]
    if any(part.get("type") == "array" for part in (schema, *schema.get("anyOf", ()))):
        return [part.strip() for part in value.split(",")]
    return value


def _material(
    kind: type[Operation],
    file: str,
    at: str | None,
    codes: Codes,
    region: Region,
    tempo: Tempo | None,
    load: Callable[[str], Codes] | None,
) -> Material:
    """Load another sound, and take from it what the operation wants."""
    if load is None:
        raise BadSetting(
            f"with={file[:40]} names another sound, and none can be opened here; give it from Python, as material."
        )
    other = load(file)
    first = None
    if at is not None:
        first = nearest_step(steps_of(at, step_rate=other.step_rate, tempo=tempo))
    shown = f"at={at[:40]}" if at is not None else ""
    return brought(kind, other, codes, region, name=file, first=first, shown=shown)


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isascii() and word.isalpha()


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 19 or int(text) > MOST_SEED:
        raise BadSetting(f"seed={text[:40]} was given; choose a whole number from 0 to {MOST_SEED}.")
    return int(text)


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(_written(part) for part in value)
    return dumps(value).decode()
