from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from distill.training.averages import WeightAverages, power, steady, widening


class Weight(nn.Module):
    def __init__(self, value: float = 0.0, *, other: bool = False) -> None:
        super().__init__()
        self.one = nn.Parameter(torch.tensor([value], dtype=torch.float64))
        if other:
            self.other = nn.Parameter(torch.tensor([value], dtype=torch.float64))


def averaged(values: list[float], decay: Callable[[int], float]) -> float:
    averages, weight = WeightAverages(decay), Weight()
    for value in values:
        with torch.no_grad():
            weight.one.fill_(value)
        averages.follow(weight)
    return float(averages.over(weight.state_dict())["one"])


def shares(steps: int, width: float) -> np.ndarray:
    """What each of so many steps counts for: a step's own part of t^(g + 1)."""
    return np.diff((np.arange(steps + 1) / steps) ** (power(width) + 1))


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=50), st.floats(0.01, 0.25))
def test_an_average_weighs_every_step_by_its_own_share(values: list[float], width: float) -> None:
    assert averaged(values, widening(width)) == pytest.approx(shares(len(values), width) @ values, abs=1e-9)


@pytest.mark.parametrize("width", [0.05, 0.1, 0.25])
def test_it_is_as_wide_as_was_asked_however_long_the_training_is(width: float) -> None:
    for steps in (500, 20_000):
        places, weights = (np.arange(steps) + 0.5) / steps, shares(steps, width)
        spread = np.sqrt(weights @ places**2 - (weights @ places) ** 2)
        assert spread == pytest.approx(width, rel=0.01)


def test_with_a_steady_decay_the_first_weights_are_left_with_its_power() -> None:
    assert averaged([1.0, *[0.0] * 20], steady(0.9)) == pytest.approx(0.9**20)


def test_without_width_the_last_weights_are_kept() -> None:
    assert averaged([1.0, 5.0, 3.0], widening(0.0)) == 3.0


def test_other_weights_begin_anew() -> None:
    averages = WeightAverages(widening(0.25))
    for weight in (Weight(1.0), Weight(2.0), Weight(8.0, other=True)):
        averages.follow(weight)
    assert {name: float(value) for name, value in averages.over(weight.state_dict()).items()} == {
        "one": 8.0, "other": 8.0,
    }  # fmt: skip


def test_averages_go_on_from_their_state() -> None:
    whole, first = WeightAverages(widening(0.1)), WeightAverages(widening(0.1))
    weights = [Weight(value) for value in (1.0, 4.0, 2.0, 7.0)]
    for weight in weights[:2]:
        first.follow(weight)
    resumed = WeightAverages(widening(0.1))
    resumed.load_state(first.state(), device=torch.device("cpu"))
    for weight in weights:
        whole.follow(weight)
    for weight in weights[2:]:
        resumed.follow(weight)
    now = weights[-1].state_dict()
    assert torch.equal(whole.over(now)["one"], resumed.over(now)["one"])
