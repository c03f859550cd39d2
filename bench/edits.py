"""How long an edit takes: the records, the new sound, one entry; with the codec's draft size and random weights.

    python -m bench.edits [--repeats 7] [--threads 2]

Speed does not depend on weights. Three questions, each on two threads: how long until the sound of an edit of half a second
inside ten is ready (record, grid, decoding what it changed, splicing); how long one entry takes to be heard; and how long every operation
takes on a grid of 8 levels x 3,000 steps, with its record. The first run of each is shown beside the median of the others,
because some find neighbours then and remember them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bench import edit_tables, machine, records
from bench.formula import tones_and_noise
from bench.subject import Distill
from distill import render
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.codes.editing import apply
from distill.codes.grid import Codes
from distill.codes.operation import operations
from distill.codes.spelling import parse

__all__ = ["main", "measure"]

SOUND_SECONDS, EDIT = 10.0, "randomise from=5.0 to=5.5"
STEPS = 3000


def measure(*, repeats: int, seed: int) -> dict[str, Any]:
    """Return the milliseconds of each question: the first run and all others."""
    subject = Distill()
    codec = subject.random_codec(seed=seed)
    heard = {}
    for channels in (1, 2):
        sound = tones_and_noise(SOUND_SECONDS, sample_rate=SAMPLE_RATE, channels=channels, seed=seed)
        before = render.encode(codec, Clip(sound.numpy()))
        clip = render.decode(codec, before)

        def edited(before: Codes = before, clip: Clip = clip) -> None:
            after = apply(before, [parse(EDIT, codes=before)])
            render.redecode(codec, before, after, clip)

        heard["mono" if channels == 1 else "stereo"] = _timed(edited, repeats)
    grid = np.random.default_rng(seed).integers(0, codec.codebook_size, (1, codec.num_levels, STEPS))
    long = Codes(
        grid, codebook_size=codec.codebook_size, fingerprint=codec.fingerprint(), model="", num_samples=STEPS * codec.step_length
    )  # fmt: skip
    entries = subject.entries(codec, [long.grid])
    one = torch.zeros((1, codec.num_levels, 24), dtype=torch.int64)
    pure = {}
    for name, kind in operations().items():
        words = [word for word in kind.example.split() if not word.startswith(("from=", "to=", "levels="))]
        made = parse(" ".join(words), codes=long, load=lambda _: long)
        if (
            made.operation.changes_length
        ):  # of all steps it would leave none, or make the sound longer than the others'
            made = parse(" ".join([*words, "from=10", "to=60"]), codes=long, load=lambda _: long)

        def whole(made: Any = made) -> None:
            apply(long, [made], entries=entries)

        pure[name] = _timed(whole, repeats)
    return {"heard": heard, "entry": _timed(lambda: codec.decode(one), repeats), "pure": pure}


def _timed(work: Callable[[], object], repeats: int) -> dict[str, Any]:
    taken = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - started))
    return {"first_ms": taken[0], "median_ms": statistics.median(taken[1:]), "others_ms": taken[1:]}


def main(arguments: Sequence[str] | None = None) -> int:
    """Time edits, print the table, append the line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.edits", description="How long edits take.")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)
    line = {"bench": "edits", **machine.context(), **measure(repeats=given.repeats, seed=given.seed)}
    line["key"] = {"threads": given.threads, "seed": given.seed, "commit": line["commit"]}
    records.append(given.out / "edits.jsonl", line)
    print(edit_tables.edits([line]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
