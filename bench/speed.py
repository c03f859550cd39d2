"""Encode and decode, times real time: Distill's draft codec against EnCodec and DAC, in one process.

    python -m bench.speed [--seconds 10] [--repeats 5] [--threads 2] [--codecs distill,encodec,encodec-mono,dac]

All with random weights, float32, the same sound made by formula, the same number of threads, after a
warm-up; the median counts. Distill is timed through :mod:`distill.render`, as a musician's sound goes, on mono and
on stereo (mid and side are two grids, so twice the work); ratios compare equal numbers of channels.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bench import machine, records, tables
from bench.formula import tones_and_noise
from bench.peers import PEERS, Timed, num_parameters
from bench.subject import Distill

__all__ = ["main", "measure"]


def distill(channels: int, *, seed: int) -> Timed:
    """Return Distill's draft codec, through the same calls as any sound goes."""
    subject = Distill()
    codec = subject.random_codec(seed=seed)

    def decode(codes: Any) -> Tensor:
        return torch.from_numpy(subject.decode(codec, codes))[None]

    return Timed(
        name="Distill",
        sample_rate=48_000,
        channels=channels,
        parameters=num_parameters(codec),
        encode=lambda sound: subject.encode(codec, sound[0].numpy()),
        decode=decode,
    )


@torch.inference_mode()
def measure(codec: Timed, *, seconds: float, repeats: int, seed: int) -> dict[str, Any]:
    """Time one codec; figures are times real time of the median run, and all runs in seconds.

    Raises
    ------
    AssertionError
        If what is decoded is not about as long as what was encoded, or not finite: then nothing was measured.
    """
    sound = tones_and_noise(seconds, sample_rate=codec.sample_rate, channels=codec.channels, seed=seed)[None]
    codes, _ = _timed(codec.encode, sound)
    decoded, _ = _timed(codec.decode, codes)
    assert abs(decoded.shape[-1] - sound.shape[-1]) <= 0.02 * sound.shape[-1], (decoded.shape, sound.shape)
    assert bool(decoded.isfinite().all()), codec.name
    encode_seconds = [_timed(codec.encode, sound)[1] for _ in range(repeats)]
    decode_seconds = [_timed(codec.decode, codes)[1] for _ in range(repeats)]
    encode_median, decode_median = statistics.median(encode_seconds), statistics.median(decode_seconds)
    return {
        "name": codec.name,
        "channels": codec.channels,
        "parameters": codec.parameters,
        "encode_x": seconds / encode_median,
        "decode_x": seconds / decode_median,
        "both_x": seconds / (encode_median + decode_median),
        "encode_seconds": encode_seconds,
        "decode_seconds": decode_seconds,
    }


def _timed(work: Callable[[Any], Any], given: Any) -> tuple[Any, float]:
    started = time.perf_counter()
    result = work(given)
    return result, time.perf_counter() - started


def main(arguments: Sequence[str] | None = None) -> int:
    """Time every codec, print the table, append the line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description="Speed of codecs.")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of the sound")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--codecs", default="distill,encodec,encodec-mono,dac", help="names with commas between"
    )
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    given = parser.parse_args(arguments)
    wanted = given.codecs.split(",")
    unknown = sorted(set(wanted) - {"distill", *PEERS})
    if unknown:
        parser.error(f"no codec is called {', '.join(unknown)}; choose from distill, {', '.join(PEERS)}.")
    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(
        True
    )  # random weights may lead into subnormal numbers, which are slow for everyone
    made: list[Callable[[], Timed]] = []
    for name in wanted:
        if name == "distill":
            made += [partial(distill, channels, seed=given.seed) for channels in (1, 2)]
        else:
            made.append(partial(PEERS[name], seed=given.seed))
    measured = []
    for make in made:
        figures = measure(make(), seconds=given.seconds, repeats=given.repeats, seed=given.seed)
        print(f"{figures['name']}, {figures['channels']} channels: done", file=sys.stderr, flush=True)
        measured.append(figures)
    key = {"seconds": given.seconds, "threads": given.threads, "codecs": given.codecs}
    line = {"bench": "speed", **machine.context(), "repeats": given.repeats, "codecs": measured}
    line["key"] = {**key, "commit": line["commit"]}
    records.append(given.out / "speed.jsonl", line)
    print(tables.speed([line]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
