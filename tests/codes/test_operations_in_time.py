from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import counted, regions, sounds

from distill.codes.editing import Edit, apply
from distill.codes.grid import Codes
from distill.codes.operation import make
from distill.codes.region import Region


def after(codes: Codes, name: str, region: Region | None = None, **arguments: Any) -> list[int]:
    """Codes of the first level after an edit."""
    edited = apply(codes, [Edit(make(name, arguments), region or Region())])
    return [int(code) for code in edited.grid[0, 0]]


INNER = Region(start=1, stop=6)


@pytest.mark.parametrize(
    ("name", "arguments", "region", "expected"),
    [
        ("reverse", {}, INNER, [0, 5, 4, 3, 2, 1, 6]),
        ("reverse", {}, Region(every=3), [6, 1, 2, 3, 4, 5, 0]),
        ("mirror", {}, INNER, [0, 1, 2, 3, 2, 1, 6]),
        ("mirror", {}, Region(start=1, stop=5), [0, 1, 2, 2, 1, 5, 6]),
        ("mirror", {"half": "second"}, INNER, [0, 5, 4, 3, 4, 5, 6]),
        ("rotate", {"by": 2}, INNER, [0, 4, 5, 1, 2, 3, 6]),
        ("rotate", {"by": -1}, INNER, [0, 2, 3, 4, 5, 1, 6]),
        ("rotate", {"by": 11}, INNER, [0, 5, 1, 2, 3, 4, 6]),
        ("shift", {"by": 2}, INNER, [0, 1, 1, 1, 2, 3, 6]),
        ("shift", {"by": -2}, INNER, [0, 3, 4, 5, 5, 5, 6]),
        ("shift", {"by": 99}, INNER, [0, 1, 1, 1, 1, 1, 6]),
        ("shift", {"by": 0}, INNER, [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_steps_change_places(
    name: str, arguments: dict[str, Any], region: Region, expected: list[int]
) -> None:
    assert after(counted(7), name, region, **arguments) == expected


@given(st.data())
def test_reversing_twice_changes_nothing(data: st.DataObject) -> None:
    codes = data.draw(sounds)
    reverse = Edit(make("reverse", {}), data.draw(regions(codes)))
    assert np.array_equal(apply(codes, [reverse, reverse]).grid, codes.grid)


@given(st.data(), st.integers(-99, 99))
def test_rotating_there_and_back_changes_nothing(data: st.DataObject, by: int) -> None:
    codes = data.draw(sounds)
    region = data.draw(regions(codes))
    turns = [Edit(make("rotate", {"by": turn}), region) for turn in (by, -by)]
    assert np.array_equal(apply(codes, turns).grid, codes.grid)


@given(st.data(), st.sampled_from(["first", "second"]))
def test_a_mirrored_region_reads_the_same_both_ways(data: st.DataObject, half: str) -> None:
    codes = data.draw(sounds)
    region = data.draw(regions(codes))
    mirror = Edit(make("mirror", {"half": half}), region)
    mirrored = apply(codes, [mirror])
    block = region.cells(codes.grid.shape).of(mirrored.grid)
    assert np.array_equal(block, block[:, :, ::-1])
    assert np.array_equal(apply(mirrored, [mirror]).grid, mirrored.grid)
