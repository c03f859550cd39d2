"""How loud a sound is where it is not silent: the level that the codec works at, and levels are kept by.

One-shots decay into silence and recordings pause, so the plain RMS of a file says more about its pauses
than about its sound. Loudness in LUFS (with its 0.4 s blocks) is for export; here clips may last 0.1 s.
"""

from __future__ import annotations

import math

import numpy as np

from distill.audio.clip import Samples

__all__ = ["REFERENCE_DB", "ActiveLevel", "LevelMatch", "reference_gain_db"]

REFERENCE_DB = -20.0  # RMS against full scale that every sound is brought to before it is encoded
MOST_GAIN_DB = 40.0  # a nearly silent sound is not raised further: what it holds is noise
BLOCK = 1024  # samples
SILENCE_DB = -70.0  # blocks below are pauses
MOST_PEAK_DB = 6.0
MOST_CORRECTION_DB = 24.0  # more would only raise what a model makes of nothing it knows


class ActiveLevel:
    """Root mean square over the blocks that are not silent, of a sound that may arrive in pieces.

    Examples
    --------
    >>> meter = ActiveLevel()
    >>> meter.add(np.concatenate([np.full(48_000, 0.1, np.float32), np.zeros(48_000, np.float32)]))
    >>> round(meter.rms_db, 1)
    -20.0
    """

    def __init__(self) -> None:
        self._energy = 0.0
        self._blocks = 0
        self._rest = np.zeros(0, np.float32)

    def add(self, samples: Samples) -> None:
        """Take the next samples [T] of one channel."""
        joined = np.concatenate([self._rest, samples])
        whole = len(joined) // BLOCK * BLOCK
        self._rest = joined[whole:]
        self._count(joined[:whole].reshape(-1, BLOCK))

    def _count(self, blocks: Samples) -> None:
        power = np.mean(np.square(blocks, dtype=np.float64), axis=1)
        active = power[power > 10 ** (SILENCE_DB / 10)]
        self._energy += float(active.sum())
        self._blocks += len(active)

    @property
    def rms_db(self) -> float:
        """Level in dB against full scale; minus infinity of silence."""
        energy, blocks = self._energy, self._blocks
        if blocks == 0 and len(self._rest):  # shorter than a block
            energy, blocks = float(np.mean(np.square(self._rest, dtype=np.float64))), 1
        return 10 * math.log10(energy / blocks) if blocks and energy > 0 else -math.inf


class LevelMatch:
    """How far a result is from the level it should have, as a gain that makes up for it.

    Examples
    --------
    >>> match = LevelMatch()
    >>> tone = np.sin(np.arange(48_000, dtype=np.float32))
    >>> match.add(tone, 0.5 * tone)
    >>> round(match.gain_db, 2)
    6.02
    """

    def __init__(self) -> None:
        self._wanted, self._given = ActiveLevel(), ActiveLevel()
        self._wanted_peak, self._given_peak = 0.0, 0.0

    def add(self, wanted: Samples, given: Samples) -> None:
        """Take the next samples [T] of one channel of both."""
        self._wanted.add(wanted)
        self._given.add(given)
        self._wanted_peak = max(self._wanted_peak, float(np.abs(wanted).max(initial=0.0)))
        self._given_peak = max(self._given_peak, float(np.abs(given).max(initial=0.0)))

    @property
    def gain_db(self) -> float:
        """Within +-:data:`MOST_CORRECTION_DB`; 0 where either is silent.

        It is never raised so far that peaks would stand out over those wanted by more than
        :data:`MOST_PEAK_DB`: a model that answers a steady tone with an attack should not blast.
        """
        wanted, given = self._wanted.rms_db, self._given.rms_db
        if -math.inf in (wanted, given):
            return 0.0
        room = 20 * math.log10(self._wanted_peak / self._given_peak) + MOST_PEAK_DB
        most = min(MOST_CORRECTION_DB, max(room, 0.0))
        return max(-MOST_CORRECTION_DB, min(most, wanted - given))


def reference_gain_db(rms_db: float) -> float:
    """Gain that brings a sound of this level to :data:`REFERENCE_DB`, within +-:data:`MOST_GAIN_DB`; 0 of silence.

    Examples
    --------
    >>> reference_gain_db(-32.0), reference_gain_db(-math.inf)
    (12.0, 0.0)
    """
    if rms_db == -math.inf:
        return 0.0
    return max(-MOST_GAIN_DB, min(MOST_GAIN_DB, REFERENCE_DB - rms_db))
