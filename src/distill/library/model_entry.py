"""One model as lists show it: what its header says, in a few figures, without its weights."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from distill.errors import BadModelFile
from distill.library.card import card, num_sounds, number, text
from distill.library.model_header import read_header

__all__ = ["VERSION", "ModelEntry", "described", "entry_of"]

VERSION = 1  # of what an index keeps of a model; one higher whenever ``described`` tells something else


@dataclass(frozen=True)
class ModelEntry:
    """One model of the library, as a list shows it; what a damaged file does not tell is None.

    Attributes
    ----------
    name : str
    path : Path
    size_bytes : int
    seconds : float or None
        Length of the collection it was trained on.
    num_sounds : int or None
        Sounds in that collection.
    num_levels, codebook_size : int or None
    tier : str or None
    created : str or None
        Date and time, ISO 8601.
    tags : tuple of str
        What its owner files it under.
    fingerprint : str or None
        What its codes belong to.
    damaged : str or None
        One sentence on why the file cannot be used.
    """

    name: str
    path: Path
    size_bytes: int
    seconds: float | None = None
    num_sounds: int | None = None
    num_levels: int | None = None
    codebook_size: int | None = None
    tier: str | None = None
    created: str | None = None
    tags: tuple[str, ...] = ()
    fingerprint: str | None = None
    damaged: str | None = None


def described(path: Path) -> dict[str, Any]:
    """Tell about a model file what :func:`entry_of` needs, and its card for searching."""
    try:
        header = read_header(path)
    except BadModelFile as error:
        size = 0
        with suppress(OSError):  # it may have gone since the folder was read
            size = path.stat().st_size
        return {"size_bytes": size, "damaged": str(error)}
    return {
        "size_bytes": header.size_bytes,
        "seconds": number(header.collection.get("seconds")),
        "num_sounds": num_sounds(header),
        "num_levels": header.codec_config.num_levels,
        "codebook_size": header.codec_config.codebook_size,
        "tier": text(header.statistics.get("tier")),
        "created": text(header.statistics.get("created")),
        "tags": list(header.tags),
        "fingerprint": header.fingerprint,
        "card": card(header),
    }


def entry_of(path: Path, about: Mapping[str, Any]) -> ModelEntry:
    """Return the entry of a file that was described."""
    known = {field.name for field in fields(ModelEntry)} - {"name", "path", "tags"}
    told = {"size_bytes": 0} | {key: value for key, value in about.items() if key in known}
    return ModelEntry(name=path.stem, path=path, tags=tuple(about.get("tags", ())), **told)
