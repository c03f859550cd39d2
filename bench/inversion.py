"""From a decoder's magnitudes to sound: by the phase it has learnt, by Griffin-Lim, by both. What comes closest, and at what price.

    python -m bench.inversion MODEL COLLECTION [--seed 0] [--pictures FOLDER] [--out bench/runs]

Own and never-seen sounds of COLLECTION (the split of :mod:`bench.quality` with the same seed) are encoded once, and what the decoder
makes of their codes is turned to sound in every way of :data:`WAYS`; at most :data:`MOST_SECONDS` of each, the mono sum, brought to the
codec's level. *Noise* is the third of the sounds that are noisiest: there distances between spectrograms say little, and
:mod:`bench.modulation` more. ``--pictures`` draws the noisiest and the least noisy of them in some of the ways.

MODEL is a name in the library of ``--home`` (``OUT/models`` unless given) or a ``.distill`` file.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from bench import inversion_tables, machine, records
from bench.modulation import modulation_distance
from bench.sounds import Split, codec_gain, find_sounds, mono, split_by_file
from bench.subject import Distill
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.audio.descriptors import ORDER, SILENCE_DB, describe
from distill.audio.distances import mel_distance, stft_distance
from distill.audio.spectrum import griffin_lim, random_phase
from distill.codec.model import Codec
from distill.errors import DistillError
from distill.pictures.spectrograms import compare_spectrograms

__all__ = ["MOST_SECONDS", "WAYS", "Case", "Way", "cases_of", "invert", "main"]

MOST_SECONDS = 10
DRAWN = ("the head's phase", "32 rounds after it", "32 rounds from chance", "chance alone")


@dataclass(frozen=True)
class Way:
    """One way from magnitudes to sound.

    Attributes
    ----------
    name : str
    from_head : bool
        Start from the phase that the head gives; otherwise from chance.
    rounds : int
        Of Griffin-Lim.
    momentum : float
        0 is plain Griffin-Lim.
    hops : int
        Frames that each frame becomes, its magnitudes between its neighbours', before the rounds; from chance only.
    """

    name: str
    from_head: bool
    rounds: int = 0
    momentum: float = 0.99
    hops: int = 1


WAYS = (
    Way("the head's phase", True),
    Way("8 rounds after it", True, 8),
    Way("32 rounds after it", True, 32),
    Way("8 plain rounds after it", True, 8, momentum=0.0),
    Way("32 plain rounds after it", True, 32, momentum=0.0),
    Way("chance alone", False),
    Way("32 rounds from chance", False, 32),
    Way("100 rounds from chance", False, 100),
    Way("32 plain rounds from chance", False, 32, momentum=0.0),
    Way("32 rounds from chance, half the hop", False, 32, hops=2),
)


@torch.no_grad()
def invert(codec: Codec, hidden: Tensor, way: Way) -> Tensor:
    """Hidden [1, S, W] -> samples [1, T]."""
    if way.from_head and way.rounds == 0:
        return codec.sound(hidden)
    magnitude = codec.head.log_magnitude(hidden).exp()
    if way.hops > 1:  # between two frames, in log: a decay stays a decay
        finer = F.interpolate(magnitude.log(), scale_factor=way.hops, mode="linear", align_corners=False)
        magnitude = finer.exp()
    phase = codec.head.unit_phase(hidden) if way.from_head else random_phase(*magnitude.shape[-2:], seed=0)
    return griffin_lim(
        magnitude, n_fft=codec.config.n_fft, hop_length=codec.config.hop_length // way.hops,
        iterations=way.rounds, momentum=way.momentum, phase=phase,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Case:
    """One sound [1, T], what the decoder makes of its codes, and what has to be undone of its level."""

    name: str
    own: bool
    sound: Tensor
    hidden: Tensor
    gain: float
    noisiness: float

    def heard(self, codec: Codec, way: Way) -> Tensor:
        """Sound [1, T] of one way, at the level of the input."""
        return invert(codec, self.hidden, way)[:, : self.sound.shape[1]] / self.gain


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


def measured(codec: Codec, cases: Sequence[Case], way: Way) -> dict[str, float | str]:
    """Mean figures of one way."""
    noisy = sorted(cases, key=lambda case: case.noisiness)[-max(1, len(cases) // 3) :]
    spent, mel, stft, moved = 0.0, [], [], []
    for case in cases:
        started = time.perf_counter()
        heard = case.heard(codec, way)
        spent += time.perf_counter() - started
        mel.append(mel_distance(case.sound, heard))
        stft.append(stft_distance(case.sound, heard))
        moved.append(modulation_distance(case.sound[0], heard[0]))
    seconds = sum(case.sound.shape[1] for case in cases) / SAMPLE_RATE

    def mean(figures: Sequence[float | None], chosen: Sequence[Case]) -> float:
        known = [
            figure
            for figure, case in zip(figures, cases, strict=True)
            if case in chosen and figure is not None
        ]
        return fmean(known) if known else float("nan")

    own, unseen = [case for case in cases if case.own], [case for case in cases if not case.own]
    return {
        "way": way.name,
        "mel_own": mean(mel, own),
        "mel_unseen": mean(mel, unseen),
        "stft_own": mean(stft, own),
        "mel_noise": mean(mel, noisy),
        "modulation_db": mean(moved, cases),
        "modulation_noise_db": mean(moved, noisy),
        "times_real_time": seconds / spent,
    }


def _draw(codec: Codec, cases: Sequence[Case], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    ordered = sorted(cases, key=lambda case: case.noisiness)
    for kind, case in (("least-noisy", ordered[0]), ("noisiest", ordered[-1])):
        shown = [("input: " + case.name, Clip(case.sound.numpy()))]
        shown += [
            (way.name, Clip(case.heard(codec, way).numpy().astype(np.float32)))
            for way in WAYS
            if way.name in DRAWN
        ]
        compare_spectrograms(shown, folder / f"{kind}.png")


def main(arguments: Sequence[str] | None = None, *, subject: Distill | None = None) -> int:
    """Measure every way on one collection; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.inversion", description="Ways from magnitudes to sound."
    )
    parser.add_argument("model", metavar="MODEL")
    parser.add_argument("collection", type=Path, metavar="COLLECTION")
    parser.add_argument("--seed", type=int, default=0, help="of the split into own and never-seen sounds")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="draw two of the sounds there")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    given = parser.parse_args(arguments)
    context = machine.context()
    try:
        codec = (subject or Distill()).open(given.model, home=given.home or given.out / "models")
        split = split_by_file(find_sounds(given.collection), seed=given.seed)
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    cases = cases_of(codec, split)
    if given.pictures:
        _draw(codec, cases, given.pictures)
    key = {
        "collection": given.collection.resolve().name, "model": codec.fingerprint(), "seed": given.seed, "commit": context["commit"]
    }  # fmt: skip
    record = {
        "bench": "inversion",
        "key": key,
        **context,
        "ways": [measured(codec, cases, way) for way in WAYS],
    }
    records.append(given.out / "inversion.jsonl", record)
    print(inversion_tables.inversion([record]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
