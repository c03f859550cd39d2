"""Lines of results about priors -> Markdown tables, as :mod:`bench.tables` does for the codec."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from bench.records import Record
from bench.tables import in_order, markdown, newest

__all__ = ["gains", "priors", "rewrites", "speeds", "steering"]

STEP_RATE = 46.875  # steps a second
COUNTED = "ngram"


def priors(lines: Sequence[Record]) -> str:
    """Bits a code on sounds never seen: each collection and size in a row, a column a kind; means over seeds.

    Behind the mean stand the smallest and the largest where there are several seeds. The last columns name the best
    kind and how far it lies below the counts.
    """
    kept = in_order(newest(lines))
    if not kept:
        return ""
    kinds = list(dict.fromkeys(line["key"]["kind"] for line in kept))
    header = ["collection", "sounds", "steps", "seeds", *kinds, "best", "below the counts"]
    rows = []
    for group in _groups(kept):
        bits = {kind: [line["bits"] for line in group if line["key"]["kind"] == kind] for kind in kinds}
        means = {kind: fmean(values) for kind, values in bits.items() if values}
        best = min(means, key=lambda kind: means[kind])
        below = f"{100 * (1 - means[best] / means[COUNTED]):.0f} %" if COUNTED in means else "-"
        rows.append(
            [
                _name(group[0]),
                str(group[0]["sounds"]),
                f"{fmean(line['steps'] for line in group):.0f}",
                str(max(len(values) for values in bits.values())),
                *(_spread(bits[kind]) for kind in kinds),
                best,
                below,
            ]
        )
    return markdown(header, rows, words=(0, len(header) - 2))


def speeds(lines: Sequence[Record]) -> str:
    """Each kind in a row: how many times real time it samples, how long it takes to make, how large it is."""
    kept = newest(lines)
    if not kept:
        return ""
    rows = []
    for kind in dict.fromkeys(line["key"]["kind"] for line in kept):
        own = [line for line in kept if line["key"]["kind"] == kind]
        times = [line["steps_a_second"] / STEP_RATE for line in own]
        seconds = [line["seconds"] for line in own]
        numbers = [line["parameters"] / 1e6 for line in own]
        rows.append(
            [kind, f"{min(times):.0f} to {max(times):.0f}", f"{min(seconds):.0f} to {max(seconds):.0f}",
             f"{min(numbers):.2f} to {max(numbers):.2f}"]
        )  # fmt: skip
    return markdown(["prior", "x real time, sampling", "seconds until it is there", "million numbers"], rows)


def gains(lines: Sequence[Record]) -> str:
    """Bits a code on sounds learnt from / never seen: what remembers shows by how far they lie apart."""
    kept = in_order(newest(lines))
    if not kept:
        return ""
    kinds = list(dict.fromkeys(line["key"]["kind"] for line in kept))
    rows = []
    for group in _groups(kept):
        cells = []
        for kind in kinds:
            own = [line for line in group if line["key"]["kind"] == kind]
            both = (fmean(line[part] for line in own) for part in ("own_bits", "bits")) if own else ()
            cells.append(" / ".join(f"{value:.2f}" for value in both) or "-")
        rows.append([_name(group[0]), str(group[0]["sounds"]), *cells])
    return markdown(["collection", "sounds", *kinds], rows)


def rewrites(lines: Sequence[Record]) -> str:
    """What the edges of rewritten parts cost beside those of random pastes, and how loud they are."""
    kept = in_order(newest(lines))
    if not kept:
        return ""
    header = [
        "collection", "parts", "edges, bits a code, rewritten / random paste", "rewritten fits better %",
        "level against what is around, dB, rewritten / as it was", "off by, dB, rewritten / as it was", "seconds",
    ]  # fmt: skip
    rows = [
        [
            line["key"]["collection"],
            str(line["rewritten"]),
            f"{line['seam_bits']:.2f} / {line['paste_bits']:.2f}",
            f"{100 * line['below']:.0f}",
            f"{line['level_db']:+.1f} / {line['level_was_db']:+.1f}",
            f"{line['off_db']:.1f} / {line['off_was_db']:.1f}",
            f"{line['seconds']:.1f}",
        ]
        for line in kept
    ]
    return markdown(header, rows, words=(0,))


def steering(lines: Sequence[Record]) -> str:
    """Each word: how often more of it was more, and how far apart the two ways lie."""
    kept = in_order(newest(lines))
    if not kept:
        return ""
    words = [row["word"] for row in kept[0]["words"]]
    rows = []
    for line in kept:
        cells = {row["word"]: f"{100 * row['right']:.0f} ({_moved(row['moved'])})" for row in line["words"]}
        rows.append([line["key"]["collection"], *(cells.get(word, "-") for word in words)])
    return markdown(["collection", *(f"{word}, right % (moved)" for word in words)], rows, words=(0,))


def _moved(far: float) -> str:
    return f"{far:+.1f}" if abs(far) >= 1 else f"{far:+.3f}"


def _groups(lines: Sequence[Record]) -> list[list[Record]]:
    """Lines that differ in kind and seed only, collections together, small sizes first."""
    groups: dict[tuple[str, str, int], list[Record]] = {}
    for line in lines:
        groups.setdefault((line["key"]["collection"], _name(line), line["key"]["size"]), []).append(line)
    order = list(dict.fromkeys((collection, name) for collection, name, _ in groups))
    return [groups[place] for place in sorted(groups, key=lambda place: (order.index(place[:2]), place[2]))]


def _name(line: Record) -> str:
    key = line["key"]
    versions = f", {key['versions']} versions" if key["versions"] else ""
    return f"{key['collection']} ({key['model']}, {key['minutes']:g} min{versions})"


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "-"
    mean = f"{fmean(values):.2f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.2f} to {max(values):.2f})"
