"""Model files taken apart and put together wrongly."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from distill.codec.model import expected_tensors
from distill.codes.json_values import dumps
from distill.errors import BadModelFile
from distill.library.model_file import load

VERSION_1 = (
    "This model was made by Distill 1.0. Version 1.1 uses a new kind of model and cannot open it; "
    "train again from the same sounds."
)
Parts = tuple[dict[str, Any], bytes]


def parts_of(path: Path) -> Parts:
    """Split a file into the JSON before the tensors and their bytes."""
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def write_parts(path: Path, header: dict[str, Any] | bytes, body: bytes) -> None:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def describe(path: Path, change: Callable[[dict[str, Any]], object], *, sign: bool = True) -> None:
    """Change what a file says about itself, with a digest that is right (or the old one)."""
    header, body = parts_of(path)
    about = json.loads(header["__metadata__"]["distill"])
    change(about)
    if sign:
        rest = {key: value for key, value in about.items() if key != "sha256"}
        about["sha256"]["about"] = hashlib.sha256(dumps(rest)).hexdigest()
    header["__metadata__"]["distill"] = json.dumps(about)
    write_parts(path, header, body)


def refusal(path: Path) -> str:
    with pytest.raises(BadModelFile) as caught:
        load(path, expected=expected_tensors)
    return str(caught.value)


def damaged(what: str) -> str:
    return f"'bells.distill' is damaged: {what}; use another copy, or train again from the same sounds."
