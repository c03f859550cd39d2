"""What the command line says once: results on stdout, everything else on stderr.

With ``--json`` stdout carries exactly one document. What is drawn again and again while work goes on is in
:mod:`distill.cli.display`.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from distill.progress import Progress

if TYPE_CHECKING:
    from distill.api import BinRoom
    from distill.library.bin import Binned

__all__ = ["as_take", "document", "error_console", "line", "said", "table", "tell_bin_room", "tell_binned"]

error_console = Console(stderr=True, highlight=False)
PIPED_WIDTH = 240  # columns of a table that is not shown on a terminal, where nothing should be cut off


def _output() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPED_WIDTH)


def line(sentence: str, *, style: str = "") -> None:
    """Say one sentence on stdout; it is never wrapped, so that paths can be copied."""
    _output().print(Text(sentence, style=style), soft_wrap=True)


def table(columns: Sequence[str], rows: Iterable[Iterable[str | Text]]) -> None:
    """Print a table on stdout."""
    grid = Table(box=None, pad_edge=False, header_style="bold", show_header=any(columns))
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    _output().print(grid)


def as_take(number: int | None) -> str:
    """Say which take of the history a sound is, if it is one."""
    return "" if number is None else f", take {number}"


def said(event: Progress) -> None:
    """Say on stderr what a verb that takes no time has to tell; a :data:`distill.progress.Report`."""
    if event.message:
        error_console.print(Text(event.message, style="yellow"), soft_wrap=True)


def tell_binned(kind: str, binned: Sequence[Binned], *, as_json: bool) -> None:
    """List what lies in the bin, the last deleted first."""
    if as_json:
        document({"bin": [{"name": one.name, "path": one.path} for one in reversed(binned)]})
        return
    if not binned:
        line(f"There are no {kind} in the bin.")
        return
    table(("in the bin", "file"), [(one.name, str(one.path)) for one in reversed(binned)])


def tell_bin_room(kind: str, room: BinRoom) -> None:
    """Say how much room the bin of models or presets needs, if there is anything in it."""
    if room.num:
        line(
            f"The bin of {kind} holds {room.num}, {room.size_bytes / 1e6:.1f} MB in all (distill {kind} empty-bin makes room).",
            style="dim",
        )


def document(value: Mapping[str, Any]) -> None:
    """Print the one JSON document of a command that was called with ``--json``."""
    # ASCII alone, because a file's name need not be text that every terminal can print.
    sys.stdout.write(json.dumps(_plain(value), indent=2, allow_nan=False) + "\n")
    sys.stdout.flush()


def _plain(value: Any) -> Any:
    """Turn paths into strings, tuples into lists, and numbers that JSON has no word for into null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
