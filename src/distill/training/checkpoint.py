"""A training on disk: one file, written whole or not at all, with the one before it kept.

``checkpoint.safetensors`` holds the tensors of a flattened state and, as its only metadata, sorted JSON:
format, version, SHA-256 of the tensors and of the layout, the layout itself. Unlike a model file it
belongs to one training, holds optimiser and random states, and is thrown away afterwards. No pickle.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import struct
from pathlib import Path
from typing import Any, NamedTuple

import safetensors.torch
import torch
from safetensors import SafetensorError

from distill.errors import NoSpace, TrainingFailed
from distill.replacing import sync_folder
from distill.training.tree import Flat, Json, unflatten

__all__ = ["BACKUP", "NEWEST", "Loaded", "load", "save"]

NEWEST = "checkpoint.safetensors"
BACKUP = "checkpoint.previous.safetensors"
PARTIAL = "checkpoint.safetensors.partial"
FORMAT = "distill checkpoint"
VERSION = 4
KEY = "distill"


class Loaded(NamedTuple):
    """A checkpoint that was read.

    Attributes
    ----------
    state : dict
        As it was flattened; tensors on the CPU.
    remark : str
        A sentence when the newest file was damaged and the one before it was read; else empty.
    """

    state: dict[str, Any]
    remark: str = ""


class _Damaged(Exception):
    """The file is not a whole checkpoint."""


def save(folder: Path, flat: Flat, *, keep_previous: bool = True) -> Path:
    """Write a checkpoint; the one that was newest becomes the backup.

    At every moment the newest file is whole: a copy beside it is written, flushed and then put in its place.

    Parameters
    ----------
    folder : Path
        Created if it is not there.
    flat : Flat
        A state from :func:`distill.training.tree.flatten`.
    keep_previous : bool
        False when the files in the folder belong to another training: they are removed.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    NoSpace
        If the disk is full or the folder cannot be written; the checkpoints that were there still are.
    """
    header = {"format": FORMAT, "version": VERSION, "layout": flat.layout, "sha256": _digest(flat)}
    content = safetensors.torch.save(flat.tensors, {KEY: json.dumps(header, sort_keys=True, allow_nan=False)})
    newest, backup, partial = folder / NEWEST, folder / BACKUP, folder / PARTIAL
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if not keep_previous:
                backup.unlink(missing_ok=True)
            elif newest.exists():
                _become(newest, backup)
            os.replace(partial, newest)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        sync_folder(folder)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise NoSpace(
            f"the training could not be saved in {folder}: {reason}; "
            f"it needs {2 * len(content) / 1e6:.1f} MB there, so free some space or make the folder writable."
        ) from error
    return newest


def load(folder: Path) -> Loaded | None:
    """Read the newest whole checkpoint.

    Returns
    -------
    Loaded or None
        None when there is no checkpoint.

    Raises
    ------
    TrainingFailed
        If every checkpoint is damaged, or the newest is of another version or not a checkpoint of ours.
    """
    present = [folder / name for name in (NEWEST, BACKUP) if (folder / name).exists()]
    for path in present:
        try:
            state = _read(path)
        except _Damaged:
            continue
        if path.name == NEWEST:
            return Loaded(state)
        missing_or_damaged = "is damaged" if (folder / NEWEST).exists() else "is missing"
        return Loaded(
            state,
            f"The newest checkpoint in {folder} {missing_or_damaged}; training goes on from the one before it, "
            "and repeats at most a few minutes.",
        )
    if present:
        raise TrainingFailed(
            f"every checkpoint in {folder} is damaged; start this training again from the beginning."
        )
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TrainingFailed(
            f"the checkpoint {path} cannot be read: {error.strerror}; make it readable, "
            "or start this training again from the beginning."
        ) from error
    try:
        (length,) = struct.unpack("<Q", content[:8])
        header = json.loads(json.loads(content[8 : 8 + length])["__metadata__"][KEY])
        given_format, version = header["format"], header["version"]
    except (struct.error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _Damaged from error
    if given_format != FORMAT or version != VERSION:
        raise TrainingFailed(
            f"the checkpoint {path} is of kind {given_format!r}, version {version}, and this Distill reads "
            f"{FORMAT!r}, version {VERSION}; resume it with the Distill that saved it, or start again "
            "from the beginning."
        )
    try:
        flat = Flat(safetensors.torch.load(content), header["layout"])
        if _digest(flat) != header["sha256"]:
            raise _Damaged
        state = unflatten(flat)
    except (SafetensorError, KeyError, ValueError, RuntimeError, RecursionError) as error:
        raise _Damaged from error
    if not isinstance(state, dict):
        raise _Damaged
    return state


def _digest(flat: Flat) -> str:
    """SHA-256 over names, kinds, shapes and values of all tensors, and over the layout."""
    digest = hashlib.sha256(_canonical(flat.layout))
    for name, tensor in sorted(flat.tensors.items()):
        digest.update(_canonical([name, str(tensor.dtype), list(tensor.shape)]))
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _canonical(value: Json) -> bytes:
    return json.dumps(value, sort_keys=True, allow_nan=False).encode()


def _become(newest: Path, backup: Path) -> None:
    """Make the newest file the backup too, so that there is a newest file at every moment."""
    backup.unlink(missing_ok=True)
    try:
        os.link(newest, backup)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES):
            raise
        os.replace(newest, backup)  # a disk without hard links (exFAT): the backup stands in for a moment
