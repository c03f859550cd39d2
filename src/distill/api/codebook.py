"""The codebook of a model as a table: every entry by use, by sound, by likeness (rows C8 to C10).

:mod:`distill.api.auditions` makes it heard and seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from distill.api.library import Model, open_model
from distill.api.naming import check_entry
from distill.codes.entries import DESCRIPTORS, Entries, Note
from distill.codes.level_names import level_name
from distill.codes.words import Group, groups, words
from distill.errors import BadModelFile, BadSetting

__all__ = ["ORDERS", "Codebook", "EntryLine", "codebook", "open_measured", "similar"]

ORDERS = ("usage", "code", *DESCRIPTORS)
DOMINANT = 10  # times an even share of the use
MOST_NAMED = 8  # entries in a sentence


@dataclass(frozen=True)
class EntryLine:
    """One entry, as a table shows it.

    Attributes
    ----------
    level, code : int
        From 1 and from 0.
    share : float in 0..1
        Of its level's use in the collection.
    words : str
        What it sounds like; of a deeper level, what it does to a sound.
    note : Note
        The owner's.
    figures : mapping of str to float
        The descriptors behind the words.
    position : tuple of float in 0..1
        Where it lies on its level's map; near ones sound alike.
    """

    level: int
    code: int
    share: float
    words: str
    note: Note
    figures: Mapping[str, float]
    position: tuple[float, float]


@dataclass(frozen=True)
class Codebook:
    """A level's entries in some order.

    Attributes
    ----------
    model : str
    level : int
    level_name : str
        Structure, Timbre or Detail.
    sentence : str
        Which entries are dead and which dominate.
    lines : tuple of EntryLine
    groups : tuple of Group
        Entries that sound alike.
    """

    model: str
    level: int
    level_name: str
    sentence: str
    lines: tuple[EntryLine, ...]
    groups: tuple[Group, ...]


def codebook(
    model: str | Path | Model,
    *,
    level: int = 1,
    sort: str = "usage",
    device: str = "auto",
    home: Path | str | None = None,
) -> Codebook:
    """List the entries of a level.

    Parameters
    ----------
    sort : str
        ``"usage"``, ``"code"``, or a descriptor by name: the most first.

    Raises
    ------
    UnknownModel, BadModelFile
        If there is no such model, or its entries were never measured.
    BadSetting
        If there is no such level or order.
    """
    if sort not in ORDERS:
        raise BadSetting(f"entries cannot be sorted by {sort[:40]!r}; choose among {', '.join(ORDERS)}.")
    opened, entries = open_measured(model, home, device=device)
    check_entry(opened.codec.config, level)
    if sort == "code":
        order = list(range(entries.lookup.codebook_size))
    else:
        column = entries.usage[level - 1] if sort == "usage" else entries.of(sort)[level - 1]
        order = np.argsort(-column, kind="stable").tolist()
    return _codebook(opened, entries, level, order)


def similar(
    model: str | Path | Model,
    level: int,
    code: int,
    *,
    count: int = 8,
    device: str = "auto",
    home: Path | str | None = None,
) -> Codebook:
    """List the entries of a level that are nearest to one, itself first.

    Raises
    ------
    UnknownModel, BadModelFile, BadSetting
        As :func:`codebook`; also if there is no such entry.
    """
    opened, entries = open_measured(model, home, device=device)
    check_entry(opened.codec.config, level, code)
    return _codebook(opened, entries, level, [code, *entries.similar(level, code, count)])


def open_measured(
    model: str | Path | Model, home: Path | str | None, *, device: str = "auto"
) -> tuple[Model, Entries]:
    """Open a model whose entries were measured.

    Raises
    ------
    UnknownModel, BadModelFile
        As :func:`distill.api.library.open_model`; also if they were not.
    """
    opened = model if isinstance(model, Model) else open_model(model, home=home, device=device)
    if opened.entries is None:
        raise BadModelFile(
            f"the model {opened.name!r} was made before entries were listened to, so nothing is known of them; "
            "train it --longer for a minute, or train it anew."
        )
    return opened, opened.entries


def _codebook(model: Model, entries: Entries, level: int, order: Sequence[int]) -> Codebook:
    said = words(entries, level)
    use = entries.usage[level - 1]
    shares = use / max(int(use.sum()), 1)
    figures, places = entries.descriptors[level - 1], entries.positions[level - 1]
    lines = tuple(
        EntryLine(
            level,
            code,
            float(shares[code]),
            said[code],
            entries.notes.get((level, code), Note()),
            dict(zip(DESCRIPTORS, figures[code].tolist(), strict=True)),
            (float(places[code, 0]), float(places[code, 1])),
        )
        for code in order
    )
    name = level_name(level, entries.lookup.num_levels)
    return Codebook(
        model.name, level, name, _sentence(level, name, shares, said), lines, tuple(groups(entries, level))
    )


def _sentence(level: int, name: str, shares: np.ndarray, said: Sequence[str]) -> str:
    """Tell the dead and the dominant entries of a level."""
    size = len(shares)
    dead = np.flatnonzero(shares == 0).tolist()
    dominant = [
        code for code in np.argsort(-shares, kind="stable").tolist() if shares[code] * size >= DOMINANT
    ]
    unused = (
        f"{len(dead)} of {size} entries {'is' if len(dead) == 1 else 'are'} dead, used by nothing in the collection ({_listed([str(code) for code in dead])})"
        if dead
        else f"all {size} entries are in use"
    )
    shown = [f"entry {code}, {said[code]}, with {100 * shares[code]:.0f} %" for code in dominant]
    ruling = (
        f"{len(dominant)} dominate{'s' if len(dominant) == 1 else ''}, with {DOMINANT} times an even share or more "
        f"({_listed(shown, '; ')})"
        if dominant
        else "none dominates"
    )
    return f"Level {level} ({name}): {unused}; {ruling}."


def _listed(given: Sequence[str], joint: str = ", ") -> str:
    more = len(given) - MOST_NAMED
    return joint.join(given[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
