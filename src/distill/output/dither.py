"""Rounding to 16 or 24 bits, and the noise that makes the error of 16 bits a noise.

Rounding alone makes an error that follows the sound: the end of a fade crackles. Triangular noise of two steps
peak to peak, added before, makes mean and variance of the error the same whatever the sound is (Lipshitz,
Wannamaker and Vanderkooy, "Quantization and dither: a theoretical survey", JAES 40, 1992). It lies at -98 dBFS
before and -96 dBFS together with the rounding. 24 bits need none: their steps lie below what any converter gives.

libsndfile truncates where it turns floats into integers, which doubles the error and shifts it, so integers
are made here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from distill.audio.clip import Samples

__all__ = ["Quantiser", "as_integers", "is_exact"]


class Quantiser:
    """Rounds samples that may arrive in pieces; how they are cut changes nothing.

    Parameters
    ----------
    depth : 16, 24 or 32
        Bits; 32 is floating point and leaves all as it is.
    dither : bool
        Add triangular noise before rounding.
    seed : int >= 0
        Of the noise.

    Examples
    --------
    >>> quantise = Quantiser(16, dither=False)
    >>> (quantise(np.array([[0.3, 2.0]], np.float32)) * 32_768).tolist()  # never above full scale
    [[9830.0, 32767.0]]
    """

    def __init__(self, depth: int, *, dither: bool, seed: int = 0) -> None:
        assert depth in (16, 24, 32), depth
        self._full = np.float32(2 ** (depth - 1)) if depth < 32 else None
        self._draw = np.random.default_rng(seed) if dither and depth < 32 else None

    def __call__(self, samples: Samples) -> Samples:
        """Round samples [C, T] to whole steps, float32 [C, T] that integers of this depth hold exactly."""
        if self._full is None:
            return samples
        steps = samples * self._full  # exact: a power of two
        if self._draw is not None:
            # Drawn sample after sample, [T, C, 2], so that pieces draw what the whole does.
            pairs = self._draw.random((samples.shape[1], samples.shape[0], 2))
            steps = steps + (pairs[..., 0] - pairs[..., 1]).T
        rounded = np.clip(np.rint(steps), -self._full, self._full - 1)
        # Every integer of 24 bits is a float32, and stays one divided by a power of two.
        quantised: Samples = (rounded / self._full).astype(np.float32)
        return quantised


def is_exact(samples: Samples, depth: int) -> bool:
    """Whether integers of this depth hold these samples as they are: nothing is reduced then, and no dither wanted."""
    if depth == 32:
        return True
    steps = samples * np.float32(2 ** (depth - 1))
    return bool(np.array_equal(steps, np.rint(steps)) and (np.abs(samples) < 1).all())


def as_integers(samples: Samples, depth: int) -> npt.NDArray[Any]:
    """Turn what a :class:`Quantiser` made [C, T] into integers [T, C] as libsndfile wants them.

    Returns
    -------
    int16 or int32 array [T, C]
        24 bits lie in the upper three bytes of an int32.
    """
    assert depth in (16, 24), depth
    if depth == 16:
        return np.ascontiguousarray((samples.T * np.float32(2**15)).astype(np.int16))
    steps = (samples.T * np.float32(2**23)).astype(np.int32)
    return np.ascontiguousarray(steps << 8)
