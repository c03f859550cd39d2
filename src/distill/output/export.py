r"""From a clip to a finished file, whole or not at all: resampled, limited, rounded, encoded, measured and tagged.

::

    clip -> soxr VHQ -> limiter at the file's own rate -> dither and rounding -> WAV, FLAC
                                 ^                   \-> OGG, MP3 -> decoded
                                 |__ a lower ceiling, if any peak is too high __ measured

Peaks are limited after resampling, which moves them. Lossy formats move them again, by a decibel or two; and noise near half the
rate rises above what a limiter can see. So every file is measured before it gets its name, decoded where it is lossy, and written
anew under a lower ceiling until it stays below -1 dBTP.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soxr

from distill.audio.clip import Clip, Samples
from distill.audio.decoder import chunks
from distill.audio.limiter import PeakLimiter
from distill.audio.loudness import LoudnessMeter
from distill.audio.true_peak import TruePeakMeter, true_peak_dbtp
from distill.audio.writing import WavWriter
from distill.errors import BadSound
from distill.output import riff_chunks
from distill.output.dither import Quantiser, is_exact
from distill.output.encoding import encode
from distill.output.exact_peak import ExactPeakMeter
from distill.output.formats import Encoding
from distill.output.loudness import CEILING_DBTP
from distill.output.tagging import id3_bytes, write_tags
from distill.output.tags import LARGEST_RECIPE, Tags
from distill.progress import Cancel, Progress, Report, silent
from distill.replacing import replacing

__all__ = ["ExportedFile", "write"]

_BLOCK = 2**17  # samples of each channel worked on at once
_ROUNDS = 8
_TOLERANCE_DB = 0.03
_SAID_DB = 0.15  # what the limiter took away is said from here on: resampling alone moves peaks by less
_NO_TAGS = Tags()


@dataclass(frozen=True)
class ExportedFile:
    """A file that was written.

    Attributes
    ----------
    path : Path
    encoding : Encoding
    seconds : float
    true_peak_dbtp, lufs : float
        Measured on what is in the file (decoded, where the format is lossy); minus infinity of silence.
    sentences : tuple of str
        What its owner should know.
    """

    path: Path
    encoding: Encoding
    seconds: float
    true_peak_dbtp: float
    lufs: float
    sentences: tuple[str, ...] = ()


class _Figures:
    """True peak and loudness of what passes by."""

    def __init__(self, num_channels: int, rate: int) -> None:
        self._peaks = (TruePeakMeter(num_channels), ExactPeakMeter(num_channels, rate))
        self._loudness = LoudnessMeter(rate)

    def add(self, samples: Samples) -> None:
        for meter in (*self._peaks, self._loudness):
            meter.add(samples)

    @property
    def dbtp(self) -> float:
        return max(meter.dbtp for meter in self._peaks)

    @property
    def lufs(self) -> float:
        return self._loudness.lufs


class _TooHighError(Exception):
    """Peaks grew over the ceiling on their way into the file, by so many dB: it is thrown away."""

    def __init__(self, excess_db: float) -> None:
        super().__init__(excess_db)
        self.excess_db = excess_db


def write(
    clip: Clip,
    path: Path | str,
    encoding: Encoding,
    *,
    tags: Tags = _NO_TAGS,
    seed: int = 0,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> ExportedFile:
    """Write a clip of one or two channels.

    Parameters
    ----------
    tags : Tags
        Loop points count samples of the clip; they are moved to the file's rate.
    seed : int >= 0
        Of the dither, which 16 bits get unless the clip fits into them as it is.

    Raises
    ------
    BadSound
        If the clip is empty, or holds samples that are not numbers.
    NoSpace
        If the disk is full or the folder cannot be written; what was called so before is still there.
    """
    path = Path(path)
    if not clip.num_samples or not np.isfinite(clip.samples).all():
        what = "holds samples that are not numbers (NaN or infinity)" if clip.num_samples else "is empty"
        raise BadSound(f"the sound for {path.name!r} {what}: nothing was written; make the sound again.")
    sentences: list[str] = []
    if len(tags.recipe.encode()) > LARGEST_RECIPE:
        tags = replace(tags, recipe="")
        sentences.append(
            "Its recipe is too long for a tag and was left out of the file: keep the .json beside the sound."
        )
    job = _Job(clip, path, encoding, tags.at_rate(clip.sample_rate, encoding.rate), seed, report, cancel)
    return job.run(sentences)


@dataclass(frozen=True, eq=False)
class _Job:
    clip: Clip
    path: Path
    encoding: Encoding
    tags: Tags
    seed: int
    report: Report
    cancel: Cancel | None

    def run(self, sentences: list[str]) -> ExportedFile:
        ceiling = CEILING_DBTP
        for rounds_left in reversed(range(_ROUNDS)):
            limiter, figures = self._limiter(ceiling), _Figures(self.clip.num_channels, self.encoding.rate)
            try:
                self._file(
                    limiter, figures, highest=CEILING_DBTP + _TOLERANCE_DB if rounds_left else math.inf
                )
                break
            except _TooHighError as error:
                ceiling -= error.excess_db + _TOLERANCE_DB
        title = self.encoding.format.title
        if limiter.reduced_db > _SAID_DB:
            sentences.append(
                f"Peaks were limited by up to {limiter.reduced_db:.1f} dB, to stay under {CEILING_DBTP:g} dBTP."
            )
        if figures.dbtp > CEILING_DBTP + _TOLERANCE_DB:
            sentences.append(
                f"{title} raises peaks to {figures.dbtp:.1f} dBTP, whatever is done: choose another format."
            )
        elif self.encoding.format.lossy and ceiling < CEILING_DBTP:
            sentences.append(
                f"{title} changes peaks, so they were limited to {ceiling:.1f} dBTP before; "
                f"what is played stays under {CEILING_DBTP:g} dBTP."
            )
        return ExportedFile(
            self.path, self.encoding, self.clip.seconds, figures.dbtp, figures.lufs, tuple(sentences)
        )

    def _file(self, limiter: PeakLimiter, figures: _Figures, *, highest: float) -> None:
        """Write the file, unless its peaks are over the highest that is allowed."""
        if self.encoding.format.name == "wav":
            self._wav(limiter, figures, highest)
            return
        blocks = self._limited(limiter) if self.encoding.format.lossy else self._rounded(limiter, figures)
        with replacing(self.path) as file:
            encode(file, blocks, self.encoding, num_channels=self.clip.num_channels)
            if self.encoding.format.lossy:  # what is played counts, not what was written
                for block in chunks(Path(file.name), 0, 2**62):
                    figures.add(np.ascontiguousarray(block.T))
            _check(figures, highest)
            write_tags(Path(file.name), self.encoding.format, self.tags)

    def _wav(self, limiter: PeakLimiter, figures: _Figures, highest: float) -> None:
        rate, depth, num_channels = self.encoding.rate, self.encoding.depth, self.clip.num_channels
        assert depth is not None
        layout = {"sample_rate": rate, "num_channels": num_channels, "depth": depth}
        before = riff_chunks.bext(self.tags, **layout)
        behind = riff_chunks.smpl(self.tags, sample_rate=rate)
        num_samples = round(self.clip.num_samples * rate / self.clip.sample_rate)
        behind += riff_chunks.acid(self.tags, num_samples=num_samples, sample_rate=rate)
        behind += riff_chunks.info(self.tags) + riff_chunks.chunk(b"id3 ", id3_bytes(self.tags))
        with WavWriter(self.path, rate, num_channels, depth, front=before, back=behind) as wav:
            for block in self._rounded(limiter, figures):
                wav.write(block)
            _check(figures, highest)
            wav.front = riff_chunks.bext(self.tags, **layout, lufs=figures.lufs, dbtp=figures.dbtp)

    def _limiter(self, ceiling_dbtp: float) -> PeakLimiter:
        return PeakLimiter(self.clip.num_channels, ceiling_dbtp=ceiling_dbtp, sample_rate=self.encoding.rate)

    def _limited(self, limiter: PeakLimiter) -> Iterator[Samples]:
        """Yield the sound [C, any] at the file's rate, below the limiter's ceiling."""
        done = 0
        for block in _resampled(self.clip, self.encoding.rate):
            yield limiter.process(block)
            done += block.shape[1]
            self.report(Progress("export", done / self.encoding.rate, self.clip.seconds, "seconds"))
            if self.cancel is not None:
                self.cancel.check()
        yield limiter.flush()

    def _rounded(self, limiter: PeakLimiter, figures: _Figures) -> Iterator[Samples]:
        depth = self.encoding.depth
        assert depth is not None
        quantise = Quantiser(depth, dither=depth == 16 and not self._fits(), seed=self.seed)
        for block in self._limited(limiter):
            rounded = quantise(block)
            figures.add(rounded)
            yield rounded

    def _fits(self) -> bool:
        """Whether 16 bits hold the sound as it is, so that nothing is rounded."""
        return (
            self.encoding.rate == self.clip.sample_rate
            and is_exact(self.clip.samples, 16)
            and true_peak_dbtp(self.clip.samples) <= CEILING_DBTP
        )


def _check(figures: _Figures, highest: float) -> None:
    if figures.dbtp > highest:
        raise _TooHighError(figures.dbtp - CEILING_DBTP)


def _resampled(clip: Clip, rate: int) -> Iterator[Samples]:
    """Yield blocks [C, any] at another rate; soxr rounds their whole length to the nearest sample."""
    blocks = (clip.samples[:, start : start + _BLOCK] for start in range(0, clip.num_samples, _BLOCK))
    if rate == clip.sample_rate:
        yield from blocks
        return
    stream = soxr.ResampleStream(clip.sample_rate, rate, clip.num_channels, dtype="float32", quality="VHQ")
    for block in blocks:
        yield np.ascontiguousarray(stream.resample_chunk(np.ascontiguousarray(block.T)).T)
    last = stream.resample_chunk(np.zeros((0, clip.num_channels), np.float32), last=True)
    yield np.ascontiguousarray(last.T)
