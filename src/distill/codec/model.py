"""The codec: samples [B, T] <-> codes [B, K, S]. Rebuilds itself from its own configuration.

::

    audio -> features -> Encoder -> latents -> ResidualQuantizer -> codes
    codes -> entries added up -> Decoder -> hidden -> SpectrumHead -> spectrum -> audio

Encoding and decoding keep no gradients, but are never in inference mode, not even their caller's: filters and
windows made there are kept (:mod:`distill.audio.spectrum`), and a training in the same process could not use them.

Nothing in it looks further than :attr:`Codec.encoder_reach` or :attr:`Codec.decoder_reach` steps, so any
length can be worked through in chunks (:mod:`distill.render`).
"""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Collection, Mapping

import torch
from torch import Tensor, nn

from distill.audio.spectrum import griffin_lim, istft
from distill.codec.autoencoder import Decoder, Encoder, features
from distill.codec.heads import SpectrumHead
from distill.codec.panning import link
from distill.codec.quantizer import ResidualQuantizer
from distill.config import CodecConfig

__all__ = ["Codec", "expected_tensors", "fingerprint_of"]


def fingerprint_of(config: CodecConfig, tensors: Mapping[str, Tensor]) -> str:
    """Hash a codec's configuration and tensors (names without ``codec.``)."""
    digest = hashlib.sha256(config.model_dump_json().encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"\n{name} {tuple(tensor.shape)} {tensor.dtype}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


class Codec(nn.Module):
    """Encoder, residual quantizer, decoder and spectrum head of one model."""

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.quantizer = ResidualQuantizer(
            latent_dim=config.latent_dim,
            num_levels=config.num_levels,
            codebook_size=config.codebook_size,
            codebook_dim=config.codebook_dim,
        )
        self.decoder = Decoder(config)
        self.head = SpectrumHead(config)
        # What was hashed last: the configuration, the tensors and their versions; and the hash.
        self._hashed: tuple[CodecConfig, list[Tensor], list[int], str] | None = None

    @classmethod
    def from_tensors(cls, config: CodecConfig, tensors: Mapping[str, Tensor]) -> Codec:
        """Rebuild a codec in evaluation mode from its configuration and tensors (names without ``codec.``)."""
        codec = cls(config)
        codec.load_state_dict(dict(tensors))
        return codec.eval()

    @property
    def step_rate(self) -> float:
        """Steps a second."""
        return self.config.step_rate

    @property
    def step_length(self) -> int:
        """Samples in a step."""
        return self.config.step_length

    @property
    def num_levels(self) -> int:
        """Levels K."""
        return self.config.num_levels

    @property
    def codebook_size(self) -> int:
        """Entries at every level."""
        return self.config.codebook_size

    @property
    def encoder_reach(self) -> int:
        """Steps to either side that a code depends on: the blocks' and half a window."""
        window = -(-self.config.n_fft // (2 * self.step_length))
        return self.config.encoder_depth * (self.config.kernel_size // 2) + window

    @property
    def decoder_reach(self) -> int:
        """Steps to either side that a decoded sample depends on: the blocks' and the overlapping windows."""
        window = -(-self.config.n_fft // (2 * self.step_length))
        return self.config.decoder_depth * (self.config.kernel_size // 2) + window + 1

    @property
    def device(self) -> torch.device:
        """Where the parameters are."""
        return next(self.parameters()).device

    def fingerprint(self) -> str:
        """SHA-256 over the configuration and every tensor: what codes belong to (hex, 64 digits).

        Hashing takes longer than decoding an edit, so in evaluation mode it is remembered until a tensor is
        written to. In training it is not: fused optimisers write without counting a tensor's version up.
        """
        tensors = self.state_dict(keep_vars=True)
        if self.training:
            return fingerprint_of(self.config, tensors)
        held, versions = list(tensors.values()), [tensor._version for tensor in tensors.values()]
        if self._hashed is not None:
            config, hashed, at, fingerprint = self._hashed
            # Compared as objects, which are held on to: an id may be given to another tensor.
            same = len(held) == len(hashed) and all(map(operator.is_, held, hashed))
            if same and versions == at and config == self.config:
                return fingerprint
        fingerprint = fingerprint_of(self.config, tensors)
        self._hashed = (self.config, held, versions, fingerprint)
        return fingerprint

    def train(self, mode: bool = True) -> Codec:
        """Switch between training and evaluation, where the fingerprint is remembered from then on."""
        self._hashed = None
        return super().train(mode)

    def latents(self, audio: Tensor, *, mid: Tensor | None = None, stereo: bool = False) -> Tensor:
        """Samples [B, T] -> latents before quantization [B, S, D]; ``T`` a multiple of the step length.

        ``mid`` [B, T] holds what each row is the side of, and silence for a row that is a mid; or rows are
        mid, side, mid, side (``stereo``).
        """
        latents: Tensor = self.encoder(features(audio, self.config, mid=mid, stereo=stereo))
        return latents

    @torch.inference_mode(False)
    @torch.no_grad()
    def encode(self, audio: Tensor, *, stereo: bool = False) -> Tensor:
        """Samples [B, T] -> codes int64 [B, K, S].

        Parameters
        ----------
        stereo : bool
            Rows are mid, side, mid, side; otherwise each is a sound of its own.
        """
        codes: Tensor = self.quantizer(self.latents(audio, stereo=stereo)).codes
        return codes.transpose(1, 2)

    @torch.inference_mode(False)
    @torch.no_grad()
    def decode(
        self,
        codes: Tensor,
        *,
        up_to_level: int | None = None,
        levels: Collection[int] | None = None,
        first_step: int = 0,
        refine: int = 0,
        stereo: bool = False,
    ) -> Tensor:
        """Codes [B, K, S] -> samples [B, S * step_length].

        Parameters
        ----------
        up_to_level : int in 1..K, optional
            Decode with the first levels only (row B3).
        levels : collection of int in 1..K, optional
            Decode with these levels only: an editor mutes single ones.
        first_step : int
            Where in the whole sound these codes stand: the phase's clock starts there.
        refine : int
            Rounds of Griffin-Lim that start from the head's phase.
        stereo : bool
            Rows are mid, side, mid, side: each side takes its place beside its mid.
        """
        latents = self.quantizer.decode(codes.transpose(1, 2), up_to_level=up_to_level, levels=levels)
        return self.sound(self.decoder(latents), first_step=first_step, refine=refine, stereo=stereo)

    def sound(
        self,
        hidden: Tensor,
        *,
        log_magnitude: Tensor | None = None,
        first_step: int = 0,
        refine: int = 0,
        stereo: bool = False,
    ) -> Tensor:
        """Hidden [B, S, W] -> samples [B, T]: magnitude and phase of the head, inverted.

        A ``log_magnitude`` that was asked of the head before is not asked for again.
        """
        n_fft, hop_length = self.config.n_fft, self.config.hop_length
        if log_magnitude is None:
            log_magnitude = self.head.log_magnitude(hidden)
        linked = stereo and self.config.num_pan_bands > 0
        if refine == 0 and not linked:
            spectrum = self.head.spectrum(hidden, log_magnitude, first_step=first_step)
            return istft(spectrum, n_fft=n_fft, hop_length=hop_length)
        magnitude = log_magnitude.exp()
        phase = self.head.unit_phase(hidden, first_step=first_step)
        if linked:
            phase[1::2] = link(phase[::2], phase[1::2], self.head.pan(hidden[1::2]), self.config)
        if refine == 0:
            return istft(magnitude * phase, n_fft=n_fft, hop_length=hop_length)
        # Without momentum: it would leave the head's phase farther behind than it comes nearer to a better one (bench/inversion.py).
        return griffin_lim(
            magnitude, n_fft=n_fft, hop_length=hop_length, iterations=refine, momentum=0.0, phase=phase
        )


def expected_tensors(config: CodecConfig) -> dict[str, tuple[tuple[int, ...], torch.dtype]]:
    """Name, shape and type of every tensor a codec of this configuration has; builds nothing."""
    with torch.device("meta"):
        codec = Codec(config)
    return {name: (tuple(tensor.shape), tensor.dtype) for name, tensor in codec.state_dict().items()}
