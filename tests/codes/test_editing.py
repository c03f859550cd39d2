from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.codes.edit_cases import counted, entries, sound

from distill.codes.editing import MOST_SEED, Edit, apply, edits_of, original_of, replay, undone
from distill.codes.grid import Codes
from distill.codes.json_values import thawed
from distill.codes.material import Material
from distill.codes.operation import make, operations
from distill.codes.region import Region
from distill.codes.storage import from_bytes, to_bytes
from distill.errors import BadCodes, BadSetting, ForeignCodes

REVERSE = Edit(make("reverse", {}), Region(start=1, stop=4))
DELETE = Edit(make("delete", {}), Region(start=2, stop=5))
SHUFFLE = Edit(make("shuffle", {}), Region(levels=(1,)), seed=7)
MATERIAL = Material.of_codes(sound(1, 2, 3)).to_json()
NO_ORIGINAL = "the list of edits does not begin with the codes as they were, so nothing can be undone; encode the sound again."


def test_a_record_is_operation_region_arguments_and_seed() -> None:
    edit = Edit(make("thin", {"hold": 3}), Region(start=2, levels=(1, 3)), seed=5)
    record: dict[str, Any] = {
        "operation": "thin",
        "region": {"start": 2, "levels": [1, 3]},
        "arguments": {"hold": 3},
        "seed": 5,
    }
    assert edit.to_json() == record
    assert Edit.from_json(record) == edit


def test_an_edited_sound_holds_what_it_was_and_what_was_done() -> None:
    codes = counted(6)
    edited = apply(codes, [REVERSE, SHUFFLE])
    first, *rest = edited.edits
    assert first["operation"] == "original"
    assert [thawed(record) for record in rest] == [REVERSE.to_json(), SHUFFLE.to_json()]
    assert edits_of(edited) == (REVERSE, SHUFFLE)
    assert original_of(edited) == codes
    assert apply(codes, []) is codes


def test_edits_are_made_one_after_another() -> None:
    codes = counted(6)
    assert apply(codes, [REVERSE, DELETE]).grid[0, 0].tolist() == [0, 3, 5]
    assert apply(codes, [DELETE]).grid[0, 0].tolist() == [0, 1, 5]
    assert apply(apply(codes, [REVERSE]), [DELETE]) == apply(codes, [REVERSE, DELETE])


@given(st.lists(st.sampled_from([REVERSE, DELETE, SHUFFLE]), min_size=1, max_size=4), st.integers(1, 4))
def test_undoing_is_never_having_done(made: list[Edit], count: int) -> None:
    codes = sound(2, 3, 20)
    edited = from_bytes(to_bytes(apply(codes, made)))
    if count > len(made):
        with pytest.raises(BadSetting) as caught:
            undone(edited, count)
        assert str(caught.value) == (
            f"{count} edits were to be undone, and this sound has {len(made)}; choose 1 to {len(made)}."
        )
        return
    assert undone(edited, count) == apply(codes, made[: len(made) - count])


def test_there_is_nothing_to_undo_in_a_sound_that_was_not_edited() -> None:
    codes = counted(6)
    assert original_of(codes) is codes
    with pytest.raises(BadSetting) as caught:
        undone(codes)
    assert str(caught.value) == "there is nothing to undo: this sound has not been edited."


def test_a_list_replays_on_another_sound() -> None:
    edited = apply(counted(6), [REVERSE])
    other = replay(counted(8), edited.edits)
    assert other.grid[0, 0].tolist() == [0, 3, 2, 1, 4, 5, 6, 7]
    assert original_of(other) == counted(8)


def test_the_same_seed_gives_the_same_codes_and_another_gives_others() -> None:
    codes = sound(1, 2, 30)
    for name, arguments in (("shuffle", {}), ("randomise", {}), ("randomise", {"amount": 0.5})):
        once = [apply(codes, [Edit(make(name, arguments), seed=seed)]) for seed in (1, 1, 2)]
        assert once[0] == once[1]
        assert not np.array_equal(once[0].grid, once[2].grid)


def test_a_seed_that_no_file_could_hold_is_refused() -> None:
    for seed in (-1, MOST_SEED + 1, True, 1.0):
        with pytest.raises(BadSetting) as caught:
            Edit(make("shuffle", {}), seed=seed)  # type: ignore[arg-type]
        assert str(caught.value) == f"seed {seed} was given; choose a whole number from 0 to {MOST_SEED}."
    edited = apply(sound(1, 2, 30), [Edit(make("shuffle", {}), seed=MOST_SEED)])
    assert edits_of(from_bytes(to_bytes(edited)))[0].seed == MOST_SEED


def test_nothing_changes_when_one_edit_of_a_list_cannot_be_made() -> None:
    codes = counted(6)
    with pytest.raises(BadSetting):
        apply(codes, [REVERSE, Edit(make("reverse", {}), Region(start=99))])
    assert codes == counted(6)


def test_steps_come_and_go_on_all_levels_alone() -> None:
    sentence = (
        "delete moves what comes after it, on all levels and channels alike; select all levels, and unlock those that "
        "are locked."
    )
    for region in (Region(start=2, levels=(1,)), Region(start=2, channels="mid")):
        with pytest.raises(BadSetting) as caught:
            apply(sound(2, 2, 8), [Edit(DELETE.operation, region)])
        assert str(caught.value) == sentence
    named = Region(start=2, levels=(1, 2), channels="mid")
    assert apply(sound(1, 2, 8), [Edit(DELETE.operation, named)]).num_steps == 2


def test_a_sound_that_changes_length_ends_with_a_whole_step() -> None:
    codes = counted(6)
    assert codes.num_samples == 6 * 1024 - 100
    assert apply(codes, [REVERSE]).num_samples == codes.num_samples
    assert apply(codes, [DELETE]).num_samples == 3 * 1024
    assert undone(apply(codes, [DELETE])).num_samples == codes.num_samples


def changed(codes: Codes, **changes: Any) -> Codes:
    """The sound with other values in the record of what it was."""
    first, *rest = (thawed(record) for record in codes.edits)
    return codes.with_grid(codes.grid, edits=[first | changes, *rest])


def test_an_original_that_is_none_is_refused() -> None:
    edited = apply(counted(6), [REVERSE])
    arguments = thawed(edited.edits[0])["arguments"]
    faults: list[dict[str, Any]] = [
        {"operation": "reverse"},
        {"arguments": []},
        {"arguments": {}},
        {"arguments": arguments | {"more": 1}},
        {"arguments": arguments | {"codes": 3}},
        {"arguments": arguments | {"codes": {"shape": [1, 1, 6]}}},
        {"arguments": arguments | {"codes": Material.of_codes(sound(1, 2, 6)).to_json()}},
        {"arguments": arguments | {"codes": Material.of_codes(sound(2, 1, 6)).to_json()}},
    ]
    for changes in faults:
        with pytest.raises(BadCodes) as caught:
            original_of(changed(edited, **changes))
        assert str(caught.value) == NO_ORIGINAL
    for num_samples in (1, True, None, "6", 2**70 // 2**10):
        with pytest.raises(BadCodes):
            original_of(changed(edited, arguments=arguments | {"num_samples": num_samples}))
    foreign = Material.of_codes(sound(1, 1, 6, fingerprint="f" * 64)).to_json()
    with pytest.raises(ForeignCodes):
        original_of(changed(edited, arguments=arguments | {"codes": foreign}))


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ({}, "an edit in this list is not one of Distill's; make the edits again."),
        (
            REVERSE.to_json() | {"by": 1},
            "an edit in this list is not one of Distill's; make the edits again.",
        ),
        (
            REVERSE.to_json() | {"region": []},
            "an edit in this list is not one of Distill's; make the edits again.",
        ),
        (
            REVERSE.to_json() | {"seed": -1},
            "the seed of an edit is not a whole number from 0 up; make the edits again.",
        ),
        (
            REVERSE.to_json() | {"seed": True},
            "the seed of an edit is not a whole number from 0 up; make the edits again.",
        ),
        (
            REVERSE.to_json() | {"operation": 3},
            "the name of an edit's operation is no text; make the edits again.",
        ),
    ],
)
def test_a_record_that_is_none_is_refused(record: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadCodes) as caught:
        Edit.from_json(record)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("steps", [0, -3, 2**62, 2**63])
@pytest.mark.parametrize(
    ("operation", "arguments"),
    [("paste", {"repeat": True}), ("blend", {}), ("motif", {}), ("sequence", {"order": "AB"})],
)
def test_a_record_that_carries_codes_of_no_shape_is_refused(
    operation: str, arguments: dict[str, Any], steps: int
) -> None:
    codes = MATERIAL | {"shape": [1, 1, steps]}
    carried = {"motif": {"motif": codes}, "sequence": {"motifs": {"A": codes, "B": codes}}}
    arguments = arguments | carried.get(operation, {"material": codes})
    record: dict[str, Any] = {"operation": operation, "region": {}, "arguments": arguments, "seed": 0}
    with pytest.raises(BadSetting, match=f"^{operation} cannot be done: .*the grid has {steps} steps"):
        Edit.from_json(record)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("a1\x00é", max_size=4),
    lambda parts: (
        st.lists(parts, max_size=3) | st.dictionaries(st.text("abc", max_size=3), parts, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def strange_records(draw: st.DrawFn) -> dict[str, Any]:
    """Records that are nearly ours, with anything in some places."""
    name = draw(st.sampled_from(sorted(operations())))
    fields = operations()[name].model_fields
    arguments = draw(
        st.dictionaries(
            st.sampled_from([*fields, "more"]),
            json_values
            | st.integers(-3, 20)
            | st.just(MATERIAL)
            | st.just(MATERIAL | {"shape": [1, 2, 4]})
            | json_values.map(lambda value: MATERIAL | {"packed": value}),
            max_size=3,
        )
    )
    region = draw(
        st.dictionaries(
            st.sampled_from(["start", "stop", "levels", "every", "channels"]),
            json_values | st.integers(0, 9) | st.lists(st.integers(0, 5), max_size=3),
            max_size=2,
        )
    )
    record = {"operation": name, "region": region, "arguments": arguments, "seed": 1}
    if draw(st.booleans()):
        record[draw(st.sampled_from([*record, "more"]))] = draw(json_values)
    return record


@given(st.lists(strange_records(), min_size=1, max_size=3))
@settings(max_examples=400)
def test_records_of_a_stranger_are_made_or_refused(records: list[dict[str, Any]]) -> None:
    codes = sound(1, 3, 12)
    try:
        edited = replay(codes, records, entries=entries())
    except (BadSetting, BadCodes) as fault:
        assert "\n" not in str(fault)  # noqa: PT017
        return
    assert edited.grid.shape[:2] == codes.grid.shape[:2]


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["operation", "region", "arguments", "seed"]), json_values),
        max_size=3,
    )
)
def test_a_sound_with_edits_of_anything_is_undone_or_refused(records: list[dict[str, Any]]) -> None:
    codes = sound(1, 3, 12).with_grid(sound(1, 3, 12).grid, edits=records)
    for action in (undone, original_of, edits_of):
        try:
            made = action(codes)
        except (BadSetting, BadCodes):
            continue
        # what is given back is whole: codes of this shape, or a tuple of edits
        assert made.grid.shape[1] == 3 if isinstance(made, Codes) else all(isinstance(e, Edit) for e in made)
