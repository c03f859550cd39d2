"""How loud a sound is where it is not silent: the level that the codec works at, and levels are kept by.

One-shots decay into silence and recordings pause, so the plain RMS of a file says more about its pauses
than about its sound. Loudness in LUFS (with its 0.4 s blocks) is for export; here clips may last 0.1 s.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from distill.audio.clip import Samples
from distill.audio.stereo import to_mid_side

__all__ = ["REFERENCE_DB", "ActiveLevel", "SoundLevel", "louder_db", "reference_gain_db"]

REFERENCE_DB = -20.0  # RMS against full scale that every sound is brought to before it is encoded
MOST_GAIN_DB = 40.0  # a nearly silent sound is not raised further: what it holds is noise
BLOCK = 1024  # samples
SILENCE_DB = -70.0  # blocks below are pauses


class ActiveLevel:
    """Root mean square over the blocks that are not silent, of a sound that may arrive in pieces.

    The last block may be shorter than the others. How the sound was cut into pieces changes nothing.

    Examples
    --------
    >>> meter = ActiveLevel()
    >>> meter.add(np.concatenate([np.full(48_000, 0.1, np.float32), np.zeros(48_000, np.float32)]))
    >>> round(meter.rms_db, 1)
    -20.0
    """

    def __init__(self) -> None:
        # energy and samples: of the blocks that are not silent, and of all
        self._active = np.zeros(2)
        self._all = np.zeros(2)
        self._rest = np.zeros(0, np.float32)

    def add(self, samples: Samples) -> None:
        """Take the next samples [T] of one channel."""
        joined = np.concatenate([self._rest, samples])
        whole = len(joined) // BLOCK * BLOCK
        self._rest = joined[whole:]
        active, everything = _energies(joined[:whole].reshape(-1, BLOCK))
        self._active += active
        self._all += everything

    @property
    def active_db(self) -> float | None:
        """Level over the blocks above -70 dBFS, in dB against full scale; None if there is none."""
        active = self._active + _energies(self._rest[None])[0]
        return 10 * math.log10(active[0] / active[1]) if active[1] else None

    @property
    def rms_db(self) -> float:
        """As :attr:`active_db`; of a sound that is faint throughout the level of all of it; minus infinity of silence."""
        level = self.active_db
        if level is not None:
            return level
        energy, count = self._all + _energies(self._rest[None])[1]
        return 10 * math.log10(energy / count) if energy > 0 else -math.inf


class SoundLevel:
    """Level of a sound of one or two channels: of its mid or its side, whichever is louder.

    Of channels that are turned against each other the most is in the side, and little or nothing in the middle. A level told by
    the mid would then bring the side far over what a codec was trained on.

    Examples
    --------
    >>> left = np.full(48_000, 0.1, np.float32)
    >>> meter = SoundLevel()
    >>> meter.add(np.stack([left, -left]))
    >>> round(meter.rms_db, 1)
    -20.0
    """

    def __init__(self) -> None:
        self._mid, self._side = ActiveLevel(), ActiveLevel()

    def add(self, samples: Samples) -> None:
        """Take the next samples [C, T]: one channel, or left and right."""
        if len(samples) == 1:
            self._mid.add(samples[0])
            return
        mid, side = to_mid_side(samples)
        self._mid.add(mid)
        self._side.add(side)

    @property
    def active_db(self) -> float | None:
        """As :attr:`ActiveLevel.active_db`; None if both are silent throughout."""
        return louder_db(self._mid.active_db, self._side.active_db)

    @property
    def rms_db(self) -> float:
        """As :attr:`ActiveLevel.rms_db`."""
        return max(self._mid.rms_db, self._side.rms_db)


def louder_db(mid_db: float | None, side_db: float | None) -> float | None:
    """Of the levels of a mid and a side the higher; None stands for silence.

    Examples
    --------
    >>> louder_db(-30.0, -20.0), louder_db(-30.0, None), louder_db(None, None)
    (-20.0, -30.0, None)
    """
    return max((level for level in (mid_db, side_db) if level is not None), default=None)


def _energies(blocks: Samples) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Energy and number of samples of the blocks [n, length] that are not silent, and of all."""
    energy = np.sum(np.square(blocks, dtype=np.float64), axis=1)
    active = energy > 10 ** (SILENCE_DB / 10) * blocks.shape[1]
    everything = np.array([energy.sum(), float(blocks.size)])
    return np.array([energy[active].sum(), float(active.sum() * blocks.shape[1])]), everything


def reference_gain_db(rms_db: float) -> float:
    """Gain that brings a sound of this level to :data:`REFERENCE_DB`, within +-:data:`MOST_GAIN_DB`.

    Silence is raised as far as anything: what a model makes of it comes out as much quieter.

    Examples
    --------
    >>> reference_gain_db(-32.0), reference_gain_db(-math.inf)
    (12.0, 40.0)
    """
    return max(-MOST_GAIN_DB, min(MOST_GAIN_DB, REFERENCE_DB - rms_db))
