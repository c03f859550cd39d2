"""The owner's names and notes for entries: what may be written, how it is kept, and what a retraining leaves of it.

A new training gives new entries under the same numbers. A name goes along only to an entry that clearly is the old one
again (:func:`carry_over`); a name on something else would be worse than none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from distill.codes.entries import Entries, Note
from distill.codes.json_values import JSON, JSONError
from distill.errors import BadSetting

__all__ = [
    "LONGEST_NAME",
    "LONGEST_TEXT",
    "Carried",
    "Notes",
    "carry_over",
    "checked",
    "from_json",
    "to_json",
]

Notes = Mapping[tuple[int, int], Note]
LONGEST_NAME, LONGEST_TEXT = 64, 500  # characters


@dataclass(frozen=True)
class Carried:
    """Notes after a retraining.

    Attributes
    ----------
    notes : mapping of (level, code) to Note
        Those that still apply, at the entries they belong to now.
    sentences : tuple of str
        What was kept and what was dropped; empty if there was nothing to keep.
    """

    notes: Notes
    sentences: tuple[str, ...] = ()


def checked(note: Note) -> Note:
    """Make sure that a note can be kept.

    Raises
    ------
    BadSetting
        If the name or the text is too long or cannot be shown.
    """
    if len(note.name) > LONGEST_NAME or not note.name.isprintable():
        raise BadSetting(
            f"the name has {len(note.name)} characters; give at most {LONGEST_NAME} that can be shown in one line."
        )
    if len(note.text) > LONGEST_TEXT or not note.text.replace("\n", "").isprintable():
        raise BadSetting(
            f"the note has {len(note.text)} characters; give at most {LONGEST_TEXT} that can be shown."
        )
    return note


def to_json(notes: Notes) -> list[JSON]:
    """Write notes as JSON values, in the order of their entries."""
    return [
        {"level": level, "code": code, "name": note.name, "text": note.text}
        for (level, code), note in sorted(notes.items())
    ]


def from_json(value: JSON, *, num_levels: int, codebook_size: int) -> Notes:
    """Read notes, which may come from a stranger.

    Raises
    ------
    JSONError
        If they are none, or belong to entries that are not there.
    """
    fault = JSONError("the notes on its entries are none")
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise fault
    notes: dict[tuple[int, int], Note] = {}
    for record in value:
        if not isinstance(record, Mapping) or set(record) != {"level", "code", "name", "text"}:
            raise fault
        level, code, name, text = (record[key] for key in ("level", "code", "name", "text"))
        if (
            type(level) is not int
            or type(code) is not int
            or not isinstance(name, str)
            or not isinstance(text, str)
        ):
            raise fault
        if not 1 <= level <= num_levels or not 0 <= code < codebook_size or (level, code) in notes:
            raise JSONError("its notes are on entries that it does not have")
        try:
            notes[level, code] = checked(Note(name, text))
        except BadSetting:
            raise fault from None
    return notes


def carry_over(old: Entries, new: Entries, *, longer: bool) -> Carried:
    """Take the notes of a model to its successor, as far as they still apply.

    A note stays with an entry that sounds like the old one: the two are each other's nearest among all entries of that
    level, and the new one is nearer to the old one than any other old one was. After training longer, an entry that has
    moved less than that keeps its note under its own number, whatever came nearer.

    Parameters
    ----------
    longer : bool
        Whether the new model went on from the old one.
    """
    kept: dict[tuple[int, int], Note] = {}
    dropped: list[str] = []
    moved: list[str] = []
    for level in sorted({level for level, _ in old.notes}):
        found = _successors(old, new, level, longer=longer) if level <= new.lookup.num_levels else {}
        for code, note in sorted((code, note) for (at, code), note in old.notes.items() if at == level):
            shown = f"{note.name or 'a note'} (entry {code} of level {level})"
            if code not in found:
                dropped.append(shown)
                continue
            kept[level, found[code]] = note
            if found[code] != code:
                moved.append(f"{shown} is entry {found[code]} now")
    sentences = []
    if kept:
        sentences.append(
            f"{len(kept)} of your {len(old.notes)} named entries were recognised and keep their names"
            f"{': ' + '; '.join(moved) if moved else ''}."
        )
    if dropped:
        sentences.append(
            "Nothing in the new model sounds like these entries, so their names were dropped: "
            f"{', '.join(dropped)}."
        )
    return Carried(kept, tuple(sentences))


def _successors(old: Entries, new: Entries, level: int, *, longer: bool) -> dict[int, int]:
    """Which new code is which noted old one."""
    before, after = old.descriptors[level - 1], new.descriptors[level - 1]
    spread = before.std(0)
    scale = np.where(spread > 1e-6, spread, 1)
    across = _distances(before / scale, after / scale)  # [N, N']
    among = _distances(before / scale, before / scale)
    np.fill_diagonal(among, np.inf)
    room = among.min(1)
    noted = sorted(code for at, code in old.notes if at == level)
    goes_on = longer and before.shape == after.shape
    found = {code: code for code in noted if goes_on and across[code, code] < room[code]}
    for code in noted:
        nearest = int(across[code].argmin())
        mutual = int(across[:, nearest].argmin()) == code
        if (
            code not in found
            and nearest not in found.values()
            and mutual
            and across[code, nearest] < room[code]
        ):
            found[code] = nearest
    return found


def _distances(a: npt.NDArray[np.floating], b: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    distances: npt.NDArray[np.floating] = np.sqrt(np.square(a[:, None] - b[None]).sum(-1))
    return distances
