"""Peak memory: training for a minute on 500 files, and encoding an hour, each in a process of its own.

    python -m bench.memory [--files 500] [--minutes 1] [--hours 1] [--jobs train,mono,stereo]

The figure is the high-water mark of resident memory of the process that does the work (``VmHWM`` of Linux,
``ru_maxrss`` elsewhere): Python, torch, mapped files that were touched, and everything else in it. The
sounds are made by formula into a temporary folder, by another process.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import formula, machine, records, tables
from bench.peak import peak_bytes
from bench.subject import Distill

__all__ = ["main", "measured"]

JOBS = ("train", "mono", "stereo")


def measured(arguments: Sequence[str]) -> tuple[float, float]:
    """Run a command of Python whose last line of output is JSON ``{"peak_bytes": n}``; GiB and seconds.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails; what it said on stderr has been shown.
    """
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], check=True, stdout=subprocess.PIPE, text=True, cwd=machine.ROOT
    )
    peak = json.loads(done.stdout.splitlines()[-1])["peak_bytes"]
    return peak / 2**30, time.perf_counter() - started


def work(job: str, folder: Path, *, minutes: float) -> None:
    """Do one job in this process and print its peak."""
    subject = Distill()
    if job == "train":
        files = sorted((folder / "sounds").glob("*.wav"))
        subject.train(files, name="memory", tier="draft", minutes=minutes, seed=0, home=folder / "home")
    else:
        subject.encode_file(subject.random_codec(seed=0), folder / f"{job}.wav")
    print(json.dumps({"peak_bytes": peak_bytes()}))


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the sounds, run every job, print the table, append the line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description="Peak memory.")
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--minutes", type=float, default=1.0, help="budget of the training")
    parser.add_argument("--hours", type=float, default=1.0, help="length of the sound that is encoded")
    parser.add_argument("--jobs", default=",".join(JOBS), help="names with commas between")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    parser.add_argument("--work", nargs=2, metavar=("JOB", "FOLDER"), help="do one job in this process")
    given = parser.parse_args(arguments)
    if given.work:
        work(given.work[0], Path(given.work[1]), minutes=given.minutes)
        return 0
    wanted = given.jobs.split(",")
    unknown = sorted(set(wanted) - set(JOBS))
    if unknown:
        parser.error(f"no job is called {', '.join(unknown)}; choose from {', '.join(JOBS)}.")
    jobs = []
    with tempfile.TemporaryDirectory(prefix="distill-memory-") as made:
        folder = Path(made)
        for job in wanted:
            if job == "train":
                seconds = formula.make_collection(folder / "sounds", count=given.files, seed=0)
                said = (
                    f"training {given.minutes:g} min on {given.files} files ({seconds / 60:.0f} min of sound)"
                )
            else:
                channels = 1 if job == "mono" else 2
                formula.make_long_file(
                    folder / f"{job}.wav", seconds=3600 * given.hours, channels=channels, seed=0
                )
                said = f"encoding {given.hours:g} h of {job} sound from a file"
            peak, took = measured(
                ["-m", "bench.memory", "--work", job, str(folder), "--minutes", str(given.minutes)]
            )
            jobs.append({"job": said, "peak_gib": peak, "seconds": took})
            (folder / f"{job}.wav").unlink(missing_ok=True)
    line = {"bench": "memory", **machine.context(), "jobs": jobs}
    line["key"] = {"files": given.files, "hours": given.hours, "jobs": given.jobs, "commit": line["commit"]}
    records.append(given.out / "memory.jsonl", line)
    print(tables.memory([line]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
