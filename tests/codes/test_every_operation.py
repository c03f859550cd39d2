"""Laws that every operation keeps, whatever it does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.codes.edit_cases import entries, made, regions, sound, sounds

from distill.codes.editing import Edit, apply, replay
from distill.codes.grid import Codes
from distill.codes.limits import MOST_STEPS
from distill.codes.operation import Context, make, operations
from distill.codes.spelling import parse
from distill.codes.storage import from_bytes, to_bytes
from distill.codes.tempo import Tempo
from distill.errors import BadCodes, BadSetting

KNOWN = entries()
every_operation = pytest.mark.parametrize("name", sorted(operations()))


@st.composite
def edits(draw: st.DrawFn, codes: Codes, name: str) -> Edit:
    operation = draw(made(operations()[name]))
    region = draw(regions(codes, whole_columns=operation.changes_length))
    return Edit(operation, region, draw(st.integers(0, 2**63 - 1)))


def tried(codes: Codes, edit: Edit) -> Codes | None:
    """The sound after an edit, if it can be made: some cannot be made everywhere, and say so."""
    try:
        return apply(codes, [edit], entries=KNOWN)
    except BadSetting:
        return None


@every_operation
@given(st.data())
@settings(max_examples=40)
def test_a_legal_region_gives_a_legal_grid_and_leaves_the_rest_alone(name: str, data: st.DataObject) -> None:
    codes = data.draw(sounds)
    edit = data.draw(edits(codes, name))
    edited = tried(codes, edit)
    if edited is None:
        return
    assert edited.grid.shape[:2] == codes.grid.shape[:2]
    cells = edit.region.cells(codes.grid.shape)
    if not edit.operation.changes_length:
        assert edited.num_samples == codes.num_samples
        untouched = np.ones(codes.grid.shape, bool)
        if edit.operation.stays_inside:
            untouched = cells.put(untouched, False)
        else:  # what is written after the region lies on its levels, too
            untouched[np.ix_(cells.channels, cells.levels)] = False
        assert np.array_equal(edited.grid[untouched], codes.grid[untouched])


@every_operation
@given(st.data())
@settings(max_examples=40)
def test_locked_levels_never_change(name: str, data: st.DataObject) -> None:
    codes = data.draw(sounds)
    edit = data.draw(edits(codes, name))
    locked = data.draw(st.sets(st.integers(1, codes.num_levels), min_size=1))
    try:
        region = edit.region.without(locked, codes.num_levels)
        edited = apply(codes, [Edit(edit.operation, region, edit.seed)], entries=KNOWN)
    except BadSetting:  # all are locked, or steps would have to come or go
        return
    for level in locked:
        assert np.array_equal(edited.grid[:, level - 1], codes.grid[:, level - 1])


@every_operation
@given(st.data())
@settings(max_examples=40)
def test_a_record_survives_a_file_and_replays_to_the_same_codes(name: str, data: st.DataObject) -> None:
    codes = data.draw(sounds)
    edit = data.draw(edits(codes, name))
    edited = tried(codes, edit)
    if edited is None:
        return
    loaded = from_bytes(to_bytes(edited))
    assert loaded == edited
    again = replay(codes, loaded.edits, entries=KNOWN)
    assert again == edited
    assert Edit.from_json(loaded.edits[-1]).to_json() == edit.to_json()


@every_operation
def test_the_grid_that_is_given_is_never_written_to_and_the_example_does_something(name: str) -> None:
    codes, other = (sound(2, 4, 150, seed=seed, size=32) for seed in (0, 1))
    edit = parse(operations()[name].example, codes=codes, tempo=Tempo(120), load=lambda file: other)
    grid = codes.grid.copy()
    cells = edit.region.cells(grid.shape)
    after = edit.operation.apply(grid, cells, Context(codes, np.random.default_rng(0), entries(size=32)))
    assert np.array_equal(grid, codes.grid)
    assert not np.array_equal(after, grid)


@every_operation
def test_the_largest_arguments_take_no_time_and_no_memory(name: str) -> None:
    codes = sound(2, 4, 20)
    properties: dict[str, Any] = operations()[name].model_json_schema().get("properties", {})
    for argument, schema in properties.items():
        options = schema.get("anyOf", [schema])
        for largest in (option.get("maximum") for option in options if option.get("type") == "integer"):
            for value in (
                MOST_STEPS if largest is None else largest,
                *(o.get("minimum", 0) for o in options),
            ):
                try:
                    edited = apply(codes, [Edit(make(name, {argument: value}))], entries=KNOWN)
                except (BadCodes, BadSetting):
                    continue
                assert edited.num_steps <= MOST_STEPS
