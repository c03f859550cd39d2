"""A model file with another description before the same tensors.

A file is written anew whole, its tensors byte for byte as they were: no weights are decoded, and the codec's fingerprint stays.
"""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from distill.codes.json_values import loads
from distill.library.description import Description, description_text
from distill.library.model_header import METADATA_KEY, open_model, read_start
from distill.replacing import replacing

__all__ = ["redescribe"]


def redescribe(path: Path, change: Callable[[Description], Description]) -> Description:
    """Let a model file say something else about itself; call it with the library's lock held.

    Parameters
    ----------
    change : function
        Of what it says to what it shall say; where both are equal, nothing is written.

    Returns
    -------
    Description
        What it says now.

    Raises
    ------
    BadModelFile, BadSetting, NoSpace
        One sentence each; then the file is as it was.
    """
    with open_model(path) as file:
        header, start = read_start(file, path.name)
        before = Description(**{field.name: getattr(header, field.name) for field in fields(Description)})
        after = change(before)
        said = description_text(after)
        if said == description_text(before):
            return after
        text = json.dumps(_with_description(start, said)).encode()
        text += b" " * (-len(text) % 8)  # safetensors keeps what follows aligned
        with replacing(path) as target:
            target.write(struct.pack("<Q", len(text)) + text)
            shutil.copyfileobj(file, target, 2**20)
    return after


def _with_description(start: bytes, text: str) -> dict[str, object]:
    """Return the JSON before the tensors, with another description and the same places."""
    header: dict[str, object] = loads(start[8:])
    header["__metadata__"] = {METADATA_KEY: text}
    return header
