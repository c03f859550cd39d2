from __future__ import annotations

import subprocess
import sys

import torch

from distill.render.adam import Adam


def test_every_step_is_that_of_torch_to_the_bit() -> None:
    draw = torch.Generator().manual_seed(0)
    values = torch.randn(2, 50, 8, generator=draw)
    reference = values.clone().requires_grad_(True)
    theirs = torch.optim.Adam([reference], lr=1.0, betas=(0.6, 0.9))
    ours = Adam(values, betas=(0.6, 0.9))
    for step in range(20):
        gradient = 10.0 ** (step % 5 - 2) * torch.randn(values.shape, generator=draw)
        rate = 0.1 * (1 - step / 20)
        theirs.param_groups[0]["lr"] = rate
        reference.grad = gradient.clone()
        theirs.step()
        ours.step(gradient, rate=rate)
        assert torch.equal(values, reference.detach()), step


def test_a_search_does_not_load_the_compiler_of_torch() -> None:
    code = """
import sys
import torch
from distill.codec.model import Codec
from distill.config import CodecConfig
from distill.render.searching import Search

codec = Codec(CodecConfig(width=16, encoder_depth=1, decoder_depth=1, latent_dim=8, num_levels=2, codebook_size=16)).eval()
Search(codec, rounds=2).codes(torch.randn(1, 24 * 1024))
print("torch._dynamo" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
