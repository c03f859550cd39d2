"""libsndfile, opened and read forwards in chunks, with a sentence for what it cannot decode.

Samples come as the file has them: its rate, its channels. :mod:`distill.audio.headers` bounds what a file
claims, :mod:`distill.audio.files` checks the samples and brings them to 48 kHz.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import soundfile

from distill.audio.clip import Samples
from distill.audio.mpeg_frames import Headed, told_right
from distill.errors import BadSound

__all__ = ["chunks", "open_sound", "shown"]

_CHUNK = 2**16  # samples of all channels decoded at once: 0.7 s of stereo


class _Forward(soundfile.SoundFile):  # type: ignore[misc]  # soundfile has no types
    """A sound file that is only read forwards.

    soundfile seeks to where it already is after every read of a seekable file, which fails at the end of a
    FLAC file whose header is wrong about its length.
    """

    def __init__(self, source: str | bytes | Headed) -> None:
        self._source = source if isinstance(source, Headed) else None
        super().__init__(source)

    def close(self) -> None:
        super().close()
        if self._source is not None:
            self._source.close()

    def seekable(self) -> bool:
        return False


def shown(path: Path | str) -> str:
    """Return a file's name (of a path) or a text as it can be printed: one line, nothing that is not text."""
    text = path if isinstance(path, str) else path.name
    return "".join(
        c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def open_sound(path: Path) -> Any:
    """Open an ordinary file; the caller has made sure that it is one, and closes it.

    Returns
    -------
    soundfile.SoundFile

    Raises
    ------
    BadSound
        If libsndfile does not know it as a sound.
    """
    try:
        # Bytes, because a name on Linux need not be text; Windows wants its own wide strings.
        file = _Forward(str(path) if os.name == "nt" else os.fsencode(path))
        headed = told_right(path, file.frames) if file.format == "MP3" else None
        if headed is not None:
            file.close()
            file = _Forward(headed)
        return file
    except (OSError, soundfile.SoundFileError, TypeError):  # TypeError: ".raw" makes soundfile ask for a rate
        raise BadSound(
            f"{shown(path)} is not a sound that can be read: WAV, AIFF, FLAC, OGG and MP3 files can."
        ) from None


def chunks(path: Path, first: int, last: int) -> Iterator[Samples]:
    """Decode samples ``first`` to ``last`` of each channel, as far as they are there.

    Yields
    ------
    float32 array [t, C]
        At most 2**16 samples, or 256 of each channel, and at most 4 s.

    Raises
    ------
    BadSound
        If the file cannot be opened, or does not make sense from some point on.
    """
    position = first
    with open_sound(path) as file:
        rate = file.samplerate
        chunk = max(256, min(_CHUNK // file.channels, 4 * rate))
        try:
            if first:
                file.seek(first)
            while position < last:
                part: Samples = file.read(min(chunk, last - position), dtype="float32", always_2d=True)
                if not len(part):
                    return
                yield part
                position += len(part)
        except soundfile.SoundFileError:
            raise BadSound(
                f"{shown(path)} is damaged soon after {position / rate:.1f} s: "
                "export it again, or trim it to the part before."
            ) from None
