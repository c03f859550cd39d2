"""What a training in progress sounds and looks like: a WAV and a picture of a few of its own sounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from distill import pictures, render
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.audio.limiter import limit
from distill.audio.writing import write_wav
from distill.codec.model import Codec
from distill.collection.store_index import Store
from distill.training.codec_task import Preview

__all__ = ["previewer"]

SOUNDS = 3
SECONDS = 4.0  # of each


def previewer(store: Store) -> Preview:
    """Return a function that decodes the beginnings of three sounds, spread over the collection."""
    chosen = np.unique(np.linspace(0, len(store) - 1, SOUNDS).round().astype(int))

    def preview(codec: Codec, step: int, folder: Path, refine: int) -> tuple[Path, ...]:
        parts, rows = [], []
        for index in chosen:
            mid = np.array(store[int(index)][:1, : int(SECONDS * SAMPLE_RATE)])
            original = Clip(mid)
            decoded = render.decode(codec, render.encode(codec, original), refine=refine)
            rows += [(f"{store.names[int(index)]}", original), (f"after {step} steps", decoded)]
            parts += [original.samples, decoded.samples, np.zeros((1, SAMPLE_RATE // 4), np.float32)]
        sound, picture = folder / f"step-{step:06d}.wav", folder / f"step-{step:06d}.png"
        write_wav(sound, limit(Clip(np.concatenate(parts, axis=1)))[0])
        pictures.compare_spectrograms(rows, picture)
        return sound, picture

    return preview
