"""From a decoder's magnitudes to sound: by the phase it has learnt, by Griffin-Lim, by both. What comes closest, and at what price.

    python -m bench.inversion MODEL COLLECTION [--seed 0] [--pictures FOLDER] [--out bench/runs]

MODEL and the sounds of COLLECTION are those of :mod:`bench.cases`: encoded once, the mono sum, brought to the codec's level; what the
decoder makes of their codes is turned to sound in every way of :data:`WAYS`. *Noise* is the third of the sounds that are noisiest: there distances between spectrograms say little, and
:mod:`bench.modulation` more. ``--pictures`` draws the noisiest and the least noisy of them in some of the ways.
"""

from __future__ import annotations

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

from bench import cases, inversion_tables
from bench.cases import Case
from bench.modulation import modulation_distance
from bench.subject import Distill
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.audio.distances import mel_distance, stft_distance
from distill.audio.spectrum import griffin_lim, random_phase
from distill.codec.model import Codec
from distill.pictures.spectrograms import compare_spectrograms

__all__ = ["WAYS", "Way", "invert", "main"]

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


def _heard(codec: Codec, case: Case, way: Way) -> Tensor:
    """Sound [1, T] of one way, at the level of the input."""
    return invert(codec, case.hidden, way)[:, : case.sound.shape[1]] / case.gain


def measured(codec: Codec, decoded: Sequence[Case], way: Way) -> dict[str, float | str]:
    """Mean figures of one way."""
    noisy = sorted(decoded, key=lambda case: case.noisiness)[-max(1, len(decoded) // 3) :]
    spent, mel, stft, moved = 0.0, [], [], []
    for case in decoded:
        started = time.perf_counter()
        heard = _heard(codec, case, way)
        spent += time.perf_counter() - started
        mel.append(mel_distance(case.sound, heard))
        stft.append(stft_distance(case.sound, heard))
        moved.append(modulation_distance(case.sound[0], heard[0]))
    seconds = sum(case.sound.shape[1] for case in decoded) / SAMPLE_RATE

    def mean(figures: Sequence[float | None], chosen: Sequence[Case]) -> float:
        known = [
            figure
            for figure, case in zip(figures, decoded, strict=True)
            if case in chosen and figure is not None
        ]
        return fmean(known) if known else float("nan")

    own, unseen = [case for case in decoded if case.own], [case for case in decoded if not case.own]
    return {
        "way": way.name,
        "mel_own": mean(mel, own),
        "mel_unseen": mean(mel, unseen),
        "stft_own": mean(stft, own),
        "mel_noise": mean(mel, noisy),
        "modulation_db": mean(moved, decoded),
        "modulation_noise_db": mean(moved, noisy),
        "times_real_time": seconds / spent,
    }


def _draw(codec: Codec, decoded: Sequence[Case], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    ordered = sorted(decoded, key=lambda case: case.noisiness)
    for kind, case in (("least-noisy", ordered[0]), ("noisiest", ordered[-1])):
        shown = [("input: " + case.name, Clip(case.sound.numpy()))]
        shown += [
            (way.name, Clip(_heard(codec, case, way).numpy().astype(np.float32)))
            for way in WAYS
            if way.name in DRAWN
        ]
        compare_spectrograms(shown, folder / f"{kind}.png")


def main(arguments: Sequence[str] | None = None, *, subject: Distill | None = None) -> int:
    """Measure every way on one collection; return the exit code."""
    parser = cases.parser("inversion", "Ways from magnitudes to sound.")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="draw two of the sounds there")
    given = parser.parse_args(arguments)

    def ways(codec: Codec, decoded: Sequence[Case]) -> list[dict[str, float | str]]:
        if given.pictures:
            _draw(codec, decoded, given.pictures)
        return [measured(codec, decoded, way) for way in WAYS]

    return cases.run("inversion", given, ways, table=inversion_tables.inversion, subject=subject)


if __name__ == "__main__":
    sys.exit(main())
