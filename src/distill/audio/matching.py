"""How far a result is from the level it should have, told by its bands.

A decoder trained on logarithms gives the middle of what a sound may be, so its peaks are lower and its power is less although
most of its bands are as loud as they should be. Made up for by power, as it was at first, every band came out too loud: by 2 dB of
sounds a model knows, by 4 to 6 dB of others. So the median over bands is taken, in which one missing partial counts little, and each
band weighs by the fourth root of its magnitude, so that what is nearly silent counts little as well. Of a pure tone
hardly more than its own band is there to be counted, and its level is kept as before.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F

from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.spectrum import magnitude, mel_filterbank, stft

__all__ = ["MOST_CORRECTION_DB", "MOST_PEAK_DB", "LevelMatch"]

MOST_CORRECTION_DB = 24.0  # more would only raise what a model makes of nothing it knows
MOST_PEAK_DB = 6.0
WEIGHT = 0.25  # power of a band's magnitude; docs/decisions.md has others
RANGE = 1e-3  # bands fainter than the loudest by 60 dB do not count
BANDS, N_FFT, HOP = 64, 2048, 1024
FLOOR = 1e-5  # as magnitudes; a band below is silent

Floats = npt.NDArray[np.float64]


class LevelMatch:
    """A gain that makes up for a result's level, from samples that may arrive in pieces.

    Examples
    --------
    >>> match = LevelMatch()
    >>> tone = np.sin(np.arange(48_000, dtype=np.float32))
    >>> match.add(tone, 0.5 * tone)
    >>> round(match.gain_db, 2)
    6.02
    """

    def __init__(self) -> None:
        self._off_db: list[Floats] = []
        self._weights: list[Floats] = []
        self._wanted_peak, self._given_peak = 0.0, 0.0

    def add(self, wanted: Samples, given: Samples) -> None:
        """Take the next samples [T] of one channel of both."""
        asked, found = _bands(wanted), _bands(given)
        counted = asked > max(RANGE * asked.max(initial=0.0), FLOOR)
        if found.max(initial=0.0) > FLOOR:  # nothing makes up for silence
            self._off_db.append(20 * np.log10(asked[counted] / np.maximum(found[counted], FLOOR)))
            self._weights.append(asked[counted] ** WEIGHT)
        self._wanted_peak = max(self._wanted_peak, float(np.abs(wanted).max(initial=0.0)))
        self._given_peak = max(self._given_peak, float(np.abs(given).max(initial=0.0)))

    @property
    def gain_db(self) -> float:
        """Within +-:data:`MOST_CORRECTION_DB`; 0 where either is silent.

        It is never raised so far that peaks would stand out over those wanted by more than
        :data:`MOST_PEAK_DB`: a model that answers a steady tone with an attack should not blast.
        """
        if not sum(map(len, self._off_db)):
            return 0.0
        off_db, weights = np.concatenate(self._off_db), np.concatenate(self._weights)
        order = np.argsort(off_db, kind="stable")
        reached = np.cumsum(weights[order])
        median_db = float(off_db[order][np.searchsorted(reached, reached[-1] / 2)])
        room = 20 * math.log10(self._wanted_peak / self._given_peak) + MOST_PEAK_DB
        most = min(MOST_CORRECTION_DB, max(room, 0.0))
        return max(-MOST_CORRECTION_DB, min(most, median_db))


@torch.inference_mode(False)  # windows and filters made here are kept
@torch.no_grad()
def _bands(samples: Samples) -> Floats:
    """Mel magnitudes of every frame, [bands, frames]."""
    audio = torch.from_numpy(np.ascontiguousarray(samples, np.float32))[None]
    padded = F.pad(audio, (0, -audio.shape[1] % HOP))
    seen = magnitude(stft(padded, n_fft=N_FFT, hop_length=HOP)[0])
    found: Floats = (mel_filterbank(BANDS, N_FFT, sample_rate=SAMPLE_RATE) @ seen).numpy().astype(np.float64)
    return found
