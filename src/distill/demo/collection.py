"""The built-in collection: twelve short sounds in one key, made by formula, none recorded.

:mod:`distill.demo.phrases` plays them; this module takes away what is below hearing, fades the ends,
brings each to its level and writes them as files.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from distill.audio.clip import SAMPLE_RATE, Clip
from distill.audio.writing import write_wav
from distill.demo.instruments import fade_in
from distill.demo.phrases import PIECES, Piece

__all__ = ["DESCRIPTIONS", "sounds", "write_collection"]

_PEAK_DB = -3.0

DESCRIPTIONS: dict[str, str] = {name: piece.description for name, piece in PIECES.items()}
"""What each sound is, in a few words, by name."""


def _finished(raw: npt.NDArray[np.float64], piece: Piece) -> Clip:
    """Take away what is below hearing, fade both ends and bring the peak to its level."""
    num_samples = raw.shape[1]
    size = 2 * num_samples  # room for the filter to ring beyond the end instead of round to the start
    frequency = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    high_pass = frequency**4 / (frequency**4 + 24.0**4)
    sound = np.fft.irfft(np.fft.rfft(raw, size) * high_pass, size)[:, :num_samples]
    seconds = num_samples / SAMPLE_RATE
    sound *= fade_in(seconds, piece.begin_seconds) * fade_in(seconds, piece.end_seconds)[::-1]
    return Clip((sound * (10 ** (_PEAK_DB / 20) / np.abs(sound).max())).astype(np.float32))


def sounds(seed: int = 0) -> dict[str, Clip]:
    """Make the built-in collection.

    Parameters
    ----------
    seed : int >= 0
        Same seed, same samples. Each sound draws from its own stream, so none depends on the others.

    Returns
    -------
    dict of str to Clip
        Twelve clips of 2 to 5 s, about 45 s in all, at 48 kHz, peaks at -3 dBFS; four in stereo.

    Examples
    --------
    >>> list(DESCRIPTIONS)[:3]
    ['harp', 'bass-string', 'bell']
    """
    return dict(_played(seed))


def _played(seed: int) -> Iterator[tuple[str, Clip]]:
    streams = np.random.SeedSequence(seed).spawn(len(PIECES))
    for (name, piece), stream in zip(PIECES.items(), streams, strict=True):
        yield name, _finished(piece.play(np.random.default_rng(stream)), piece)


def write_collection(folder: Path, *, seed: int = 0) -> list[Path]:
    """Write the built-in collection as 24-bit WAV files, each whole or not at all.

    Parameters
    ----------
    folder : Path
        Made if it is not there. Files of the same names are replaced.
    seed : int >= 0
        As for :func:`sounds`.

    Returns
    -------
    list of Path
        ``folder/harp.wav`` and so on, in the order of :data:`DESCRIPTIONS`.

    Raises
    ------
    NoSpace
        If the folder cannot be made or written.
    """
    paths = []
    for name, clip in _played(seed):
        paths.append(folder / f"{name}.wav")
        write_wav(paths[-1], clip)
    return paths
