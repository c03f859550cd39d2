"""Ways of training a codec that Distill does not use, each in a context in which a training goes that way.

As :mod:`bench.other_parts`, which has other parts of the codec itself; what wins moves into the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from distill.codec import model
from distill.codec.heads import SpectrumHead
from distill.codec.quantizer import Quantized, ResidualQuantizer
from distill.config import CodecConfig
from distill.training import muon, optimiser
from distill.training.codec_objectives import Objectives
from distill.training.codec_task import CodecTask
from distill.training.task import LOSS

__all__ = [
    "a_quarter_unquantized",
    "codes_go_on",
    "muon_for_the_phase",
    "muon_in_two_rounds",
    "wide_head",
]


@contextmanager
def a_quarter_unquantized() -> Iterator[None]:
    """A quarter of the crops go past the quantizer on their way to the decoder (half of them do in Défossez et al., 2024)."""
    forward = ResidualQuantizer.forward

    def sometimes(self: ResidualQuantizer, latents: Tensor, **given: Any) -> Quantized:
        found = forward(self, latents, **given)
        if given.get("depths") is None:  # not in training
            return found
        past = torch.rand(len(latents), 1, 1) < 0.25
        return replace(found, latents=torch.where(past.to(latents.device), latents, found.latents))

    with patch.object(ResidualQuantizer, "forward", sometimes):
        yield


def muon_for_the_phase() -> AbstractContextManager[Any]:
    """The wide map that gives the phase follows Muon's directions, as the one that gives the magnitude does."""
    return patch.object(optimiser, "ENDS", (*optimiser.ENDS, "head.phase.weight"))


def muon_in_two_rounds() -> AbstractContextManager[Any]:
    """Singular values are brought nearer to one twice and not three times: cheaper steps."""
    return patch.object(muon, "ROUNDS", 2)


@contextmanager
def codes_go_on() -> Iterator[None]:
    """While the phase is learnt encoder and entries are trained on, by the sound: codes may then say what it needs."""
    sound, hear, quantize = Objectives.sound, Objectives.latents, ResidualQuantizer.forward

    def compared(self: Objectives, crops: Tensor, **given: Any) -> dict[str, Tensor]:
        commitment: list[Tensor] = []

        def hearing(objectives: Objectives, audio: Tensor) -> Tensor:
            with torch.enable_grad():
                return hear(objectives, audio)

        def following(quantizer: ResidualQuantizer, latents: Tensor, *, depths: Tensor) -> Quantized:
            with torch.enable_grad():
                found = quantize(quantizer, latents, depths=depths, decay=self.settings.decay)
                commitment.append(found.commitment.sum())
            return found

        with (
            patch.object(ResidualQuantizer, "forward", following),
            patch.object(Objectives, "latents", hearing),
        ):
            losses = sound(self, crops, **given)
        losses[LOSS] = losses[LOSS] + self.settings.commitment * commitment[0]
        return losses

    def everything(task: CodecTask) -> None:
        """What the stage before it trained goes on being trained."""

    with (
        patch.object(CodecTask, "_choose_trained", everything),
        patch.object(Objectives, "sound", compared),
    ):
        yield


class _WideHead(SpectrumHead):
    """Its maps start from twice as many channels, through a layer of their own: hidden of 256 cannot tell 3,078 outputs apart."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__(config.model_copy(update={"width": 2 * config.width}))
        self.widen = nn.Linear(config.width, 2 * config.width)

    def log_magnitude(self, hidden: Tensor) -> Tensor:
        return super().log_magnitude(F.gelu(self.widen(hidden)))

    def pairs(self, hidden: Tensor, bins: int) -> Tensor:
        return super().pairs(F.gelu(self.widen(hidden)), bins)

    def pan(self, hidden: Tensor) -> Tensor:
        return super().pan(F.gelu(self.widen(hidden)))


def wide_head() -> AbstractContextManager[Any]:
    """Magnitude and phase are told from twice as many channels."""
    return patch.object(model, "SpectrumHead", _WideHead)
