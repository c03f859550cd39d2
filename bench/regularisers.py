"""What might help sounds that were never seen: ways to keep a network from learning its few sounds by heart.

Each is a context in which a training has it, as those of :mod:`bench.other_parts` are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor
from torch.nn import functional as F

from distill.codec.blocks import ConvNeXtBlock
from distill.codec.model import Codec
from distill.config import Augmentation
from distill.training.codec_objectives import Objectives
from distill.training.codec_task import CodecTask
from distill.training.feed import Feed

__all__ = [
    "PITCH_ON_HALF",
    "as_they_are_for_the_phase",
    "blocks_dropped",
    "latent_noise",
    "mixtures",
    "mixtures_for_the_codes",
    "pitch_alone_for_the_phase",
    "pitch_for_the_codes",
]

LATENT_NOISE = 0.1  # of each channel's spread over a batch
MIXED_SHARE, MIXED_DB = 0.3, (-18.0, 0.0)
DROPOUT = 0.1
PITCH_ON_HALF = {"pitch_share": 0.5, "pitch_semitones": 5.0}
AS_THEY_ARE = {"shift_share": 0.0, "eq_share": 0.0, "pitch_share": 0.0, "time_share": 0.0, "noise_share": 0.0}


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


def mixtures_for_the_codes() -> AbstractContextManager[Any]:
    """Mixtures, but none in the phase's stage: what is said with codes is learnt until then, and then how the own sounds are given back."""
    return patch.object(Objectives, "magnitude", _of_mixtures(Objectives.magnitude))


def pitch_for_the_codes() -> AbstractContextManager[Any]:
    """Pitch on half of the crops, by up to five semitones, until the phase's stage."""
    return _varied(before=PITCH_ON_HALF, then={})


def as_they_are_for_the_phase() -> AbstractContextManager[Any]:
    """In the phase's stage sounds only change their level and polarity, and begin on a step."""
    return _varied(before={}, then=AS_THEY_ARE)


def pitch_alone_for_the_phase() -> AbstractContextManager[Any]:
    """As :func:`as_they_are_for_the_phase`, but as often at other pitches as before."""
    return _varied(before={}, then={name: to for name, to in AS_THEY_ARE.items() if name != "pitch_share"})


@contextmanager
def _varied(*, before: Mapping[str, float], then: Mapping[str, float]) -> Iterator[None]:
    """Settings that differ from the training's until the phase's stage, and in it."""
    change_stage = CodecTask._change_stage
    usual: Augmentation | None = None  # of the training in this context

    def changing(self: CodecTask, step: int, position: float) -> None:
        nonlocal usual
        earlier = self.stages.now
        change_stage(self, step, position)
        if usual and self.stages.now == earlier:
            return
        feed = self.batches
        assert isinstance(feed, Feed), feed
        feed.close()  # what was made ahead is varied as before
        for crops in feed._crops.values():
            assert crops.augmentation is not None
            usual = usual or crops.augmentation
            settings = then if self.stages.now == "phase" else before
            crops.augmentation = usual.model_copy(update=dict(settings))
            crops._retimed.cache_clear()

    with patch.object(CodecTask, "_change_stage", changing):
        yield
