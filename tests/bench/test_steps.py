from __future__ import annotations

import torch
from bench.steps import ProductShapes
from bench.subject import TrainingStep

from bench import steps


def toy() -> tuple[TrainingStep, list[int]]:
    network = torch.nn.Linear(32, 64)
    calls: list[int] = []

    def step() -> None:
        network.zero_grad()
        network(torch.ones(10, 32)).sum().backward()
        calls.append(1)

    return TrainingStep(step, step, "float32", lambda: 0.0, lambda: None), calls


def test_operations_of_a_step_are_counted_by_hand() -> None:
    training, calls = toy()
    figures = steps.measure(training, steps=7, warm_up=2, probe_seconds=0.001)
    product = 2 * 10 * 32 * 64
    assert figures["step_flops"] == 2 * product  # forward, and the gradient of the weights; inputs need none
    assert figures["shape"] in {(10, 32, 64), (64, 10, 32)}
    assert len(calls) == 2 + 1 + 7
    assert figures["share_waiting"] == 0


def test_a_dense_convolution_is_the_product_it_is_computed_as_and_a_depthwise_one_is_none() -> None:
    dense, depthwise = torch.nn.Conv1d(8, 16, 3, padding=1), torch.nn.Conv1d(8, 8, 7, padding=3, groups=8)
    with torch.no_grad(), ProductShapes() as products:
        dense(torch.ones(2, 8, 100))
        depthwise(torch.ones(2, 8, 100))
    assert dict(products.operations) == {(200, 24, 16): 2 * 200 * 24 * 16}
    assert products.costliest == (200, 24, 16)


def test_batched_products_count_once_a_batch() -> None:
    with ProductShapes() as products:
        torch.ones(5, 3, 4) @ torch.ones(5, 4, 2)
        torch.addmm(torch.ones(2), torch.ones(3, 4), torch.ones(4, 2))
    assert products.operations[(3, 4, 2)] == 2 * 3 * 4 * 2 * (5 + 1)


def test_the_profile_names_operators_with_shares_of_the_whole() -> None:
    training, _ = toy()
    rows = steps.operators(training.step, steps=3, rows=1000)
    assert abs(sum(row["share"] for row in rows) - 1) < 1e-6
    products = [row for row in rows if row["name"] in ("aten::mm", "aten::addmm")]
    assert sum(row["calls"] for row in products) == 2
