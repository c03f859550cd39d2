"""Lines of results about the editor in a browser -> a Markdown table."""

from __future__ import annotations

from collections.abc import Sequence

from bench.records import Record
from bench.tables import markdown, newest

__all__ = ["editing"]


def editing(lines: Sequence[Record]) -> str:
    """Each figure in a row, with what it may be at most."""
    kept = newest(lines)
    if not kept:
        return ""
    line = kept[-1]
    heard, redraw = line["heard_ms"], line["redraw_ms"]
    minutes, gestures = line["key"]["minutes"], line["gestures"]
    rows = [
        ("page ready, s", f"{line['ready_seconds']:.1f}", "3"),
        ("gesture's end to new sound, 10 s clip, median ms", f"{heard['median']:.0f}", "400"),
        ("gesture's end to new sound, 10 s clip, 95 % within ms", f"{heard['p95']:.0f}", ""),
        ("grid of 8 x 3,000 drawn, median ms", f"{redraw['median']:.1f}", "5"),
        ("largest payload of an edit, kB", f"{line['payload_bytes'] / 1000:.1f}", "80"),
        (
            f"page's memory, after {gestures:,} gestures in {minutes:g} min, %",
            f"{100 * line['heap_growth']:+.1f}",
            "+10",
        ),
        ("server's memory, the same time, %", f"{100 * line['server_growth']:+.1f}", "+10"),
    ]
    return markdown(["what", "measured", "at most"], rows)
