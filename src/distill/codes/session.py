"""A sound while it is being edited: do, undo, redo, without limit.

A file undoes by itself (:func:`distill.codes.editing.undone`) and forgets what it took back; whoever sits in front of a sound
wants that again. The edits are the truth; states on the way are kept so that going back and forth costs nothing, and
only so many of them: older ones are made again from the nearest one kept, and those on the way there are kept with them,
so that walking back through a long list makes each edit a few times and not the whole list at every step. States know nothing
of the list, which is put together when somebody asks for :attr:`Session.codes`: the thousandth edit costs what the first did.
"""

from __future__ import annotations

from collections.abc import Sequence

from distill.codes.editing import Edit, edits_of, listed, made, original_of
from distill.codes.grid import Codes
from distill.codes.operation import Known
from distill.errors import BadCodes, BadSetting

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
        original = original_of(codes)
        edits = edits_of(codes)
        self._begin(original, edits, len(edits), made(codes, ()), entries)

    @classmethod
    def resumed(
        cls, original: Codes, edits: Sequence[Edit], position: int, now: Codes, *, entries: Known = None
    ) -> Session:
        """Go on where another session was left, with what had been taken back.

        Parameters
        ----------
        original, now : Codes
            The sound before the first edit, and as it stands; neither with a list of edits.
        position : int
            How many of the edits are in force.

        Raises
        ------
        BadCodes
            If these do not belong together.
        """
        comparable = (original.fingerprint, original.codebook_size, original.grid.shape[:2]) == (
            now.fingerprint,
            now.codebook_size,
            now.grid.shape[:2],
        )
        if not 0 <= position <= len(edits) or not comparable or (position == 0 and original != now):
            raise BadCodes("these edits do not lead to this sound; open it again.")
        session = cls.__new__(cls)
        session._begin(original, edits, position, now, entries)
        return session

    def _begin(
        self, original: Codes, edits: Sequence[Edit], position: int, now: Codes, entries: Known
    ) -> None:
        self._entries = entries
        self._original = original
        self._edits = list(edits)
        self._position = position
        self._states = {0: original, position: now}

    @property
    def codes(self) -> Codes:
        """The sound as it stands, with its list of edits."""
        return listed(self.sound, self._original, [edit.to_json() for edit in self.done])

    @property
    def sound(self) -> Codes:
        """The sound as it stands, without its list."""
        return self._at(self._position)

    @property
    def original(self) -> Codes:
        """The sound before its first edit."""
        return self._original

    @property
    def done(self) -> tuple[Edit, ...]:
        """The edits in force, oldest first."""
        return tuple(self._edits[: self._position])

    @property
    def taken_back(self) -> tuple[Edit, ...]:
        """The edits that :meth:`redo` would make again, the next first."""
        return tuple(self._edits[self._position :])

    def do(self, edit: Edit, *more: Edit) -> Codes:
        """Make an edit, or several as one; what had been taken back is gone. Return the sound without its list.

        Raises
        ------
        BadSetting, BadCodes
            If one cannot be made; then nothing has changed.
        """
        edits = (edit, *more)
        after = made(self.sound, edits, entries=self._entries)
        del self._edits[self._position :]
        for position in [known for known in self._states if known > self._position]:
            del self._states[position]
        self._edits += edits
        self._position += len(edits)
        self._keep(self._position, after)
        return after

    def undo(self, count: int = 1) -> Codes:
        """Take back the last edits; return the sound without its list.

        Raises
        ------
        BadSetting
            If there are not so many.
        """
        if not 1 <= count <= self._position:
            raise BadSetting(_too_many(count, self._position, "undo"))
        self._position -= count
        return self.sound

    def redo(self, count: int = 1) -> Codes:
        """Make edits again that were taken back; return the sound without its list.

        Raises
        ------
        BadSetting
            If there are not so many.
        """
        left = len(self._edits) - self._position
        if not 1 <= count <= left:
            raise BadSetting(_too_many(count, left, "redo"))
        self._position += count
        return self.sound

    def _at(self, position: int) -> Codes:
        if position not in self._states:
            nearest = max(known for known in self._states if known < position)
            state = self._states[nearest]
            for at in range(nearest + 1, position + 1):
                state = made(state, [self._edits[at - 1]], entries=self._entries)
                if position - at < _MOST_STATES // 2:  # whoever goes back goes on going back
                    self._keep(at, state)
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
