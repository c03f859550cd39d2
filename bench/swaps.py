"""What each level holds: swap one level of a sound with another's, and hear whose rhythm and whose timbre it has then.

    python -m bench.swaps MODEL FOLDER [--pairs 16] [--seed 0] [--out bench/runs]

Pairs of different sounds are drawn from FOLDER, each cut to the shorter one's length. *Rhythm* is the level over time:
one minus the correlation of the envelopes in dB, 10 ms apart. *Timbre* is the mean spectrum: the mean difference of its
mel bands in dB, of equal level. A swap has moved a sound by ``to A / (to A + to B)`` of the way from the decoded A to the
decoded B: 0 is still A, 1 is B, and a half is as far from both.

The same pairs are then blended with amounts from 0 to 1. A blend that is gradual goes the way in equal steps; the largest
step, against the distance of A and B themselves, shows where the codebooks are too small for that.

MODEL is a name in the library of ``--home`` (``OUT/models`` unless given, where :mod:`bench.quality` keeps
its models) or a ``.distill`` file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from bench import edit_tables, machine, records
from bench.perceptual import encoded
from bench.sounds import find_sounds
from bench.subject import Distill
from distill.audio.clip import Samples
from distill.audio.distances import mel_distance
from distill.audio.spectrum import mel_filterbank, stft
from distill.codes.editing import Edit, apply
from distill.codes.entries import Entries
from distill.codes.material import Material
from distill.codes.operation import make
from distill.errors import BadCollection, DistillError

__all__ = ["AMOUNTS", "main", "rhythm_distance", "swapped_levels", "sweep", "timbre_distance"]

AMOUNTS = tuple(step / 10 for step in range(11))
METHODS = ("embed", "choose")
MOST_SECONDS = 4.0  # of a sound
_ENVELOPE = 480  # samples: 10 ms
_FLOOR_DB = -60.0  # against the loudest: below it nobody hears a rhythm
_NUM_MELS, _N_FFT = 64, 2048

Floats = npt.NDArray[np.float64]


def rhythm_distance(a: Samples, b: Samples) -> float:
    """One minus the correlation of two sounds' [T] envelopes in dB: 0 the same rhythm, 1 nothing in common.

    Examples
    --------
    >>> beat = np.tile(np.repeat([1.0, 0.01], 4800), 5).astype(np.float32)
    >>> round(rhythm_distance(beat, 0.5 * beat), 3), round(rhythm_distance(beat, beat[::-1]), 3)
    (0.0, 2.0)
    """
    one, other = _envelope(a), _envelope(b)
    scale = float(np.sqrt(np.square(one).sum() * np.square(other).sum()))
    return 1 - float(one @ other) / scale if scale > 0 else 0.0


def _envelope(samples: Samples) -> Floats:
    blocks = samples[: len(samples) // _ENVELOPE * _ENVELOPE].reshape(-1, _ENVELOPE)
    power = np.square(blocks, dtype=np.float64).mean(1) + 1e-20
    level = np.maximum(10 * np.log10(power / power.max()), _FLOOR_DB)
    centred: Floats = level - level.mean()
    return centred


def timbre_distance(a: Samples, b: Samples) -> float:
    """Mean difference in dB of the mean spectra of two sounds [T], in mel bands, brought to the same level."""
    return float(np.abs(_bands(a) - _bands(b)).mean())


def _bands(samples: Samples) -> Floats:
    padded = np.pad(samples, (0, -len(samples) % 512))
    power = stft(torch.from_numpy(padded)[None], n_fft=_N_FFT, hop_length=512).abs().square().mean(-1)[0]
    bands = (mel_filterbank(_NUM_MELS, _N_FFT) @ power).double().numpy()
    level: Floats = 10 * np.log10(bands / bands.sum() + 1e-6)
    return level


def _share(towards: float, away: float) -> float:
    """How much of the way from A to B: ``away`` is the distance from A, ``towards`` that from B."""
    return away / (away + towards) if away + towards > 0 else 0.5


def swapped_levels(subject: Distill, codec: Any, pairs: Sequence[tuple[Any, Any]]) -> list[dict[str, Any]]:
    """Swap every level alone, and all below the first together, in every pair.

    Returns
    -------
    list of {"levels", "rhythm", "timbre"}
        Mean shares of the way from A to B.
    """
    num_levels = pairs[0][0].num_levels
    groups: list[tuple[int, ...]] = [(level,) for level in range(1, num_levels + 1)]
    if num_levels > 2:
        groups.append(tuple(range(2, num_levels + 1)))
    rows = []
    originals = [(_mid(subject, codec, a), _mid(subject, codec, b)) for a, b in pairs]
    for levels in groups:
        shares = []
        for (a, b), (sound_a, sound_b) in zip(pairs, originals, strict=True):
            grid = np.array(a.grid)
            for level in levels:
                grid[:, level - 1] = b.grid[:, level - 1]
            mixed = _mid(subject, codec, a.with_grid(grid))
            shares.append(
                [
                    _share(distance(mixed, sound_b), distance(mixed, sound_a))
                    for distance in (rhythm_distance, timbre_distance)
                ]
            )
        rhythm, timbre = np.mean(shares, axis=0).tolist()
        rows.append({"levels": list(levels), "rhythm": rhythm, "timbre": timbre})
    return rows


def sweep(
    subject: Distill,
    codec: Any,
    entries: Entries,
    pairs: Sequence[tuple[Any, Any]],
    *,
    method: str,
    seed: int,
) -> list[dict[str, Any]]:
    """Blend every pair with amounts from 0 to 1.

    Returns
    -------
    list of {"amount", "to_a", "to_b", "step", "largest_step"}
        Mel distances from the decoded A and B, and from the blend before, each over the distance of A and B: on
        average over the pairs, and of the pair in which the step is largest.
    """
    found: list[list[list[float]]] = []
    for a, b in pairs:
        material = Material.of_codes(b)
        sounds = [
            _mid(
                subject,
                codec,
                apply(
                    a,
                    [
                        Edit(
                            make("blend", {"material": material, "amount": amount, "method": method}),
                            seed=seed,
                        )
                    ],
                    entries=entries,
                ),
            )
            for amount in AMOUNTS
        ]
        between = max(_mel(sounds[0], sounds[-1]), 1e-9)  # amounts 0 and 1 are A and B themselves
        before = [sounds[0], *sounds[:-1]]
        found.append(
            [
                [_mel(sound, other) / between for other in (sounds[0], sounds[-1], last)]
                for sound, last in zip(sounds, before, strict=True)
            ]
        )
    figures = np.array(found)  # [pairs, amounts, 3]
    mean, most = figures.mean(0), figures[:, :, 2].max(0)
    return [
        {"amount": amount, "to_a": to_a, "to_b": to_b, "step": step, "largest_step": float(largest)}
        for amount, (to_a, to_b, step), largest in zip(AMOUNTS, mean.tolist(), most, strict=True)
    ]


def _mid(subject: Distill, codec: Any, codes: Any) -> Samples:
    return subject.decode_mid(codec, codes, 0, codes.num_steps)


def _mel(a: Samples, b: Samples) -> float:
    return float(mel_distance(torch.from_numpy(a)[None], torch.from_numpy(b)[None]))


def drawn_pairs(sounds: Sequence[Any], *, count: int, seed: int) -> list[tuple[Any, Any]]:
    """Draw ordered pairs of different sounds (codes), both cut to the steps and channels that both have.

    Raises
    ------
    BadCollection
        If there are fewer than two sounds.
    """
    if len(sounds) < 2:
        raise BadCollection(f"{len(sounds)} sounds were found, and a swap takes two; give a larger folder.")
    every = [(a, b) for a in range(len(sounds)) for b in range(len(sounds)) if a != b]
    order = np.random.default_rng(seed).permutation(len(every))[:count]
    pairs = []
    for first, second in (every[place] for place in order):
        a, b = sounds[first], sounds[second]
        steps = max(1, min(a.num_samples, b.num_samples) // a.step_length)  # whole ones
        a, b = a.region(0, steps), b.region(0, steps)
        # of the mids alone, at the same level: what is compared is what the codes say
        pairs.append((_mid_of(a), _mid_of(b)))
    return pairs


def _mid_of(codes: Any) -> Any:
    return codes.with_grid(codes.grid[:1])


def main(arguments: Sequence[str] | None = None, *, subject: Distill | None = None) -> int:
    """Measure one model on one folder, print the tables, append the line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.swaps", description="What each level holds.")
    parser.add_argument("model", metavar="MODEL")
    parser.add_argument("collection", type=Path, metavar="FOLDER")
    parser.add_argument("--home", type=Path, help="whose library; OUT/models unless given")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    parser.add_argument("--pairs", type=int, default=16, help="most pairs of sounds")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    asked = subject or Distill()
    context = machine.context()
    try:
        files = find_sounds(given.collection)
        codec = asked.open(given.model, home=given.home or given.out / "models")
        sounds = encoded(asked, codec, files, seconds=MOST_SECONDS)
        pairs = drawn_pairs(sounds, count=given.pairs, seed=given.seed)
        entries = asked.entries(codec, [asked.grid(codes) for codes in sounds])
        levels = swapped_levels(asked, codec, pairs)
        sweeps = {
            method: sweep(asked, codec, entries, pairs, method=method, seed=given.seed) for method in METHODS
        }
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    key = {"collection": given.collection.resolve().name, "pairs": given.pairs, "seed": given.seed}
    line = {
        "bench": "swaps",
        **context,
        "key": key | {"commit": context["commit"]},
        "model": Path(given.model).name.removesuffix(".distill"),
        "codebook_size": asked.codebook_size(codec),
        "levels": levels,
        "sweeps": sweeps,
    }
    records.append(given.out / "swaps.jsonl", line)
    print(edit_tables.swaps([line]), edit_tables.blends([line]), sep="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
