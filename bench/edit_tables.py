"""Lines of results about edits -> Markdown tables, as :mod:`bench.tables` does for the codec."""

from __future__ import annotations

from collections.abc import Sequence

from bench.records import Record
from bench.tables import in_order, markdown, newest

__all__ = ["RIGHT", "edits", "perceptual"]

RIGHT = 0.9  # share of trials that shall go the right way
_UNITS = {
    "brighter": "octaves", "darker": "octaves", "warmer": "dB", "colder": "dB", "louder": "dB", "softer": "dB",
    "rougher": "of 1", "smoother": "of 1", "denser": "dB a second", "sparser": "dB a second",
}  # fmt: skip


def perceptual(lines: Sequence[Record]) -> str:
    """Each edit at each amount in a row, a column a collection: own / foreign share right, how far, damage."""
    kept = in_order(newest(lines))
    if not kept:
        return ""
    header = ["edit"]
    for line in kept:
        name = line["key"]["collection"]
        header += [f"{name}: right way, own / foreign %", "moved", "changed in all"]
    header.append("note")
    rows = []
    for place, first in enumerate(kept[0]["own"]):
        row = [f"{first['operation']} {first['amount']:g}"]
        short = False
        for line in kept:
            both = [line[kind][place] for kind in ("own", "foreign") if kind in line]
            short = short or any(figures["right"] < RIGHT for figures in both)
            row.append(" / ".join(f"{100 * figures['right']:.0f}" for figures in both))
            row.append(
                f"{' / '.join(_short(figures['moved']) for figures in both)} {_UNITS[first['operation']]}"
            )
            row.append(" / ".join(f"{figures['damage']:.2f}" for figures in both))
        rows.append([*row, f"below {100 * RIGHT:.0f} %" if short else ""])
    return markdown(header, rows, words=(0, len(header) - 1))


def _short(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 1 else f"{value:.1f}"


def edits(lines: Sequence[Record]) -> str:
    """How long it takes until an edit is heard, and every operation alone, the slowest first."""
    kept = newest(lines)
    if not kept:
        return ""
    line = kept[-1]
    rows = [
        (f"0.5 s edited inside 10 s, {channels}: new sound ready", *_times(line["heard"][channels]), "300")
        for channels in ("mono", "stereo")
    ]
    rows.append(("one entry, decoded", *_times(line["entry"]), "100"))
    slowest = sorted(line["pure"].items(), key=lambda item: -item[1]["median_ms"])
    rows += [(f"{name}, 8 levels x 3,000 steps", *_times(times), "10") for name, times in slowest]
    return markdown(["what", "median ms", "first time, ms", "at most, ms"], rows)


def _times(times: Record) -> tuple[str, str]:
    return f"{times['median_ms']:.1f}", f"{times['first_ms']:.1f}"
