"""Chunks of a WAV file beside its sound: ``bext``, ``smpl``, ``acid``, ``LIST/INFO`` and ``id3``.

Each is four letters, a length and as many bytes, padded to an even number. What programs look for:

========  ===============================================================================================
bext      broadcast software: description, date, loudness and true peak (EBU Tech 3285, version 2); ASCII
smpl      samplers: loop points (Multimedia Programming Interface 1.0, 1991)
acid      DAWs that stretch loops: tempo and number of beats (Sonic Foundry; as libsndfile reads it)
INFO      players and libsndfile: title, date, comment, software; here in UTF-8
id3       the same and the recipe, in ID3v2.4, whose UTF-8 is not a matter of opinion
========  ===============================================================================================
"""

from __future__ import annotations

import math
import struct
import unicodedata

from distill.output.tags import LoopPoints, Tags

__all__ = ["acid", "bext", "chunk", "info", "smpl"]

_UNKNOWN = 0x7FFF  # loudness that was not measured
_MIDDLE_C = 60
# libsndfile passes over a text of 2,048 bytes and more.
_LONGEST_INFO = 2_000


def chunk(name: bytes, content: bytes) -> bytes:
    """Put a name and a length before a chunk's content, and a zero after it if it is odd."""
    assert len(name) == 4, name
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def bext(
    tags: Tags,
    *,
    sample_rate: int,
    num_channels: int,
    depth: int,
    lufs: float = -math.inf,
    dbtp: float = -math.inf,
) -> bytes:
    """Broadcast extension; as long for the same tags whatever was measured.

    Parameters
    ----------
    lufs, dbtp : float
        Integrated loudness and highest true peak; infinite while they are not known.
    """
    date = tags.date.strftime("%Y-%m-%d%H:%M:%S") if tags.date is not None else ""
    description = ". ".join(part for part in (tags.title.rstrip("."), tags.about) if part)
    # A=PCM is the only word the format has for samples that are not compressed.
    channels = {1: "mono", 2: "stereo"}.get(num_channels, f"{num_channels} channels")
    history = f"A=PCM,F={sample_rate},W={depth},M={channels},T={_ascii(tags.software)}\r\n"
    content = struct.pack(
        "<256s32s32s18sQH64s5h180x",
        _ascii(description).encode(),
        _ascii(tags.software).encode(),
        b"",
        date.encode(),
        0,  # samples since midnight: not a recording
        2,  # version
        b"",  # UMID
        _hundredths(lufs),
        _UNKNOWN,  # loudness range
        _hundredths(dbtp),
        _UNKNOWN,  # momentary
        _UNKNOWN,  # short-term
    )
    return chunk(b"bext", content + history.encode())


def smpl(tags: Tags, *, sample_rate: int) -> bytes:
    """Loop points, played forward for ever; nothing if there are none."""
    if not tags.loops:
        return b""
    period = round(1e9 / sample_rate)  # nanoseconds
    content = struct.pack("<9I", 0, 0, period, _MIDDLE_C, 0, 0, 0, len(tags.loops), 0)
    for number, loop in enumerate(tags.loops):
        # The end is the last sample that is played, not the one after it.
        content += struct.pack("<6I", number, 0, loop.start, loop.stop - 1, 0, 0)
    return chunk(b"smpl", content)


def acid(tags: Tags, *, num_samples: int, sample_rate: int) -> bytes:
    """Tempo and number of beats; nothing if the tempo is not known.

    Programs stretch a loop by its beats and the length of its file. So a file is called a loop only where it is one round
    of whole beats, and nothing else; any other is a one-shot, which is played as it is.

    Parameters
    ----------
    num_samples, sample_rate : int
        Of the whole file.
    """
    if tags.tempo is None:
        return b""
    one_shot, stretch = 0x01, 0x04
    beat = sample_rate * 60 / tags.tempo  # samples
    beats = max(round(num_samples / beat), 1)
    whole = abs(beats * beat - num_samples) <= 1 and tags.loops == (LoopPoints(0, num_samples),)
    content = struct.pack(
        "<IHHfIHHf",
        stretch if whole else one_shot,
        _MIDDLE_C,
        0x8000,
        0.0,
        beats,
        4,  # a beat is a quarter
        tags.beats_per_bar,
        tags.tempo,
    )
    return chunk(b"acid", content)


def info(tags: Tags) -> bytes:
    """``LIST`` of texts in UTF-8, each ended by a zero."""
    texts = {b"INAM": tags.title, b"ICRD": tags.day, b"ISFT": tags.software, b"ICMT": tags.about}
    items = b"".join(chunk(name, _cut(text) + b"\0") for name, text in texts.items() if text)
    return chunk(b"LIST", b"INFO" + items)


def _cut(text: str) -> bytes:
    """Encode a text, and shorten it where readers would pass over it; between two letters."""
    return text.encode()[:_LONGEST_INFO].decode("utf-8", "ignore").encode()


def _ascii(text: str) -> str:
    """Spell a text in ASCII, which is all that ``bext`` has: accents fall, what is left becomes a question mark."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(c for c in apart if not unicodedata.combining(c)).encode("ascii", "replace").decode()


def _hundredths(decibels: float) -> int:
    return round(decibels * 100) if -99.99 <= decibels <= 99.99 else _UNKNOWN
