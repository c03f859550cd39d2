"""Codebook size and levels around what the rule proposes, for collections of 5 files to all of them.

    python -m bench.sizes COLLECTION... [--files 5 20 50] [--minutes 3] [--out bench/runs]

For every number of files half, the same and twice the rule's codebook are tried, with eight and with four levels; the rule's own sizes with
5 and 50 files for three seeds, which draw the files, too; 50 of a collection of 50 are the 40 that are left when a fifth is kept away, whatever the seed. Sounds that are
never seen are the same for all numbers of files. Several collections with ``--together`` are one. Resumable like :mod:`bench.defaults`, in ``sizes.jsonl``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from bench import machine, records
from bench.records import Record
from bench.sounds import Split, find_sounds, split_by_file
from bench.tables import markdown, newest
from bench.trials import trial
from bench.variants import PARTS, Variant
from distill.errors import DistillError

__all__ = ["Size", "around", "main", "sizes"]

SEEDS = {5: (0, 1, 2), 50: (0, 1, 2)}  # where chance is largest, and where most collections are
SPLIT_SEED = 0


@dataclass(frozen=True)
class Size:
    """One run: how many files, and the codec's sizes; a codebook of the rule's own size if there is none."""

    files: int
    factor: float
    num_levels: int
    seed: int


def around(files: Sequence[int]) -> Iterator[Size]:
    """Name every run for these numbers of files, the rule's own sizes first, then other codebooks, then fewer levels.

    Examples
    --------
    >>> [(size.factor, size.num_levels) for size in around([20])]
    [(1.0, 8), (2.0, 8), (0.5, 8), (1.0, 4), (2.0, 4), (0.5, 4)]
    >>> [size.seed for size in around([5])]
    [0, 1, 2, 0, 0, 0, 0, 0]
    """
    for num_levels in (8, 4):
        for factor in (1.0, 2.0, 0.5):
            for count in files:
                proposed = factor == 1.0 and num_levels == 8
                for seed in SEEDS.get(count, (0,)) if proposed else (0,):
                    yield Size(count, factor, num_levels, seed)


def sizes(lines: Sequence[Record]) -> str:
    """Draw a line for each number of files and each codebook around the rule's: distances, and how the entries are used.

    Seeds draw other files, from which the rule may propose another size, so what it proposes is one row whatever the size. Rows are
    compared for the first seed; what the others give follows in brackets.
    """
    told: dict[tuple[str, int, int, float], list[Record]] = {}
    for line in newest(lines):
        key = line["key"]
        told.setdefault((key["collection"], key["files"], line["num_levels"], key["factor"]), []).append(line)
    rows = []
    for (collection, _, levels, factor), every in sorted(told.items()):
        runs = sorted(every, key=lambda run: int(run["key"]["seed"]))
        entries = ", ".join(map(str, dict.fromkeys(run["codebook_size"] for run in runs)))
        used, perplexity = runs[0]["utilisation"], runs[0]["perplexity"]
        rows.append(
            [
                collection,
                str(len(runs[0]["own_each"])),
                f"{levels} x {entries}{' (rule)' if factor == 1 and levels == 8 else ''}",
                _with_seeds(runs, "own"),
                _with_seeds(runs, "unseen"),
                f"{100 * fmean(used):.0f} / {100 * min(used):.0f}",
                f"{100 * fmean(perplexity) / runs[0]['codebook_size']:.0f}",
            ]
        )
    header = [
        "collection",
        "files",
        "levels x entries",
        "own (other seeds)",
        "never seen (other seeds)",
        "used %, mean / lowest",
        "perplexity, % of entries",
    ]
    return markdown(header, rows)


def _with_seeds(runs: Sequence[Record], part: str) -> str:
    first, *others = (f"{run[part]:.2f}" for run in runs)
    return first + (f" ({', '.join(others)})" if others else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was not run yet; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.sizes", description="Sizes around the rule.")
    parser.add_argument("collections", nargs="+", type=Path, metavar="COLLECTION")
    parser.add_argument("--files", nargs="+", type=int, default=[5, 20, 50])
    parser.add_argument("--together", action="store_true", help="take all collections as one")
    parser.add_argument("--minutes", type=float, default=3.0, help="budget of one training")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    given = parser.parse_args(arguments)
    groups = [given.collections] if given.together else [[folder] for folder in given.collections]
    failed = False
    for size in around(given.files):
        for folders in groups:
            try:
                told = _run(folders, size, given.minutes, lines=given.out / "sizes.jsonl")
            except DistillError as error:
                print(f"{', '.join(map(str, folders))}, {size}: {error}", file=sys.stderr)
                failed = True
                continue
            if told is not None:
                print(told, flush=True)
    print(sizes(records.read(given.out / "sizes.jsonl")))
    return int(failed)


def _run(folders: Sequence[Path], size: Size, minutes: float, *, lines: Path) -> str | None:
    """Run one size and append its line; None where that line was already there, or there are not so many files."""
    context = machine.context()
    key = {
        "collection": " + ".join(folder.resolve().name for folder in folders),
        "files": size.files,
        "factor": size.factor,
        "levels": size.num_levels,
        "seed": size.seed,
        "minutes": minutes,
        "commit": machine.commit(parts=PARTS),
    }
    if records.find(records.read(lines), key):
        return None
    split = split_by_file([file for folder in folders for file in find_sounds(folder)], seed=SPLIT_SEED)
    if (
        len(split.own) < 0.8 * size.files
    ):  # a fifth of a collection that is called after its files is never seen
        return None
    order = np.random.default_rng(size.seed).permutation(len(split.own))[: size.files]
    some = Split(own=tuple(split.own[place] for place in sorted(order)), unseen=split.unseen)
    variant = Variant("size", "sizes", codec={"num_levels": size.num_levels}, seed=size.seed)
    with tempfile.TemporaryDirectory(prefix="distill-sizes-") as scratch, machine.one_thread():
        figures = trial(some, variant, minutes=minutes, scratch=Path(scratch), size_factor=size.factor)
    records.append(lines, {"bench": "sizes", "key": key, **context, **figures})
    return (
        f"{key['collection']}: {size.files} files, {figures['num_levels']} x {figures['codebook_size']}: "
        f"own {figures['own']:.3f}, never seen {figures['unseen']:.3f}"
    )


if __name__ == "__main__":
    sys.exit(main())
