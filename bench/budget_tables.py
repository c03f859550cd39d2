"""Lines of :mod:`bench.quality` with several budgets for one collection -> a table of what more time brings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.records import Record
from bench.tables import budget, in_order, markdown, newest, usual

__all__ = ["budgets", "compared"]


def compared(lines: Sequence[Record]) -> list[Record]:
    """Of each collection that was trained with several budgets all runs, the least budget first."""
    kept = newest(lines)
    least = usual(lines)
    several = {line["key"]["collection"] for line in kept if line not in least}
    return in_order(sorted((line for line in kept if line["key"]["collection"] in several), key=budget))


def budgets(lines: Sequence[Record]) -> str:
    """Each budget in a row: steps, distances and opinions; two figures in a cell are own / never seen."""
    header = ["collection", "tier", "minutes", "steps", "best at", "mel", "mel ceiling, own"]
    header += ["ViSQOL", "NSIM", "STFT", "mel, level 1 alone"]
    rows = []
    for line in compared(lines):
        said, parts = line["training"]["statistics"], (line["own"], line["unseen"])
        rows.append(
            [
                line["key"]["collection"],
                line["key"]["tier"],
                f"{line['key']['minutes']:g}",
                f"{said['steps']:,}",
                f"{said['best_step']:,}",
                _both(part["model"]["mel_mid"] for part in parts),
                f"{line['own']['mel_ceiling']['mel_mid']:.2f}",
                *(_both(part["model"][kind] for part in parts) for kind in ("visqol", "nsim", "stft")),
                _both(part["ladder"][0] for part in parts),
            ]
        )
    return markdown(header, rows, words=(0, 1))


def _both(figures: Iterable[float | None]) -> str:
    return " / ".join("-" if figure is None else f"{figure:.2f}" for figure in figures)
