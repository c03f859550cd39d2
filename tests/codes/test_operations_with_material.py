from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import regions, sound, sounds

from distill.codes.editing import Edit, apply
from distill.codes.grid import Codes
from distill.codes.material import Material
from distill.codes.operation import make
from distill.codes.region import Region
from distill.errors import BadSetting, ForeignCodes


def edited(codes: Codes, name: str, other: Codes, region: Region | None = None, **arguments: Any) -> Codes:
    operation = make(name, {"material": Material.of_codes(other), **arguments})
    return apply(codes, [Edit(operation, region or Region(), 5)])


def pasted_one_by_one(codes: Codes, other: Codes, region: Region, *, repeat: bool) -> Any:
    """Paste cell by cell."""
    cells = region.cells(codes.grid.shape)
    grid = codes.grid.copy()
    for channel in cells.channels[: 1 if other.num_channels == 1 else 2]:  # mono reaches one channel
        for level in cells.levels:
            for step in cells.steps:
                offset = step - region.start
                if repeat:
                    offset %= other.num_steps
                if level < other.num_levels and offset < other.num_steps:
                    source = channel if other.num_channels == 2 else 0
                    grid[channel, level, step] = other.grid[source, level, offset]
    return grid


@given(st.data(), sounds, st.booleans())
def test_paste_writes_from_the_regions_start_as_far_as_both_reach(
    data: st.DataObject, other: Codes, repeat: bool
) -> None:
    codes = data.draw(sounds)
    region = data.draw(regions(codes))
    if min(region.levels or (1,)) > other.num_levels:
        with pytest.raises(BadSetting, match="select levels that both sounds have"):
            edited(codes, "paste", other, region)
        return
    pasted = edited(codes, "paste", other, region, repeat=repeat)
    assert np.array_equal(pasted.grid, pasted_one_by_one(codes, other, region, repeat=repeat))


def test_mono_goes_into_the_mid_or_the_chosen_side_and_stereo_gives_its_mid_to_mono() -> None:
    stereo, mono = sound(2, 2, 6), sound(1, 2, 6, seed=1)
    for channels in ("both", "mid"):
        on_mid = edited(stereo, "paste", mono, Region(channels=channels)).grid
        assert np.array_equal(on_mid, [mono.grid[0], stereo.grid[1]])
    on_side = edited(stereo, "paste", mono, Region(channels="side")).grid
    assert np.array_equal(on_side, [stereo.grid[0], mono.grid[0]])
    assert np.array_equal(edited(mono, "paste", stereo).grid, stereo.grid[:1])


def test_levels_that_the_other_has_not_are_told() -> None:
    with pytest.raises(BadSetting) as caught:
        edited(sound(1, 4, 6), "paste", sound(1, 2, 6), Region(levels=(3, 4)))
    assert str(caught.value) == (
        "the other sound has levels 1 to 2, and [3, 4] were selected; select levels that both sounds have."
    )


def test_codes_of_another_model_are_not_pasted() -> None:
    for name in ("paste", "crossfade", "swap", "insert"):
        with pytest.raises(ForeignCodes):
            edited(sound(1, 2, 6), name, sound(1, 2, 6, fingerprint="f" * 64))


@pytest.mark.parametrize("by", ["step", "cell"])
def test_a_crossfade_goes_from_the_one_to_the_other(by: str) -> None:
    codes = sound(2, 3, 4000)
    zero, one = (codes.with_grid(np.full(codes.grid.shape, code)) for code in (0, 1))
    grid = edited(zero, "crossfade", one, by=by).grid
    tenths = grid.reshape(2, 3, 10, 400).mean((0, 1, 3))
    np.testing.assert_allclose(tenths, np.arange(10) / 10 + 0.05, atol=0.08)
    columns_agree = bool((grid == grid[:1, :1]).all())
    assert columns_agree == (by == "step")


def test_a_crossfade_draws_each_cell_the_same_in_any_selection_of_levels() -> None:
    codes, other = sound(2, 3, 40), sound(2, 3, 40, seed=1)
    whole = edited(codes, "crossfade", other, by="cell").grid
    part = edited(codes, "crossfade", other, Region(levels=(2,), channels="side"), by="cell").grid
    assert np.array_equal(part[1, 1], whole[1, 1])


def test_a_crossfade_into_a_short_loop_repeats_it() -> None:
    codes = sound(1, 1, 600)
    zero, one = (codes.with_grid(np.full((1, 1, count), code)) for code, count in ((0, 600), (1, 7)))
    assert edited(zero, "crossfade", one).grid[0, 0, 7:].max() == 0
    assert edited(zero, "crossfade", one, repeat=True).grid[0, 0, -60:].mean() > 0.8
