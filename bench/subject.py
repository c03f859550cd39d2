"""What is measured: the only file of the benchmark that knows how Distill is called.

The runs take a :class:`Subject`, so that tests can hand them one that trains nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from distill.audio.clip import SAMPLE_RATE, Clip, Samples

__all__ = ["Distill", "Subject", "TrainingStep"]

Grid = npt.NDArray[np.integer[Any]]


class Subject(Protocol):
    """A codec that can be trained on files, kept by name, and used."""

    def train(
        self, sounds: Sequence[Path], *, name: str, tier: str, minutes: float, seed: int, home: Path
    ) -> dict[str, Any]:
        """Train on these files, keep the model as `name` below `home`, return its statistics."""
        ...

    def open(self, name: str, *, home: Path) -> Any:
        """Return the codec of a model kept by :meth:`train`."""
        ...

    def codebook_size(self, codec: Any) -> int:
        """Entries at every level."""
        ...

    def encode(self, codec: Any, samples: Samples) -> Any:
        """Turn samples [C, T] at 48 kHz into codes, in whatever form :meth:`decode` takes."""
        ...

    def grid(self, codes: Any) -> Grid:
        """Codes as integers [C, K, S]."""
        ...

    def decode(self, codec: Any, codes: Any) -> Samples:
        """Codes -> samples [C, T] of the length that was encoded."""
        ...


@dataclass(frozen=True)
class TrainingStep:
    """A training that stands ready, for :mod:`bench.steps`.

    Attributes
    ----------
    step : () -> None
        One whole step: data, forward, backward, optimiser.
    waited_seconds : () -> float
        Seconds spent so far in drawing batches, while the network stood still.
    """

    step: Callable[[], None]
    waited_seconds: Callable[[], float]


class Distill:
    """Distill through its public API."""

    def train(
        self, sounds: Sequence[Path], *, name: str, tier: str, minutes: float, seed: int, home: Path
    ) -> dict[str, Any]:
        """Train with :func:`distill.api.train`."""
        from distill import api

        model = api.train(list(sounds), name=name, tier=tier, minutes=minutes, seed=seed, home=home)
        return dict(model.statistics)

    def open(self, name: str, *, home: Path) -> Any:
        """Open with :func:`distill.api.open_model`."""
        from distill import api

        return api.open_model(name, home=home).codec

    def random_codec(self, *, seed: int) -> Any:
        """Return a draft codec of the default configuration with random weights, for speed."""
        import torch

        from distill.codec.model import Codec
        from distill.config import CodecConfig

        with torch.random.fork_rng():
            torch.manual_seed(seed)
            return Codec(CodecConfig.model_validate({})).eval()

    def codebook_size(self, codec: Any) -> int:
        """Entries at every level."""
        return int(codec.codebook_size)

    def encode(self, codec: Any, samples: Samples) -> Any:
        """Encode with :func:`distill.render.encode`."""
        from distill import render

        return render.encode(codec, Clip(samples, SAMPLE_RATE))

    def grid(self, codes: Any) -> Grid:
        """Codes as integers [C, K, S]."""
        grid: Grid = np.asarray(codes.grid)
        return grid

    def decode(self, codec: Any, codes: Any) -> Samples:
        """Decode with :func:`distill.render.decode`."""
        from distill import render

        samples: Samples = render.decode(codec, codes).samples
        return samples
