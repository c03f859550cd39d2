from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.collection.listed import CROP, Listed, ramps, unpack, whole

from distill.collection import segments
from distill.collection.segments import Crops
from distill.collection.split import Part
from distill.config import Augmentation

DEFAULTS = Augmentation.model_validate({})
OTHERS = ("gain_share", "polarity_share", "eq_share", "pitch_share", "time_share", "noise_share")
SHIFT_ONLY = DEFAULTS.model_copy(update=dict.fromkeys(OTHERS, 0.0) | {"shift_share": 1.0})


def noise(lengths: Sequence[int], *, channels: int = 1) -> Listed:
    rng = np.random.default_rng(0)
    return Listed(
        [(0.2 * rng.standard_normal((channels, n))).clip(-1, 1).astype(np.float32) for n in lengths]
    )


def crops_of(sounds: Listed, **chosen: Any) -> Crops:
    given_or_usual = {"parts": whole(sounds), "seed": 0, **chosen}
    return Crops(sounds, crop_samples=CROP, batch_size=4, **given_or_usual)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(4_800, 40_000), min_size=1, max_size=6),
    st.integers(0, 1000),
    st.integers(0, 10_000),
    st.sampled_from([None, DEFAULTS, DEFAULTS.model_copy(update={"time_share": 1.0, "pitch_share": 1.0})]),
)
def test_batches_have_their_shape_and_are_finite(
    lengths: list[int], seed: int, step: int, augmentation: Augmentation | None
) -> None:
    batch = crops_of(noise(lengths, channels=2), seed=seed, augmentation=augmentation).batch_at(step)[:, 0]
    assert batch.shape == (4, CROP)
    assert batch.dtype == np.float32
    assert np.isfinite(batch).all()


def test_the_same_seed_and_step_give_the_same_batch_in_any_order() -> None:
    sounds = noise([30_000, 5_000, 8_000], channels=2)
    settings_ = DEFAULTS.model_copy(update={"time_share": 0.5, "pitch_share": 0.5})
    forwards, backwards = crops_of(sounds, augmentation=settings_), crops_of(sounds, augmentation=settings_)
    first = [forwards.batch_at(step)[:, 0] for step in range(6)]
    second = [backwards.batch_at(step)[:, 0] for step in reversed(range(6))][::-1]
    assert np.array_equal(first, second)


def test_rows_do_not_depend_on_the_batch_size() -> None:
    crops = crops_of(noise([30_000, 5_000, 8_000]), augmentation=DEFAULTS)
    assert np.array_equal(crops.batch_at(7, batch_size=9)[:, 0][:4], crops.batch_at(7)[:, 0])
    assert np.array_equal(crops.batch_at(7, batch_size=2)[:, 0], crops.batch_at(7)[:, 0][:2])


def test_steps_seeds_and_rows_differ() -> None:
    sounds = noise([90_000])
    batch = crops_of(sounds, augmentation=SHIFT_ONLY).batch_at(0)[:, 0]
    assert not np.array_equal(batch, crops_of(sounds, augmentation=SHIFT_ONLY).batch_at(1)[:, 0])
    assert not np.array_equal(batch, crops_of(sounds, seed=1, augmentation=SHIFT_ONLY).batch_at(0)[:, 0])
    assert not np.array_equal(batch[0], batch[1])


@pytest.mark.parametrize("augmentation", [None, SHIFT_ONLY])
def test_short_sounds_are_packed_whole_and_all_are_drawn(augmentation: Augmentation | None) -> None:
    sounds = ramps([1_000, 4_800, 5_500, 7_000, 11_999])
    seen, counts = set(), set()
    for crop in crops_of(sounds, augmentation=augmentation).batch_at(0, batch_size=60)[:, 0]:
        packed = unpack(crop)
        seen |= {sound for _, sound in packed}
        counts.add(len(packed))
        for start, sound in packed:
            whole_sound = sounds[sound][0]
            assert np.array_equal(crop[start : start + whole_sound.size], whole_sound)
        if augmentation is None:
            assert all(start % 1024 == 0 for start, _ in packed)
    assert seen == {0, 1, 2, 3, 4}
    assert {1, 2, 3} <= counts


def test_a_packed_crop_is_filled_until_nothing_fits() -> None:
    lengths = [600, 5_000]
    for crop in crops_of(ramps(lengths), augmentation=SHIFT_ONLY).batch_at(3, batch_size=40)[:, 0]:
        packed = unpack(crop)
        first, (last, sound) = packed[0][0], packed[-1]
        spare = first + CROP - last - lengths[sound]
        assert spare < 600 + 2_400
        for (start, before), (following, _) in pairwise(packed):
            assert 0 <= following - start - lengths[before] <= 2_400


def test_a_short_sound_is_found_at_many_places_in_its_crop() -> None:
    batch = crops_of(ramps([8_000]), augmentation=SHIFT_ONLY).batch_at(0, batch_size=20)[:, 0]
    starts = [unpack(crop)[0][0] for crop in batch]
    assert len(set(starts)) > 15
    assert max(starts) > 2_000


@pytest.mark.parametrize("ratio", [1.15, 2.0])
def test_a_short_sound_is_never_stretched_beyond_the_crop(ratio: float) -> None:
    # A click at each end of a sound that fills the crop but for a tenth: both must survive any stretch.
    sound = np.zeros((1, CROP * 9 // 10), dtype=np.float32)
    sound[0, [300, -300]] = 0.9
    stretched = SHIFT_ONLY.model_copy(update={"time_share": 1.0, "time_ratio": ratio})
    for crop in crops_of(Listed([sound]), augmentation=stretched).batch_at(0, batch_size=20)[:, 0]:
        loud = np.flatnonzero(np.abs(crop) > 0.15)
        assert loud[-1] - loud[0] >= (CROP * 9 // 10 - 600) / ratio - 300


def test_long_sounds_fill_the_crop() -> None:
    crops = crops_of(ramps([CROP, 50_000]), augmentation=SHIFT_ONLY)
    assert (crops.batch_at(0, batch_size=40)[:, 0] > 0).all()


def test_crops_start_on_the_grid_unless_shifted() -> None:
    sound = np.arange(1, 100_001, dtype=np.float32)[None] / 200_000
    part = [Part(0, 500, 100_000)]
    starts = crops_of(Listed([sound]), parts=part).batch_at(0, batch_size=60)[:, 0][:, 0] * 200_000 - 1
    assert (np.round(starts) % 1024 == 0).all()
    assert starts.min() >= 500
    shifted = crops_of(Listed([sound]), parts=part, augmentation=SHIFT_ONLY).batch_at(0, batch_size=60)[:, 0]
    places = np.round(shifted[:, 0] * 200_000 - 1)
    assert (places % 1024 != 0).mean() > 0.9
    assert places.min() >= 500
    assert places.max() + CROP <= 100_000


def test_a_part_without_a_place_on_the_grid_is_still_drawn() -> None:
    sounds = ramps([50_000])
    crop = crops_of(sounds, parts=[Part(0, 100, 100 + CROP)]).batch_at(0)[:, 0][0]
    assert np.array_equal(crop, sounds[0][0, 100 : 100 + CROP])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 30_000), st.integers(1, 30_000), st.integers(0, 100))
def test_nothing_outside_the_parts_is_ever_drawn(start: int, length: int, step: int) -> None:
    sound = np.zeros((1, 60_000), dtype=np.float32)
    sound[:, start : start + length] = 0.5
    crops = crops_of(Listed([sound]), parts=[Part(0, start, start + length)], augmentation=SHIFT_ONLY)
    batch = crops.batch_at(step)[:, 0]
    if length >= CROP:
        assert (batch == 0.5).all()
    else:
        assert ((batch == 0.5).sum(axis=1) % length == 0).all()
        assert (batch == 0.5).any(axis=1).all()


def test_faster_crops_are_cut_from_a_longer_source() -> None:
    # A steady tone stays a tone up to the end of the crop, whatever its speed.
    sound = (0.5 * np.sin(np.arange(100_000) * 0.1)).astype(np.float32)[None]
    time_only = SHIFT_ONLY.model_copy(update={"time_share": 1.0, "time_ratio": 1.5})
    for crop in crops_of(Listed([sound]), augmentation=time_only).batch_at(0, batch_size=10)[:, 0]:
        assert np.abs(crop[-2_000:]).max() > 0.4


def test_crops_of_other_pitch_or_time_are_shared_by_the_steps_of_a_turn_and_no_longer() -> None:
    only = DEFAULTS.model_copy(update=dict.fromkeys((*OTHERS, "shift_share"), 0.0) | {"pitch_share": 1.0})
    crops = Crops(
        noise([30_000]), [Part(0, 0, 30_000)], crop_samples=CROP, batch_size=8, seed=0, augmentation=only
    )
    turn = segments._RETIMED_STEPS

    def heard(steps: range) -> set[bytes]:
        return {row.tobytes() for step in steps for row in crops.batch_at(step)}

    first, second = heard(range(turn - 32, turn)), heard(range(turn, turn + 32))
    assert len(first) <= segments._RETIMED < 8 * 32
    assert not first & second


def test_weights_follow_the_balance() -> None:
    sounds = ramps([16 * CROP, CROP])
    for balance, expected in ((0.0, 1 / 2), (0.5, 1 / 5), (1.0, 1 / 17)):
        batch = crops_of(sounds, balance=balance).batch_at(0, batch_size=1500)[:, 0]
        assert np.mean(batch[:, 0] > 0.1) == pytest.approx(expected, abs=0.04)


def test_the_side_is_drawn_a_third_of_the_time() -> None:
    stereo = np.stack([np.full(50_000, 0.25), np.full(50_000, 0.5)]).astype(np.float32)
    batch = crops_of(Listed([stereo])).batch_at(0, batch_size=1500)[:, 0]
    assert np.mean(batch[:, 0] == 0.5) == pytest.approx(0.33, abs=0.04)


def test_gains_come_before_all_else() -> None:
    sounds = Listed(
        [np.full((1, 50_000), 0.25, dtype=np.float32), np.full((1, 3_000), 0.125, dtype=np.float32)]
    )
    batch = crops_of(sounds, gains=[2.0, 4.0]).batch_at(0, batch_size=20)[:, 0]
    assert set(np.unique(batch)) == {0.0, 0.5}


def test_crops_at_a_working_level_may_go_over_full_scale_and_others_not() -> None:
    sounds = noise([50_000])
    loud = SHIFT_ONLY.model_copy(update={"gain_share": 1.0, "gain_db": 24.0})
    assert np.abs(crops_of(sounds, augmentation=loud).batch_at(0, batch_size=20)[:, 0]).max() <= 1
    plain = crops_of(sounds, augmentation=loud, gains=[1.0]).batch_at(0, batch_size=20)[:, 0]
    quiet = crops_of(sounds, augmentation=loud, gains=[1e-2]).batch_at(0, batch_size=20)[:, 0]
    assert np.abs(plain).max() > 5
    assert np.allclose(quiet * 100, plain, rtol=1e-5)


def test_silence_is_drawn_again() -> None:
    sound = np.zeros((1, 50_000), dtype=np.float32)
    sound[:, 25_000:] = 0.1
    batch = crops_of(Listed([sound]), augmentation=SHIFT_ONLY).batch_at(0, batch_size=200)[:, 0]
    # One draw in about three is silent; five in a row are one in a few hundred.
    assert np.mean(~batch.any(axis=1)) < 0.03


def test_all_silence_is_silence_and_no_endless_loop() -> None:
    batch = crops_of(Listed([np.zeros((2, 50_000), dtype=np.float32)]), augmentation=DEFAULTS).batch_at(0)[
        :, 0
    ]
    assert not batch.any()
