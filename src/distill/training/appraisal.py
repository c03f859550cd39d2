"""What a finished codec makes of its collection: usage of its codes, and how close sounds come back.

Goes into the model file's statistics, which the model card puts into words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from distill import render
from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.distances import mel_distance
from distill.audio.level import reference_gain_db
from distill.codec.health import examine, usage
from distill.codec.model import Codec
from distill.codes.grid import Codes
from distill.codes.limits import Grid
from distill.collection.segments import Sounds
from distill.progress import Cancel, LevelHealth, Progress, Report, silent

__all__ = ["Appraisal", "appraise"]

BLOCK = 10 * SAMPLE_RATE  # samples
MEASURED_SECONDS = 120.0  # of sound that is decoded and compared; everything is encoded


@dataclass(frozen=True)
class Appraisal:
    """Figures over the whole collection.

    Attributes
    ----------
    health : tuple of LevelHealth
        From one encode of every sound.
    own_mel_distance : float
        Mean over the sounds measured.
    sounds_measured : int
        Sounds that were decoded and compared.
    grids : tuple of int16 arrays [C, K, S]
        The codes of every sound, for whoever wants to know more of them.
    """

    health: tuple[LevelHealth, ...]
    own_mel_distance: float
    sounds_measured: int
    grids: tuple[Grid, ...]


def appraise(
    codec: Codec,
    sounds: Sounds,
    rms_db: Sequence[float],
    *,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Appraisal:
    """Encode every sound; decode and compare an even choice of them."""
    counts = np.zeros((codec.num_levels, codec.codebook_size), dtype=np.int64)
    distances: list[float] = []
    grids: list[Grid] = []
    total = sum(sounds.lengths)
    allowed = MEASURED_SECONDS * codec.config.sample_rate
    every = max(1, math.ceil(total / allowed))
    for index in range(len(sounds)):
        if cancel is not None:
            cancel.check()
        rows: Samples = np.asarray(sounds[index])
        codes = render.encode_rows(
            codec,
            # In parts, because each is copied: a sound may be hours long.
            (rows[:, start : start + BLOCK] for start in range(0, rows.shape[1], BLOCK)),
            num_samples=rows.shape[1],
            gain_db=reference_gain_db(rms_db[index]),
            cancel=cancel,
        )
        counts += usage(codes.grid, codec.codebook_size)
        grids.append(codes.grid)
        if index % every == 0:
            distances.append(_distance(codec, codes, rows[:, : int(allowed)]))
        report(Progress("measure", index + 1, len(sounds), "sounds"))
    return Appraisal(examine(counts), float(np.mean(distances)), len(distances), tuple(grids))


def _distance(codec: Codec, codes: Codes, rows: Samples) -> float:
    stop = -(-rows.shape[1] // codec.step_length)
    mid = render.decode_rows(codec, codes, 0, stop)[:1, : rows.shape[1]]
    return mel_distance(torch.from_numpy(mid.copy()), torch.from_numpy(rows[:1].copy()))
