"""Write the tables of docs/benchmarks.md from the lines of bench/runs; no figure is ever typed by hand.

    python -m bench.report [--runs bench/runs] [--document docs/benchmarks.md]

Everything between ``<!-- table:NAME -->`` and ``<!-- /table -->`` is replaced by the table of that name:
quality, codebooks, budgets, augment, speed, memory, steps, edits, editing, perceptual, swaps, blends, priors, gains, prior-speeds,
copying, kinship, making, rewrites, steering, defaults, behind, quantization, sizes, inversion, phases, searching. Words around the tables stay as they are, and so does a table of which there are no
lines (those of before 2026-11-28 were not kept). Of runs with the same settings the newest counts.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from bench import (
    behind,
    defaults_tables,
    edit_tables,
    editing_tables,
    generation_tables,
    inversion_tables,
    machine,
    phases,
    prior_tables,
    quality_tables,
    searching,
    sizes,
    tables,
)
from bench.records import Record, read
from distill.errors import BadInput, DistillError

__all__ = ["TABLES", "fill", "main"]


class Table(NamedTuple):
    """A file of lines, what draws a table of them, and which of them that table shows, for the sources below it."""

    file: str
    draw: Callable[[Sequence[Record]], str]
    shown: Callable[[Sequence[Record]], Sequence[Record]] = tables.newest


TABLES = {
    "quality": Table("quality.jsonl", quality_tables.quality, quality_tables.usual),
    "codebooks": Table("quality.jsonl", quality_tables.codebooks, quality_tables.usual),
    "budgets": Table("quality.jsonl", quality_tables.budgets, quality_tables.compared),
    "augment": Table("augment.jsonl", tables.augment),
    "speed": Table("speed.jsonl", tables.speed),
    "memory": Table("memory.jsonl", tables.memory),
    "steps": Table("steps.jsonl", tables.steps),
    "edits": Table("edits.jsonl", edit_tables.edits),
    "editing": Table("editing.jsonl", editing_tables.editing),
    "perceptual": Table("perceptual.jsonl", edit_tables.perceptual),
    "swaps": Table("swaps.jsonl", edit_tables.swaps),
    "blends": Table("swaps.jsonl", edit_tables.blends),
    "priors": Table("priors.jsonl", prior_tables.priors),
    "gains": Table("priors.jsonl", prior_tables.gains),
    "prior-speeds": Table("priors.jsonl", prior_tables.speeds),
    "copying": Table("generations.jsonl", generation_tables.copying),
    "kinship": Table("generations.jsonl", generation_tables.kinship),
    "making": Table("generations.jsonl", generation_tables.making),
    "rewrites": Table("rewrites.jsonl", prior_tables.rewrites),
    "steering": Table("steering.jsonl", prior_tables.steering),
    "defaults": Table("defaults.jsonl", defaults_tables.defaults, defaults_tables.measured),
    "behind": Table("defaults.jsonl", behind.behind, lambda lines: ()),  # sources stand below "defaults"
    "quantization": Table("defaults.jsonl", defaults_tables.quantization, defaults_tables.pairs),
    "sizes": Table("sizes.jsonl", sizes.sizes),
    "inversion": Table("inversion.jsonl", inversion_tables.inversion),
    "phases": Table("phases.jsonl", phases.phases),
    "searching": Table("searching.jsonl", searching.searching),
}
_MARKED = re.compile(r"(<!-- table:(\S+) -->)\n(.*?)(<!-- /table -->)", re.DOTALL)
_NOTHING_YET = "Not measured yet."


def fill(document: str, runs: Path) -> str:
    """Return the document with the text between its markers made anew.

    Raises
    ------
    BadInput
        If a marker names no table, a marker is not closed, or there is no marker at all.
    """
    opened = re.findall(r"<!-- table:(\S+) -->", document)
    unknown = sorted(set(opened) - set(TABLES))
    if unknown:
        raise BadInput(
            f"no table is called {', '.join(unknown)}; the tables are {', '.join(TABLES)}, so rename the marker."
        )
    if not opened or len(_MARKED.findall(document)) != len(opened):
        raise BadInput(
            f"{len(opened)} tables are opened and {document.count('<!-- /table -->')} closed; "
            "put each between <!-- table:NAME --> and <!-- /table --> on lines of their own."
        )

    def table(found: re.Match[str]) -> str:
        made = TABLES[found[2]]
        lines = read(runs / made.file)
        body = (
            "\n\n".join(filter(None, (made.draw(lines), sources(made.shown(lines)))))
            if lines
            else found[3].strip() or _NOTHING_YET
        )
        return f"{found[1]}\n{body}\n{found[4]}"

    return _MARKED.sub(table, document)


def sources(lines: Sequence[Record]) -> str:
    """Say which command on which machine, when, and with which commit gave these lines."""
    said: dict[tuple[str, str], list[Record]] = {}
    for line in lines:
        facts = line["machine"]
        place = f"{facts['cpu']}, {facts['cores']} cores, {facts['memory_gib']} GiB, torch {facts['torch']}"
        if facts.get("accelerator"):
            place += f", {facts['accelerator']}"
        # Commands that differ in what they picked out of one list are one; the table's rows name what that was.
        command = re.sub(r" --only .*", " --only …", line["command"])
        said.setdefault((command, place), []).append(line)
    return "\n".join(
        f"- `{command}` on {place}; {_span(sorted({line['date'] for line in group}))}, "
        f"commit {', '.join(sorted({_commit(line) for line in group}))}"
        for (command, place), group in said.items()
    )


def _commit(line: Record) -> str:
    """The commit that measured, and the one that trained what was measured where that was another."""
    trained = line.get("key", {}).get("commit", line["commit"])
    return line["commit"] if trained == line["commit"] else f"{line['commit']} (trained by {trained})"


def _span(dates: Sequence[str]) -> str:
    return f"{dates[0]} UTC" if len(dates) == 1 else f"{dates[0]} to {dates[-1]} UTC"


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill the document in place; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.report", description="Write the benchmark tables.")
    parser.add_argument("--runs", type=Path, default=machine.ROOT / "bench" / "runs")
    parser.add_argument("--document", type=Path, default=machine.ROOT / "docs" / "benchmarks.md")
    given = parser.parse_args(arguments)
    try:
        if not given.document.exists():
            raise BadInput(f"{given.document} is not there; write it with the markers where tables belong.")
        given.document.write_text(
            fill(given.document.read_text(encoding="utf-8"), given.runs), encoding="utf-8"
        )
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
