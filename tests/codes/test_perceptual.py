from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import FINGERPRINT, sound

from distill.codes.density import _attacks_in
from distill.codes.editing import Edit, apply
from distill.codes.entries import DESCRIPTORS, Entries
from distill.codes.grid import Codes
from distill.codes.lookup import Lookup
from distill.codes.operation import make
from distill.codes.region import Region
from distill.codes.steering import attacks, decibel, direction, loudness, smoothed

# A model whose latents are what they sound like: the first three numbers are brightness, loudness and roughness.
WORDS = ("brightness", "loudness", "roughness")
OPERATIONS = {
    "brighter": (0, 1), "darker": (0, -1), "louder": (1, 1), "softer": (1, -1), "rougher": (2, 1), "smoother": (2, -1),
}  # fmt: skip


def plain_entries(*, size: int = 64, width: int = 6, levels: int = 3, seed: int = 0) -> Entries:
    rng = np.random.default_rng(seed)
    identity = np.tile(np.eye(width, dtype=np.float32), (levels, 1, 1))
    tables = (rng.normal(size=(levels, size, width)) / 2.0 ** np.arange(levels)[:, None, None]).astype(
        np.float32
    )
    slopes = np.zeros((len(DESCRIPTORS), width), np.float32)
    for place, word in enumerate(WORDS):
        slopes[DESCRIPTORS.index(word), place] = 1
    descriptors = np.zeros((levels, size, len(DESCRIPTORS)), np.float32)
    return Entries(
        FINGERPRINT, Lookup(tables, identity, identity), rng.integers(1, 9, (levels, size)), descriptors, slopes,
        np.zeros((levels, size, 2), np.float32),
    )  # fmt: skip


KNOWN = plain_entries()


def edited(codes: Codes, name: str, amount: float, region: Region | None = None) -> Codes:
    return apply(codes, [Edit(make(name, {"amount": amount}), region or Region())], entries=KNOWN)


def told(codes: Codes, word: str) -> float:
    """What the codes say of a word, on average over the steps."""
    latents = KNOWN.lookup.sum(codes.grid)
    return float((latents @ KNOWN.slopes[DESCRIPTORS.index(word)]).mean())


@pytest.mark.parametrize("name", OPERATIONS)
@given(seed=st.integers(0, 99))
def test_the_codes_move_the_way_the_word_says_and_farther_by_more(name: str, seed: int) -> None:
    place, sign = OPERATIONS[name]
    codes = sound(1, 3, 40, seed=seed, size=64)
    moved = [sign * told(edited(codes, name, amount), WORDS[place]) for amount in (0, 0.5, 1.0)]
    assert moved[0] < moved[1] < moved[2]


@pytest.mark.parametrize("name", [*OPERATIONS, "warmer", "colder", "denser", "sparser"])
def test_amount_0_changes_nothing(name: str) -> None:
    codes = sound(2, 3, 20, size=64)
    assert np.array_equal(edited(codes, name, 0).grid, codes.grid)


@given(seed=st.integers(0, 99))
def test_brighter_leaves_the_loudness_about_where_it_is(seed: int) -> None:
    codes = sound(1, 3, 40, seed=seed, size=64)
    after = edited(codes, "brighter", 0.5)
    risen = told(after, "brightness") - told(codes, "brightness")
    assert abs(told(after, "loudness") - told(codes, "loudness")) < risen / 2


def test_one_is_a_standard_deviation_of_the_collection() -> None:
    vectors = KNOWN.lookup.vectors[:, :, 0]
    shares = KNOWN.usage / KNOWN.usage.sum(1, keepdims=True)
    means = (shares * vectors).sum(1)
    deviation = np.sqrt((shares * np.square(vectors - means[:, None])).sum())
    way = direction(KNOWN, "brightness")
    assert way @ KNOWN.slopes[DESCRIPTORS.index("brightness")] == pytest.approx(deviation, rel=0.15)
    assert abs(way @ KNOWN.slopes[DESCRIPTORS.index("loudness")]) < 0.15 * deviation


def test_a_decibel_is_one_decibel() -> None:
    assert decibel(KNOWN) @ KNOWN.slopes[DESCRIPTORS.index("loudness")] == pytest.approx(1)


def test_a_model_that_knows_nothing_of_a_word_is_not_moved_by_it() -> None:
    assert np.abs(direction(KNOWN, "warmth")).max() == 0


def test_levels_outside_the_region_stay_and_those_inside_make_up_for_nothing_of_theirs() -> None:
    codes = sound(1, 3, 30, size=64)
    after = edited(codes, "brighter", 1.0, Region(levels=(2, 3)))
    assert np.array_equal(after.grid[:, 0], codes.grid[:, 0])
    assert told(after, "brightness") > told(codes, "brightness")


@given(st.integers(1, 12), st.integers(1, 6))
def test_smoothing_keeps_a_steady_value_and_equals_its_slow_reference(length: int, reach: int) -> None:
    latents = np.random.default_rng(length).normal(size=(1, length, 2)).astype(np.float32)
    weights = [reach + 1 - abs(offset) for offset in range(-reach, reach + 1)]
    for step in range(length):
        around = [latents[0, min(max(step + offset, 0), length - 1)] for offset in range(-reach, reach + 1)]
        wanted = np.average(around, axis=0, weights=weights)
        np.testing.assert_allclose(smoothed(latents, reach)[0, step], wanted, atol=1e-5)
    np.testing.assert_allclose(smoothed(np.full((1, length, 2), 3, np.float32), reach), 3, rtol=1e-6)


@given(seed=st.integers(0, 99))
def test_attacks_are_apart_and_rise_as_far_as_is_said(seed: int) -> None:
    levels = np.random.default_rng(seed).normal(scale=8, size=40).astype(np.float32)
    steps, rises = attacks(levels)
    assert (np.diff(steps) >= 3).all()
    for step, rise in zip(steps.tolist(), rises.tolist(), strict=True):
        before = levels[[max(step - 2, 0), step - 1]].mean()
        assert rise == pytest.approx(levels[step] - before, abs=1e-4)
        assert rise >= 3
    assert attacks(levels[:1])[0].size == 0


def beat(*codes: int) -> Codes:
    """A sound of one level whose loudness is its code, in steps of 10 dB, from -60."""
    return sound(1, 1, len(codes), size=8).with_grid(np.array([[codes]]))


def _beats() -> Entries:
    tables = (10.0 * np.arange(8, dtype=np.float32)[None, :, None] - 60) * np.ones((1, 1, 2), np.float32)
    tables[..., 1] = 0
    identity = np.eye(2, dtype=np.float32)[None]
    slopes = np.zeros((len(DESCRIPTORS), 2), np.float32)
    slopes[DESCRIPTORS.index("loudness"), 0] = 1
    return Entries(
        FINGERPRINT, Lookup(tables, identity, identity), np.ones((1, 8), np.int64),
        np.zeros((1, 8, len(DESCRIPTORS)), np.float32), slopes, np.zeros((1, 8, 2), np.float32),
    )  # fmt: skip


BEATS = _beats()


def played(codes: Codes, name: str, amount: float, region: Region | None = None) -> list[int]:
    after = apply(codes, [Edit(make(name, {"amount": amount}), region or Region())], entries=BEATS)
    return [int(code) for code in after.grid[0, 0]]


def test_the_loudness_that_codes_tell_is_that_of_their_entries() -> None:
    assert np.diff(loudness(BEATS, beat(0, 7, 3).grid)).round().tolist() == [70, -40]


def test_denser_repeats_an_attack_halfway_to_the_next() -> None:
    codes = beat(0, 0, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0)
    assert played(codes, "denser", 1) == [0, 0, 7, 6, 5, 0, 0, 7, 6, 5, 4, 3]


def test_denser_makes_a_steady_sound_pulse() -> None:
    after = played(beat(*[4] * 48), "denser", 1)
    steps, _ = attacks(loudness(BEATS, beat(*after).grid))
    assert len(steps) >= 1


def test_sparser_leaves_the_weakest_attack_out_and_holds_what_was_before_it() -> None:
    codes = beat(0, 0, 7, 6, 5, 1, 4, 3, 2, 1, 0, 0, 7, 6)
    assert played(codes, "sparser", 0.34) == [0, 0, 7, 6, 5, 1, 1, 1, 1, 1, 0, 0, 7, 6]
    assert played(codes, "sparser", 1) == [0] * 14


def struck(seed: int) -> Codes | None:
    """A sound with an attack in the middle, if this seed gives one."""
    codes = sound(1, 1, 30, seed=seed, size=8)
    found, _ = _attacks_in(loudness(BEATS, codes.grid), MIDDLE.cells(codes.grid.shape))
    return codes if len(found) else None


MIDDLE = Region(start=5, stop=25)
STRUCK = [codes for seed in range(100) if (codes := struck(seed)) is not None]


@given(codes=st.sampled_from(STRUCK), amount=st.floats(0.01, 1))
def test_sparser_only_holds_steps_that_were_there_before(codes: Codes, amount: float) -> None:
    after = played(codes, "sparser", amount, MIDDLE)
    before = codes.grid[0, 0].tolist()
    for step in range(5, 25):
        assert after[step] in before[4 : step + 1]
    assert len(attacks(loudness(BEATS, beat(*after[3:25]).grid))[0]) <= len(
        attacks(loudness(BEATS, beat(*before[3:25]).grid))[0]
    )


def test_sparser_evens_a_sound_without_attacks_out() -> None:
    swell = beat(*[3, 3, 4] * 16)
    told = [loudness(BEATS, beat(*played(swell, "sparser", amount)).grid) for amount in (0.5, 1.0)]
    assert len(_attacks_in(loudness(BEATS, swell.grid), Region().cells(swell.grid.shape))[0]) == 0
    before = np.abs(np.diff(loudness(BEATS, swell.grid))).sum()
    assert all(np.abs(np.diff(after)).sum() <= before for after in told)
    assert np.ptp(told[1][6:-6]) == 0  # before and behind a sound there is nothing to even it out with


def test_denser_makes_a_flutter_without_room_between_its_attacks_pulse() -> None:
    flutter = beat(*[3, 3, 4] * 10)
    steps, _ = _attacks_in(loudness(BEATS, flutter.grid), Region().cells(flutter.grid.shape))
    assert np.diff(steps).max(initial=0) < 6
    assert played(flutter, "denser", 1) != flutter.grid[0, 0].tolist()


def test_a_copied_attack_is_a_quarter_of_a_second_at_most_and_what_was_there_goes_on() -> None:
    codes = beat(0, 0, 7, *[5] * 40)
    after = played(codes, "denser", 0.5)
    assert after.count(7) >= 2
    assert after[-8:] == [5] * 8
