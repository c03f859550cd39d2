"""The codecs that Distill's speed is compared with: EnCodec and DAC of transformers, with random weights.

Nothing is downloaded: speed does not depend on the weights. The configurations are those of the
published checkpoints ``facebook/encodec_48khz`` and ``descript/dac_44khz``. EnCodec works as it is published, on
stereo in chunks of one second, at 3 kbit/s (the fewest quantizers it allows, and about Distill's own rate);
a mono variant, in one piece and without loudness normalisation, is the same network with the least around it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

__all__ = ["PEERS", "Timed", "dac", "encodec", "encodec_mono", "num_parameters"]


@dataclass(frozen=True)
class Timed:
    """A codec that is ready to be timed.

    Attributes
    ----------
    encode : sound [1, channels, T] -> codes in the codec's own form
    decode : those codes -> sound [1, channels, T'] or [1, T']
    """

    name: str
    sample_rate: int
    channels: int
    parameters: int
    encode: Callable[[Tensor], Any]
    decode: Callable[[Any], Tensor]


def num_parameters(network: torch.nn.Module) -> int:
    """Count the weights of a network; codebooks that are kept as buffers do not count."""
    return sum(parameter.numel() for parameter in network.parameters())


def encodec(*, seed: int) -> Timed:
    """Return EnCodec as ``facebook/encodec_48khz`` is configured."""
    return _encodec(
        "EnCodec 48 kHz", 2, {"normalize": True, "chunk_length_s": 1.0, "overlap": 0.01}, seed=seed
    )


def encodec_mono(*, seed: int) -> Timed:
    """Return the same network on one channel, whole sounds at once."""
    return _encodec("EnCodec 48 kHz, mono", 1, {"normalize": False}, seed=seed)


def _encodec(name: str, channels: int, chunking: dict[str, Any], *, seed: int) -> Timed:
    from transformers import EncodecConfig, EncodecModel

    config = EncodecConfig(
        sampling_rate=48_000,
        audio_channels=channels,
        target_bandwidths=[3.0, 6.0, 12.0, 24.0],
        upsampling_ratios=[8, 5, 4, 2],
        norm_type="time_group_norm",
        use_causal_conv=False,
        **chunking,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network: Any = EncodecModel(config)
        network.eval()
        for buffer_name, buffer in network.named_buffers():
            if buffer_name.endswith("embed"):
                buffer.normal_()  # built as zeros, which would make the decoder's work unreal

    def decode(encoded: Any) -> Tensor:
        sound: Tensor = network.decode(
            encoded.audio_codes, encoded.audio_scales, last_frame_pad_length=encoded.last_frame_pad_length
        ).audio_values
        return sound

    return Timed(name, 48_000, channels, num_parameters(network), network.encode, decode)


def dac(*, seed: int) -> Timed:
    """Return DAC as ``descript/dac_44khz`` is configured."""
    from transformers import DacConfig, DacModel

    config = DacConfig(
        sampling_rate=44_100,
        encoder_hidden_size=64,
        downsampling_ratios=[2, 4, 8, 8],
        decoder_hidden_size=1536,
        n_codebooks=9,
        codebook_size=1024,
        codebook_dim=8,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network: Any = DacModel(config)
        network.eval()

    def encode(sound: Tensor) -> Tensor:
        padded = torch.nn.functional.pad(sound, (0, -sound.shape[-1] % config.hop_length))
        codes: Tensor = network.encode(padded).audio_codes
        return codes

    def decode(codes: Tensor) -> Tensor:
        sound: Tensor = network.decode(audio_codes=codes).audio_values
        return sound

    return Timed("DAC 44.1 kHz", 44_100, 1, num_parameters(network), encode, decode)


PEERS = {"encodec": encodec, "encodec-mono": encodec_mono, "dac": dac}
