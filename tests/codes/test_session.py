from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.codes.edit_cases import SIZE, sound

from distill.codes import session as module
from distill.codes.editing import Edit, apply, edits_of, made
from distill.codes.grid import Codes
from distill.codes.operation import make
from distill.codes.region import Region
from distill.codes.session import Session
from distill.errors import BadCodes, BadSetting

REVERSE = Edit(make("reverse", {}))


class Editing(RuleBasedStateMachine):
    """Any walk of do, undo and redo is what a plain list of edits says."""

    def __init__(self) -> None:
        super().__init__()
        self.original = sound(1, 3, 12)
        self.session = Session(self.original)
        self.done: list[Edit] = []
        self.back: list[Edit] = []

    @rule(code=st.integers(0, SIZE - 1), start=st.integers(0, 11))
    def do(self, code: int, start: int) -> None:
        edit = Edit(make("set", {"code": code}), Region(start=start))
        self.session.do(edit)
        self.done.append(edit)
        self.back.clear()

    @precondition(lambda self: self.done)
    @rule(draw=st.data())
    def undo(self, draw: st.DataObject) -> None:
        count = draw.draw(st.integers(1, len(self.done)))
        self.session.undo(count)
        self.back[:0] = self.done[-count:]
        del self.done[-count:]

    @precondition(lambda self: self.back)
    @rule(draw=st.data())
    def redo(self, draw: st.DataObject) -> None:
        count = draw.draw(st.integers(1, len(self.back)))
        self.session.redo(count)
        self.done += self.back[:count]
        del self.back[:count]

    @invariant()
    def agrees(self) -> None:
        assert self.session.codes == apply(self.original, self.done)
        assert self.session.done == tuple(self.done)
        assert self.session.taken_back == tuple(self.back)


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)


def test_a_sound_that_came_edited_can_be_undone_to_its_beginning() -> None:
    original = sound(2, 3, 10)
    session = Session(apply(original, [REVERSE, REVERSE]))
    assert session.undo(2) == original
    session.redo()
    assert session.codes == apply(original, [REVERSE])


def test_many_more_edits_than_states_are_kept_can_all_be_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_STATES", 3)
    original = sound(1, 3, 10)
    session = Session(original)
    edits = [Edit(make("set", {"code": code}), Region(start=code % 10)) for code in range(12)]
    states: list[Codes] = [original, *map(session.do, edits)]
    assert len(session._states) <= 5
    for position in (11, 3, 8, 0, 12, 1):
        here = len(session.done)
        (session.undo if position < here else session.redo)(abs(position - here))
        assert session.sound == states[position]


def test_walking_back_makes_each_edit_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    edits = [Edit(make("set", {"code": number % SIZE}), Region(start=number % 10)) for number in range(200)]
    session = Session(apply(sound(1, 3, 10), edits))  # opened again: nothing on the way is known
    count = 0

    def counted(codes: Codes, edits: Sequence[Edit], **options: Any) -> Codes:
        nonlocal count
        count += len(edits)
        return made(codes, edits, **options)

    monkeypatch.setattr(module, "made", counted)
    for position in reversed(range(200)):
        assert session.undo() == made(sound(1, 3, 10), edits[:position])
        assert len(session._states) <= module._MOST_STATES + 2
    assert count < 5 * 200


def test_what_cannot_be_made_changes_nothing() -> None:
    session = Session(sound(1, 3, 10))
    session.do(REVERSE)
    session.undo()
    with pytest.raises(BadSetting):
        session.do(Edit(make("set", {"code": SIZE})))
    assert session.taken_back == (REVERSE,)
    session.redo()
    assert edits_of(session.codes) == (REVERSE,)


def test_there_must_be_something_to_go_back_to() -> None:
    session = Session(sound(1, 3, 10))
    for verb in ("undo", "redo"):
        with pytest.raises(BadSetting) as caught:
            getattr(session, verb)()
        assert str(caught.value) == f"there is nothing to {verb}."
    session.do(REVERSE)
    with pytest.raises(BadSetting) as caught:
        session.undo(2)
    assert str(caught.value) == "2 edits were to be undone, and there are 1; choose 1 to 1."


def test_several_edits_made_as_one_are_all_made_or_none() -> None:
    session = Session(sound(1, 3, 10))
    impossible = Edit(make("set", {"code": SIZE}))
    with pytest.raises(BadSetting):
        session.do(REVERSE, impossible)
    assert session.done == ()
    session.do(REVERSE, REVERSE)
    assert session.codes == apply(sound(1, 3, 10), [REVERSE, REVERSE])
    session.undo()
    assert session.codes == apply(sound(1, 3, 10), [REVERSE])


def test_a_session_goes_on_where_it_was_left() -> None:
    session = Session(sound(1, 3, 10))
    session.do(REVERSE)
    session.do(Edit(make("set", {"code": 3})))
    session.undo()
    other = Session.resumed(session.original, (*session.done, *session.taken_back), 1, session.sound)
    assert (other.codes, other.done, other.taken_back) == (session.codes, session.done, session.taken_back)
    other.redo()
    session.redo()
    assert other.codes == session.codes
    with pytest.raises(BadCodes, match="do not lead to this sound"):
        Session.resumed(session.original, session.done, 3, session.sound)
