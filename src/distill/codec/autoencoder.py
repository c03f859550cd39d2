"""Between samples and latents: what the encoder sees, the encoder, and the decoder's trunk.

Everything runs at the step rate: the frames inside a step are stacked into its channels, so the network
is a few matrix products a step and never convolves at a finer rate than the codes have.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from distill.audio.spectrum import magnitude, mel_filterbank, stft
from distill.codec.blocks import stack
from distill.codec.panning import correlation, with_a_mid
from distill.config import CodecConfig

__all__ = ["Decoder", "Encoder", "features", "num_features"]

# Features are log10 of mel magnitudes; quieter than this is silence (-100 dB against a bin at full scale).
FLOOR = 1e-5


def num_features(config: CodecConfig) -> int:
    """Channels of :func:`features` at one step."""
    return config.frames_per_step * (config.num_mels + 2 * config.num_attack_mels) + config.num_pan_bands


def features(
    audio: Tensor, config: CodecConfig, *, mid: Tensor | None = None, stereo: bool = False
) -> Tensor:
    """Log-mel magnitudes at two resolutions, stacked by step; and the place of each band of a side.

    A long window separates partials, one of a hop at twice the rate places attacks inside the step; one alone loses
    the other's.

    Parameters
    ----------
    audio : Tensor [B, T]
        ``T`` a multiple of ``config.step_length``.
    mid : Tensor [B, T], optional
        The mid that each sound is the side of; silence for a mid itself.
    stereo : bool
        The sounds are mid, side, mid, side.

    Returns
    -------
    Tensor [B, S, M]
        Roughly within -1.5 and 2.

    Examples
    --------
    >>> features(torch.zeros(1, 4096), CodecConfig()).shape
    torch.Size([1, 4, 448])
    """
    with torch.autocast(audio.device.type, enabled=False):
        spectrum = stft(audio, n_fft=config.n_fft, hop_length=config.hop_length)
        levels = _levels(audio, spectrum, config)
        if not config.num_pan_bands:
            return levels
        seen = F.pad(levels, (0, config.num_pan_bands))  # a mid lies in the middle
        placed = seen[:, :, levels.shape[2] :]
        if stereo:
            placed[1::2] = correlation(spectrum[::2], spectrum[1::2], config)[0]
        elif mid is not None:
            sides = with_a_mid(mid)
            if len(sides):
                of_mid = stft(mid[sides], n_fft=config.n_fft, hop_length=config.hop_length)
                placed[sides] = correlation(of_mid, spectrum[sides], config)[0]
        return seen


def _levels(audio: Tensor, spectrum: Tensor, config: CodecConfig) -> Tensor:
    num_items, num_samples = audio.shape
    num_steps = num_samples // config.step_length
    quick = stft(audio, n_fft=config.hop_length, hop_length=config.hop_length // 2)
    seen = []
    for n_fft, seen_at, num_mels in (
        (config.n_fft, spectrum, config.num_mels),
        (config.hop_length, quick, config.num_attack_mels),
    ):
        filters = mel_filterbank(num_mels, n_fft).to(audio.device)
        bands = magnitude(seen_at).transpose(1, 2) @ filters.T  # [B, F, bands]
        seen.append(bands.reshape(num_items, num_steps, -1))
    return 0.5 * torch.log10(torch.cat(seen, -1).clamp_min(FLOOR)) + 1.0


class Encoder(nn.Module):
    """Features [B, S, M] -> latents [B, S, D]."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.enter = nn.Linear(num_features(config), config.width)
        self.blocks = stack(
            config.width, config.encoder_depth, kernel_size=config.kernel_size, expansion=config.expansion
        )
        self.norm = nn.LayerNorm(config.width)
        self.leave = nn.Linear(config.width, config.latent_dim)

    def forward(self, seen: Tensor) -> Tensor:
        """[B, S, M] -> [B, S, D]."""
        latents: Tensor = self.leave(self.norm(self.blocks(self.enter(seen))))
        return latents


class Decoder(nn.Module):
    """Latents [B, S, D] -> hidden [B, S, W], which a head (:mod:`distill.codec.heads`) makes a spectrum of."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.enter = nn.Linear(config.latent_dim, config.width)
        self.blocks = stack(
            config.width, config.decoder_depth, kernel_size=config.kernel_size, expansion=config.expansion
        )
        self.norm = nn.LayerNorm(config.width)

    def forward(self, latents: Tensor) -> Tensor:
        """[B, S, D] -> [B, S, W]."""
        hidden: Tensor = self.norm(self.blocks(self.enter(latents)))
        return hidden
