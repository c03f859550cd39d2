"""From samples to a WAV file, whole or not at all, in memory that does not depend on its length.

The header and the samples are written by hand: libsndfile truncates floats instead of rounding them, stamps
float files with the time of day, and does not say why the system refused a write. Other formats, rates,
dither and tags are an export's business; this is what every other module writes sound with.

A file is RIFF/WAVE, and RF64 (EBU Tech 3306) beyond 4 GiB: the ``JUNK`` chunk keeps the place of its sizes.
"""

from __future__ import annotations

import struct
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import numpy as np

from distill.audio.clip import Clip, Samples
from distill.errors import BadSetting, BadSound
from distill.replacing import replacing

__all__ = ["WavWriter", "write_wav"]

Depth = Literal[16, 24, 32]
_BLOCK = 2**18  # samples of each channel quantised at once
_RIFF_LIMIT = 2**32 - 1  # bytes; larger files are RF64


class WavWriter:
    """A WAV file that is written piece by piece; it appears when all went well, and not at all otherwise.

    Parameters
    ----------
    path : path
        What was there is replaced at the end.
    sample_rate : int
        Hz.
    num_channels : int
    depth : 16, 24 or 32
        Bits a sample: 16 and 24 are integers, rounded and clipped at full scale; 32 is floating point,
        neither rounded nor clipped.
    front, back : bytes
        Whole chunks to stand before and behind the samples. ``front`` can be set anew while the file is open, to as
        many bytes: what is measured on the samples is known after them.

    Raises
    ------
    BadSetting
        For another depth.
    BadSound
        On writing samples that are not numbers.
    NoSpace
        If the disk is full or the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "silence.wav"
    ...     with WavWriter(path, 48_000, num_channels=1, depth=16) as wav:
    ...         wav.write(np.zeros((1, 480), np.float32))
    ...     path.stat().st_size
    1040
    """

    def __init__(
        self,
        path: Path | str,
        sample_rate: int,
        num_channels: int,
        depth: int = 24,
        *,
        front: bytes = b"",
        back: bytes = b"",
    ) -> None:
        if depth not in (16, 24, 32):
            raise BadSetting(
                f"a depth of {depth} bits was asked for; a WAV file here has 16, 24 or 32: choose one."
            )
        self._path = Path(path)
        self._sample_rate, self._num_channels, self._depth = sample_rate, num_channels, depth
        self._written = 0  # samples of each channel
        assert len(front) % 2 == len(back) % 2 == 0, (len(front), len(back))
        self.front, self._back = front, back
        self._front_bytes = len(front)

    def __enter__(self) -> Self:
        self._whole = replacing(self._path)
        self._file = self._whole.__enter__()
        try:
            self._file.write(self._header())
        except BaseException as error:
            self._whole.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def write(self, samples: Samples) -> None:
        """Append samples, float32 [C, T], full scale 1.0."""
        assert samples.shape == (self._num_channels, samples.shape[-1]), samples.shape
        for start in range(0, samples.shape[1], _BLOCK):
            block = samples[:, start : start + _BLOCK]
            if not np.isfinite(block).all():
                raise BadSound(
                    f"the sound for {self._path.name!r} holds samples that are not numbers (NaN or infinity), "
                    "which no file can: nothing was written; make the sound again."
                )
            self._file.write(_quantised(block, self._depth))
            self._written += block.shape[1]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            try:
                if self._data_bytes % 2:
                    self._file.write(b"\0")  # chunks are padded to an even length, uncounted
                self._file.write(self._back)
                self._file.seek(0)
                self._file.write(self._header())
            except BaseException as late:
                self._whole.__exit__(type(late), late, late.__traceback__)
                raise
        self._whole.__exit__(kind, error, trace)

    @property
    def _data_bytes(self) -> int:
        return self._written * self._num_channels * self._depth // 8

    def _header(self) -> bytes:
        """All that comes before the samples: as long for every size."""
        assert len(self.front) == self._front_bytes, (len(self.front), self._front_bytes)
        data = self._data_bytes
        frame = self._num_channels * self._depth // 8  # bytes of all channels' samples at one time
        floating = self._depth == 32
        rate = self._sample_rate
        layout = struct.pack(
            "<4sIHHIIHH",
            b"fmt ",
            16,
            3 if floating else 1,
            self._num_channels,
            rate,
            rate * frame,
            frame,
            self._depth,
        )
        if floating:  # every format but integers also says its length
            layout += struct.pack("<4sII", b"fact", 4, min(self._written, 2**32 - 1))
        layout += self.front
        total = (
            4 + 36 + len(layout) + 8 + data + data % 2 + len(self._back)
        )  # all that follows the size itself
        if total <= _RIFF_LIMIT:
            start = struct.pack("<4sI4s4sI28x", b"RIFF", total, b"WAVE", b"JUNK", 28)
            return start + layout + struct.pack("<4sI", b"data", data)
        unused = 2**32 - 1  # "look in ds64"
        start = struct.pack(
            "<4sI4s4sIQQQI", b"RF64", unused, b"WAVE", b"ds64", 28, total, data, self._written, 0
        )
        return start + layout + struct.pack("<4sI", b"data", unused)


def write_wav(path: Path | str, clip: Clip, *, depth: int = 24) -> None:
    """Write a clip as a WAV file; parameters and errors as :class:`WavWriter`."""
    with WavWriter(path, clip.sample_rate, clip.num_channels, depth) as wav:
        wav.write(clip.samples)


def _quantised(samples: Samples, depth: int) -> bytes:
    """Turn samples [C, T] into the bytes of a WAV file: interleaved, little-endian, rounded to the nearest."""
    interleaved = np.ascontiguousarray(samples.T)
    if depth == 32:
        return interleaved.astype("<f4").tobytes()
    # Both limits and every integer between are exact in float32 up to 24 bits.
    full = 2 ** (depth - 1)
    levels = np.rint(np.clip(interleaved * np.float32(full), -full, full - 1))
    if depth == 16:
        return bytes(levels.astype("<i2").tobytes())
    words = levels.astype("<i4").view(np.uint8).reshape(*interleaved.shape, 4)  # [T, C, bytes]
    return bytes(words[..., :3].tobytes())  # the high byte only repeats the sign
