"""Every default is to have a run behind it: one thing at a time is changed around the draft's settings, and measured.

    python -m bench.defaults COLLECTION... [--minutes 3] [--groups quantizer network] [--only NAME...] [--out bench/runs]

Resumable: one line a (collection, variant, minutes, commit) in ``defaults.jsonl``; what is there is not run again, unless
what trials depend on (:data:`bench.variants.PARTS`) was changed since. Collections
take turns, and the runs that tell chance come first, so that a table made half-way can already be read. ``--list`` names
what is not there yet. Minutes are counted by steps (:mod:`bench.pace`), on one thread: two collections in two processes, which
may write the same file, do more in an hour than both cores for one, and may run beside other work. Two collections and three
minutes take about six hours on two cores.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import defaults_tables, machine, records
from bench.sounds import find_sounds, split_by_file
from bench.trials import trial
from bench.variants import GROUPS, PARTS, VARIANTS, Variant
from distill.errors import DistillError

__all__ = ["main"]

SPLIT_SEED = 0  # the same sounds are held out of every run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was not run yet; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.defaults", description="One thing at a time.")
    parser.add_argument("collections", nargs="+", type=Path, metavar="COLLECTION")
    parser.add_argument("--minutes", type=float, default=3.0, help="budget of one training")
    parser.add_argument("--groups", nargs="+", choices=GROUPS, default=list(GROUPS))
    parser.add_argument("--only", nargs="+", metavar="NAME", help="of these changes only, and nothing else")
    parser.add_argument("--list", action="store_true", help="name what is not there yet")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    given = parser.parse_args(arguments)
    unknown = sorted(set(given.only or ()) - {variant.name for variant in VARIANTS})
    if unknown:
        parser.error(
            f"there is no change called {', '.join(map(repr, unknown))}; --list names those there are."
        )
    lines = given.out / "defaults.jsonl"
    failed = False
    for variant in VARIANTS:
        for folder in given.collections:
            # What a variant is measured against comes with every choice of groups.
            if given.only is not None and variant.name not in given.only:
                continue
            if variant.group not in (*given.groups, "chance"):
                continue
            if given.list:
                if not records.find(records.read(lines), _key(folder, variant, given.minutes)):
                    print(f"{folder.resolve().name}: {variant.group}: {variant.name}")
                continue
            try:
                told = _run(folder, variant, given.minutes, lines=lines)
            except DistillError as error:
                print(f"{folder}: {variant.name}: {error}", file=sys.stderr)
                failed = True
                continue
            if told is not None:
                print(told, flush=True)
    if not given.list:
        commit = machine.commit(parts=PARTS)
        present = [line for line in records.read(lines) if line["key"]["commit"] == commit]
        print(defaults_tables.defaults(present))
    return int(failed)


def _run(folder: Path, variant: Variant, minutes: float, *, lines: Path) -> str | None:
    """Run one trial and append its line; None where that line was already there."""
    context = machine.context()
    key = _key(folder, variant, minutes)
    if records.find(records.read(lines), key):
        return None
    split = split_by_file(find_sounds(folder), seed=SPLIT_SEED)
    with tempfile.TemporaryDirectory(prefix="distill-defaults-") as scratch, machine.one_thread():
        figures = trial(split, variant, minutes=minutes, scratch=Path(scratch))
    records.append(lines, {"bench": "defaults", "key": key, "group": variant.group, **context, **figures})
    return (
        f"{key['collection']}: {variant.group}: {variant.name}: own {figures['own']:.3f}, "
        f"never seen {figures['unseen']:.3f}, {figures['steps']} steps"
    )


def _key(folder: Path, variant: Variant, minutes: float) -> dict[str, Any]:
    return {
        "collection": folder.resolve().name,
        **variant.settings(),
        "minutes": minutes,
        "commit": machine.commit(parts=PARTS),
    }


if __name__ == "__main__":
    sys.exit(main())
