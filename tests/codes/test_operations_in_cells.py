from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import counted, sound, sounds

from distill.codes.editing import Edit, apply
from distill.codes.grid import Codes
from distill.codes.operation import make
from distill.codes.region import Region
from distill.errors import BadSetting


def after(codes: Codes, name: str, region: Region | None = None, **arguments: Any) -> Any:
    """Codes of the first channel after an edit, as lists."""
    edited = apply(codes, [Edit(make(name, arguments), region or Region())])
    return edited.grid[0].tolist()


def test_set_writes_one_code_into_the_region_alone() -> None:
    codes = counted(6, 2)
    region = Region(start=1, stop=5, levels=(2,), every=2)
    assert after(codes, "set", region, code=9) == [[0, 1, 2, 3, 4, 5], [0, 9, 2, 9, 4, 5]]


@pytest.mark.parametrize("name", ["set", "fill"])
def test_an_entry_that_the_model_has_not_is_refused(name: str) -> None:
    assert after(counted(2), name, code=255) == [[255, 255]]
    for code in (256, 2**15, 2**40):
        with pytest.raises(BadSetting) as caught:
            after(counted(2), name, code=code)
        assert str(caught.value) == (
            f"code {code} was asked for, and this model has 0 to 255; choose one of these."
        )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, [5, 1, 1, 1, 1, 8]),
        ({"like": "first"}, [5, 1, 1, 1, 1, 8]),
        ({"like": "last"}, [5, 4, 4, 4, 4, 8]),
        ({"like": "common"}, [5, 4, 4, 4, 4, 8]),
        ({"code": 7}, [5, 7, 7, 7, 7, 8]),
    ],
)
def test_fill_holds_one_code(arguments: dict[str, Any], expected: list[int]) -> None:
    codes = counted(6).with_grid([[[5, 1, 4, 2, 4, 8]]])
    assert after(codes, "fill", Region(start=1, stop=5), **arguments) == [expected]


@given(sounds, st.integers(1, 3))
def test_the_most_common_code_is_the_lowest_of_those_that_come_most_often(codes: Codes, every: int) -> None:
    edited = apply(codes, [Edit(make("fill", {"like": "common"}), Region(every=every))])
    for before, filled in zip(
        codes.grid.reshape(-1, codes.num_steps), edited.grid.reshape(-1, codes.num_steps), strict=True
    ):
        counts = Counter(before[::every].tolist())
        common = min(code for code, count in counts.items() if count == max(counts.values()))
        assert set(filled[::every].tolist()) == {common}


@pytest.mark.parametrize(
    ("region", "hold", "expected"),
    [
        (Region(start=2, stop=4), "before", [0, 1, 1, 1, 4, 5]),
        (Region(start=2, stop=4), "after", [0, 1, 4, 4, 4, 5]),
        (Region(stop=2), "before", [2, 2, 2, 3, 4, 5]),
        (Region(start=4), "after", [0, 1, 2, 3, 3, 3]),
        (Region(), "before", [0, 0, 0, 0, 0, 0]),
        (Region(), "after", [5, 5, 5, 5, 5, 5]),
        (Region(start=1, every=2), "before", [0, 0, 2, 0, 4, 0]),
    ],
)
def test_cut_holds_the_code_beside_the_region(region: Region, hold: str, expected: list[int]) -> None:
    assert after(counted(6), "cut", region, hold=hold) == [expected]


def test_cut_holds_each_level_and_channel_by_itself() -> None:
    codes = sound(2, 3, 8)
    edited = apply(codes, [Edit(make("cut", {}), Region(start=3, stop=6))])
    assert (edited.grid[:, :, 3:6] == codes.grid[:, :, 2:3]).all()
    assert np.array_equal(edited.grid[:, :, 6:], codes.grid[:, :, 6:])
