from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from distill.codec.blocks import ConvNeXtBlock


@pytest.mark.parametrize("kernel_size", [1, 3, 7])
def test_a_block_is_a_depthwise_convolution_and_two_maps_beside_a_shortcut(kernel_size: int) -> None:
    draw = torch.Generator().manual_seed(0)
    block = ConvNeXtBlock(8, kernel_size=kernel_size, expansion=3)
    given = torch.randn(2, 9, 8, generator=draw, requires_grad=True)
    along = block.along_steps(given.transpose(1, 2)).transpose(1, 2)
    wanted = given + block.scale * block.narrow(F.gelu(block.widen(block.norm(along))))
    found = block(given)
    torch.testing.assert_close(found, wanted)
    parameters = [given, *block.parameters()]
    slopes = [torch.autograd.grad(sound.square().sum(), parameters) for sound in (found, wanted)]
    for one, other in zip(*slopes, strict=True):
        torch.testing.assert_close(one, other)


def test_a_block_sees_half_a_kernel_to_either_side() -> None:
    block = ConvNeXtBlock(4, kernel_size=5, expansion=2)
    given = torch.zeros(1, 11, 4, requires_grad=True)
    (slope,) = torch.autograd.grad(block(given)[0, 5].sum(), given)
    heard = slope.abs().sum(-1)[0] > 0
    assert heard.nonzero()[:, 0].tolist() == [3, 4, 5, 6, 7]
