from __future__ import annotations

import numpy as np
import pytest

from distill.prior.repetition import LONGEST_CIRCLE, Circles


def told(codes: list[int], *, patience: int, strength: float = 1.0) -> list[float] | None:
    circles = Circles()
    for code in codes:
        circles.take(code)
    found = circles.against(4, patience=patience, strength=strength)
    return None if found is None else found.tolist()


def test_nothing_is_said_before_patience_is_over() -> None:
    assert told([2] * 11, patience=10) is None  # the first one repeats nothing
    assert told([2] * 12, patience=10) == [0, 0, -0.125, 0]


def test_a_loop_is_pressed_at_the_code_that_would_go_on_with_it() -> None:
    assert told([0, 1, 3] * 6, patience=14) == [-0.125, 0, 0, 0]  # 15 steps equal the one three before


def test_pressure_rises_and_stays_bounded() -> None:
    pressures = [told([1] * (11 + held), patience=10) for held in (1, 2, 40, 400, 4000)]
    assert [pressure and pressure[1] for pressure in pressures] == [-0.125, -0.25, -5.0, -6.0, -6.0]
    assert told([1] * 43, patience=10, strength=0.25) == [0, -1.0, 0, 0]


def test_a_new_code_is_free_again() -> None:
    assert told([2] * 50 + [1], patience=10) is None


def test_no_pressure_at_no_strength() -> None:
    assert told([2] * 50, patience=10, strength=0) is None


@pytest.mark.parametrize("period", [1, 7, LONGEST_CIRCLE])
def test_circles_are_noticed_up_to_the_longest(period: int) -> None:
    circle = np.random.default_rng(0).integers(0, 4, period).tolist()
    pressure = told(circle * (2 + 40 // period), patience=10)
    assert pressure is not None
    assert pressure[circle[0]] < 0
