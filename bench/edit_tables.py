"""Lines of results about edits -> Markdown tables, as :mod:`bench.tables` does for the codec."""

from __future__ import annotations

from collections.abc import Sequence

from bench.records import Record
from bench.tables import in_order, markdown, newest

__all__ = ["RIGHT", "blends", "edits", "perceptual", "swaps"]

RIGHT = 0.9  # share of trials that shall go the right way
_UNITS = {
    "brighter": "octaves", "darker": "octaves", "warmer": "dB", "colder": "dB", "louder": "dB", "softer": "dB",
    "rougher": "of 1", "smoother": "of 1", "denser": "dB a second", "sparser": "dB a second",
}  # fmt: skip


def perceptual(lines: Sequence[Record]) -> str:
    """Each edit at each amount in a row, columns of each collection: own / foreign share right, heard wrong, how far, damage."""
    kept = in_order(newest(lines))
    if not kept:
        return ""
    header = ["edit"]
    for line in kept:
        name = line["key"]["collection"]
        header += [f"{name}: right way, own / foreign %", "heard the wrong way %", "moved", "changed in all"]
    header.append("note")
    rows = []
    for operation, amount in _asked(kept):
        row = [f"{operation} {amount:g}"]
        short = False
        for line in kept:
            both = [_found(line[kind], operation, amount) for kind in ("own", "foreign") if kind in line]
            short = short or any(figures and figures["right"] < RIGHT for figures in both)
            row.append(" / ".join(f"{100 * figures['right']:.0f}" if figures else "-" for figures in both))
            row.append(" / ".join(f"{100 * figures['wrong']:.0f}" if figures else "-" for figures in both))
            moved = " / ".join(_short(figures["moved"]) if figures else "-" for figures in both)
            row.append(f"{moved} {_UNITS[operation]}")
            row.append(" / ".join(f"{figures['damage']:.2f}" if figures else "-" for figures in both))
        rows.append([*row, f"below {100 * RIGHT:.0f} %" if short else ""])
    rows.append(["all trials", *(cell for line in kept for cell in _in_all(line)), ""])
    return markdown(header, rows, words=(0, len(header) - 1))


def _in_all(line: Record) -> list[str]:
    """Shares over all trials of a line, each edit counting as often as it was tried: right, heard wrong; the rest is empty."""
    cells = []
    for what in ("right", "wrong"):
        shares = []
        for kind in ("own", "foreign"):
            rows = line.get(kind, ())
            trials = sum(row["trials"] for row in rows)
            if trials:
                shares.append(f"{100 * sum(row['trials'] * row[what] for row in rows) / trials:.0f}")
        cells.append(" / ".join(shares))
    return [*cells, "", ""]


def _asked(lines: Sequence[Record]) -> list[tuple[str, float]]:
    """Operations and amounts in the order in which they first come up."""
    found = [
        (row["operation"], row["amount"])
        for line in lines
        for kind in ("own", "foreign")
        for row in line.get(kind, ())
    ]
    return list(dict.fromkeys(found))


def _found(rows: Sequence[Record], operation: str, amount: float) -> Record | None:
    return next((row for row in rows if (row["operation"], row["amount"]) == (operation, amount)), None)


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


def swaps(lines: Sequence[Record]) -> str:
    """Each level in a row, a column a collection: how far swapping it moves rhythm and timbre, % of the way."""
    kept = in_order(newest(lines))
    header = ["levels swapped", *(f"{_collection(line)}: rhythm / timbre %" for line in kept)]
    groups = list(dict.fromkeys(tuple(row["levels"]) for line in kept for row in line["levels"]))
    rows = []
    for levels in sorted(groups, key=lambda group: (len(group), group)):
        cells = []
        for line in kept:
            found = next((row for row in line["levels"] if tuple(row["levels"]) == levels), None)
            cells.append(f"{100 * found['rhythm']:.0f} / {100 * found['timbre']:.0f}" if found else "-")
        name = str(levels[0]) if len(levels) == 1 else f"{levels[0]} to {levels[-1]}"
        rows.append([name, *cells])
    return markdown(header, rows)


def blends(lines: Sequence[Record]) -> str:
    """Each amount in a row, two columns a collection and method: distances to A and B, and the steps between."""
    kept = in_order(newest(lines))
    columns = [(line, method) for line in kept for method in ("embed", "choose") if method in line["sweeps"]]
    header = ["amount"]
    for line, method in columns:
        header += [f"{_collection(line)}, {method}: to A / to B %", "step, mean / largest %"]
    rows = []
    for place, first in enumerate(kept[0]["sweeps"]["embed"] if kept else ()):
        row = [f"{first['amount']:g}"]
        for line, method in columns:
            figures = line["sweeps"][method][place]
            row.append(f"{100 * figures['to_a']:.0f} / {100 * figures['to_b']:.0f}")
            row.append(f"{100 * figures['step']:.0f} / {100 * figures['largest_step']:.0f}" if place else "-")
        rows.append(row)
    return markdown(header, rows)


def _collection(line: Record) -> str:
    return f"{line['key']['collection']} ({line['codebook_size']} entries)"
