"""The ``.codes`` file: one :class:`Codes`, small, always the same bytes, safe to open from a stranger.

::

    offset  bytes  what
    0       8      "DSTLCODE"
    8       2      version, u16, little-endian like all numbers here
    10      4      length of the header, u32
    14      ...    header: JSON with sorted keys and no spaces, UTF-8
    ...     ...    payload: the codes in the order [C, K, S], each in ceil(log2(codebook_size)) bits,
                   the most significant first, the last byte filled up with zeros; deflated (zlib) where
                   that is smaller
    end-4   4      CRC-32 of everything before

The checksum tells accidents; the checks behind it do not rely on it. Sizes are computed from the header and
bounded before memory is taken. (The model's own file is safetensors: :mod:`distill.library.model_file`.)
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from distill.codes.grid import Codes
from distill.codes.json_values import JSONError, dumps, loads
from distill.codes.limits import Grid, check_shape
from distill.errors import BadCodes
from distill.replacing import replacing, why_not

__all__ = ["fitting", "from_bytes", "load", "save", "to_bytes", "write"]

_MAGIC = b"DSTLCODE"
_VERSION = 1
_START = struct.Struct("<8sHI")  # magic, version, length of the header
_CHECKSUM = struct.Struct("<I")
_LARGEST_FILE = 64 * 2**20
_LARGEST_HEADER = 4 * 2**20
_CHUNK = 2**18  # codes unpacked at a time: a multiple of 8, so that chunks begin on whole bytes
_DEFLATE_LEVEL = 9

_ABOUT = [
    "codebook_size",
    "edits",
    "fingerprint",
    "gain_db",
    "model",
    "num_samples",
    "source",
    "step_length",
    "step_rate",
]  # fields of Codes
_KEYS = {*_ABOUT, "channels", "levels", "steps", "deflated"}


def save(codes: Codes, path: Path | str) -> None:
    """Write codes to a file, whole or not at all.

    Raises
    ------
    BadCodes
        If they do not fit into a file of 64 MiB.
    NoSpace
        If the disk is full or the folder cannot be written.
    """
    write(to_bytes(codes), path)


def write(data: bytes, path: Path | str) -> None:
    """Write what :func:`to_bytes` returned to a file: for whoever makes sure of several before the first is written.

    Raises
    ------
    NoSpace
        As :func:`save`.
    """
    with replacing(path) as file:
        file.write(data)


def load(path: Path | str) -> Codes:
    """Read codes from a file.

    Raises
    ------
    BadCodes
        If there is no such file, or it is damaged, foreign, too large or of another version.
    """
    path = Path(path)
    try:
        if not path.is_file():  # neither a folder nor a pipe, which would wait for a writer for ever
            raise BadCodes(f"there is no file {str(path)!r}; choose a .codes file.")
        with open(path, "rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise BadCodes(f"{path.name!r} cannot be read: {why_not(error)}; choose a .codes file.") from None
    try:
        return from_bytes(data)
    except BadCodes as error:
        raise BadCodes(f"{path.name!r}: {error}") from None


def fitting(codes: Codes) -> tuple[Codes, tuple[str, ...]]:
    """Return codes as a file takes them: without their list of edits, where that is too long for any.

    Returns
    -------
    the codes, and a sentence if the list is left out
    """
    # Weighed with the longer of the two words that say whether the payload is deflated.
    if len(_header_of(codes, deflated=False)) <= _LARGEST_HEADER:
        return codes, ()
    said = (
        "The list of edits does not fit into a file (4 MiB at most), so it was left out: the sound is "
        "the edited one, and its edits can be undone only where it is open now."
    )
    return replace(codes, edits=()), (said,)


def to_bytes(codes: Codes) -> bytes:
    """Return the bytes of a ``.codes`` file; equal codes give equal bytes.

    Raises
    ------
    BadCodes
        If they do not fit into a file of 64 MiB, or their edits into a header of 4 MiB.
    """
    payload = _packed(codes.grid, _bits(codes.codebook_size))
    smaller = zlib.compress(payload, _DEFLATE_LEVEL)
    deflated = len(smaller) < len(payload)
    header = _header_of(codes, deflated=deflated)
    if len(header) > _LARGEST_HEADER:
        raise BadCodes(
            "the list of edits does not fit into a file (4 MiB at most); save the sound without it."
        )
    body = _START.pack(_MAGIC, _VERSION, len(header)) + header + (smaller if deflated else payload)
    if len(body) + _CHECKSUM.size > _LARGEST_FILE:
        raise BadCodes(
            f"{codes.seconds:.0f} s of codes do not fit into a file (64 MiB at most); save shorter parts."
        )
    return body + _CHECKSUM.pack(zlib.crc32(body))


def from_bytes(data: bytes) -> Codes:
    """Read the bytes of a ``.codes`` file.

    Raises
    ------
    BadCodes
        If they are damaged, foreign, too many or of another version.
    """
    if len(data) > _LARGEST_FILE:
        raise BadCodes("this is larger than 64 MiB, which no .codes file is; choose another file.")
    if data[: len(_MAGIC)] != _MAGIC:
        raise BadCodes("this is not a .codes file; choose one that Distill has written.")
    if len(data) < _START.size + _CHECKSUM.size:
        raise _damaged("it ends too early")
    _, version, header_length = _START.unpack_from(data)
    if version != _VERSION:
        raise BadCodes(
            f"this is a .codes file of version {version}, and this Distill reads version {_VERSION}; "
            "update Distill, or encode the sound again."
        )
    if zlib.crc32(data[: -_CHECKSUM.size]) != _CHECKSUM.unpack(data[-_CHECKSUM.size :])[0]:
        raise _damaged("its checksum does not match")
    payload_start = _START.size + header_length
    if header_length > _LARGEST_HEADER or payload_start > len(data) - _CHECKSUM.size:
        raise _damaged("its header is longer than the file or 4 MiB")
    header = _header(data[_START.size : payload_start])
    bits = _bits(header["codebook_size"])
    shape = (header["channels"], header["levels"], header["steps"])
    packed = _inflated(
        data[payload_start : -_CHECKSUM.size], math.prod(shape) * bits, deflated=header["deflated"]
    )
    return Codes(_unpacked(packed, shape, bits), **{key: header[key] for key in _ABOUT})


def _header_of(codes: Codes, *, deflated: bool) -> bytes:
    C, K, S = codes.grid.shape
    about: dict[str, Any] = {key: getattr(codes, key) for key in _ABOUT}
    return dumps(about | {"channels": C, "levels": K, "steps": S, "deflated": deflated})


def _header(text: bytes) -> dict[str, Any]:
    """Read the header, with everything the payload's size depends on checked."""
    try:
        header = loads(text)
    except JSONError as fault:
        raise _damaged(f"in its header {fault}") from None
    if not isinstance(header, Mapping) or set(header) != _KEYS:
        raise _damaged("its header does not have the keys of this version")
    sizes = [header[key] for key in ("codebook_size", "channels", "levels", "steps")]
    if any(type(size) is not int for size in sizes) or type(header["deflated"]) is not bool:
        raise _damaged("the sizes in its header are not whole numbers")
    if not 2 <= sizes[0] <= 2**15:
        raise _damaged(f"its codebook size is {sizes[0]}")
    check_shape(*sizes[1:])
    if not isinstance(header["edits"], list):
        raise _damaged("its list of edits is no list")
    return dict(header)


def _inflated(payload: bytes, num_bits: int, *, deflated: bool) -> bytes:
    """Return the packed codes, which take exactly ``num_bits``; never more memory than that."""
    expected = -(-num_bits // 8)
    packed = payload
    if deflated:
        inflate = zlib.decompressobj()
        try:
            packed = inflate.decompress(payload, expected + 1)
        except zlib.error:
            raise _damaged("its codes cannot be inflated") from None
        if not inflate.eof or inflate.unused_data:
            raise _damaged("its codes do not end where they should")
    if len(packed) != expected:
        raise _damaged(f"its codes take {len(packed)} bytes instead of {expected}")
    if num_bits % 8 and packed[-1] & (0xFF >> num_bits % 8):
        raise _damaged("there is something behind its last code")
    return packed


def _bits(codebook_size: int) -> int:
    """Bits one code takes: ``ceil(log2(codebook_size))``."""
    return (codebook_size - 1).bit_length()


def _packed(grid: Grid, bits: int) -> bytes:
    """Write the codes [C, K, S] one behind the other in ``bits`` bits each."""
    flat = grid.reshape(-1)
    parts = []
    for start in range(0, flat.size, _CHUNK):
        words = flat[start : start + _CHUNK].astype(">u2")
        rows = np.unpackbits(words.view(np.uint8)).reshape(-1, 16)  # [codes, 16], the highest bit first
        parts.append(np.packbits(rows[:, 16 - bits :]).tobytes())
    return b"".join(parts)


def _unpacked(packed: bytes, shape: tuple[int, int, int], bits: int) -> npt.NDArray[np.int16]:
    """Undo :func:`_packed`."""
    flat = np.empty(math.prod(shape), np.int16)
    octets = np.frombuffer(packed, np.uint8)
    for start in range(0, flat.size, _CHUNK):
        stop = min(start + _CHUNK, flat.size)
        chunk = octets[start * bits // 8 : -(-stop * bits // 8)]
        rows = np.zeros((stop - start, 16), np.uint8)
        rows[:, 16 - bits :] = np.unpackbits(chunk, count=(stop - start) * bits).reshape(-1, bits)
        flat[start:stop] = np.packbits(rows).view(">u2")
    return flat.reshape(shape)


def _damaged(what: str) -> BadCodes:
    return BadCodes(f"this .codes file is damaged: {what}; use another copy, or encode the sound again.")
