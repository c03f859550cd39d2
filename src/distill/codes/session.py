"""A sound while it is being edited: do, undo, redo, without limit.

A file undoes by itself (:func:`distill.codes.editing.undone`) and forgets what it took back; whoever sits in front of a sound
wants that again. The edits are the truth; states on the way are kept so that going back and forth costs nothing, and
only so many of them: older ones are made again from the nearest one kept.
"""

from __future__ import annotations

from distill.codes.editing import Edit, apply, edits_of, original_of
from distill.codes.grid import Codes
from distill.codes.operation import Known
from distill.errors import BadSetting

__all__ = ["Session"]

_MOST_STATES = 64


class Session:
    """The edits of one sound, and how many of them are in force.

    Parameters
    ----------
    codes : Codes
        Edited before or not: what its own list holds can be undone, too.
    entries : Entries, or function that gives them, optional
        The model's.

    Examples
    --------
    ::

        session = Session(storage.load("rain.codes"))
        session.do(parse("reverse from=1.0 to=2.0", codes=session.codes))
        session.undo()
        session.redo()
        storage.save(session.codes, "other.codes")
    """

    def __init__(self, codes: Codes, *, entries: Known = None) -> None:
        self._entries = entries
        self._original = original_of(codes)
        self._edits = list(edits_of(codes))
        self._position = len(self._edits)
        self._states = {0: self._original, self._position: codes}

    @property
    def codes(self) -> Codes:
        """The sound as it stands, with its list of edits."""
        return self._at(self._position)

    @property
    def done(self) -> tuple[Edit, ...]:
        """The edits in force, oldest first."""
        return tuple(self._edits[: self._position])

    @property
    def taken_back(self) -> tuple[Edit, ...]:
        """The edits that :meth:`redo` would make again, the next first."""
        return tuple(self._edits[self._position :])

    def do(self, edit: Edit) -> Codes:
        """Make an edit; what had been taken back is gone.

        Raises
        ------
        BadSetting, BadCodes
            If it cannot be made; then nothing has changed.
        """
        after = apply(self.codes, [edit], entries=self._entries)
        del self._edits[self._position :]
        for position in [known for known in self._states if known > self._position]:
            del self._states[position]
        self._edits.append(edit)
        self._position += 1
        self._keep(self._position, after)
        return after

    def undo(self, count: int = 1) -> Codes:
        """Take back the last edits.

        Raises
        ------
        BadSetting
            If there are not so many.
        """
        if not 1 <= count <= self._position:
            raise BadSetting(_too_many(count, self._position, "undo"))
        self._position -= count
        return self.codes

    def redo(self, count: int = 1) -> Codes:
        """Make edits again that were taken back.

        Raises
        ------
        BadSetting
            If there are not so many.
        """
        left = len(self._edits) - self._position
        if not 1 <= count <= left:
            raise BadSetting(_too_many(count, left, "redo"))
        self._position += count
        return self.codes

    def _at(self, position: int) -> Codes:
        if position not in self._states:
            nearest = max(known for known in self._states if known < position)
            missing = self._edits[nearest:position]
            self._keep(position, apply(self._states[nearest], missing, entries=self._entries))
        return self._states[position]

    def _keep(self, position: int, codes: Codes) -> None:
        self._states[position] = codes
        spare = [known for known in self._states if known not in (0, position)]
        if len(spare) > _MOST_STATES:
            del self._states[max(spare, key=lambda known: abs(known - position))]


def _too_many(count: int, there: int, verb: str) -> str:
    if there == 0:
        return f"there is nothing to {verb}."
    return f"{count} edits were to be {'undone' if verb == 'undo' else 'redone'}, and there are {there}; choose 1 to {there}."
