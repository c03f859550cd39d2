from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import regions, sound, sounds

from distill.codes.grid import Codes
from distill.codes.region import Region
from distill.errors import BadSetting


def cells_one_by_one(region: Region, codes: Codes) -> set[tuple[int, int, int]]:
    """Ask every cell of a grid whether it is in the region."""
    inside = set()
    for channel, level, step in np.ndindex(*codes.grid.shape):
        if (
            (region.channels == "both" or (channel == 0) == (region.channels == "mid"))
            and (region.levels is None or level + 1 in region.levels)
            and step >= region.start
            and (region.stop is None or step < region.stop)
            and (step - region.start) % region.every == 0
        ):
            inside.add((channel, level, step))
    return inside


@given(st.data())
def test_the_cells_are_those_that_the_region_names(data: st.DataObject) -> None:
    codes = data.draw(sounds)
    region = data.draw(regions(codes))
    cells = region.cells(codes.grid.shape)
    found = {
        (int(c), int(level), int(s)) for c in cells.channels for level in cells.levels for s in cells.steps
    }
    assert found == cells_one_by_one(region, codes)
    assert cells.whole_columns(codes.grid.shape) == (
        cells.channels.size == codes.num_channels and cells.levels.size == codes.num_levels
    )


@given(st.data())
def test_what_is_put_into_cells_is_found_there_and_nowhere_else(data: st.DataObject) -> None:
    codes = data.draw(sounds)
    cells = data.draw(regions(codes)).cells(codes.grid.shape)
    marked = cells.put(codes.grid, np.int16(-1))
    assert (cells.of(marked) == -1).all()
    assert (marked == -1).sum() == cells.of(codes.grid).size
    assert (cells.put(marked, cells.of(codes.grid)) == codes.grid).all()


@given(st.data())
def test_a_region_goes_through_json_and_back(data: st.DataObject) -> None:
    region = data.draw(regions(data.draw(sounds)))
    assert Region.from_json(region.to_json()) == region
    assert Region().to_json() == {}


@given(st.data())
def test_locked_levels_are_left_out_and_the_others_stay(data: st.DataObject) -> None:
    codes = data.draw(sounds)
    region = data.draw(regions(codes))
    locked = data.draw(st.sets(st.integers(1, 4)))
    before = region.levels or tuple(range(1, codes.num_levels + 1))
    left = tuple(level for level in before if level not in locked)
    if not left:
        with pytest.raises(BadSetting, match="all levels of this selection are locked"):
            region.without(locked, codes.num_levels)
        return
    unlocked = region.without(locked, codes.num_levels)
    assert (unlocked.levels or tuple(range(1, codes.num_levels + 1))) == left
    assert unlocked.model_copy(update={"levels": region.levels}) == region


@pytest.mark.parametrize(
    ("region", "sentence"),
    [
        (
            Region(start=9, stop=12),
            "steps 9 to 12 lie outside this sound of 8 steps; choose a start within it.",
        ),
        (Region(start=8), "steps 8 to the end lie outside this sound of 8 steps; choose a start within it."),
        (
            Region(levels=(3, 4)),
            "these codes have levels 1 to 2, and [3, 4] were chosen; choose among theirs.",
        ),
        (Region(channels="side"), "the side was chosen, and this sound is mono; choose the mid, or both."),
    ],
)
def test_a_region_without_cells_in_a_sound_is_refused(region: Region, sentence: str) -> None:
    with pytest.raises(BadSetting) as caught:
        region.cells(sound(1, 2, 8).grid.shape)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"start": 5, "stop": 5}, "a region of steps 5 to 5 is empty; choose an end after its start"),
        ({"start": -1}, "start: Input should be greater than or equal to 0"),
        ({"start": "1"}, "start: Input should be a valid integer"),
        ({"start": True}, "start: Input should be a valid integer"),
        ({"levels": []}, "levels () are not different ones in rising order"),
        ({"levels": [2, 1]}, "levels (2, 1) are not different ones in rising order"),
        ({"levels": [9]}, "levels are counted from 1 to 8, given: (9,)"),
        ({"levels": ["1"]}, "levels.0: Input should be a valid integer"),
        ({"every": 0}, "every: Input should be greater than or equal to 1"),
        ({"channels": "left"}, "channels: Input should be 'both', 'mid' or 'side'"),
        ({"colour": 1}, "colour: Extra inputs are not permitted"),
    ],
)
def test_a_region_that_is_none_is_refused(values: dict[str, Any], fault: str) -> None:
    with pytest.raises(BadSetting) as caught:
        Region.from_json(values)
    assert str(caught.value) == f"this region cannot be used: {fault}; select the cells again."
