"""Three judges of a reconstruction: mel distance, STFT distance, ViSQOL.

Trust in this order: listening, ViSQOL, mel and STFT distance. The distances are taken over the sound's own
channels (left and right, as they are heard) and once more over the mono sum; ViSQOL hears the mono sum.

ViSQOL (Hines et al., 2015; ``visqol-python``, audio mode, 48 kHz) compares patches of 0.6 s and ignores the
first 0.28 s and the last patch's rest, so it needs about one second. A shorter sound is repeated until it is a
second long, on both sides alike, and counted as repeated; padding with silence would raise the score (of eight sounds
with faint noise added, two seconds of silence on either side turned a mean of 3.8 into 4.5).
A silent sound has no score.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch

from bench.sounds import mid_side
from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.distances import mel_distance, stft_distance

__all__ = ["Verdict", "average", "judge", "visqol"]

SHORTEST = SAMPLE_RATE  # samples that ViSQOL's audio mode can place one patch in, with margin


@dataclass(frozen=True)
class Verdict:
    """How close one reconstruction is.

    Attributes
    ----------
    mel, stft : float
        Distances over the sound's own channels.
    mel_mid : float
        Mel distance of the mono sums.
    visqol : float in 1..5, or None
        Mean opinion score of the mono sums; None for a silent sound.
    repeated : bool
        Whether the sound was repeated to reach the second that ViSQOL needs.
    """

    mel: float
    mel_mid: float
    stft: float
    visqol: float | None
    repeated: bool


def judge(reference: Samples, result: Samples) -> Verdict:
    """Compare a reconstruction with its original, both [C, T] at 48 kHz.

    Raises
    ------
    BadSound
        If the shapes differ: a codec must keep channels and exact length.
    """
    a, b = torch.from_numpy(reference), torch.from_numpy(result)
    mid_a, mid_b = mid_side(reference)[:1], mid_side(result)[:1]
    mel = mel_distance(a, b)
    return Verdict(
        mel=mel,
        mel_mid=mel if len(a) == 1 else mel_distance(torch.from_numpy(mid_a), torch.from_numpy(mid_b)),
        stft=stft_distance(a, b),
        visqol=visqol(mid_a[0], mid_b[0]),
        repeated=reference.shape[1] < SHORTEST,
    )


def visqol(reference: Samples, result: Samples) -> float | None:
    """ViSQOL's opinion of a mono sound [T] at 48 kHz; None where there is nothing to hear."""
    if not np.any(reference):
        return None
    times = math.ceil(SHORTEST / len(reference))
    first, second = (np.tile(sound, times).astype(np.float64) for sound in (reference, result))
    score = float(_visqol().measure_from_arrays(first, second, SAMPLE_RATE).moslqo)
    return score if math.isfinite(score) else None


@lru_cache(maxsize=1)
def _visqol() -> Any:
    from visqol import VisqolApi

    judge_ = VisqolApi()
    judge_.create(mode="audio")
    return judge_


def average(verdicts: Sequence[Verdict | dict[str, Any]]) -> dict[str, float | int | None]:
    """Mean of each figure over sounds, and over how many ViSQOL was taken.

    Examples
    --------
    >>> a, b = Verdict(1.0, 1.0, 2.0, 4.0, True), Verdict(2.0, 2.0, 4.0, None, False)
    >>> average([a, b])["mel"], average([a, b])["visqol"], average([a, b])["visqol_scored"]
    (1.5, 4.0, 1)
    """
    rows = [verdict if isinstance(verdict, dict) else asdict(verdict) for verdict in verdicts]
    heard = [row for row in rows if row["visqol"] is not None]
    means: dict[str, float | int | None] = {
        name: float(np.mean([row[name] for row in rows])) for name in ("mel", "mel_mid", "stft")
    }
    means["visqol"] = float(np.mean([row["visqol"] for row in heard])) if heard else None
    means["visqol_scored"] = len(heard)
    means["visqol_repeated"] = sum(row["repeated"] for row in heard)
    return means
