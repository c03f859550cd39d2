"""Samples into FLAC, OGG Vorbis and MP3 files through libsndfile, in blocks.

Blocks, because Vorbis takes a buffer of what it is given from the stack: ten minutes at once end the process. And
through a file of ours, because libsndfile does not say why the system refused a write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from distill.audio.clip import Samples
from distill.output.dither import as_integers
from distill.output.formats import Encoding

__all__ = ["encode"]

_BLOCK = 8_192  # samples of each channel
# 320 kbit/s constant, and about that of Vorbis (quality 9 of 10): what is left after these is not worth the name of a loss.
_ENCODERS: Mapping[str, Mapping[str, Any]] = {
    "flac": {"format": "FLAC"},
    "ogg": {"format": "OGG", "subtype": "VORBIS", "compression_level": 0.1},
    "mp3": {
        "format": "MP3",
        "subtype": "MPEG_LAYER_III",
        "compression_level": 0.0,
        "bitrate_mode": "CONSTANT",
    },
}


class _Remembering:
    """A file as libsndfile sees it: what the system refuses is kept for later, since no exception gets through C."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.refused: OSError | None = None

    def write(self, content: bytes) -> int:
        if (
            self.refused is None
        ):  # after that, all is well as far as libsndfile knows: it may not try for ever
            try:
                self._file.write(content)
            except OSError as error:
                self.refused = error
        return len(content)

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            return self._file.seek(offset, whence)  # writes what is still in its buffer
        except OSError as error:
            self.refused = self.refused or error
            return 0

    def tell(self) -> int:
        return self._file.tell()

    def check(self) -> None:
        if self.refused is not None:
            raise self.refused


def encode(file: BinaryIO, blocks: Iterable[Samples], encoding: Encoding, *, num_channels: int) -> None:
    """Write a sound into an empty file, from its beginning.

    Parameters
    ----------
    blocks : float32 arrays [C, T]
        In order; for FLAC what a :class:`distill.output.dither.Quantiser` made.

    Raises
    ------
    OSError
        What the system said when it refused.
    """
    import soundfile

    guard = _Remembering(file)
    settings = dict(_ENCODERS[encoding.format.name])
    if encoding.format.name == "flac":
        settings["subtype"] = f"PCM_{encoding.depth}"
    try:
        with soundfile.SoundFile(guard, "w", encoding.rate, num_channels, **settings) as writer:
            for block in blocks:
                for start in range(0, block.shape[1], _BLOCK):
                    part = block[:, start : start + _BLOCK]
                    writer.write(
                        part.T.copy() if encoding.depth is None else as_integers(part, encoding.depth)
                    )
                    guard.check()
    except soundfile.SoundFileError:
        guard.check()  # the system's reason, where there is one, says more
        raise
    guard.check()
    file.flush()
