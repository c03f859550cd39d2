from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import regions, sound, sounds

from distill.codes.editing import edits_of, replay, undone
from distill.codes.region import Region
from distill.codes.swapping import swapped
from distill.errors import BadSetting, ForeignCodes


@given(st.data())
def test_swapping_twice_changes_nothing(data: st.DataObject) -> None:
    a, b = data.draw(sounds), data.draw(sounds)
    region = data.draw(regions(data.draw(st.sampled_from([a, b]))))
    try:
        once = swapped(a, b, region)
    except BadSetting:  # the region is not in both
        return
    twice = swapped(once.a, once.b, region)
    assert np.array_equal(twice.a.grid, a.grid)
    assert np.array_equal(twice.b.grid, b.grid)


@given(st.data())
def test_each_gets_what_the_other_had_at_the_same_place(data: st.DataObject) -> None:
    a = data.draw(sounds)
    b = sound(*a.grid.shape, seed=9)
    region = data.draw(regions(a))
    after = swapped(a, b, region)
    cells = region.cells(a.grid.shape)
    assert np.array_equal(after.a.grid, cells.put(a.grid, cells.of(b.grid)))
    assert np.array_equal(after.b.grid, cells.put(b.grid, cells.of(a.grid)))
    # each side stands alone
    assert replay(a, after.a.edits) == after.a
    assert undone(after.b) == b


def test_of_mono_and_stereo_the_mids_change_places() -> None:
    mono, stereo = sound(1, 2, 6), sound(2, 3, 9, seed=1)
    after = swapped(mono, stereo, Region(start=2))
    assert np.array_equal(after.a.grid[0, :, 2:], stereo.grid[0, :2, 2:6])
    assert np.array_equal(after.b.grid[0, :2, 2:6], mono.grid[0, :, 2:])
    assert np.array_equal(after.b.grid[1], stereo.grid[1])
    (edit,) = edits_of(after.b)
    assert edit.region == Region(start=2, stop=6, levels=(1, 2), channels="mid")


def test_locked_levels_stay_in_both() -> None:
    a, b = sound(1, 3, 6), sound(1, 3, 6, seed=1)
    after = swapped(a, b, Region(), locked=(2,))
    assert np.array_equal(after.a.grid, [[b.grid[0, 0], a.grid[0, 1], b.grid[0, 2]]])
    assert np.array_equal(after.b.grid, [[a.grid[0, 0], b.grid[0, 1], a.grid[0, 2]]])


@pytest.mark.parametrize(
    ("region", "sentence"),
    [
        (
            Region(start=7),
            "the region begins at step 7, and the shorter of the two sounds has 6; choose an earlier start.",
        ),
        (
            Region(levels=(3,)),
            "levels [3] were selected, and the two sounds share 1 to 2; choose among these.",
        ),
        (
            Region(channels="side"),
            "the side was chosen, and one of the two sounds is mono; choose the mid, or both.",
        ),
    ],
)
def test_a_region_that_is_not_in_both_is_refused(region: Region, sentence: str) -> None:
    with pytest.raises(BadSetting) as caught:
        swapped(sound(1, 2, 6), sound(2, 3, 9), region)
    assert str(caught.value) == sentence


def test_a_level_that_neither_sound_has_cannot_be_locked() -> None:
    assert swapped(sound(1, 2, 6), sound(1, 3, 6), Region(), locked=(3,))
    with pytest.raises(BadSetting, match="there is no level 4; this sound has 1 to 3"):
        swapped(sound(1, 2, 6), sound(1, 3, 6), Region(), locked=(4,))


def test_sounds_of_two_models_do_not_swap() -> None:
    with pytest.raises(ForeignCodes):
        swapped(sound(1, 2, 6), sound(1, 2, 6, fingerprint="f" * 64), Region())
