"""Lines of :mod:`bench.defaults` -> tables: how each change moves the distances, beside what chance moves.

A draft that has taken up what helped is another draft, and what is changed is measured against it anew: a table each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev

from scipy.stats import t as student

from bench.records import Record
from bench.tables import markdown, newest
from bench.variants import CONTINUOUS

__all__ = ["chance", "defaults", "measured", "moved", "pairs", "quantization"]


def defaults(lines: Sequence[Record]) -> str:
    """Draw own / never-seen distances of every variant, a table for each draft (commit and minutes) they were trained by, the newest first.

    A change is told as helping or hurting where it lies outside of what one more seed would be expected in (95 %, after Student:
    of three seeds, five times their spread); the last two columns hold how far it is from the seeds' mean in percent, on average
    over the collections. ViSQOL is of own and of never-seen sounds, where it was asked.
    """
    lines = measured(lines)
    drafts = list(dict.fromkeys(_draft(line) for line in lines))
    around = [
        f"Around the draft of commit {commit}, {minutes:g} minutes each:\n\n"
        + _around([line for line in lines if _draft(line) == (commit, minutes)])
        for commit, minutes in reversed(drafts)
    ]
    return "\n\n".join(around)


def measured(lines: Sequence[Record]) -> list[Record]:
    """Of the runs around the same draft with the same change the last: what :func:`defaults` shows.

    Examples
    --------
    >>> runs = [{"key": {"commit": at, "minutes": 3.0, "seed": 0}, "own": own} for at, own in (("a", 1.0), ("b", 2.0), ("b", 3.0))]
    >>> [run["own"] for run in measured(runs)]
    [1.0, 3.0]
    """
    return [
        line
        for draft in dict.fromkeys(_draft(line) for line in lines)
        for line in newest([line for line in lines if _draft(line) == draft])
    ]


def _draft(line: Record) -> tuple[str, float]:
    return line["key"]["commit"], line["key"]["minutes"]


def _around(lines: Sequence[Record]) -> str:
    collections = list(dict.fromkeys(line["key"]["collection"] for line in lines))
    variants = list(dict.fromkeys((line["group"], line["key"]["variant"]) for line in lines))
    found = {(line["key"]["collection"], line["key"]["variant"]): line for line in lines}
    usual = {
        name: chance([line for line in lines if line["key"]["collection"] == name]) for name in collections
    }
    opinions = any("own_visqol" in line for line in lines)
    blank = [""] * (4 if opinions else 3)
    rows = []
    for group, variant in variants:
        cells = [group, variant]
        shares: dict[str, list[float]] = {"own": [], "unseen": []}
        for name in collections:
            line = found.get((name, variant))
            if line is None:
                cells += blank
                continue
            for part in ("own", "unseen"):
                mean, reach = usual[name][part]
                # Where the draft itself was not run there is nothing to hold it against.
                if not math.isnan(mean):
                    shares[part].append(line[part] / mean)
                cells.append(
                    f"{line[part]:.2f}{_verdict(line[part] - mean, reach) if group != 'chance' else ''}"
                )
            if opinions:
                cells.append(_opinions(line))
            cells.append(f"{line['steps']:,}")
        # Of a run that tells chance the mean is made; how far it is from that says how far chance goes.
        cells += [_percent(of) for of in shares.values()]
        rows.append(cells)
    header = ["", "change"]
    for name in collections:
        header += [f"{name}, own", "never seen", *(["ViSQOL"] if opinions else []), "steps"]
    header += ["own, %", "never seen, %"]
    return markdown(header, rows, words=(0, 1))


def moved(runs: Sequence[Record], lines: Sequence[Record]) -> tuple[str, str] | None:
    """How far a change is from its draft, own and never-seen sounds, in percent on average over the collections.

    None where the draft itself was not run.
    """
    shares: dict[str, list[float]] = {"own": [], "unseen": []}
    for run in runs:
        name = run["key"]["collection"]
        beside = [line for line in lines if _draft(line) == _draft(run) and line["key"]["collection"] == name]
        for part, (mean, _) in chance(beside).items():
            if not math.isnan(mean):
                shares[part].append(run[part] / mean)
    return (_percent(shares["own"]), _percent(shares["unseen"])) if shares["own"] else None


def _percent(shares: Sequence[float]) -> str:
    return f"{100 * (fmean(shares) - 1):+.1f}" if shares else ""


def pairs(lines: Sequence[Record]) -> list[Record]:
    """Runs without a quantizer, of each collection around the newest draft that has one, and that draft's own: what :func:`quantization` shows."""
    without = {line["key"]["collection"]: line for line in lines if line["key"]["variant"] == CONTINUOUS}
    return [
        line
        for line in measured(lines)
        if (one := without.get(line["key"]["collection"])) is not None
        and _draft(line) == _draft(one)
        and (line["group"] == "chance" or line["key"]["variant"] == CONTINUOUS)
    ]


def quantization(lines: Sequence[Record]) -> str:
    """Draw what quantization costs (row B4): the draft, its seeds' mean, against the same codec without it.

    Never-seen sounds stand there twice: with the encoder's codes, and with those that a search finds, as Distill has them.
    """
    shown = pairs(lines)
    rows = []
    for line in shown:
        if line["key"]["variant"] != CONTINUOUS:
            continue
        name = line["key"]["collection"]
        beside = [other for other in shown if other["key"]["collection"] == name]
        searched = [other["searched"] for other in beside if "searched" in other]
        usual = chance(beside)
        cells = [name, line["key"]["commit"]]
        for part in ("own", "unseen"):
            mean, _ = usual[part]
            cells += [f"{mean:.2f}", f"{line[part]:.2f}", _cost(mean, line[part])]
        cells += [f"{fmean(searched):.2f}", _cost(fmean(searched), line["unseen"])] if searched else ["", ""]
        rows.append(cells)
    header = ["collection", "draft", "own", "continuous", "cost, %"]
    header += ["never seen", "continuous", "cost, %", "searched", "cost, %"]
    return markdown(header, rows, words=(0, 1))


def _cost(quantized: float, continuous: float) -> str:
    return f"{100 * (quantized / continuous - 1):+.0f}"


def chance(lines: Sequence[Record]) -> dict[str, tuple[float, float]]:
    """Mean of own and never-seen distances over the seeds of the draft's own settings, and how far from it one more would lie in 95 of 100 cases.

    That is Student's interval for a single further value; of one seed nothing is known of it: NaN.

    Examples
    --------
    >>> runs = [{"group": "chance", "own": own, "unseen": 2.0} for own in (1.0, 1.1, 1.2)]
    >>> {part: (round(mean, 2), round(reach, 2)) for part, (mean, reach) in chance(runs).items()}
    {'own': (1.1, 0.5), 'unseen': (2.0, 0.0)}
    """
    runs = [line for line in lines if line["group"] == "chance"]
    return {
        part: (
            fmean([run[part] for run in runs]) if runs else float("nan"),
            _reach([run[part] for run in runs]) if len(runs) > 1 else float("nan"),
        )
        for part in ("own", "unseen")
    }


def _reach(seeds: Sequence[float]) -> float:
    count = len(seeds)
    quantile = float(student.ppf(0.975, count - 1))
    return quantile * stdev(seeds) * math.sqrt(1 + 1 / count)


def _opinions(line: Record) -> str:
    """ViSQOL of own and of never-seen sounds; runs of before it was asked have none, nor has silence."""
    scores = [line.get(f"{part}_visqol") for part in ("own", "unseen")]
    return "" if None in scores else " / ".join(f"{score:.2f}" for score in scores)


def _verdict(difference: float, reach: float) -> str:
    if math.isnan(reach) or abs(difference) <= max(reach, 0.01):
        return ""
    return " better" if difference < 0 else " worse"
