"""Ways of training a codec that Distill does not use, each in a context in which a training goes that way.

As :mod:`bench.other_parts`, which has other parts of the codec itself; what wins moves into the package.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bench.other_parts import other_magnitude_loss
from distill.audio.spectrum import magnitude, stft
from distill.codec import model
from distill.codec.heads import LOG_FLOOR, LOG_SCALE, SpectrumHead
from distill.codec.quantizer import Quantized, ResidualQuantizer
from distill.config import CodecConfig
from distill.training import muon, optimiser
from distill.training.codec_objectives import Objectives
from distill.training.codec_task import CodecTask
from distill.training.task import LOSS

__all__ = [
    "a_quarter_unquantized",
    "codes_go_on",
    "half_unquantized",
    "mean_spectrum_first",
    "muon_for_the_phase",
    "muon_in_two_rounds",
    "sketches_of_16",
    "sketches_of_64",
    "sound_alone",
    "wide_head",
]


@contextmanager
def _unquantized(share: float) -> Iterator[None]:
    forward = ResidualQuantizer.forward

    def sometimes(self: ResidualQuantizer, latents: Tensor, **given: Any) -> Quantized:
        found = forward(self, latents, **given)
        if given.get("depths") is None:  # not in training
            return found
        past = torch.rand(len(latents), 1, 1) < share
        return replace(found, latents=torch.where(past.to(latents.device), latents, found.latents))

    with patch.object(ResidualQuantizer, "forward", sometimes):
        yield


def a_quarter_unquantized() -> AbstractContextManager[Any]:
    """A quarter of the crops go past the quantizer on their way to the decoder (half of them do in Défossez et al., 2024)."""
    return _unquantized(0.25)


def half_unquantized() -> AbstractContextManager[Any]:
    """Half of the crops go past the quantizer on their way to the decoder, as in Mimi (Défossez et al., 2024)."""
    return _unquantized(0.5)


def muon_for_the_phase() -> AbstractContextManager[Any]:
    """The wide map that gives the phase follows Muon's directions, as the one that gives the magnitude does."""
    return patch.object(optimiser, "ENDS", (*optimiser.ENDS, "head.phase.weight"))


def muon_in_two_rounds() -> AbstractContextManager[Any]:
    """Singular values are brought nearer to one twice and not three times: cheaper steps."""
    return patch.object(muon, "ROUNDS", 2)


def sketches_of_16() -> AbstractContextManager[Any]:
    """Muon's sketches have half as many directions: cheaper steps."""
    return patch.object(muon, "RANK", 16)


def sketches_of_64() -> AbstractContextManager[Any]:
    """Muon's sketches miss hardly anything: dearer steps."""
    return patch.object(muon, "RANK", 64)


@contextmanager
def sound_alone() -> Iterator[None]:
    """While the phase is learnt the sound alone is compared, and not the magnitude beside it."""
    sound = Objectives.sound

    def alone(self: Objectives, crops: Tensor, **given: Any) -> dict[str, Tensor]:
        # Not computed, so that its cost is not measured either.
        with other_magnitude_loss(lambda *_: torch.zeros(())):
            return sound(self, crops, **given)

    with patch.object(Objectives, "sound", alone):
        yield


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


@contextmanager
def mean_spectrum_first() -> Iterator[None]:
    """The head's first answer is the mean log magnitude of the collection, and not one level for all bins."""
    begin = CodecTask.__init__

    def informed(self: CodecTask, codec: model.Codec, *given: Any, **named: Any) -> None:
        config, own = codec.config, torch.from_numpy(named["own"])
        if len(own):
            seen = magnitude(stft(own, n_fft=config.n_fft, hop_length=config.hop_length))
            mean = seen.clamp_min(math.exp(LOG_FLOOR)).log().mean((0, 2)) / LOG_SCALE  # [bins]
            with torch.no_grad():
                codec.head.magnitude.bias.copy_(mean.repeat(config.frames_per_step))
        begin(self, codec, *given, **named)

    with patch.object(CodecTask, "__init__", informed):
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
