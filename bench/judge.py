"""Three judges of a reconstruction: mel distance, STFT distance, ViSQOL.

Trust in this order: listening, ViSQOL, mel and STFT distance. The distances are taken over the sound's own
channels (left and right, as they are heard) and once more over the mono sum; ViSQOL hears the mono sum.

ViSQOL (Hines et al., 2015; ``visqol-python``, audio mode, 48 kHz) compares patches of 0.6 s and ignores the
first 0.28 s and the last patch's rest, so it needs about one second. A shorter sound is repeated until it is a
second long, on both sides alike, and counted as repeated; padding with silence would raise the score (of eight sounds
with faint noise added, two seconds of silence on either side turned a mean of 3.8 into 4.5).
A silent sound has no score.

Its opinion score is a regression fitted to good codecs, and not monotonic far from them: white noise in the
place of one drum was given 4.3, in the place of another 1.0 (of 15 sounds, noise got 4 or more five times). The similarity that it
is computed from (NSIM, 0..1) does fall: 0.94 to 1.0 for the mel ceiling of those sounds, 0.0 to 0.8 for noise. Both are
kept, and a score counts only beside a high similarity.
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

__all__ = ["Verdict", "average", "judge", "mid_distance", "visqol"]

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
    nsim : float up to 1, or None
        Similarity of the spectrograms that the opinion score is computed from.
    repeated : bool
        Whether the sound was repeated to reach the second that ViSQOL needs.
    """

    mel: float
    mel_mid: float
    stft: float
    visqol: float | None
    nsim: float | None
    repeated: bool


def mid_distance(reference: Samples, result: Samples) -> float:
    """Mel distance of the mono sums of two sounds [C, T] at 48 kHz."""
    a, b = (torch.from_numpy(mid_side(sound)[:1].copy()) for sound in (reference, result))
    return mel_distance(a, b)


def judge(reference: Samples, result: Samples) -> Verdict:
    """Compare a reconstruction with its original, both [C, T] at 48 kHz.

    Raises
    ------
    BadSound
        If the shapes differ: a codec must keep channels and exact length.
    """
    a, b = torch.from_numpy(reference), torch.from_numpy(result)
    opinion = visqol(mid_side(reference)[0], mid_side(result)[0])
    mel = mel_distance(a, b)
    return Verdict(
        mel=mel,
        mel_mid=mel if len(reference) == 1 else mid_distance(reference, result),
        stft=stft_distance(a, b),
        visqol=None if opinion is None else opinion[0],
        nsim=None if opinion is None else opinion[1],
        repeated=reference.shape[1] < SHORTEST,
    )


def visqol(reference: Samples, result: Samples) -> tuple[float, float] | None:
    """ViSQOL's opinion score and NSIM of a mono sound [T] at 48 kHz; None where there is nothing to hear."""
    if not np.any(reference):
        return None
    times = math.ceil(SHORTEST / len(reference))
    first, second = (np.tile(sound, times).astype(np.float64) for sound in (reference, result))
    found = _visqol().measure_from_arrays(first, second, SAMPLE_RATE)
    score, similarity = float(found.moslqo), float(found.vnsim)
    return (score, similarity) if math.isfinite(score) and math.isfinite(similarity) else None


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
    >>> a, b = Verdict(1.0, 1.0, 2.0, 4.0, 0.9, True), Verdict(2.0, 2.0, 4.0, None, None, False)
    >>> average([a, b])["mel"], average([a, b])["visqol"], average([a, b])["visqol_scored"]
    (1.5, 4.0, 1)
    """
    rows = [verdict if isinstance(verdict, dict) else asdict(verdict) for verdict in verdicts]
    heard = [row for row in rows if row["visqol"] is not None]
    means: dict[str, float | int | None] = {
        name: float(np.mean([row[name] for row in rows])) for name in ("mel", "mel_mid", "stft")
    }
    for name in ("visqol", "nsim"):
        means[name] = float(np.mean([row[name] for row in heard])) if heard else None
    means["visqol_scored"] = len(heard)
    means["visqol_repeated"] = sum(row["repeated"] for row in heard)
    return means
