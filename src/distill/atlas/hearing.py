"""From entries to sound: the codebooks as data, and what the decoder makes of latents, heard and measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from distill.audio.descriptors import describe
from distill.codec.model import Codec
from distill.codec.quantizer import Level
from distill.codes.entries import Entries
from distill.codes.lookup import Lookup

__all__ = ["Floats", "heard", "lookup_of", "sounds_of"]

Floats = npt.NDArray[np.float32]

BATCH = 128  # sounds of nine steps decoded at once: about 100 MB


def lookup_of(codec: Codec) -> Lookup:
    """Copy a codec's codebooks and projections out of it."""
    levels = [level for level in codec.quantizer.levels if isinstance(level, Level)]

    def copied(tensors: list[Tensor]) -> Floats:
        stacked: Floats = torch.stack([tensor.detach() for tensor in tensors]).cpu().float().numpy()
        return stacked

    return Lookup(
        tables=copied([level.entries for level in levels]),
        project_in=copied([level.project_in.weight for level in levels]),
        project_out=copied([level.project_out.weight for level in levels]),
    )


def heard(codec: Codec, latents: Tensor, steps: Sequence[int]) -> Floats:
    """Decode latents [n, S, D] and describe some of their steps, [n, steps, F]."""
    parts = []
    for first in range(0, len(latents), BATCH):
        sound = _sound(codec, latents[first : first + BATCH])
        parts.append(describe(sound, step_length=codec.step_length, steps=steps))
    found: Floats = torch.cat(parts).numpy()
    return found


@torch.inference_mode(False)
@torch.no_grad()
def _sound(codec: Codec, latents: Tensor) -> Tensor:
    """Decode latents [n, S, D] to samples [n, T] in the machine's own memory."""
    return codec.sound(codec.decoder(latents.to(codec.device))).cpu()


def sounds_of(codec: Codec, entries: Entries, level: int, codes: Sequence[int], *, steps: int = 24) -> Floats:
    """Decode entries of a level, each held for some steps at the level the codec works at.

    A deeper entry is added to what the levels before it are on average: by itself the decoder never meets it.

    Parameters
    ----------
    level : int in 1..K

    Returns
    -------
    float32 array [len(codes), steps * step_length]
    """
    ground = np.zeros(entries.lookup.vectors.shape[-1], np.float32)
    for before in range(level - 1):
        share = entries.usage[before] / max(int(entries.usage[before].sum()), 1)
        ground += share.astype(np.float32) @ entries.lookup.vectors[before]
    latents = torch.from_numpy(ground + entries.lookup.vectors[level - 1][list(codes)])
    parts = [
        _sound(codec, latents[first : first + BATCH, None].expand(-1, steps, -1))
        for first in range(0, len(latents), BATCH)
    ]
    sound: Floats = torch.cat(parts).numpy()
    return sound
