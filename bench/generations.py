"""New sound from models, held against their collections: whether it is theirs, no copy, whole, and made fast.

    python -m bench.generations MODEL=FOLDER... [--count 12] [--seconds 8] [--minute 60] [--seed 0]

Every model makes sounds with its default settings, guard on. Told of each: the share of 8-grams that the collection has too
(jointly and at level 1, beside real sounds that were held out), the longest copied run, the kernel distance to its own collection
and to each of the others (:mod:`bench.kernel`), how fast it samples, and when the first second of a sound could be heard. Then
one long piece: whether seams between decoded chunks can be told, and the longest exact repetition.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench import generation_tables, machine, records
from bench.kernel import Features, described, difference, kernel_distance
from bench.perceptual import spread
from bench.sounds import find_sounds, mid_side, read
from distill import api, render
from distill.audio.clip import SAMPLE_RATE, Samples
from distill.codes.grid import Codes
from distill.codes.limits import Grid
from distill.errors import BadInput, DistillError
from distill.prior.guard import NoveltyGuard, limit_in_steps
from distill.prior.novelty import NoveltyMeter
from distill.prior.sampling import Bias, sample
from distill.prior.settings import Sampling
from distill.render.decoding import CHUNK_STEPS

__all__ = ["decoded", "drawn", "main", "measure", "pair"]

MOST_SOUNDS = 40  # of a collection, for the kernel distance
MOST_SECONDS = 12.0  # of one of them
FIRST_SECOND = 47  # steps
CLICK_SAMPLES = 64  # around a seam


def measure(
    model: api.Model,
    collections: dict[str, list[Features]],
    own: str,
    *,
    count: int,
    seconds: float,
    long: float,
    seed: int,
) -> dict[str, Any]:
    """Make sounds with a model, and measure them.

    Parameters
    ----------
    collections : mapping of name to features by sound
    own : str
        Which of them the model was trained on.
    """
    kept = model.prior
    steps = round(seconds * model.codec.step_rate)
    grids: list[Grid] = []
    rates = []
    for number in range(count):
        started = time.perf_counter()
        grids.append(drawn(model, steps, seed + number))
        rates.append(seconds / (time.perf_counter() - started))
    novelty = NoveltyMeter(kept.places, step_rate=model.codec.step_rate).measure(grids)
    heard = [features for grid in grids if len(features := described(decoded(model, grid)[0]))]
    others = {name: sounds for name, sounds in collections.items() if name != own}
    return {
        "choice": kept.choice,
        "sounds_of_collection": len(kept.names),
        "perplexity": kept.perplexity.value,
        "novelty": novelty.to_json(),
        "real": None if kept.real is None else kept.real.to_json(),
        "distance": {name: asdict(kernel_distance(heard, sounds)) for name, sounds in collections.items()},
        "apart": {name: kernel_distance(collections[own], sounds).value for name, sounds in others.items()},
        "farther": {
            name: asdict(difference(heard, collections[own], sounds)) for name, sounds in others.items()
        },
        "times_real_time": median(rates),
        "first_sound_seconds": _first_sound(model, seed),
        "long": _long(model, long, seed),
    }


def drawn(model: api.Model, steps: int, seed: int, bias: Bias | None = None) -> Grid:
    """Draw codes [K, S] with the default settings, guard on."""
    kept = model.prior
    guard = NoveltyGuard(kept.places, limit=limit_in_steps(1.0, step_rate=model.codec.step_rate))
    prior, settings = kept.drawn_with(Sampling(seed=seed, patience=kept.patience))
    return sample(prior, steps=steps, settings=settings, bias=bias, guard=guard).grid


def _codes(model: api.Model, grid: Grid) -> Codes:
    length = model.codec.step_length
    return Codes(
        grid[None], codebook_size=model.codec.codebook_size, fingerprint=model.fingerprint, model=model.name,
        num_samples=grid.shape[1] * length,
    )  # fmt: skip


def decoded(model: api.Model, grid: Grid) -> Samples:
    """Decode codes [K, S]: samples [1, T]."""
    samples: Samples = render.decode(model.codec, _codes(model, grid)).samples
    return samples


def _first_sound(model: api.Model, seed: int) -> float:
    """Seconds until the first second of a sound could be played, with all that is only prepared once."""
    fresh = api.open_model(model.path, device="cpu")
    started = time.perf_counter()
    decoded(fresh, drawn(fresh, FIRST_SECOND + fresh.codec.decoder_reach, seed))
    return time.perf_counter() - started


def _long(model: api.Model, seconds: float, seed: int) -> dict[str, Any]:
    grid = drawn(model, round(seconds * model.codec.step_rate), seed)
    samples = decoded(model, grid)[0]
    seams = [step * model.codec.step_length for step in range(CHUNK_STEPS, grid.shape[1], CHUNK_STEPS)]
    step_rate = model.codec.step_rate
    return {
        "seconds": seconds,
        "seam_db": _clicks(samples, seams),
        "repeated_seconds": repeated_steps(grid) / step_rate,
        "repeated_by_collection_seconds": max(repeated_steps(one) for one in model.prior.grids) / step_rate,
        "distinct_columns": int(np.unique(grid, axis=1).shape[1]),
        "silent_share": float(np.mean(_quiet(samples))),
    }


def repeated_steps(grid: Grid) -> int:
    """The longest stretch that equals, on all levels, the one right before it: a loop, or a code that is held."""
    longest = 0
    for period in range(1, grid.shape[1] // 2 + 1):
        same = (grid[:, period:] == grid[:, :-period]).all(0)
        breaks = np.flatnonzero(~same)
        runs = np.diff(np.concatenate([[-1], breaks, [len(same)]])) - 1
        longest = max(longest, int(runs.max(initial=0)))
    return longest


def _clicks(samples: Samples, seams: Sequence[int]) -> float | None:
    """How much more the sound bends at the worst seam than it does at most places around, in dB; None without seams."""
    bends = np.abs(np.diff(samples.astype(np.float64), n=2))
    found = []
    for seam in seams:
        at = bends[seam - CLICK_SAMPLES // 2 : seam + CLICK_SAMPLES // 2].max()
        around = bends[seam - 4800 : seam + 4800]
        parts = around[: len(around) // CLICK_SAMPLES * CLICK_SAMPLES].reshape(-1, CLICK_SAMPLES).max(1)
        found.append(20 * np.log10((at + 1e-9) / (np.quantile(parts, 0.95) + 1e-9)))
    return float(max(found)) if found else None


def _quiet(samples: Samples) -> Any:
    whole = samples[: len(samples) // 4800 * 4800].reshape(-1, 4800)
    level = 10 * np.log10(np.square(whole).mean(1) + 1e-12)
    return level < level.max() - 60


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every model, print the tables, append the lines; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.generations", description="New sound, measured.")
    parser.add_argument("models", nargs="+", metavar="MODEL=FOLDER", help="a model and its collection")
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--minute", type=float, default=60.0, help="seconds of the long piece")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--home", type=Path, help="whose library; OUT/models unless given")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    given = parser.parse_args(arguments)
    context = machine.context()
    lines = []
    try:
        pairs = [pair(text) for text in given.models]
        collections = {folder.resolve().name: _features(folder) for _, folder in pairs}
        for name, folder in pairs:
            model = api.open_model(name, home=given.home or given.out / "models", device="cpu")
            own = folder.resolve().name
            key = {"model": model.name, "collection": own, "count": given.count, "seconds": given.seconds}
            line = {
                "bench": "generations",
                **context,
                "key": key | {"seed": given.seed, "commit": context["commit"]},
                **measure(
                    model,
                    collections,
                    own,
                    count=given.count,
                    seconds=given.seconds,
                    long=given.minute,
                    seed=given.seed,
                ),
            }
            records.append(given.out / "generations.jsonl", line)
            lines.append(line)
            print(f"{own}: overlap {line['novelty']['overlap']:.0%}", flush=True)
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        generation_tables.copying(lines),
        generation_tables.kinship(lines),
        generation_tables.making(lines),
        sep="\n\n",
    )
    return 0


def pair(text: str) -> tuple[str, Path]:
    """Read ``MODEL=FOLDER``."""
    name, equals, folder = text.rpartition("=")
    if not equals:
        raise BadInput(f"{text!r} names no collection; write MODEL=FOLDER.")
    return name, Path(folder)


def _features(folder: Path) -> list[Features]:
    most = int(MOST_SECONDS * SAMPLE_RATE)
    files = find_sounds(folder)
    found = [
        described(mid_side(read(file))[0][:most]) for file in spread(files, min(MOST_SOUNDS, len(files)))
    ]
    return [features for features in found if len(features)]


if __name__ == "__main__":
    sys.exit(main())
