"""Lines of results about new sound -> Markdown tables, as :mod:`bench.tables` does for the codec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.records import Record
from bench.tables import in_order, markdown, newest, number

__all__ = ["copying", "kinship", "making"]


def copying(lines: Sequence[Record]) -> str:
    """What new sounds share with their collection, beside what held-out real sounds share with it."""
    kept = in_order(newest(lines))
    if not kept:
        return ""
    header = [
        "collection", "prior", "perplexity", "8-grams of all levels %, new / real", "of level 1 %, new / real",
        "longest copied run, s, new / real",
    ]  # fmt: skip
    rows = []
    for line in kept:
        new, real = line["novelty"], line["real"] or {}
        rows.append(
            [
                line["key"]["collection"],
                line["choice"],
                f"{line['perplexity']:.1f}",
                f"{_percent(new['overlap'])} / {_percent(real.get('overlap'))}",
                f"{_percent(_first(new))} / {_percent(_first(real))}",
                f"{new['copied_seconds']:.2f} / {number(real.get('copied_seconds'))}",
            ]
        )
    return markdown(header, rows, words=(0, 1))


def kinship(lines: Sequence[Record]) -> str:
    """Kernel distance of new sounds to every collection, their own in bold; and whether the nearest is their own.

    Behind the others stands how far the real sounds of the two collections lie apart: nearer, they cannot be told apart.
    """
    kept = in_order(newest(lines))
    if not kept:
        return ""
    names = sorted({name for line in kept for name in line["distance"]})
    rows = []
    for line in kept:
        own = line["key"]["collection"]
        apart = line.get("apart", {})
        cells = [_cell(line["distance"].get(name), bold=name == own, real=apart.get(name)) for name in names]
        surely = sum(interval["low"] > 0 for interval in line["farther"].values())
        rows.append([own, *cells, f"{surely} of {len(line['farther'])}"])
    return markdown(
        ["new sounds of", *(f"to {name}" for name in names), "surely farther from"], rows, words=(0,)
    )


def making(lines: Sequence[Record]) -> str:
    """How fast new sound is made, and whether a long piece holds together."""
    kept = in_order(newest(lines))
    if not kept:
        return ""
    header = [
        "collection", "prior", "x real time", "first second heard after, s", "long piece, s", "seam, dB",
        "longest exact repetition, s, new / collection", "silent %",
    ]  # fmt: skip
    rows = []
    for line in kept:
        long = line["long"]
        seam = "-" if long["seam_db"] is None else f"{long['seam_db']:.1f}"
        rows.append(
            [
                line["key"]["collection"],
                line["choice"],
                f"{line['times_real_time']:.0f}",
                f"{line['first_sound_seconds']:.2f}",
                f"{long['seconds']:g}",
                seam,
                f"{long['repeated_seconds']:.2f} / {long['repeated_by_collection_seconds']:.2f}",
                _percent(long["silent_share"]),
            ]
        )
    return markdown(header, rows, words=(0, 1))


def _first(figures: Mapping[str, Any]) -> float | None:
    by_level = figures.get("overlap_by_level")
    return by_level[0] if by_level else None


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f}"


def _cell(interval: Mapping[str, float] | None, *, bold: bool, real: float | None = None) -> str:
    if interval is None:
        return "-"
    text = f"{interval['value']:.2f} ({interval['low']:.2f} to {interval['high']:.2f})"
    if real is not None:
        text += f", real {real:.2f}"
    return f"**{text}**" if bold else text
