"""What a model file says about itself, read without its tensors and without torch.

A ``.distill`` file of format 2 is one safetensors file: the length of its header (u64), the header (JSON: name,
type, shape and place of each tensor), the tensors' bytes. The header's metadata has one key, ``distill``,
with the description (:mod:`distill.library.description`). This module reads and checks all that comes before the tensors, in a fraction of a
millisecond; :mod:`distill.library.model_file` reads the tensors and writes.

Nothing here trusts the file: it may be old, damaged or made to harm.
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeGuard

from distill.codes.json_values import JSON, JSONError, loads
from distill.codes.notes import Notes
from distill.config import CodecConfig
from distill.errors import BadModelFile
from distill.library.description import VERSION_1, damaged, is_version_1, read_description
from distill.replacing import why_not

__all__ = [
    "LARGEST_FILE",
    "LARGEST_HEADER",
    "METADATA_KEY",
    "ModelHeader",
    "TensorInfo",
    "open_model",
    "read_header",
    "read_start",
]

METADATA_KEY = "distill"
LARGEST_FILE = 4 * 2**30
LARGEST_HEADER = 16 * 2**20
# safetensors' names of the types a model may hold
ITEM_BYTES = {"F32": 4, "F64": 8, "I16": 2, "I32": 4, "I64": 8}

_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True)
class TensorInfo:
    """Type (a key of :data:`ITEM_BYTES`) and shape of one tensor."""

    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class ModelHeader:
    """All a model file says before its tensors.

    Attributes
    ----------
    name : str
        What it was called when it was trained.
    codec_config : CodecConfig
        From which the codec rebuilds itself.
    statistics, collection, training : mappings of JSON values
        How it turned out, what it was trained on, and how.
    fingerprint : str
        Of the codec (64 hexadecimal digits), as the file claims it; loading the tensors proves it.
    tensors : mapping of str to TensorInfo
        By full name, ``codec.`` included.
    size_bytes : int
        Of the whole file.
    entries_digest, prior_digest : str
        Of what was measured of its entries and of its prior, as the file claims it; empty where there is none.
    notes : mapping of (level, code) to Note
        The owner's names for entries.
    prior : mapping of JSON values
        What its prior says of itself; empty where there is none.
    tags : tuple of str
        What its owner files it under.
    """

    name: str
    codec_config: CodecConfig
    statistics: Mapping[str, JSON]
    collection: Mapping[str, JSON]
    training: Mapping[str, JSON]
    fingerprint: str
    tensors: Mapping[str, TensorInfo]
    size_bytes: int
    entries_digest: str = ""
    prior_digest: str = ""
    notes: Notes = field(default_factory=dict)
    prior: Mapping[str, JSON] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    @property
    def num_parameters(self) -> int:
        """Numbers the model has learnt."""
        return sum(
            math.prod(info.shape)
            for name, info in self.tensors.items()
            if info.dtype == "F32" and name.startswith("codec.")
        )


def read_header(path: Path | str) -> ModelHeader:
    """Read what a model file says about itself.

    Raises
    ------
    BadModelFile
        If there is no such file, or it is no model of this version, or its header is damaged or does not
        belong to a file of this size. Damage inside the tensors shows only when they are loaded.
    """
    with open_model(path) as file:
        return read_start(file, Path(path).name)[0]


def open_model(path: Path | str) -> BinaryIO:
    """Open a model file for reading.

    Raises
    ------
    BadModelFile
        If it is not there, or cannot be read.
    """
    path = Path(path)
    try:
        if not path.is_file():  # neither a folder nor a pipe, which would wait for a writer for ever
            raise BadModelFile(
                f"there is no file {str(path)!r}; choose a .distill file, or a model by its name."
            )
        return open(path, "rb")
    except OSError as error:
        raise BadModelFile(
            f"{path.name!r} cannot be read: {why_not(error)}; choose a .distill file."
        ) from None


def read_start(file: BinaryIO, shown: str) -> tuple[ModelHeader, bytes]:
    """Read up to where the tensors' bytes begin.

    Parameters
    ----------
    file
        At its beginning.
    shown : str
        Its name, for sentences.

    Returns
    -------
    header, and the bytes that were read

    Raises
    ------
    BadModelFile
        As :func:`read_header`.
    """
    size = os.fstat(file.fileno()).st_size
    if size > LARGEST_FILE:
        raise BadModelFile(f"{shown!r} is larger than 4 GiB, which no model is; choose another file.")
    start = file.read(_LENGTH.size)
    length = _LENGTH.unpack(start)[0] if len(start) == _LENGTH.size else 2**64
    if length > LARGEST_HEADER:
        raise _foreign(start, file, shown)
    text = file.read(length)
    if len(text) < length or text[:1] != b"{":
        raise damaged(shown, "it ends too early" if text[:1] == b"{" else "its header is no text")
    try:
        header = loads(text)
    except JSONError as fault:
        raise damaged(shown, f"in its header {fault}") from None
    metadata = header.pop("__metadata__", None)
    if not isinstance(metadata, dict) or not isinstance(metadata.get(METADATA_KEY), str):
        raise BadModelFile(f"{shown!r} is not a model of Distill; choose a .distill file.")
    description = read_description(metadata[METADATA_KEY], shown)
    tensors = _tensors(header, size - _LENGTH.size - length, shown)
    return (
        ModelHeader(
            name=description.name,
            codec_config=description.codec_config,
            statistics=description.statistics,
            collection=description.collection,
            training=description.training,
            fingerprint=description.fingerprint,
            tensors=tensors,
            size_bytes=size,
            entries_digest=description.entries_digest,
            prior_digest=description.prior_digest,
            notes=description.notes,
            prior=description.prior,
            tags=description.tags,
        ),
        start + text,
    )


def _foreign(start: bytes, file: BinaryIO, shown: str) -> BadModelFile:
    """Name a file that is no safetensors file; those of version 1 were pickles, which are never opened."""
    if start[:4] == b"PK\x03\x04" or (
        start[:1] == b"\x80" and start[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")
    ):
        return BadModelFile(VERSION_1)
    if start[:1] == b"{":
        try:
            if is_version_1(loads(start + file.read(LARGEST_HEADER))):
                return BadModelFile(VERSION_1)
        except JSONError:
            pass  # text of someone else's
    return BadModelFile(f"{shown!r} is not a model of Distill; choose a .distill file.")


def _tensors(header: Mapping[str, object], num_bytes: int, shown: str) -> dict[str, TensorInfo]:
    """Check that the tensors are of our types and fill the rest of the file, without gap or overlap."""
    places: list[tuple[int, int]] = []
    tensors = {}
    for name, info in header.items():
        if not isinstance(info, dict) or set(info) != {"dtype", "shape", "data_offsets"}:
            raise damaged(shown, f"the tensor {name[:80]!r} is not described as one")
        dtype, shape, place = info["dtype"], info["shape"], info["data_offsets"]
        if not isinstance(dtype, str) or dtype not in ITEM_BYTES:
            raise damaged(shown, f"the tensor {name[:80]!r} is of a type that no model holds")
        if not _are_sizes(shape) or not _are_sizes(place) or len(place) != 2:
            raise damaged(shown, f"the tensor {name[:80]!r} has no shape or place")
        if place[1] - place[0] != math.prod(shape) * ITEM_BYTES[dtype]:
            raise damaged(shown, f"the tensor {name[:80]!r} does not fit into its place")
        places.append((place[0], place[1]))
        tensors[name] = TensorInfo(dtype, tuple(shape))
    end = 0
    for first, last in sorted(places):
        if first != end:
            raise damaged(shown, "its tensors overlap, or have gaps between them")
        end = last
    if end != num_bytes:
        raise damaged(shown, f"its tensors take {end} bytes, and it has {num_bytes} for them")
    return tensors


def _are_sizes(value: object) -> TypeGuard[Sequence[int]]:
    return (
        isinstance(value, list) and len(value) <= 8 and all(type(size) is int and size >= 0 for size in value)
    )
