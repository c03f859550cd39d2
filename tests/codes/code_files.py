"""A .codes file written by hand, and how to write others."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np

from distill.codes.grid import Codes
from distill.codes.json_values import dumps

FINGERPRINT = "1a2b3c4d" * 8
SMALL = Codes(
    np.array([[[0, 1, 2], [3, 4, 5]]]),
    codebook_size=6,
    fingerprint=FINGERPRINT,
    model="A",
    num_samples=2500,
    source="a.wav",
    gain_db=-1.5,
    edits=({"seed": 1, "operation": "mirror"},),
)
HEADER: dict[str, Any] = {
    "channels": 1,
    "codebook_size": 6,
    "deflated": False,
    "edits": [{"operation": "mirror", "seed": 1}],
    "fingerprint": FINGERPRINT,
    "gain_db": -1.5,
    "levels": 2,
    "model": "A",
    "num_samples": 2500,
    "source": "a.wav",
    "step_length": 1024,
    "step_rate": 46.875,
    "steps": 3,
}
PAYLOAD = bytes([0b000_001_01, 0b0_011_100_1, 0b01_000000])  # 0 1 2, 3 4 5 in three bits each, filled up


def file_of(header: bytes | dict[str, Any], payload: bytes = PAYLOAD, *, version: int = 1) -> bytes:
    """Bytes of a file with a checksum that is right."""
    text = header if isinstance(header, bytes) else dumps(header)
    body = b"DSTLCODE" + struct.pack("<HI", version, len(text)) + text + payload
    return body + struct.pack("<I", zlib.crc32(body))


def damaged(what: str) -> str:
    return f"this .codes file is damaged: {what}; use another copy, or encode the sound again."
