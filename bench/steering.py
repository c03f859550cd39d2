"""Does steering by *brightness* make new sound brighter? Each word, on models of real sounds: drawn, decoded, measured.

    python -m bench.steering MODEL=FOLDER... [--count 6] [--seconds 4] [--amount 1]

The same seed is drawn with a word at plus and at minus the amount, so both begin from the same material. What is measured is
the sound (:mod:`distill.audio.descriptors`), on average over the steps that can be heard; of density, how much attacks
there are in a second (:mod:`bench.perceptual`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch

from bench import machine, prior_tables, records
from bench.generations import decoded, drawn, pair
from bench.perceptual import ANY, AUDIBLE_DB, Heard
from distill import api
from distill.audio.descriptors import ORDER, describe
from distill.errors import DistillError
from distill.prior.steered import WORDS, Steering

__all__ = ["main", "measure"]


def measure(model: api.Model, *, count: int, seconds: float, amount: float) -> list[dict[str, Any]]:
    """Steer by every word both ways, with ``count`` seeds each.

    Returns
    -------
    list of {"word", "right", "moved"}
        The share of seeds for which more was more, and the median difference in the unit of what is measured.
    """
    rows = []
    for word in WORDS:
        moves = []
        for seed in range(count):
            less, more = (_heard(model, word, way * amount, seconds, seed) for way in (-1, 1))
            moves.append(_figure(more, word) - _figure(less, word))
        rows.append(
            {
                "word": word,
                "right": float(np.mean(np.array(moves) > 0)),
                "moved": median(moves),
            }
        )
    return rows


def _heard(model: api.Model, word: str, amount: float, seconds: float, seed: int) -> Heard:
    rate = model.codec.step_rate
    steering = Steering({word: ((0.0, amount),)}, entries=model.measured("steering"), step_rate=rate)
    samples = decoded(model, drawn(model, round(seconds * rate), seed, steering))[0]
    figures = describe(torch.from_numpy(samples.copy()), step_length=model.codec.step_length).numpy()
    return Heard(figures, samples)


def _figure(heard: Heard, word: str) -> float:
    if word == "density":
        return heard.of(word, ANY)
    audible = heard.figures[:, ORDER.index("loudness")] > AUDIBLE_DB
    return heard.of(WORDS[word], audible) if audible.any() else 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every model, print the table, append the lines; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.steering", description="Steered sound, measured.")
    parser.add_argument("models", nargs="+", metavar="MODEL=FOLDER", help="a model and its collection")
    parser.add_argument("--count", type=int, default=6, help="seeds for each word")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--amount", type=float, default=1.0)
    parser.add_argument("--home", type=Path, help="whose library; OUT/models unless given")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    given = parser.parse_args(arguments)
    context = machine.context()
    lines = []
    try:
        for name, folder in map(pair, given.models):
            model = api.open_model(name, home=given.home or given.out / "models", device="cpu")
            key = {"model": model.name, "collection": folder.resolve().name, "count": given.count}
            key |= {"seconds": given.seconds, "amount": given.amount, "commit": context["commit"]}
            rows = measure(model, count=given.count, seconds=given.seconds, amount=given.amount)
            line = {"bench": "steering", **context, "key": key, "words": rows}
            records.append(given.out / "steering.jsonl", line)
            lines.append(line)
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    print(prior_tables.steering(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
