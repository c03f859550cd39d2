"""A sound in memory: samples and their rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["SAMPLE_RATE", "Clip", "Samples"]

SAMPLE_RATE = 48_000  # Hz, the only rate inside Distill; files are resampled on the way in and out

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Clip:
    """Samples and their rate.

    Attributes
    ----------
    samples : float32 array [C, T]
        Full scale is 1.0.
    sample_rate : int
        Hz.
    """

    samples: Samples
    sample_rate: int = SAMPLE_RATE

    def __post_init__(self) -> None:
        assert self.samples.ndim == 2, self.samples.shape
        assert self.samples.dtype == np.float32, self.samples.dtype

    @property
    def num_channels(self) -> int:
        """Number of channels C."""
        return int(self.samples.shape[0])

    @property
    def num_samples(self) -> int:
        """Length T in samples."""
        return int(self.samples.shape[1])

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.num_samples / self.sample_rate
