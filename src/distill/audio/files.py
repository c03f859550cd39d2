"""From sound files to samples: stream a file or read it, always as float32 at 48 kHz.

Decoding is libsndfile's (WAV, AIFF, FLAC, OGG, MP3 and what else it knows), resampling soxr's HQ (errors
below -130 dB). :mod:`distill.audio.headers` bounds what a file claims; here memory follows neither the
claim nor the length, and what counts is what is really there. Writing is in :mod:`distill.audio.writing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import soxr

from distill.audio.clip import SAMPLE_RATE, Clip, Samples
from distill.audio.decoder import chunks, shown
from distill.audio.headers import MIN_SECONDS, SoundInfo, probe
from distill.audio.stereo import fold_to_stereo
from distill.errors import BadSetting, BadSound

__all__ = ["SoundInfo", "blocks", "probe", "read"]

# Floating-point files may go over full scale, but not by 40 dB: those hold integers called floats.
_MAX_AMPLITUDE = 100.0


def blocks(
    path: Path | str,
    *,
    block_seconds: float = 10.0,
    start_seconds: float = 0.0,
    end_seconds: float | None = None,
) -> Iterator[Samples]:
    """Stream a sound file as blocks at 48 kHz, in memory that does not depend on its length.

    Parameters
    ----------
    path : path
    block_seconds : float > 0
        Length of every block but the last, which may be shorter.
    start_seconds, end_seconds : float
        The part wanted, in seconds of the file; to its end if ``end_seconds`` is None. The shortest part is one sample
        at 48 kHz.

    Yields
    ------
    float32 array [C, T]
        ``C`` is 1 or 2; :func:`distill.audio.stereo.fold_to_stereo` says how more channels become two. The
        lengths add up to ``round(n * 48000 / sample_rate)`` for ``n`` samples of the file.

    Raises
    ------
    BadSound
        As :func:`probe`, at once; and while reading, where the file is damaged, breaks off before 0.1 s, or
        holds samples that are not numbers or over 100 times full scale.
    BadSetting
        If the part wanted is not a part of the sound.
    """
    info = probe(path)
    name, length = shown(info.path), info.seconds
    end = length if end_seconds is None else end_seconds
    if not 0 <= start_seconds < end <= length + 0.01:  # a hundredth: people round
        raise BadSetting(
            f"{name} has no part from {start_seconds:g} s to {end:g} s; it lasts {length:.2f} s: "
            "choose a start and a later end within that."
        )
    least = -(-info.sample_rate // SAMPLE_RATE)  # of high rates fewer samples come to none at 48 kHz
    first = min(round(start_seconds * info.sample_rate), info.num_samples - least)
    last = max(first + least, min(round(end * info.sample_rate), info.num_samples))
    resampled = _resampled(_decoded(info, first, last), info.sample_rate, min(info.num_channels, 2))
    return _regular(resampled, max(1, round(block_seconds * SAMPLE_RATE)))


def read(path: Path | str, *, start_seconds: float = 0.0, end_seconds: float | None = None) -> Clip:
    """Read a sound file, or a part of it, into memory at 48 kHz; parameters and errors as :func:`blocks`."""
    parts = list(blocks(path, start_seconds=start_seconds, end_seconds=end_seconds))
    return Clip(np.concatenate(parts, axis=1))


def _decoded(info: SoundInfo, first: int, last: int) -> Iterator[Samples]:
    """Yield checked chunks [t, 1 or 2] at the file's rate."""
    name, taken = shown(info.path), 0
    for chunk in chunks(info.path, first, last):
        peak = float(np.abs(chunk).max())  # NaN if any sample is
        if not peak <= _MAX_AMPLITUDE:
            fine = (np.abs(chunk) <= _MAX_AMPLITUDE).all(axis=1)
            at = (first + taken + int(fine.argmin())) / info.sample_rate
            what = (
                f"samples {peak:,.0f} times over full scale"
                if np.isfinite(peak)
                else "samples that are not numbers (NaN or infinity)"
            )
            raise BadSound(f"{name} holds {what} at {at:.2f} s: export it again.")
        taken += len(chunk)
        yield chunk if chunk.shape[1] <= 2 else fold_to_stereo(chunk.T).T
    if taken < min(last - first, MIN_SECONDS * info.sample_rate):
        raise BadSound(
            f"{name} breaks off after {taken / info.sample_rate:.3f} s of the "
            f"{(last - first) / info.sample_rate:.2f} s its header promises: export it again."
        )


def _resampled(source: Iterable[Samples], sample_rate: int, num_channels: int) -> Iterator[Samples]:
    """Bring chunks [t, C] to 48 kHz; soxr rounds their whole length to the nearest sample, as :func:`blocks` promises."""
    if sample_rate == SAMPLE_RATE:
        yield from source
        return
    stream = soxr.ResampleStream(sample_rate, SAMPLE_RATE, num_channels, dtype="float32", quality="HQ")
    for chunk in source:
        yield stream.resample_chunk(np.ascontiguousarray(chunk))
    yield stream.resample_chunk(np.zeros((0, num_channels), np.float32), last=True)


def _regular(source: Iterable[Samples], length: int) -> Iterator[Samples]:
    """Cut and join chunks [t, C] into blocks [C, length]; the last may be shorter."""
    waiting: list[Samples] = []
    ready = 0
    for chunk in source:
        waiting.append(chunk)
        ready += len(chunk)
        if ready >= length:
            joined = np.concatenate(waiting)
            whole = ready - ready % length
            for start in range(0, whole, length):
                yield np.ascontiguousarray(joined[start : start + length].T)
            waiting, ready = [joined[whole:]], ready - whole
    if ready:
        yield np.ascontiguousarray(np.concatenate(waiting).T)
