"""What happens to a library when things go wrong: killed, filled, damaged, shared. ``python -m bench.faults`` prints the counts.

Every round is real: a child process writes as fast as it can and is killed with SIGKILL at a moment that is drawn, a limit on the
size of files stands in for a full disk, a child without rights meets a folder it may not write, several children write at once, and
files are changed byte by byte. After each, the library is read: nothing may be lost or half-written, every refusal is one sentence,
and nothing temporary is left after the next start.

Children are forked, so this needs a POSIX system and a process of one thread; the tests run it as a program of its own with few rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np

from bench.fault_damage import damaged
from bench.fault_exports import EXPORTS
from bench.fault_kinds import KINDS, Kind
from bench.fault_rows import Row
from distill.errors import DistillError

__all__ = ["main"]

NOBODY = 65534
FILE_LIMIT = 100  # bytes a file may grow to on the disk that is full


def _temporary(home: Path) -> int:
    return sum(1 for path in home.rglob(".*.part"))


def _forked(work: Callable[[], None]) -> int:
    """Do something in a child; it leaves with 0, or 1 if anything but a sentence came out."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except DistillError:
        code = 2
    finally:
        os._exit(code)


def _judge(row: Row, kind: Kind, home: Path) -> None:
    """Read the library after a fault, start it once more, and count."""
    try:
        fault = kind.check(home)
        if fault is None:
            kind.write(home, 1_000_000)
            fault = kind.check(home)
    except Exception as error:  # whatever comes out of a library that was hurt is what is looked for
        fault = f"{type(error).__name__}: {error}"
    if fault:
        row.fails(fault)
    row.stale += _temporary(home)


def killed(kind: Kind, home: Path, rounds: int, seed: int) -> Row:
    """Kill a writer at moments that are drawn."""
    row = Row("kill -9", kind.name)
    rng = np.random.default_rng(seed)
    kind.prepare(home)
    for number in range(rounds):

        def write_on(number: int = number) -> None:
            for step in range(10_000):
                kind.write(home, number * 10_000 + step)

        child = _forked(write_on)
        time.sleep(kind.longest * float(rng.random()))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        row.rounds += 1
        row.hit += _temporary(home) > 0
        if not os.WIFSIGNALED(status):
            row.fails("the writer ended before it was killed")
        _judge(row, kind, home)
    return row


def full(kind: Kind, home: Path, rounds: int) -> Row:
    """Let every file that grows beyond a few bytes meet a full disk."""
    row = Row("disk full", kind.name)
    kind.prepare(home)
    for number in range(rounds):

        def write_small(number: int = number) -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))
            kind.write(home, number)

        code = os.waitstatus_to_exitcode(os.waitpid(_forked(write_small), 0)[1])
        row.rounds += 1
        row.hit += code == 2
        if code == 1:
            row.fails("a full disk was no sentence")
        _judge(row, kind, home)
    return row


def read_only(kind: Kind, home: Path) -> Row:
    """Write as somebody who may only read."""
    row = Row("read-only folder", kind.name, rounds=1)
    kind.prepare(home)
    kind.write(home, 1)

    def write_without_rights() -> None:
        if os.geteuid() == 0:  # root may write everywhere
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        kind.write(home, 2)

    folders = [home, *(path for path in home.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    code = os.waitstatus_to_exitcode(os.waitpid(_forked(write_without_rights), 0)[1])
    for folder in folders:
        folder.chmod(0o755)
    row.hit = int(code == 2)
    if code != 2:
        row.fails(f"a folder that may not be written was no sentence (the writer left with {code})")
    _judge(row, kind, home)
    return row


def together(kind: Kind, home: Path, writers: int, each: int) -> Row:
    """Let several processes write the same things at once."""
    row = Row(f"{writers} writers at once", kind.name, rounds=writers * each)
    kind.prepare(home)

    def write_some(start: int) -> None:
        for step in range(each):
            kind.write(home, start + step)

    children = [_forked(lambda first=writer: write_some(1000 * first)) for writer in range(writers)]  # type: ignore[misc]
    for child in children:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        row.hit += code == 0
        if code:
            row.fails(f"a writer left with {code}")
    if kind.name == "take":
        found = len([path for path in (home / "takes").iterdir() if path.name.isdecimal()])
        if found != writers * each + 1:
            row.fails(f"{writers * each + 1} takes were kept and {found} are there")
    _judge(row, kind, home)
    return row


def main(arguments: list[str] | None = None) -> int:
    """Run all faults; leave with 1 if anything was lost."""
    parser = argparse.ArgumentParser(
        description="Hurt a library in every way there is, and count what is lost."
    )
    parser.add_argument("--rounds", type=int, default=100, help="kills of each kind of write")
    parser.add_argument("--mutations", type=int, default=20_000, help="damaged files of each format")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="one kind of write")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        kinds = [kind for kind in (*KINDS, *EXPORTS) if asked.only in ("", kind.name)]
        for number, kind in enumerate(kinds):
            homes = iter(Path(folder) / f"{number}-{fault}" for fault in range(4))
            rows.append(killed(kind, next(homes), asked.rounds, asked.seed + number))
            rows.append(full(kind, next(homes), max(1, asked.rounds // 10)))
            rows.append(read_only(kind, next(homes)))
            if kind.name != "model: to the bin and back":  # two cannot delete one model
                rows.append(together(kind, next(homes), 4, max(2, asked.rounds // 10)))
        if not asked.only:
            rows += damaged(Path(folder) / "damaged", asked.mutations, asked.seed)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    bad = sum(row.lost + row.stale for row in rows)
    if asked.json:
        print(json.dumps({"rows": [asdict(row) for row in rows], "memory_gib": memory}))
        return int(bad > 0)
    print(
        "| fault | what | rounds | met a write | lost | stale files |\n| --- | --- | --- | --- | --- | --- |"
    )
    for row in rows:
        print(f"| {row.fault} | {row.what} | {row.rounds} | {row.hit} | {row.lost} | {row.stale} |")
        if row.first:
            print(f"  first: {row.first}", file=sys.stderr)
    print(f"\nLargest memory: {memory:.2f} GiB.")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
