"""Takes of a small sound."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from distill.codes.grid import Codes
from distill.library.take_files import TakeRecord
from distill.library.takes import Takes

__all__ = ["CODES", "add", "numbers", "record", "refuse_once"]

CODES = Codes(
    np.arange(80).reshape(1, 2, 40) % 16,
    codebook_size=16,
    fingerprint="1a2b3c4d",
    model="A",
    num_samples=40_000,
)


def record(title: str = "rain", **known: Any) -> TakeRecord:
    values: dict[str, Any] = {
        "verb": "generate", "title": title, "path": f"/x/{title}.wav", "created": "2026-11-20T10:00:00+00:00",
        "model": "A", "fingerprint": "1a2b3c4d", "seconds": 0.8, "seed": 3,
    }  # fmt: skip
    return TakeRecord(**values | known)


def add(takes: Takes, title: str = "rain", **known: Any) -> int:
    return takes.add(record(title, **known), CODES)[0].number


def numbers(takes: Takes) -> list[int]:
    return [take.number for take in takes.list()[0]]


def refuse_once(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Let the system open no more files just when one is read."""
    whole = Path.read_bytes
    left = [path]

    def refused(self: Path) -> bytes:
        if self in left:
            left.remove(self)
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return whole(self)

    monkeypatch.setattr(Path, "read_bytes", refused)
