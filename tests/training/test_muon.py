from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from distill.training import muon
from distill.training.muon import COEFFICIENTS, RANK, ROUNDS, SketchedMuon, orthogonal

SHAPES = [(48, 144), (144, 48), (48, 144), (48, 48), (144, 48)]


def noise(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def rounds(values: Tensor) -> Tensor:
    """Where the polynomial takes singular values."""
    a, b, c = COEFFICIENTS
    for _ in range(ROUNDS):
        values = a * values + b * values**3 + c * values**5
    return values


def falling(shape: tuple[int, int], by: float) -> tuple[Tensor, Tensor]:
    """Three matrices whose singular values fall by a factor each, and what the polynomial makes of them."""
    left, _, right = torch.linalg.svd(noise(3, *shape, seed=0), full_matrices=False)
    values = torch.exp(-by * torch.arange(float(min(shape)))).expand(3, -1)
    matrices = left @ torch.diag_embed(values) @ right
    wanted = rounds(values / torch.linalg.matrix_norm(matrices)[:, None])
    return matrices, left @ torch.diag_embed(wanted) @ right


def cosines(one: Tensor, other: Tensor) -> Tensor:
    return torch.cosine_similarity(one.flatten(1), other.flatten(1))


@pytest.mark.parametrize("by", [0.0, 0.05, 0.2])
@pytest.mark.parametrize("shape", [(48, 144), (144, 48), (48, 48)])
def test_singular_values_go_where_the_polynomial_takes_them_where_the_sketch_holds_all(
    shape: tuple[int, int], by: float
) -> None:
    matrices, exact = falling(shape, by)
    torch.testing.assert_close(orthogonal(matrices, rank=48), exact, rtol=2e-2, atol=2e-3)


@pytest.mark.parametrize("shape", [(256, 512), (512, 256)])
def test_a_sketch_takes_momenta_that_fall_as_those_of_a_training_do_the_same_way(
    shape: tuple[int, int],
) -> None:
    matrices, exact = falling(shape, 0.25)  # the 16th is a fiftieth of the first
    found = orthogonal(matrices, rank=RANK)
    assert cosines(found, exact).min() > 0.98
    assert torch.linalg.svdvals(found).max() < 1.5


def test_too_small_a_sketch_is_seen_in_what_it_misses() -> None:
    matrices, exact = falling((256, 512), 0.25)
    found = orthogonal(matrices, rank=8)
    assert cosines(found, exact).max() < 0.95
    assert torch.linalg.svdvals(found).max() > 2


def test_one_direction_comes_back_as_one_direction() -> None:
    matrices = noise(2, 64, 1, seed=0) @ noise(2, 1, 96, seed=1)
    found = orthogonal(matrices.clone(), rank=RANK)
    unit = matrices / torch.linalg.matrix_norm(matrices)[:, None, None]
    torch.testing.assert_close(found, rounds(torch.ones(())) * unit, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("size", [0.0, 1e-12, 1e12])
def test_the_size_of_a_momentum_does_not_matter_and_nothing_stays_nothing(size: float) -> None:
    one = noise(1, 40, 80, seed=0)
    found = orthogonal(size * one, rank=RANK)
    assert torch.isfinite(found).all()
    if size == 0:
        assert not found.any()
    elif size > 1:
        torch.testing.assert_close(found, orthogonal(one.clone(), rank=RANK), rtol=1e-3, atol=1e-3)


def test_it_takes_the_steps_that_torch_takes_one_matrix_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(muon, "RANK", 48)
    ours = [nn.Parameter(0.1 * noise(*shape, seed=index)) for index, shape in enumerate(SHAPES)]
    theirs = copy.deepcopy(ours)
    rate, decay = 0.02, 0.1
    batched = SketchedMuon(ours, weight_decay=decay)
    batched.param_groups[0]["lr"] = rate
    single = torch.optim.Muon(
        theirs, lr=rate, weight_decay=decay, ns_steps=ROUNDS, adjust_lr_fn="match_rms_adamw"
    )
    for step in range(4):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            one.grad = noise(*one.shape, seed=100 * step + index)
            other.grad = one.grad.clone()
        batched.step()
        single.step()  # type: ignore[no-untyped-call]
    for start, one, other in zip(SHAPES, ours, theirs, strict=True):
        moved = (other - 0.1 * noise(*start, seed=SHAPES.index(start))).norm()
        assert (one - other).norm() < 0.05 * moved  # torch's rounds are in bfloat16


def test_a_matrix_without_a_gradient_stays() -> None:
    moved, still = (nn.Parameter(noise(8, 16, seed=seed)) for seed in (0, 1))
    before = still.detach().clone()
    optimiser = SketchedMuon([moved, still], weight_decay=0.1)
    optimiser.param_groups[0]["lr"] = 0.1
    moved.grad = noise(8, 16, seed=2)
    optimiser.step()
    torch.testing.assert_close(still.detach(), before)


def test_a_training_goes_on_from_its_state_as_if_it_had_not_stopped() -> None:
    def trained(stop: bool) -> Tensor:
        parameter = nn.Parameter(noise(8, 16, seed=0))
        optimiser = SketchedMuon([parameter], weight_decay=0.1)
        for step in range(4):
            if stop and step == 2:
                kept = copy.deepcopy(optimiser.state_dict())
                optimiser = SketchedMuon([parameter], weight_decay=0.1)
                optimiser.load_state_dict(kept)
            optimiser.param_groups[0]["lr"] = 0.1
            parameter.grad = noise(8, 16, seed=10 + step)
            optimiser.step()
        return parameter.detach()

    assert torch.equal(trained(True), trained(False))
