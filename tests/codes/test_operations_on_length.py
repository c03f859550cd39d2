from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import counted, regions, sound, sounds

from distill.codes.editing import Edit, apply
from distill.codes.grid import Codes
from distill.codes.limits import MOST_STEPS
from distill.codes.material import Material, copied
from distill.codes.operation import make
from distill.codes.region import Region
from distill.errors import BadCodes, BadSetting


def edited(codes: Codes, name: str, region: Region | None = None, **arguments: Any) -> Codes:
    return apply(codes, [Edit(make(name, arguments), region or Region())])


@pytest.mark.parametrize(
    ("name", "arguments", "region", "expected"),
    [
        ("insert", {"steps": 2}, Region(start=3), [0, 1, 2, 2, 2, 3, 4, 5]),
        ("insert", {"steps": 2}, Region(), [0, 0, 0, 1, 2, 3, 4, 5]),
        ("insert", {"steps": 2, "where": "after"}, Region(), [0, 1, 2, 3, 4, 5, 5, 5]),
        ("insert", {"steps": 1, "where": "after"}, Region(start=1, stop=3), [0, 1, 2, 2, 3, 4, 5]),
        ("duplicate", {}, Region(start=1, stop=3), [0, 1, 2, 1, 2, 3, 4, 5]),
        ("duplicate", {"times": 2}, Region(stop=2), [0, 1, 0, 1, 0, 1, 2, 3, 4, 5]),
        ("duplicate", {}, Region(stop=4, every=2), [0, 1, 2, 3, 0, 2, 4, 5]),
        ("delete", {}, Region(start=1, stop=3), [0, 3, 4, 5]),
        ("delete", {}, Region(every=2), [1, 3, 5]),
        ("trim", {}, Region(start=1, stop=3), [1, 2]),
        ("trim", {}, Region(every=3), [0, 3]),
    ],
)
def test_steps_come_and_go(name: str, arguments: dict[str, Any], region: Region, expected: list[int]) -> None:
    after = edited(counted(6, 2), name, region, **arguments)
    assert after.grid[0].tolist() == [expected, expected]


@given(st.data(), st.sampled_from(["before", "after"]))
def test_what_is_inserted_is_there_and_deleting_it_gives_the_sound_back(
    data: st.DataObject, where: str
) -> None:
    codes = data.draw(sounds)
    other = sound(codes.num_channels, codes.num_levels, data.draw(st.integers(1, 9)), seed=4)
    region = data.draw(regions(codes, whole_columns=True))
    longer = edited(codes, "insert", region, material=Material.of_codes(other), where=where)
    cells = region.cells(codes.grid.shape)
    gap = Region(start=cells.start if where == "before" else cells.stop)
    gap = gap.model_copy(update={"stop": gap.start + other.num_steps})
    assert np.array_equal(copied(longer, gap).grid, other.grid)
    assert np.array_equal(edited(longer, "delete", gap).grid, codes.grid)
    assert np.array_equal(edited(longer, "trim", gap).grid, other.grid)


@given(st.data())
def test_what_is_deleted_and_what_is_trimmed_make_up_the_sound(data: st.DataObject) -> None:
    codes = data.draw(sounds)
    region = data.draw(regions(codes, whole_columns=True))
    kept = edited(codes, "trim", region)
    if kept.num_steps == codes.num_steps:
        with pytest.raises(BadSetting) as caught:
            edited(codes, "delete", region)
        assert str(caught.value) == ("nothing would be left of this sound; select a part of it to delete.")
        return
    rest = edited(codes, "delete", region)
    both = np.concatenate([kept.grid, rest.grid], axis=2).reshape(-1, codes.num_steps)
    assert np.array_equal(np.sort(both), np.sort(codes.grid.reshape(-1, codes.num_steps)))


@given(st.data(), st.integers(1, 4))
def test_a_duplicate_is_an_inserted_copy(data: st.DataObject, times: int) -> None:
    codes = data.draw(sounds)
    region = data.draw(regions(codes, whole_columns=True)).model_copy(update={"every": 1})
    copies = Material.of_grid(np.tile(copied(codes, region).grid, times))
    assert np.array_equal(
        edited(codes, "duplicate", region, times=times).grid,
        edited(codes, "insert", region, material=copies, where="after").grid,
    )


def test_inserted_material_fits_itself_to_channels_and_levels() -> None:
    stereo, mono = sound(2, 3, 6), sound(1, 2, 4, seed=1)
    wide = edited(stereo, "insert", Region(start=2), material=Material.of_codes(mono)).grid[:, :, 2:6]
    assert np.array_equal(wide[:1, :2], mono.grid)
    assert (wide[1] == stereo.grid[1, :, 1:2]).all()  # the side is held
    assert (wide[:, 2] == stereo.grid[:, 2, 1:2]).all()  # a level that the material has not is held
    narrow = edited(mono, "insert", Region(start=2), material=Material.of_codes(stereo)).grid[:, :, 2:8]
    assert np.array_equal(narrow, stereo.grid[:1, :2])


def test_a_sound_beyond_the_longest_is_refused_before_it_is_made() -> None:
    for name, argument in (("insert", "steps"), ("duplicate", "times")):
        edit = Edit(make(name, {argument: MOST_STEPS}))
        with pytest.raises(BadCodes, match="cut the sound into shorter parts"):
            apply(counted(6), [edit])
