"""A small collection in memory and a codec that is trained on it in milliseconds a step."""

from __future__ import annotations

import numpy as np
from tests.signals import mixture, pluck

from distill.audio.clip import Samples
from distill.collection.store_index import Store, StoredSound
from distill.config import CodecConfig, CodecTraining
from distill.training.fitting import Fit

__all__ = ["TRAINING", "fit_of", "store_of", "synthetic_sounds"]

TRAINING = CodecTraining(batch_size=2, crop_steps=8, averaging_width=0.1, unquantized_share=0.2)


def synthetic_sounds(count: int = 8, *, num_samples: int = 20_000) -> list[Samples]:
    """Half plucked, half swelling sounds, each [1, T]."""
    return [
        pluck(num_samples, hz=110.0 * (1 + index), seed=index)
        if index % 2
        else mixture(num_samples, seed=index)
        for index in range(count)
    ]


def store_of(sounds: list[Samples]) -> Store:
    """Hold mono sounds as a store on disk would."""
    entries, offset = [], 0
    for index, sound in enumerate(sounds):
        rms_db = float(10 * np.log10(np.mean(sound.astype(np.float64) ** 2)))
        entries.append(StoredSound(f"/sounds/{index}.wav", offset, 1, sound.shape[1], rms_db))
        offset += sound.shape[1]
    return Store(np.concatenate([sound[0] for sound in sounds]), tuple(entries), (), "ab" * 32)


def fit_of(config: CodecConfig, training: CodecTraining = TRAINING) -> Fit:
    return Fit(config, training, "a tiny codec.")
