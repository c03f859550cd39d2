"""Lines of results about the editor in a browser -> a Markdown table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.records import Record
from bench.tables import markdown, newest

__all__ = ["editing"]

_HEARD = "gesture's end to new sound, 10 s clip"
_ROWS: tuple[tuple[str, Callable[[Record], str], str], ...] = (
    ("page ready, s", lambda line: f"{line['ready_seconds']:.1f}", "3"),
    (f"{_HEARD}, median ms", lambda line: f"{line['heard_ms']['median']:.0f}", "400"),
    (f"{_HEARD}, 95 % within ms", lambda line: f"{line['heard_ms']['p95']:.0f}", ""),
    ("grid of 8 x 3,000 drawn, median ms", lambda line: f"{line['redraw_ms']['median']:.1f}", "5"),
    ("largest payload of an edit, kB", lambda line: f"{line['payload_bytes'] / 1000:.1f}", "80"),
    ("minutes of editing", lambda line: f"{line['key']['minutes']:g}", ""),
    ("gestures in them", lambda line: f"{line['gestures']:,}", ""),
    ("page's memory, then, %", lambda line: f"{100 * line['heap_growth']:+.1f}", "+10"),
    ("server's memory, then, %", lambda line: f"{100 * line['server_growth']:+.1f}", "+10"),
)  # what, how it is told, what it may be at most


def editing(lines: Sequence[Record]) -> str:
    """Each figure in a row, with what it may be at most; a column without a training, and one beside each."""
    newest_of = {line["key"].get("beside", ""): line for line in newest(lines)}
    if not newest_of:
        return ""
    runs = {beside: newest_of[beside] for beside in sorted(newest_of)}
    conditions = [
        f"beside a training on {beside}" if beside else "no training from the page" for beside in runs
    ]
    rows = [(what, *map(told, runs.values()), most) for what, told, most in _ROWS]
    return markdown(["what", *conditions, "at most"], rows)
