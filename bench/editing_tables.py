"""Lines of results about the editor in a browser -> a Markdown table."""

from __future__ import annotations

from collections.abc import Sequence

from bench.records import Record
from bench.tables import markdown, newest

__all__ = ["editing"]

_HEARD = "gesture's end to new sound, 10 s clip"


def editing(lines: Sequence[Record]) -> str:
    """Each figure in a row, with what it may be at most; a column without a training, and one beside each."""
    runs = {line["key"].get("beside", ""): line for line in newest(lines)}
    if not runs:
        return ""
    ordered = [runs[beside] for beside in sorted(runs)]
    rows = [
        ("page ready, s", *(f"{line['ready_seconds']:.1f}" for line in ordered), "3"),
        (f"{_HEARD}, median ms", *(f"{line['heard_ms']['median']:.0f}" for line in ordered), "400"),
        (f"{_HEARD}, 95 % within ms", *(f"{line['heard_ms']['p95']:.0f}" for line in ordered), ""),
        (
            "grid of 8 x 3,000 drawn, median ms",
            *(f"{line['redraw_ms']['median']:.1f}" for line in ordered),
            "5",
        ),
        (
            "largest payload of an edit, kB",
            *(f"{line['payload_bytes'] / 1000:.1f}" for line in ordered),
            "80",
        ),
        ("minutes of editing", *(f"{line['key']['minutes']:g}" for line in ordered), ""),
        ("gestures in them", *(f"{line['gestures']:,}" for line in ordered), ""),
        ("page's memory, then, %", *(f"{100 * line['heap_growth']:+.1f}" for line in ordered), "+10"),
        ("server's memory, then, %", *(f"{100 * line['server_growth']:+.1f}" for line in ordered), "+10"),
    ]
    conditions = [
        f"beside a training on {beside}" if beside else "no training from the page" for beside in sorted(runs)
    ]
    return markdown(["what", *conditions, "at most"], rows)
