"""What was exported, told in a table or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from distill.cli.telling import document, line, table

if TYPE_CHECKING:
    from distill.api import Exported

__all__ = ["tell_exported"]


def tell_exported(files: Sequence[Exported], *, as_json: bool) -> None:
    """Tell which files were written, how, and what their owner should know."""
    if as_json:
        document({"files": [asdict(file) for file in files]})
        return
    table(
        ["file", "format", "length", "true peak", "loudness"],
        [
            (
                str(file.path),
                _encoding(file),
                f"{file.seconds:.2f} s",
                *(_level(*one) for one in _levels(file)),
            )
            for file in files
        ],
    )
    for file in files:
        for sentence in file.sentences:
            line(f"{file.path.name}: {sentence}")


def _encoding(file: Exported) -> str:
    depth = {None: "", 32: ", 32 bit float"}.get(file.depth, f", {file.depth} bit")
    return f"{file.format}, {file.rate / 1000:g} kHz{depth}"


def _levels(file: Exported) -> tuple[tuple[float, str], ...]:
    return (file.true_peak_dbtp, "dBTP"), (file.lufs, "LUFS")


def _level(value: float, unit: str) -> str:
    return "silent" if value == float("-inf") else f"{value:.1f} {unit}"
