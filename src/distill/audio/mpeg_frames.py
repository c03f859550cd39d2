"""How many frames an MP3 has, where its header does not tell, or tells less than there is.

An MP3 keeps the number of its frames in a first frame without sound, marked ``Xing`` or ``Info`` (LAME Tag Specification,
revision 1). What was streamed has none, and of files put one behind another that of the first tells only the first. libsndfile then
guesses from the first frame's bit rate, or believes that frame, and ends there without a word. So frames are counted by their
headers (ISO/IEC 11172-3 and 13818-3, 2.4.1.3 and 2.4.2.3), and such a file is read with a frame made up before it::

    on the disk   tags | Xing 400 | frame 1 | .. | frame 400 | Xing 300 | frame 1 | .. | frame 300 | tags
    as it is read        Xing 701 | frame 1 | .. | frame 400 | Xing 300 | frame 1 | .. | frame 300 | tags
"""

from __future__ import annotations

import io
import os
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

__all__ = ["Headed", "told_right"]

_KBPS = (
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),  # of the lower sample rates
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
)
_HERTZ = (44_100, 48_000, 32_000)  # of MPEG-1; half of it for MPEG-2, a quarter for 2.5
_KBPS_MADE_UP = 9  # a place in both rows whose frames have room for what is made up, at any sample rate
_MOST_FRAMES = 24 * 3600 * 42  # a day and more: nothing longer is read
_MOST_JUNK = 2**16  # bytes between two frames, or after a tag, that may be anything
_MOST_TAGS = 8  # one after the other before a sound
_FEW = 3  # frames: encoders do not agree which of theirs count


@dataclass(frozen=True)
class _Frame:
    """What a frame's header says: what all frames of a file have in common, samples, and bytes: of all, and of side information."""

    kind: int
    samples: int
    length: int
    side: int


@dataclass(frozen=True)
class _Told:
    """What a first frame without sound tells: frames after it, and bytes from it on; 0 for what it does not."""

    frames: int
    length: int


class Headed(io.RawIOBase):
    """A file without its first ``skipped`` bytes and with others before it; reading and seeking is all it can.

    Closing it closes the file.
    """

    def __init__(self, head: bytes, file: BinaryIO, skipped: int) -> None:
        super().__init__()
        self._head, self._file, self._skipped = head, file, skipped
        self._at = 0
        self._length = len(head) + _size(file) - skipped

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to an offset from the beginning, from here or from the end."""
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        return self._at

    def tell(self) -> int:
        """Offset from the beginning."""
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's name for both is private
        """Fill a buffer as far as there is something; return with how many bytes."""
        wanted = memoryview(buffer).cast("B")
        own = self._head[self._at : self._at + len(wanted)]
        wanted[: len(own)] = own
        self._file.seek(self._skipped + max(self._at + len(own) - len(self._head), 0))
        rest = self._file.read(len(wanted) - len(own))
        wanted[len(own) : len(own) + len(rest)] = rest
        self._at += len(own) + len(rest)
        return len(own) + len(rest)

    def close(self) -> None:
        """Close the file, too."""
        self._file.close()
        super().close()


def told_right(path: Path, claimed: int) -> Headed | None:
    """Open an MP3 of which libsndfile does not know how long it is, so that it does.

    Parameters
    ----------
    claimed : int
        Samples of each channel that libsndfile reads.

    Returns
    -------
    Headed or None
        None if that is right, or if the file does not begin with tags and a frame of layer III.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    with ExitStack() as stack:
        file = stack.enter_context(open(path, "rb", buffering=_MOST_JUNK))
        headed = _headed(file, claimed)
        if headed is not None:
            stack.pop_all()  # whoever reads it closes it
        return headed


def _headed(file: BinaryIO, claimed: int) -> Headed | None:
    size, start = _size(file), 0
    for _ in range(_MOST_TAGS):
        start = _after_tag(file, start)
    frame = _frame(_bytes(file, start, 4))
    if frame is None and start:  # tags may end in padding
        start, frame = _resynced(file, size, start, _MOST_JUNK, None)
    if frame is None:
        return None
    first, told = start, _told(_bytes(file, start, frame.length), frame)
    if told is not None:
        # As long as it tells: it is whole. Shorter: it was cut off, which whoever reads it finds out.
        if told.frames and told.length >= size - start:
            return None
        first += frame.length
    count = _counted(file, size, first, frame)
    if told is not None and told.frames:
        right = count <= told.frames + _FEW
    else:
        right = abs(count * frame.samples - claimed) <= frame.samples
    if right or not count:
        return None
    return Headed(_made_up(_bytes(file, start, 4), count), file, first)


def _told(content: bytes, frame: _Frame) -> _Told | None:
    """What a first frame tells; None if it is a frame of sound."""
    at = 4 + frame.side + (0 if content[1] & 1 else 2)  # a checksum
    if content[at : at + 4] not in (b"Xing", b"Info"):
        return None
    flags, *numbers = (int.from_bytes(content[at + 4 * k : at + 4 * k + 4], "big") for k in (1, 2, 3))
    frames = numbers.pop(0) if flags & 1 else 0
    return _Told(frames, numbers[0] if flags & 2 else 0)


def _counted(file: BinaryIO, size: int, at: int, like: _Frame) -> int:
    """Whole frames of one kind from an offset on; what lies between them is passed over."""
    count, junk_left = 0, _MOST_JUNK
    for _ in range(_MOST_FRAMES):
        frame = _frame(_bytes(file, at, 4))
        if frame is not None and frame.kind == like.kind:
            at += frame.length
            count += at <= size
            continue
        after = _after_tag(file, at)
        if after == at:
            after, frame = _resynced(file, size, at, junk_left, like)
            if frame is None:
                break
            junk_left -= after - at
        at = after
    return count


def _resynced(
    file: BinaryIO, size: int, at: int, most: int, like: _Frame | None
) -> tuple[int, _Frame | None]:
    """Where at most so many bytes on a frame begins that ends where another one does, or the file; and that frame."""
    junk = _bytes(file, at, most + 3)
    place = junk.find(0xFF)
    while place >= 0:
        frame = _frame(junk[place : place + 4])
        if frame is not None and (like is None or frame.kind == like.kind):
            end = at + place + frame.length
            after = _frame(_bytes(file, end, 4))
            if end == size or (after is not None and after.kind == frame.kind):
                return at + place, frame
        place = junk.find(0xFF, place + 1)
    return at, None


def _after_tag(file: BinaryIO, at: int) -> int:
    """Offset after the tag that begins here, or the same: ID3v2 before a sound, APE and ID3v1 after it."""
    head = _bytes(file, at, 32)
    if head[:3] == b"ID3" and len(head) >= 10:
        size = sum(byte << 7 * place for place, byte in enumerate(reversed(head[6:10])))  # 7 bits a byte
        return at + 10 + size + (10 if head[5] & 0x10 else 0)  # a footer
    if head[:8] == b"APETAGEX" and len(head) == 32:
        return at + 32 + int.from_bytes(head[12:16], "little")
    return at + 128 if head[:3] == b"TAG" else at


@lru_cache(maxsize=1024)
def _frame(header: bytes) -> _Frame | None:
    """What a header of 4 bytes says; None if it is none of layer III, or one of free length."""
    word = int.from_bytes(header, "big")
    version, layer, kbps, hertz = word >> 19 & 3, word >> 17 & 3, word >> 12 & 15, word >> 10 & 3
    if len(header) < 4 or word >> 21 != 0x7FF or version == 1 or layer != 1 or kbps in (0, 15) or hertz == 3:
        return None
    full, mono = version == 3, word >> 6 & 3 == 3
    rate = _HERTZ[hertz] >> {3: 0, 2: 1, 0: 2}[version]
    samples = 1152 if full else 576
    length = samples // 8 * _KBPS[full][kbps] * 1000 // rate + (word >> 9 & 1)
    return _Frame(word & 0xFFFE0C00, samples, length, ((17 if mono else 32) if full else (9 if mono else 17)))


def _made_up(header: bytes, count: int) -> bytes:
    """Make a frame without sound that tells how many come after it."""
    # No checksum, no padding, and a bit rate that has room.
    head = bytes([header[0], header[1] | 1, _KBPS_MADE_UP << 4 | header[2] & 0x0D, header[3]])
    frame = _frame(head)
    assert frame is not None, header
    told = b"Xing" + (1).to_bytes(4, "big") + count.to_bytes(4, "big")
    return (head + bytes(frame.side) + told).ljust(frame.length, b"\0")


def _bytes(file: BinaryIO, at: int, count: int) -> bytes:
    file.seek(at)
    return file.read(count)


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size
