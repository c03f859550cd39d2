"""Parts of a codec that Distill does not have, each in a context in which a training takes it instead of its own.

They are here to be measured against, and nowhere else; what wins moves into the package and loses its entry here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from distill.audio.distances import MEL_SCALES
from distill.audio.magnitudes import mel_bands
from distill.audio.spectrum import magnitude, mel_filterbank
from distill.codec import autoencoder, blocks, losses, model, quantizer
from distill.codec.quantizer import Level, Quantized
from distill.training import codec_objectives, codec_task, schedule

__all__ = [
    "bands_alone",
    "bins_alone",
    "by_angle",
    "by_gradient",
    "continuous",
    "later_fall",
    "linear_features",
    "no_convergence",
    "snake",
]


@contextmanager
def linear_features() -> Iterator[None]:
    """The encoder sees every bin of the long window instead of mel bands."""

    def filters(num_mels: int, n_fft: int) -> Tensor:
        return torch.eye(num_mels) if num_mels == n_fft // 2 + 1 else mel_filterbank(num_mels, n_fft)

    with patch.object(autoencoder, "mel_filterbank", filters):
        yield


def _activation(activate: Callable[[Tensor], Tensor]) -> AbstractContextManager[Any]:
    return patch.object(blocks, "activate", activate)


def snake() -> AbstractContextManager[Any]:
    """``x + sin(x)^2`` (Ziyin et al., 2020) in the place of GELU."""
    return _activation(lambda wide: wide + wide.sin().square())


def later_fall() -> AbstractContextManager[Any]:
    """The learning rate stays for four fifths of its stage and not for three."""
    return patch.object(schedule, "HELD", 0.8)


def _magnitude_loss(bins: float, bands: float) -> Callable[..., Tensor]:
    """:func:`distill.codec.losses.magnitude_loss` with its two parts weighed."""

    def loss(log_magnitude: Tensor, spectrum: Tensor) -> Tensor:
        wanted = magnitude(spectrum).transpose(1, 2)
        log_given = log_magnitude.transpose(1, 2)
        total = torch.zeros((), device=spectrum.device)
        if bins:
            floor = losses.MAGNITUDE_FLOOR
            by_bin = (log_given.clamp_min(math.log(floor)) - wanted.clamp_min(floor).log()).abs().mean()
            total = total + bins * by_bin * losses.LOG10_E
        for num_mels in (40, 160) if bands else ():
            given, asked = mel_bands(log_given.exp(), num_mels), mel_bands(wanted, num_mels)
            total = total + bands * losses._log_distance(given, asked)
        return total

    return loss


@contextmanager
def _other_magnitude_loss(loss: Callable[..., Tensor]) -> Iterator[None]:
    """Let both stages compare magnitudes by another loss: the first calls it itself, the second beside that of the sound."""
    with patch.object(codec_objectives, "magnitude_loss", loss), patch.object(losses, "magnitude_loss", loss):
        yield


@contextmanager
def bins_alone() -> Iterator[None]:
    """The magnitude is compared bin by bin, and not in bands; three times, so that the loss is as large."""
    with _other_magnitude_loss(_magnitude_loss(3.0, 0.0)):
        yield


@contextmanager
def bands_alone() -> Iterator[None]:
    """The magnitude is compared in mel bands, and not bin by bin."""
    with _other_magnitude_loss(_magnitude_loss(0.0, 1.5)):
        yield


@contextmanager
def no_convergence() -> Iterator[None]:
    """The sound is compared in mel bands alone."""

    def loss(decoded: Tensor, audio: Tensor, *, turn: int = 0, turns: int = 1) -> Tensor:
        mel, _ = losses._distances(decoded, audio, MEL_SCALES[turn % turns :: turns])
        return turns * mel

    with patch.object(losses, "sound_loss", loss):
        yield


class _ByGradient(Level):
    """Entries that follow the gradient of their distance (van den Oord et al., 2017, eq. 3) instead of an average."""

    def __init__(self, latent_dim: int, codebook_size: int, codebook_dim: int) -> None:
        super().__init__(latent_dim, codebook_size, codebook_dim)
        started = self.entries
        del self.entries
        self.entries = nn.Parameter(started)

    @torch.no_grad()
    def follow(self, vectors: Tensor, *, decay: float) -> None:
        """Count hits alone: they tell which entries are dead."""
        chosen = torch.zeros_like(self.hits).index_add_(
            0, self.nearest(vectors), torch.ones_like(vectors[:, 0])
        )
        self.hits.lerp_(chosen, 1 - decay)


@contextmanager
def by_gradient() -> Iterator[None]:
    """Entries follow the gradient."""
    with patch.object(quantizer, "Level", _ByGradient):
        yield


class _ByAngle(Level):
    """Vectors and entries are compared by the angle between them (Yu et al., 2022): both have length one."""

    def _scores(self, vectors: Tensor) -> Tensor:
        return F.normalize(vectors, dim=-1) @ F.normalize(self.entries, dim=-1).T

    @torch.no_grad()
    def follow(self, vectors: Tensor, *, decay: float) -> None:
        """Average what lies nearest by angle; lengths are kept, so that loud and soft are told apart by them."""
        codes = self.nearest(vectors)
        chosen = torch.zeros_like(self.hits).index_add_(0, codes, torch.ones_like(vectors[:, 0]))
        summed = torch.zeros_like(self.sums).index_add_(0, codes, vectors)
        self.hits.lerp_(chosen, 1 - decay)
        self.sums.lerp_(summed, 1 - decay)
        self.entries.copy_(self.sums / self.hits.clamp_min(1e-5)[:, None])


@contextmanager
def by_angle() -> Iterator[None]:
    """Entries are chosen by angle."""
    with patch.object(quantizer, "Level", _ByAngle):
        yield


class _Continuous(nn.Module):
    """No quantization: latents pass through, and codes say nothing (they count up, so that none is missed)."""

    def __init__(self, *, latent_dim: int, num_levels: int, codebook_size: int, codebook_dim: int) -> None:
        super().__init__()
        self.latent_dim, self.codebook_size, self.num_levels = latent_dim, codebook_size, num_levels
        self.levels = nn.ModuleList()

    def forward(
        self, latents: Tensor, *, depths: Tensor | None = None, decay: float | None = None
    ) -> Quantized:
        shape = (*latents.shape[:2], self.num_levels)
        codes = (torch.arange(math.prod(shape), device=latents.device) % self.codebook_size).view(shape)
        nothing = torch.zeros(self.num_levels, device=latents.device)
        return Quantized(latents.float(), codes, nothing, nothing)


@contextmanager
def continuous() -> Iterator[None]:
    """Nothing is quantized (row B4)."""
    with (
        patch.object(model, "ResidualQuantizer", _Continuous),
        patch.object(codec_task, "ResidualQuantizer", _Continuous),
    ):
        yield
