from __future__ import annotations

import warnings
from contextlib import nullcontext
from typing import cast

import pytest
import torch
from bench.rotation import rotated, turned
from torch import Tensor

from distill.codec import quantizer


def of(given: Tensor, back: Tensor, made: Tensor) -> Tensor:
    (gradient,) = torch.autograd.grad(made, given, back)
    return gradient


def test_the_rotation_gives_the_entry_and_turns_its_gradient() -> None:
    given = torch.tensor([[1.0, 0.0]], requires_grad=True)
    found = torch.tensor([[0.0, 2.0]])
    made = turned(given, found)
    torch.testing.assert_close(made, found)
    # along the entry's own direction: comes back along the vector's, scaled by 2
    torch.testing.assert_close(of(given, torch.tensor([[0.0, 1.0]]), made), torch.tensor([[2.0, 0.0]]))


def test_the_rotation_is_that_of_vector_quantize_pytorch() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle = pytest.importorskip("vector_quantize_pytorch.vector_quantize_pytorch", reason="no oracle")
    given = torch.randn(20, 6, generator=torch.Generator().manual_seed(0)).requires_grad_()
    found, back = torch.randn(2, 20, 6, generator=torch.Generator().manual_seed(1))
    ours, theirs = turned(given, found), oracle.rotate_to(given, found)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(of(given, back, ours), of(given, back, theirs))


def test_every_level_says_the_same_learns_its_way_back_the_same_and_turns_what_the_encoder_hears() -> None:
    latents = torch.randn(2, 5, 8, generator=torch.Generator().manual_seed(0))
    told = []
    for part in (nullcontext, rotated):
        torch.manual_seed(0)
        with part():
            stack = quantizer.ResidualQuantizer(latent_dim=8, num_levels=1, codebook_size=16, codebook_dim=4)
            heard = latents.clone().requires_grad_()
            given = stack(heard)
            way_back = cast(quantizer.Level, stack.levels[0]).project_out.weight
            told.append((given, *torch.autograd.grad(given.latents.square().sum(), [heard, way_back])))
    (plain, copied, straight), (same, turned_back, learnt) = told
    torch.testing.assert_close(same.latents, plain.latents)
    assert torch.equal(same.codes, plain.codes)
    torch.testing.assert_close(learnt, straight)
    assert learnt.abs().max() > 0
    assert not torch.allclose(turned_back, copied, rtol=0.1)
