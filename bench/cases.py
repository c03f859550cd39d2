"""Sounds as a model decodes them, stopped before the inversion: what :mod:`bench.inversion` and :mod:`bench.phases` measure.

MODEL is a name in the library of ``--home`` (``OUT/models`` unless given) or a ``.distill`` file; the sounds are the own and the
never-seen ones of COLLECTION (the split of :mod:`bench.quality` with the same seed), at most :data:`MOST_SECONDS` of each.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from bench import machine, records
from bench.sounds import Split, codec_gain, find_sounds, mono, split_by_file
from bench.subject import Distill
from distill.audio.descriptors import ORDER, SILENCE_DB, describe
from distill.codec.model import Codec
from distill.errors import DistillError

__all__ = ["MOST_SECONDS", "Case", "cases_of", "parser", "run"]

MOST_SECONDS = 10


@dataclass(frozen=True, eq=False)
class Case:
    """One sound [1, T], what the decoder makes of its codes, and what has to be undone of its level."""

    name: str
    own: bool
    sound: Tensor
    hidden: Tensor
    gain: float
    noisiness: float


@torch.no_grad()
def cases_of(codec: Codec, split: Split) -> list[Case]:
    """Encode the sounds of a split, silent ones left out, and keep what the decoder makes of their codes."""
    cases = []
    for file, own in [(file, True) for file in split.own] + [(file, False) for file in split.unseen]:
        sound = mono(file, most_seconds=MOST_SECONDS)
        if not sound.any():
            continue  # silence has no phase
        gain, samples = codec_gain(sound), torch.from_numpy(sound)
        padded = F.pad(samples, (0, -samples.shape[1] % codec.step_length))
        hidden = codec.decoder(codec.quantizer(codec.latents(padded * gain)).latents)
        cases.append(Case(file.name, own, samples, hidden, gain, _noisiness(padded[0])))
    return cases


def _noisiness(samples: Tensor) -> float:
    figures = describe(F.pad(samples, (0, -len(samples) % 1024)))
    heard = figures[figures[:, ORDER.index("loudness")] > SILENCE_DB, ORDER.index("noisiness")]
    return float(heard.mean()) if len(heard) else 0.0


def parser(bench: str, description: str) -> argparse.ArgumentParser:
    """What such a bench is asked: MODEL, COLLECTION, ``--seed``, ``--home``, ``--out``."""
    asked = argparse.ArgumentParser(prog=f"python -m bench.{bench}", description=description)
    asked.add_argument("model", metavar="MODEL")
    asked.add_argument("collection", type=Path, metavar="COLLECTION")
    asked.add_argument("--seed", type=int, default=0, help="of the split into own and never-seen sounds")
    asked.add_argument("--home", type=Path)
    asked.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    return asked


def run(
    bench: str,
    given: argparse.Namespace,
    ways: Callable[[Codec, Sequence[Case]], Any],
    *,
    table: Callable[[Sequence[records.Record]], str],
    subject: Distill | None,
) -> int:
    """Open the model, measure its cases, append the line to ``BENCH.jsonl`` and print its table; return the exit code.

    Parameters
    ----------
    given : Namespace
        What :func:`parser` read.
    ways : function
        Gives the figures of a codec's cases, for the line's ``ways``.
    """
    context = machine.context()
    try:
        codec = (subject or Distill()).open(given.model, home=given.home or given.out / "models")
        split = split_by_file(find_sounds(given.collection), seed=given.seed)
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    key = {
        "collection": given.collection.resolve().name, "model": codec.fingerprint(), "seed": given.seed, "commit": context["commit"]
    }  # fmt: skip
    record = {"bench": bench, "key": key, **context, "ways": ways(codec, cases_of(codec, split))}
    records.append(given.out / f"{bench}.jsonl", record)
    print(table([record]))
    return 0
