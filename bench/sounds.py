"""A collection as the benchmark sees it: which files, which of them are held out, their samples.

Files are read here with soundfile and soxr, not with :mod:`distill.audio.files`: a fault of that reader
must not hide by being on both sides of a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.level import ActiveLevel, reference_gain_db
from distill.errors import BadCollection

__all__ = ["Split", "codec_gain", "find_sounds", "mid_side", "mono", "read", "split_by_file"]

SUFFIXES = frozenset({".wav", ".aif", ".aiff", ".flac", ".ogg", ".mp3"})
FEWEST_TRAINED = 5


@dataclass(frozen=True)
class Split:
    """Files trained on (*own*) and files kept away from training (*unseen*), each sorted by name."""

    own: tuple[Path, ...]
    unseen: tuple[Path, ...]


def find_sounds(folder: Path) -> list[Path]:
    """Return the sound files in a folder, sorted by name.

    Raises
    ------
    BadCollection
        If it is no folder.
    """
    if not folder.is_dir():
        raise BadCollection(f"{folder} is not a folder; give folders that hold sounds.")
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)


def split_by_file(files: Sequence[Path], *, seed: int) -> Split:
    """Hold out a fifth of the files, at least two, drawn by the seed.

    Raises
    ------
    BadCollection
        If fewer than five would be left to train on.
    """
    held = max(2, len(files) // 5)
    if len(files) - held < FEWEST_TRAINED:
        raise BadCollection(
            f"{len(files)} sounds were found; at least {FEWEST_TRAINED + 2} are needed "
            "to train on some and keep others unseen, so give a larger collection."
        )
    order = np.random.default_rng(seed).permutation(len(files))
    ordered = sorted(files)
    return Split(
        own=tuple(ordered[i] for i in sorted(order[held:])),
        unseen=tuple(ordered[i] for i in sorted(order[:held])),
    )


def read(path: Path) -> Samples:
    """Return a whole file at 48 kHz, float32 [C, T], the first two channels of it."""
    import soundfile
    import soxr

    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    samples = samples[:, :2]
    if rate != SAMPLE_RATE:
        samples = soxr.resample(samples, rate, SAMPLE_RATE, quality="HQ")
    return np.ascontiguousarray(samples.T, dtype=np.float32)


def mid_side(samples: Samples) -> Samples:
    """Return left and right [2, T] as mid and side (half their sum and difference); mono stays as it is.

    Examples
    --------
    >>> mid_side(np.array([[1.0, 0.5], [0.0, 0.5]], dtype=np.float32))
    array([[0.5, 0.5],
           [0.5, 0. ]], dtype=float32)
    """
    if samples.shape[0] == 1:
        return samples
    left, right = samples
    return np.stack([(left + right) / 2, (left - right) / 2])


def mono(path: Path, *, most_seconds: float) -> Samples:
    """Return the mono sum [1, T] of the first seconds of a file."""
    return np.ascontiguousarray(mid_side(read(path))[:1, : round(most_seconds * SAMPLE_RATE)])


def codec_gain(sound: Samples) -> float:
    """Return what brings a mono sound [1, T] to the level that codecs work at."""
    meter = ActiveLevel()
    meter.add(sound[0])
    return float(10 ** (reference_gain_db(meter.rms_db) / 20))
