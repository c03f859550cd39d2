"""Results as JSON lines: one line a run, appended whole, read back, found by key.

A run that was killed while it wrote leaves a torn last line; it counts as not run, and the next line
starts afresh behind it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["Record", "append", "find", "read"]

Record = dict[str, Any]


def append(path: Path, record: Mapping[str, Any]) -> None:
    """Write one line at the end of the file, on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(record, sort_keys=True, allow_nan=False).encode() + b"\n"
    with path.open("ab+") as file:
        if file.tell() > 0:
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = b"\n" + line
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> list[Record]:
    """Return the lines of a file, oldest first; torn ones are left out, a missing file is empty."""
    if not path.exists():
        return []
    records: list[Record] = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(record, dict):
            records.append(record)
    return records


def find(records: list[Record], key: Mapping[str, Any]) -> Record | None:
    """Return the newest record whose ``key`` is this one."""
    return next((record for record in reversed(records) if record.get("key") == dict(key)), None)
