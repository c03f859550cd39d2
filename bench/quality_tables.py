"""Lines of :mod:`bench.quality` -> tables: how near sounds come back, how codebooks are used, what more time brings.

A budget of minutes holds half as many steps on one processor as on another, so runs of two processors stand beside each other and
neither takes the other's place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.records import Record
from bench.tables import in_order, markdown, newest, number

__all__ = ["budgets", "codebooks", "compared", "quality", "usual"]


def usual(lines: Sequence[Record]) -> list[Record]:
    """Of each collection the newest runs with the least budget; what longer ones bring has a table of its own."""
    kept = _newest(lines)
    least = {
        name: min(_budget(line) for line in kept if line["key"]["collection"] == name)
        for name in {line["key"]["collection"] for line in kept}
    }
    return [line for line in kept if _budget(line) == least[line["key"]["collection"]]]


def compared(lines: Sequence[Record]) -> list[Record]:
    """Of each collection that was trained with several budgets all runs, the least budget first."""
    kept = _newest(lines)
    least = usual(lines)
    several = {line["key"]["collection"] for line in kept if line not in least}
    return in_order(sorted((line for line in kept if line["key"]["collection"] in several), key=_budget))


def quality(lines: Sequence[Record]) -> str:
    """Each collection in a row, with the ceilings of its sounds; two figures in a cell are own / never seen.

    Mel distances are of the mono sum, but for the last column, which is of left and right. What a search brings was not measured
    before 2026-11-29.
    """
    header = ["collection", "processor", "steps", "mel, own", "mel, unseen", "mel, searched"]
    header += ["mel ceiling", "linear ceiling", "ViSQOL", "ViSQOL, searched", "NSIM, own", "STFT, own"]
    header += ["mel left/right"]
    kept = in_order(usual(lines))
    runs = [(line["key"]["collection"], _processor(line)) for line in kept]
    rows = []
    for line, run in zip(kept, runs, strict=True):
        own, unseen = parts = (line["own"], line["unseen"])
        rows.append(
            [
                run[0] if runs.count(run) == 1 else _run(line),
                run[1],
                _steps(line),
                number(own["model"]["mel_mid"]),
                number(unseen["model"]["mel_mid"]),
                _both(part.get("searched", {}).get("mel_mid") for part in parts),
                *(
                    _both(part[ceiling]["mel_mid"] for part in parts)
                    for ceiling in ("mel_ceiling", "linear_ceiling")
                ),
                _both(part["model"]["visqol"] for part in parts),
                _both(part.get("searched", {}).get("visqol") for part in parts),
                number(own["model"]["nsim"]),
                number(own["model"]["stft"]),
                _both(part["model"]["mel"] for part in parts),
            ]
        )
    return markdown(header, rows, words=(0, 1))


def codebooks(lines: Sequence[Record]) -> str:
    """Utilisation and perplexity of every level over one full encode of the sounds trained on."""
    header = ["collection", "processor", "entries", "utilisation % by level"]
    header += ["perplexity % of the entries by level", "own mel with 1, 2 .. levels", "training minutes"]
    rows = []
    for line in in_order(usual(lines)):
        size = line["codebook_size"]
        rows.append(
            [
                _run(line),
                _processor(line),
                str(size),
                " ".join(f"{100 * share:.0f}" for share in line["utilisation"]),
                " ".join(f"{100 * value / size:.0f}" for value in line["perplexity"]),
                " ".join(f"{distance:.2f}" for distance in line["own"].get("ladder", [])) or "-",
                f"{line['training']['seconds'] / 60:.1f}",
            ]
        )
    return markdown(header, rows, words=(0, 1))


def budgets(lines: Sequence[Record]) -> str:
    """Each budget in a row: steps, distances and opinions; two figures in a cell are own / never seen."""
    header = ["collection", "processor", "tier", "minutes", "steps", "best at", "mel", "mel ceiling, own"]
    header += ["ViSQOL", "NSIM", "STFT", "mel, level 1 alone"]
    rows = []
    for line in compared(lines):
        parts = (line["own"], line["unseen"])
        rows.append(
            [
                line["key"]["collection"],
                _processor(line),
                line["key"]["tier"],
                f"{line['key']['minutes']:g}",
                _steps(line),
                f"{line['training']['statistics']['best_step']:,}",
                _both(part["model"]["mel_mid"] for part in parts),
                number(line["own"]["mel_ceiling"]["mel_mid"]),
                *(_both(part["model"][kind] for part in parts) for kind in ("visqol", "nsim", "stft")),
                _both(part["ladder"][0] for part in parts),
            ]
        )
    return markdown(header, rows, words=(0, 1, 2))


def _budget(line: Record) -> tuple[bool, float]:
    """What a training might cost: runs of one collection are put in order by it."""
    return line["key"]["tier"] != "draft", line["key"]["minutes"]


def _newest(lines: Sequence[Record]) -> list[Record]:
    return newest(lines, also=_processor)


def _processor(line: Record) -> str:
    """Its name without marks that say nothing.

    Examples
    --------
    >>> _processor({"machine": {"cpu": "Intel(R) Xeon(R) Processor"}})
    'Intel Xeon'
    """
    name: str = line["machine"]["cpu"]
    return name.replace("(R)", "").removesuffix(" Processor")


def _steps(line: Record) -> str:
    return f"{line['training']['statistics']['steps']:,}"


def _run(line: Record) -> str:
    key = line["key"]
    return f"{key['collection']} ({key['tier']}, {key['minutes']:g} min, seed {key['seed']})"


def _both(figures: Iterable[float | None]) -> str:
    return " / ".join(map(number, figures))
