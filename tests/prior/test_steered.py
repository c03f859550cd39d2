from __future__ import annotations

import numpy as np
import pytest
from tests.codes.edit_cases import entries
from tests.prior.known_prior import KnownPrior

from distill.errors import BadSetting
from distill.prior.sampling import sample
from distill.prior.settings import Sampling
from distill.prior.steered import STRENGTH, WORDS, Steering, read_curve

RATE = 46.875
ENTRIES = entries(2, 16)
FLAT = KnownPrior([1 / 16] * 16, [1 / 16] * 16)


def drawn_brightness(amount: float) -> float:
    steering = Steering({"brightness": ((0.0, amount),)}, entries=ENTRIES, step_rate=RATE)
    grid = sample(FLAT, steps=400, settings=Sampling(top_p=1.0), bias=steering).grid
    return float(ENTRIES.of("brightness")[0][grid[0]].mean())


def test_more_brightness_is_asked_and_brighter_entries_are_drawn() -> None:
    drawn = [drawn_brightness(amount) for amount in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    assert drawn == sorted(drawn)
    assert drawn[-1] - drawn[0] > ENTRIES.of("brightness")[0].std()


def test_an_amount_of_nothing_changes_nothing() -> None:
    assert Steering({"warmth": ((0.0, 0.0),)}, entries=ENTRIES, step_rate=RATE)(0, 0) is None
    assert Steering({}, entries=ENTRIES, step_rate=RATE)(0, 0) is None


def test_an_amount_is_in_standard_deviations_of_level_1_as_the_collection_uses_it() -> None:
    values, usage = ENTRIES.of("tension")[0].astype(float), ENTRIES.usage[0]
    mean = np.average(values, weights=usage)
    deviation = np.sqrt(np.average((values - mean) ** 2, weights=usage))
    weights = Steering({"tension": ((0.0, 1.0),)}, entries=ENTRIES, step_rate=RATE)(0, 0)
    assert weights is not None
    expected = STRENGTH * np.clip((values - mean) / deviation, -3, 3)
    np.testing.assert_allclose(weights, expected, rtol=1e-5)


def test_density_weighs_how_far_level_1_rises_over_the_step_before_and_half_of_how_far_it_falls() -> None:
    steering = Steering({"density": ((0.0, 1.0),)}, entries=ENTRIES, step_rate=RATE)
    loud = ENTRIES.of("loudness")[0].astype(float)
    order = np.argsort(loud)
    middle = int(order[8])
    weights = steering(5, 0, [middle, 0])
    assert weights is not None
    assert weights[middle] == 0
    change = (loud - loud[middle]) / 6
    expected = STRENGTH * np.where(change > 0, np.minimum(change, 3), 0.5 * np.minimum(-change, 3))
    np.testing.assert_allclose(weights, expected, rtol=1e-5)
    assert steering(5, 1, [middle, 0]) is None  # level 1 alone
    assert steering(0, 0, None) is None  # nothing to rise over


def test_denser_sound_changes_its_loudness_more_from_step_to_step() -> None:
    def changed(amount: float) -> float:
        steering = Steering({"density": ((0.0, amount),)}, entries=ENTRIES, step_rate=RATE)
        grid = sample(FLAT, steps=400, settings=Sampling(top_p=1.0), bias=steering).grid
        return float(np.abs(np.diff(ENTRIES.of("loudness")[0][grid[0]])).mean())

    moved = [changed(amount) for amount in (-1.0, 0.0, 1.0)]
    assert moved == sorted(moved)
    assert moved[2] > 1.2 * moved[0]


def test_a_curve_goes_straight_from_point_to_point_and_holds_its_ends() -> None:
    steering = Steering({"loudness": ((1.0, -1.0), (3.0, 1.0))}, entries=ENTRIES, step_rate=10.0)
    full = steering(30, 0)
    assert full is not None
    for step, amount in ((0, -1.0), (10, -1.0), (15, -0.5), (25, 0.5), (99, 1.0)):
        found = steering(step, 0)
        assert found is not None
        np.testing.assert_allclose(found, amount * full)
    assert steering(20, 0) is None  # it passes through nothing


def test_words_add_up() -> None:
    def of(*words: str) -> np.ndarray:
        found = Steering(dict.fromkeys(words, ((0.0, 1.0),)), entries=ENTRIES, step_rate=RATE)(0, 1)
        assert found is not None
        return found

    np.testing.assert_allclose(of("warmth", "tension"), of("warmth") + of("tension"))


def test_entries_that_do_not_differ_steer_nothing() -> None:
    same = entries(2, 16, descriptors=np.ones((2, 16, 8), np.float32))
    weights = Steering({"brightness": ((0.0, 1.0),)}, entries=same, step_rate=RATE)(0, 0)
    assert weights is not None
    assert not weights.any()


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_word_can_be_written(word: str) -> None:
    assert read_curve(f"{word}=-1.5") == (word, ((0.0, -1.5),))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "brightness",
            "'brightness' steers nothing; write a word and an amount, such as brightness=0.5, or a curve of seconds and "
            "amounts, such as brightness=0:-1,4:1.",
        ),
        (
            "colour=1",
            "nothing can be steered by 'colour'; choose from brightness, warmth, loudness, roughness, tension, density.",
        ),
        (
            "warmth=nan",
            "the curve of warmth holds nan; give amounts from -3 to 3 (0 changes nothing, 1 is clear).",
        ),
        (
            "warmth=4",
            "the curve of warmth holds 4; give amounts from -3 to 3 (0 changes nothing, 1 is clear).",
        ),
        (
            "warmth=2:1,1:0",
            "the times of the curve of warmth are 2, 1; give seconds from 0 up, each later than the last.",
        ),
        (
            "warmth=-1:1",
            "the times of the curve of warmth are -1; give seconds from 0 up, each later than the last.",
        ),
    ],
)
def test_what_steers_nothing_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(BadSetting) as caught:
        read_curve(text)
    assert str(caught.value) == sentence
