"""What ends a step: gradients are followed once, clipped, and gone; averages are kept beside what is trained."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from distill.training.averages import steady
from distill.training.learner import MOST_NORM, Learner
from distill.training.optimiser import Optimisers


def _line() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(3, 1, bias=False)


def _learner(module: nn.Module, *factors: float) -> Learner:
    """Plain gradient descent, once for each factor of the rate."""
    parts = [(torch.optim.SGD(module.parameters(), lr=1.0), factor) for factor in factors or (1.0,)]
    return Learner(module, Optimisers(*parts), decay=steady(0.5))


def _weight(module: nn.Linear) -> Tensor:
    return module.weight.detach().clone()


def test_a_step_goes_against_the_gradient_by_the_rate() -> None:
    line = _line()
    before = _weight(line)
    _learner(line).follow(0.1 * line.weight.sum(), rate=0.5)
    torch.testing.assert_close(_weight(line), before - 0.05)


def test_every_optimiser_takes_its_own_multiple_of_the_rate() -> None:
    line = _line()
    before = _weight(line)
    _learner(line, 1.0, 4.0).follow(0.1 * line.weight.sum(), rate=0.5)
    torch.testing.assert_close(_weight(line), before - 0.05 - 0.2)


def test_a_steep_gradient_is_clipped() -> None:
    line = _line()
    before = _weight(line)
    _learner(line).follow(1000 * line.weight.sum(), rate=1.0)
    assert (_weight(line) - before).norm() == pytest.approx(MOST_NORM, rel=1e-4)


@pytest.mark.parametrize("poison", [math.nan, math.inf])
def test_a_gradient_that_is_not_finite_moves_neither_weights_nor_averages(poison: float) -> None:
    line = _line()
    learner = _learner(line)
    learner.follow(line.weight.sum(), rate=0.1)
    before, averaged = _weight(line), learner.weights()["weight"]
    learner.follow(poison * line.weight.sum(), rate=0.1)
    assert torch.equal(_weight(line), before)
    assert torch.equal(learner.weights()["weight"], averaged)


def test_no_gradient_outlives_a_step_even_one_that_fails() -> None:
    class RunsOutOfMemory(torch.autograd.Function):
        @staticmethod
        def forward(context: object, given: Tensor) -> Tensor:
            return given.clone()

        @staticmethod
        def backward(context: object, *gradients: Tensor) -> Tensor:
            raise torch.OutOfMemoryError("out of memory")

    line, deep = _line(), _line()
    both = nn.ModuleList([line, deep])
    learner = _learner(both)
    learner.follow(line.weight.sum() + deep.weight.sum(), rate=0.1)
    assert line.weight.grad is None
    before = _weight(line)
    lost = RunsOutOfMemory.apply(deep.weight).sum() * line.weight.sum()  # type: ignore[no-untyped-call]
    with pytest.raises(torch.OutOfMemoryError):
        learner.follow(lost, rate=0.1)
    assert line.weight.grad is None
    assert torch.equal(_weight(line), before)


def test_what_needs_no_gradient_is_left_as_it_is() -> None:
    line, still = _line(), _line().requires_grad_(False)
    both = nn.ModuleDict({"line": line, "still": still})
    parts = Optimisers((torch.optim.SGD(line.parameters(), lr=1.0), 1.0))
    before = _weight(still)
    Learner(both, parts, decay=steady(0.5)).follow(line.weight.sum() + still.weight.sum(), rate=0.1)
    assert torch.equal(_weight(still), before)


def test_averaged_weights_are_lent_and_taken_back_after_a_failure_too() -> None:
    line = _line()
    learner = _learner(line)
    for _ in range(3):
        learner.follow(line.weight.sum(), rate=0.1)
    live, averaged = _weight(line), learner.weights()["weight"]
    assert not torch.equal(live, averaged)
    lent: list[tuple[bool, bool]] = []

    def judge() -> None:
        with learner.averaged():
            lent.append((torch.equal(_weight(line), averaged), line.training))
            raise torch.OutOfMemoryError

    with pytest.raises(torch.OutOfMemoryError):
        judge()
    assert lent == [(True, False)]
    assert torch.equal(_weight(line), live)
    assert line.training


def test_averages_of_weights_that_were_taken_back_begin_anew() -> None:
    line = _line()
    learner = _learner(line)
    for _ in range(3):
        learner.follow(line.weight.sum(), rate=0.1)
    kept = learner.weights()
    learner.load_weights(kept)
    assert torch.equal(_weight(line), kept["weight"])
    learner.follow(line.weight.sum(), rate=0.1)
    assert torch.equal(learner.weights()["weight"], _weight(line))
