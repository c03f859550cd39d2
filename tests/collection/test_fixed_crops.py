from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.collection.listed import CROP, Listed, ramps, unpack, whole

from distill.collection.fixed_crops import fixed_crops


def test_fixed_crops_of_a_long_sound_are_spread_over_all_of_it() -> None:
    sounds = ramps([3 * CROP + 600])
    crops = fixed_crops(sounds, whole(sounds), crop_samples=CROP, most=10)
    starts = [0, CROP + 300, 2 * CROP + 600]
    assert np.array_equal(crops, [sounds[0][0, start : start + CROP] for start in starts])


def test_fixed_crops_take_every_nth_where_there_are_too_many() -> None:
    sounds = ramps([CROP] * 9)
    crops = fixed_crops(sounds, whole(sounds), crop_samples=CROP, most=3)
    assert np.floor(crops[:, 0] * 10).tolist() == [1, 4, 7]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(480, 40_000), min_size=1, max_size=9), st.integers(1, 30))
def test_fixed_crops_are_few_enough_and_cut_no_short_sound(lengths: list[int], most: int) -> None:
    sounds = ramps(lengths)
    crops = fixed_crops(sounds, whole(sounds), crop_samples=CROP, most=most)
    assert 1 <= len(crops) <= most
    assert crops.shape[1] == CROP
    for crop in crops:
        for start, sound in unpack(crop):
            if lengths[sound] < CROP:
                assert start % 1024 == 0
                assert np.array_equal(crop[start : start + lengths[sound]], sounds[sound][0])
            else:
                assert (crop > 0).all()


def test_fixed_crops_hold_every_short_sound_once() -> None:
    sounds = ramps([5_000] * 7)
    crops = fixed_crops(sounds, whole(sounds), crop_samples=CROP, most=99)
    assert sorted(sound for crop in crops for _, sound in unpack(crop)) == list(range(7))
    assert len(crops) == 4


def test_fixed_crops_leave_silence_out_unless_all_is_silent() -> None:
    silence, loud = np.zeros((1, CROP), dtype=np.float32), np.full((1, CROP), 0.5, dtype=np.float32)
    some, none = Listed([silence, loud, silence.copy()]), Listed([silence.copy(), silence.copy()])
    assert fixed_crops(some, whole(some), crop_samples=CROP, most=9).shape == (1, CROP)
    assert fixed_crops(none, whole(none), crop_samples=CROP, most=9).shape == (2, CROP)


def test_fixed_crops_have_their_gains_and_take_the_mid() -> None:
    stereo = np.stack([np.full(CROP, 0.25), np.full(CROP, 0.75)]).astype(np.float32)
    sounds = Listed([stereo])
    assert (fixed_crops(sounds, whole(sounds), crop_samples=CROP, most=1, gains=[2.0]) == 0.5).all()
