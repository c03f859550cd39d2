from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from distill.training.muon import COEFFICIENTS, BatchedMuon, orthogonal

SHAPES = [(48, 144), (144, 48), (48, 144), (48, 48), (144, 48)]


def noise(*shape: int, seed: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("falling", [0.0, 0.05, 0.2])
@pytest.mark.parametrize("shape", [(48, 144), (144, 48), (48, 48)])
def test_singular_values_go_where_the_polynomial_takes_them_however_unlike_they_are(
    shape: tuple[int, int], falling: float
) -> None:
    left, _, right = torch.linalg.svd(noise(3, *shape, seed=0), full_matrices=False)
    values = torch.exp(-falling * torch.arange(48.0)).expand(3, -1)
    matrices = left @ torch.diag_embed(values) @ right
    norms = torch.linalg.matrix_norm(matrices)
    wanted = values / norms[:, None]
    a, b, c = COEFFICIENTS
    for _ in range(3):
        wanted = a * wanted + b * wanted**3 + c * wanted**5
    exact = left @ torch.diag_embed(wanted) @ right
    found = orthogonal(matrices.bfloat16(), norms, rounds=3).float()
    assert (torch.linalg.matrix_norm(found - exact) < 0.1 * torch.linalg.matrix_norm(exact)).all()
    assert torch.linalg.svdvals(found).max() < 1.25


def test_it_takes_the_steps_that_torch_takes_one_matrix_at_a_time() -> None:
    ours = [nn.Parameter(0.1 * noise(*shape, seed=index)) for index, shape in enumerate(SHAPES)]
    theirs = copy.deepcopy(ours)
    rate, decay = 0.02, 0.1
    batched = BatchedMuon(ours, weight_decay=decay, rounds=3)
    batched.param_groups[0]["lr"] = rate
    single = torch.optim.Muon(theirs, lr=rate, weight_decay=decay, ns_steps=3, adjust_lr_fn="match_rms_adamw")
    for step in range(4):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            one.grad = noise(*one.shape, seed=100 * step + index)
            other.grad = one.grad.clone()
        batched.step()
        single.step()  # type: ignore[no-untyped-call]
    for start, one, other in zip(SHAPES, ours, theirs, strict=True):
        moved = (other - 0.1 * noise(*start, seed=SHAPES.index(start))).norm()
        assert (one - other).norm() < 0.05 * moved  # both are rounded to bfloat16


def test_a_matrix_without_a_gradient_stays() -> None:
    moved, still = (nn.Parameter(noise(8, 16, seed=seed)) for seed in (0, 1))
    before = still.detach().clone()
    optimiser = BatchedMuon([moved, still], weight_decay=0.1, rounds=3)
    optimiser.param_groups[0]["lr"] = 0.1
    moved.grad = noise(8, 16, seed=2)
    optimiser.step()
    torch.testing.assert_close(still.detach(), before)


def test_a_training_goes_on_from_its_state_as_if_it_had_not_stopped() -> None:
    def trained(stop: bool) -> Tensor:
        parameter = nn.Parameter(noise(8, 16, seed=0))
        optimiser = BatchedMuon([parameter], weight_decay=0.1, rounds=3)
        for step in range(4):
            if stop and step == 2:
                kept = copy.deepcopy(optimiser.state_dict())
                optimiser = BatchedMuon([parameter], weight_decay=0.1, rounds=3)
                optimiser.load_state_dict(kept)
            optimiser.param_groups[0]["lr"] = 0.1
            parameter.grad = noise(8, 16, seed=10 + step)
            optimiser.step()
        return parameter.detach()

    assert torch.equal(trained(True), trained(False))
