from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.codes.entries import Entries, Note
from distill.codes.json_values import JSONError, dumps, loads
from distill.codes.lookup import Lookup
from distill.codes.notes import Notes, carry_over, checked, from_json, to_json
from distill.errors import BadSetting

PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=20)
NOTES = st.dictionaries(
    st.tuples(st.integers(1, 3), st.integers(0, 15)), st.builds(Note, PRINTABLE, PRINTABLE), max_size=6
)


@given(NOTES)
def test_notes_come_back_from_json(notes: Notes) -> None:
    assert from_json(loads(dumps(to_json(notes))), num_levels=3, codebook_size=16) == notes


@pytest.mark.parametrize(
    "value",
    [
        {},
        "notes",
        [1],
        [{"level": 1, "code": 2, "name": "a"}],
        [{"level": True, "code": 2, "name": "a", "text": ""}],
        [{"level": 1, "code": 2.0, "name": "a", "text": ""}],
        [{"level": 1, "code": 2, "name": None, "text": ""}],
        [{"level": 1, "code": 2, "name": "a" * 65, "text": ""}],
        [{"level": 1, "code": 2, "name": "a\nb", "text": ""}],
        [{"level": 1, "code": 2, "name": "a", "text": "b" * 501}],
        [{"level": 1, "code": 2, "name": "a", "text": "\x1b[31m"}],
    ],
)
def test_what_is_no_note_is_refused(value: object) -> None:
    with pytest.raises(JSONError, match="the notes on its entries are none"):
        from_json(value, num_levels=3, codebook_size=16)  # type: ignore[arg-type]


@pytest.mark.parametrize("place", [(0, 2), (4, 2), (1, 16), (1, -1)])
def test_a_note_on_an_entry_that_is_not_there_is_refused(place: tuple[int, int]) -> None:
    with pytest.raises(JSONError, match="on entries that it does not have"):
        from_json(to_json({place: Note("a")}), num_levels=3, codebook_size=16)


def test_two_notes_on_one_entry_are_refused() -> None:
    with pytest.raises(JSONError, match="on entries that it does not have"):
        from_json(2 * to_json({(1, 2): Note("a")}), num_levels=3, codebook_size=16)


def test_what_cannot_be_written_is_said() -> None:
    assert checked(Note("glassy hit", "two\nlines")) == Note("glassy hit", "two\nlines")
    with pytest.raises(BadSetting) as caught:
        checked(Note("x" * 65))
    assert str(caught.value) == ("the name has 65 characters; give at most 64 that can be shown in one line.")
    with pytest.raises(BadSetting) as caught:
        checked(Note("", "x" * 501))
    assert str(caught.value) == "the note has 501 characters; give at most 500 that can be shown."


def entries(descriptors: np.ndarray, notes: Notes | None = None) -> Entries:
    shape = descriptors.shape[:2]
    projection = np.zeros((shape[0], 2, 4), np.float32)
    return Entries(
        fingerprint="ab" * 32,
        lookup=Lookup(np.zeros((*shape, 2), np.float32), projection, projection.transpose(0, 2, 1)),
        usage=np.ones(shape, np.int64),
        descriptors=descriptors.astype(np.float32),
        slopes=np.zeros((8, 4), np.float32),
        positions=np.zeros((*shape, 2), np.float32),
        notes=notes or {},
    )


@pytest.fixture
def old() -> Entries:
    """Two levels of ten entries, three of which have names."""
    descriptors = np.random.default_rng(0).standard_normal((2, 10, 8))
    return entries(
        descriptors, {(1, 3): Note("rain"), (1, 7): Note("glass", "on stone"), (2, 0): Note("air")}
    )


@pytest.mark.parametrize("longer", [True, False])
def test_what_sounds_the_same_keeps_its_name(old: Entries, longer: bool) -> None:
    carried = carry_over(old, replace(old, notes={}), longer=longer)
    assert carried.notes == old.notes
    assert carried.sentences == ("3 of your 3 named entries were recognised and keep their names.",)


def test_a_name_follows_its_sound_to_another_number(old: Entries) -> None:
    order = np.array([1, 2, 3, 0, 4, 5, 6, 7, 8, 9])  # the new entry 2 is the old 3
    carried = carry_over(old, entries(old.descriptors[:, order]), longer=False)
    assert carried.notes == {(1, 2): Note("rain"), (1, 7): Note("glass", "on stone"), (2, 3): Note("air")}
    assert carried.sentences == (
        "3 of your 3 named entries were recognised and keep their names: rain (entry 3 of level 1) is entry 2 now; "
        "air (entry 0 of level 2) is entry 3 now.",
    )


def test_names_of_sounds_that_are_gone_are_dropped_and_told(old: Entries) -> None:
    changed = old.descriptors.copy()
    changed[0, 3] += 9
    carried = carry_over(old, entries(changed), longer=False)
    assert (1, 3) not in carried.notes
    assert len(carried.notes) == 2
    assert carried.sentences == (
        "2 of your 3 named entries were recognised and keep their names.",
        "Nothing in the new model sounds like these entries, so their names were dropped: "
        "rain (entry 3 of level 1).",
    )


def test_training_longer_keeps_a_name_at_its_number_though_another_came_nearer(old: Entries) -> None:
    moved = old.descriptors.copy()
    spread = old.descriptors[0].std(0)
    step = np.zeros(8)
    step[0] = 0.2 * spread[0]
    moved[0, 3] = old.descriptors[0, 3] + step
    moved[0, 4] = old.descriptors[0, 3]  # another entry sounds as the old one did
    assert (1, 3) in carry_over(old, entries(moved), longer=True).notes
    assert (1, 4) in carry_over(old, entries(moved), longer=False).notes


def test_two_names_never_meet_on_one_entry(old: Entries) -> None:
    for seed in range(20):
        draw = np.random.default_rng(seed)
        moved = old.descriptors + 0.7 * draw.standard_normal(old.descriptors.shape)
        named = replace(old, notes={(1, code): Note(str(code)) for code in range(10)})
        for longer in (True, False):
            carried = carry_over(named, entries(moved), longer=longer)
            assert len({note.name for note in carried.notes.values()}) == len(carried.notes)


def test_a_smaller_codec_keeps_what_it_can(old: Entries) -> None:
    carried = carry_over(old, entries(old.descriptors[:1, :5]), longer=False)
    assert carried.notes == {(1, 3): Note("rain")}


def test_without_notes_there_is_nothing_to_tell(old: Entries) -> None:
    assert carry_over(replace(old, notes={}), old, longer=False).sentences == ()
