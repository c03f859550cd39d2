"""The ``.codes`` file: one :class:`Codes`, small, always the same bytes, safe to open from a stranger.

::

    offset  bytes  what
    0       8      "DSTLCODE"
    8       2      version, u16, little-endian like all numbers here: 1, or 2 if the header is longer than 4 MiB
    10      4      length of the header, u32
    14      ...    header: JSON with sorted keys and no spaces, UTF-8
    ...     ...    payload: the codes in the order [C, K, S], each in ceil(log2(codebook_size)) bits,
                   the most significant first, the last byte filled up with zeros; deflated (zlib) where
                   that is smaller
    end-4   4      CRC-32 of everything before

The checksum tells accidents; the checks behind it do not rely on it. Sizes are computed from the header and
bounded before memory is taken; so is the number of values in it, for small ones cost dozens of times their bytes, where the
long texts of packed codes cost a few times theirs. (The model's own file is safetensors: :mod:`distill.library.model_file`.)
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from distill.codes.grid import Codes
from distill.codes.json_values import JSONError, dumps, loads
from distill.codes.limits import check_shape
from distill.codes.packing import bits_of, packed, unpacked
from distill.errors import BadCodes
from distill.replacing import replacing, why_not

__all__ = ["fitting", "from_bytes", "load", "save", "to_bytes", "write"]

_MAGIC = b"DSTLCODE"
_START = struct.Struct("<8sHI")  # magic, version, length of the header
_CHECKSUM = struct.Struct("<I")
_LARGEST_FILE = 64 * 2**20
# By version: the second holds longer lists of edits, as those of an hour of stereo, which begin with 5 MiB of what it was.
_LARGEST_HEADERS = {1: 4 * 2**20, 2: 48 * 2**20}
_MOST_VALUES = 2**20
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
    if _version_of(_header_of(codes, deflated=False)) is not None:
        return codes, ()
    said = (
        f"The list of edits does not fit into a file ({_room()}), so it was left out: the sound is "
        "the edited one, and its edits can be undone only where it is open now."
    )
    return replace(codes, edits=()), (said,)


def to_bytes(codes: Codes) -> bytes:
    """Return the bytes of a ``.codes`` file; equal codes give equal bytes.

    Raises
    ------
    BadCodes
        If they do not fit into a file of 64 MiB, or their edits into its header.
    """
    payload = packed(codes.grid, bits_of(codes.codebook_size))
    smaller = zlib.compress(payload, _DEFLATE_LEVEL)
    deflated = len(smaller) < len(payload)
    header = _header_of(codes, deflated=deflated)
    version = _version_of(header)
    if version is None:
        raise BadCodes(f"the list of edits does not fit into a file ({_room()}); save the sound without it.")
    body = _START.pack(_MAGIC, version, len(header)) + header + (smaller if deflated else payload)
    if len(body) + _CHECKSUM.size > _LARGEST_FILE:
        raise BadCodes(
            f"{codes.seconds:.0f} s of codes and their edits do not fit into a file ({_mib(_LARGEST_FILE)} at most); "
            "save shorter parts."
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
        most = _mib(_LARGEST_FILE)
        raise BadCodes(f"this is larger than {most}, which no .codes file is; choose another file.")
    if data[: len(_MAGIC)] != _MAGIC:
        raise BadCodes("this is not a .codes file; choose one that Distill has written.")
    if len(data) < _START.size + _CHECKSUM.size:
        raise _damaged("it ends too early")
    _, version, header_length = _START.unpack_from(data)
    if version not in _LARGEST_HEADERS:
        raise BadCodes(
            f"this is a .codes file of version {version}, and this Distill reads up to version {max(_LARGEST_HEADERS)}; "
            "update Distill, or encode the sound again."
        )
    if zlib.crc32(data[: -_CHECKSUM.size]) != _CHECKSUM.unpack(data[-_CHECKSUM.size :])[0]:
        raise _damaged("its checksum does not match")
    payload_start = _START.size + header_length
    longest = _LARGEST_HEADERS[version]
    if header_length > longest or payload_start > len(data) - _CHECKSUM.size:
        raise _damaged(f"its header is longer than the file or {_mib(longest)}")
    header = _header(data[_START.size : payload_start])
    bits = bits_of(header["codebook_size"])
    shape = (header["channels"], header["levels"], header["steps"])
    octets = _inflated(
        data[payload_start : -_CHECKSUM.size], math.prod(shape) * bits, deflated=header["deflated"]
    )
    return Codes(unpacked(octets, shape, bits), **{key: header[key] for key in _ABOUT})


def _header_of(codes: Codes, *, deflated: bool) -> bytes:
    C, K, S = codes.grid.shape
    about: dict[str, Any] = {key: getattr(codes, key) for key in _ABOUT}
    return dumps(about | {"channels": C, "levels": K, "steps": S, "deflated": deflated})


def _version_of(header: bytes) -> int | None:
    """Find the first version that takes a header; None if it fits into none."""
    if _num_values(header) > _MOST_VALUES:
        return None
    return next((version for version, most in _LARGEST_HEADERS.items() if len(header) <= most), None)


def _num_values(text: bytes) -> int:
    """Count what begins lists and mappings and parts values, in texts too: never less than half of the values."""
    return sum(text.count(sign) for sign in (b"[", b"{", b","))


def _room() -> str:
    return f"{_mib(max(_LARGEST_HEADERS.values()))} and {_MOST_VALUES} values at most"


def _mib(num_bytes: int) -> str:
    return f"{num_bytes // 2**20} MiB"


def _header(text: bytes) -> dict[str, Any]:
    """Read the header, with everything the payload's size depends on checked."""
    if _num_values(text) > _MOST_VALUES:
        raise _damaged(f"its header holds more than {_MOST_VALUES} values")
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
    octets = payload
    if deflated:
        inflate = zlib.decompressobj()
        try:
            octets = inflate.decompress(payload, expected + 1)
        except zlib.error:
            raise _damaged("its codes cannot be inflated") from None
        if not inflate.eof or inflate.unused_data:
            raise _damaged("its codes do not end where they should")
    if len(octets) != expected:
        raise _damaged(f"its codes take {len(octets)} bytes instead of {expected}")
    if num_bits % 8 and octets[-1] & (0xFF >> num_bits % 8):
        raise _damaged("there is something behind its last code")
    return octets


def _damaged(what: str) -> BadCodes:
    return BadCodes(f"this .codes file is damaged: {what}; use another copy, or encode the sound again.")
