"""How loud a collection gets in any one bin: what the codec's head is bounded by."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch.nn import functional as F

from distill.audio.level import reference_gain_db
from distill.audio.spectrum import power, stft
from distill.collection.segments import Sounds
from distill.progress import Cancel

__all__ = ["loudest_bin"]

BLOCK_FRAMES = 2048  # about 22 s: a window over two blocks is seen by both, each with a part of it


def loudest_bin(
    sounds: Sounds,
    rms_db: Sequence[float],
    *,
    n_fft: int,
    hop_length: int,
    cancel: Cancel | None = None,
) -> float:
    """Largest magnitude of any bin of any row of any sound, each brought to the codec's level.

    Every sample is looked at, a minute in 0.05 s of a core: a bell that rings once in an hour has to come back as well.

    Parameters
    ----------
    sounds : Sounds
        Rows of mid and side.
    rms_db : sequence of float
        Level of each sound.
    """
    largest = 0.0
    block = BLOCK_FRAMES * hop_length
    for index, level_db in enumerate(rms_db):
        gain = 10 ** (reference_gain_db(level_db) / 20)
        rows = sounds[index]
        for start in range(0, rows.shape[1], block):
            if cancel is not None:
                cancel.check()
            heard = torch.tensor(rows[:, start : start + block])
            spectrum = stft(
                F.pad(heard, (0, -heard.shape[1] % hop_length)), n_fft=n_fft, hop_length=hop_length
            )
            largest = max(largest, gain * math.sqrt(float(power(spectrum, spectrum).max())))
    return largest
