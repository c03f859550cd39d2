from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import counted

from distill.codes.editing import Edit, apply
from distill.codes.grid import Codes
from distill.codes.limits import MOST_STEPS
from distill.codes.operation import make
from distill.codes.region import Region
from distill.errors import BadCodes, BadSetting


def after(codes: Codes, name: str, region: Region | None = None, **arguments: Any) -> list[int]:
    """Codes of the first level after an edit."""
    edited = apply(codes, [Edit(make(name, arguments), region or Region())])
    return [int(code) for code in edited.grid[0, 0]]


INNER = Region(start=1, stop=7)


@pytest.mark.parametrize(
    ("name", "arguments", "region", "expected"),
    [
        ("stretch", {"factor": 2}, INNER, [0, 1, 1, 2, 2, 3, 3, 7]),
        ("stretch", {"factor": 0.5}, INNER, [0, 2, 4, 6, 6, 6, 6, 7]),
        ("stretch", {"factor": 0.5, "rest": "repeat"}, INNER, [0, 2, 4, 6, 2, 4, 6, 7]),
        ("stretch", {"factor": 1.5}, INNER, [0, 1, 2, 2, 3, 4, 4, 7]),
        ("stretch", {"factor": 2, "keep_length": False}, Region(start=6), [0, 1, 2, 3, 4, 5, 6, 6, 7, 7]),
        ("stretch", {"factor": 0.5, "keep_length": False}, INNER, [0, 2, 4, 6, 7]),
        ("stretch", {"factor": 1 / 64, "keep_length": False}, Region(), [7]),
        ("thin", {}, INNER, [0, 1, 1, 3, 3, 5, 5, 7]),
        ("thin", {"hold": 4}, INNER, [0, 1, 1, 1, 1, 5, 5, 7]),
        ("thin", {"hold": 99}, INNER, [0, 1, 1, 1, 1, 1, 1, 7]),
        ("stutter", {}, INNER, [0, 1, 2, 3, 4, 1, 2, 7]),
        ("stutter", {"steps": 1}, INNER, [0, 1, 1, 1, 1, 1, 1, 7]),
        ("repeat", {}, Region(stop=2), [0, 1, 0, 1, 4, 5, 6, 7]),
        ("repeat", {"times": 2}, Region(start=1, stop=3), [0, 1, 2, 1, 2, 1, 2, 7]),
        ("repeat", {"times": MOST_STEPS}, Region(stop=3), [0, 1, 2, 0, 1, 2, 0, 1]),
        ("repeat", {"times": 1}, Region(stop=3, every=2), [0, 1, 2, 0, 4, 2, 6, 7]),
        ("repeat", {}, Region(start=5), [0, 1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_steps_are_held_left_out_and_repeated(
    name: str, arguments: dict[str, Any], region: Region, expected: list[int]
) -> None:
    assert after(counted(8), name, region, **arguments) == expected


@given(st.integers(1, 30), st.integers(1, 512))
def test_a_stretch_takes_the_nearest_step(num_steps: int, parts: int) -> None:
    factor = Fraction(parts, 64)  # exact in binary, so that the reference is
    longer = max(1, round(num_steps * factor))
    expected = [min(math.floor((step + Fraction(1, 2)) / factor), num_steps - 1) for step in range(longer)]
    assert after(counted(num_steps), "stretch", factor=float(factor), keep_length=False) == expected
    kept = after(counted(num_steps), "stretch", factor=float(factor))
    held = expected + [num_steps - 1] * num_steps
    assert kept[: min(longer, num_steps)] == expected[:num_steps]
    if longer < num_steps and num_steps * factor == longer:
        assert kept == held[:num_steps]


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_slower_and_then_faster_by_the_same_changes_nothing(factor: int) -> None:
    codes = counted(9)
    there = Edit(make("stretch", {"factor": factor, "keep_length": False}), Region(start=2, stop=5))
    back = Edit(
        make("stretch", {"factor": 1 / factor, "keep_length": False}), Region(start=2, stop=2 + 3 * factor)
    )
    assert np.array_equal(apply(codes, [there, back]).grid, codes.grid)


def test_a_stretch_that_changes_the_length_moves_every_step() -> None:
    with pytest.raises(BadSetting) as caught:
        after(counted(8), "stretch", Region(every=2), factor=2, keep_length=False)
    assert str(caught.value) == (
        "a stretch that changes the length moves every step of its region; leave out every, or keep the length."
    )
    with pytest.raises(BadSetting, match="select all levels"):
        after(counted(8, 2), "stretch", Region(levels=(1,)), factor=2, keep_length=False)
    assert len(after(counted(8, 2), "stretch", Region(levels=(1,)), factor=2)) == 8


def test_a_stretch_beyond_the_longest_sound_is_refused() -> None:
    codes = counted(1).with_grid(np.zeros((1, 1, MOST_STEPS // 32), int))
    with pytest.raises(BadCodes, match="33554432 steps"):
        after(codes, "stretch", factor=64, keep_length=False)
