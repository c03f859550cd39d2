"""What might help sounds that were never seen: ways to keep a network from learning its few sounds by heart.

Each is a context in which a training has it, as those of :mod:`bench.other_parts` are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor
from torch.nn import functional as F

from distill.codec.blocks import ConvNeXtBlock
from distill.codec.model import Codec
from distill.training.codec_objectives import Objectives

__all__ = ["blocks_dropped", "latent_noise", "mixtures"]

LATENT_NOISE = 0.1  # of each channel's spread over a batch
MIXED_SHARE, MIXED_DB = 0.3, (-18.0, 0.0)
DROPOUT = 0.1


@contextmanager
def latent_noise() -> Iterator[None]:
    """Noise on the latents before they are quantized, where a gradient is wanted."""
    latents = Codec.latents

    def noisy(self: Codec, audio: Tensor, **given: Any) -> Tensor:
        found = latents(self, audio, **given)
        if not found.requires_grad:
            return found
        spread = found.detach().flatten(0, 1).std(0)
        return found + LATENT_NOISE * spread * torch.randn_like(found)

    with patch.object(Codec, "latents", noisy):
        yield


@contextmanager
def mixtures() -> Iterator[None]:
    """Another crop of the batch is added to some, fainter by up to 18 dB: to be coded and to be given back."""
    with (
        patch.object(Objectives, "magnitude", _of_mixtures(Objectives.magnitude)),
        patch.object(Objectives, "sound", _of_mixtures(Objectives.sound)),
    ):
        yield


def _of_mixtures(loss: Callable[..., Any]) -> Callable[..., Any]:
    def mixed(self: Objectives, crops: Tensor, **given: Any) -> Any:
        count = len(crops)
        faint, loud = MIXED_DB
        gain = 10 ** ((faint + (loud - faint) * torch.rand(count)) / 20) * (torch.rand(count) < MIXED_SHARE)
        other = crops.roll(1, 0)
        return loss(self, crops + gain.to(crops)[:, None, None] * other, **given)

    return mixed


@contextmanager
def blocks_dropped() -> Iterator[None]:
    """Dropout (Srivastava et al., 2014) of the inner channels of every block, in training."""
    forward = ConvNeXtBlock.forward

    def dropping(self: ConvNeXtBlock, hidden: Tensor) -> Tensor:
        handle = self.narrow.register_forward_pre_hook(
            lambda module, given: (F.dropout(given[0], DROPOUT, training=self.training),)
        )
        try:
            return forward(self, hidden)
        finally:
            handle.remove()

    with patch.object(ConvNeXtBlock, "forward", dropping):
        yield
