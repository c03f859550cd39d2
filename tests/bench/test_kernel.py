from __future__ import annotations

import numpy as np
import pytest
from bench.kernel import Features, described, difference, kernel_distance
from tests.signals import noise, pluck, tone

SECOND = 48_000


def plucks(seed: int, count: int = 8) -> list[Features]:
    draw = np.random.default_rng(seed)
    return [described(pluck(2 * SECOND, hz=draw.uniform(100, 800), seed=seed + n)[0]) for n in range(count)]


def noises(seed: int, count: int = 8) -> list[Features]:
    return [described(noise(2 * SECOND, seed=seed + number)[0]) for number in range(count)]


def test_every_second_that_sounds_is_described_whatever_its_level() -> None:
    sound = tone(3 * SECOND)[0]
    sound[SECOND : 2 * SECOND] = 0
    found = described(sound)
    assert found.shape == (2, 96)
    np.testing.assert_allclose(described(0.01 * sound), found, atol=0.05)
    assert described(tone(SECOND // 10)[0]).shape[0] == 1


def test_sounds_of_one_kind_are_as_good_as_together_and_of_two_kinds_apart() -> None:
    same = kernel_distance(plucks(0), plucks(100))
    other = kernel_distance(plucks(0), noises(0))
    assert abs(same.value) < 0.1 * other.value
    assert other.low > same.high
    assert other.low <= other.value <= other.high


def test_the_distance_is_the_same_both_ways_and_by_the_same_seed() -> None:
    one, two = plucks(0), noises(0)
    assert kernel_distance(one, two).value == pytest.approx(kernel_distance(two, one).value)
    assert kernel_distance(one, two, seed=1) == kernel_distance(one, two, seed=1)


def test_what_is_of_its_own_kind_lies_farther_from_the_other_and_what_is_between_does_not() -> None:
    assert difference(plucks(7), plucks(0), noises(0)).low > 0
    assert difference(noises(50), plucks(0), noises(0)).high < 0
    between = difference(plucks(7, 4) + noises(50, 4), plucks(0), noises(0))
    assert between.low < 0 < between.high
