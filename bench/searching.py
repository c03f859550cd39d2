"""What a search for nearer codes brings, and what it costs: sounds encoded with more and more rounds of it.

    python -m bench.searching MODEL COLLECTION [--seed 0] [--out bench/runs]

Sounds and MODEL are those of :mod:`bench.cases`. Each is encoded and decoded as a person would have it; what it is judged by (STFT
distance, ViSQOL) is not what the search makes small, but for the mel distance. Sounds are decoded from their first level alone, too: a search
must leave levels what they are.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from statistics import fmean
from typing import Any

import torch

from bench import cases, judge
from bench.cases import Case
from bench.records import Record
from bench.subject import Distill
from bench.tables import in_order, markdown, newest
from distill import render
from distill.audio.clip import Clip
from distill.codec.model import Codec

__all__ = ["ROUNDS", "main", "measured", "searching"]

ROUNDS = (0, 5, 10, 20)


def measured(codec: Codec, decoded: Sequence[Case]) -> dict[str, dict[str, Any]]:
    """Judge own and never-seen sounds for each number of rounds, and time their encoding.

    Returns
    -------
    by number of rounds: ``own`` and ``unseen`` means of every judge, ``first_level`` mel distance of the first level alone,
    and ``seconds`` a second of sound
    """
    return {str(rounds): _with_rounds(codec, decoded, rounds) for rounds in ROUNDS}


def _with_rounds(codec: Codec, decoded: Sequence[Case], rounds: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    spent = 0.0
    for part, own in (("own", True), ("unseen", False)):
        verdicts, outlines = [], []
        for case in decoded:
            if case.own is not own:
                continue
            sound = case.sound.numpy()
            began = time.perf_counter()
            codes = render.encode(codec, Clip(sound), search=rounds)
            spent += time.perf_counter() - began
            verdicts.append(judge.judge(sound, render.decode(codec, codes).samples))
            outlines.append(judge.mid_distance(sound, render.decode(codec, codes, up_to_level=1).samples))
        found[part] = judge.average(verdicts) | {"first_level": fmean(outlines)}
    seconds = sum(case.sound.shape[1] for case in decoded) / codec.config.sample_rate
    return found | {"seconds": spent / seconds, "threads": torch.get_num_threads()}


def searching(lines: Sequence[Record]) -> str:
    """Draw a line a collection and number of rounds: distances and opinions, own / never seen."""
    rows = []
    for line in in_order(newest(lines)):
        for rounds, way in sorted(line["ways"].items(), key=lambda item: int(item[0])):
            own, unseen = way["own"], way["unseen"]
            rows.append(
                [
                    line["key"]["collection"],
                    rounds,
                    *(
                        f"{own[name]:.2f} / {unseen[name]:.2f}"
                        for name in ("mel", "stft", "visqol", "first_level")
                    ),
                    f"{way['seconds']:.2f}",
                ]
            )
    columns = ["", "rounds", "mel", "STFT", "ViSQOL", "mel, level 1 alone", "seconds a second"]
    return markdown(columns, rows, words=(0,))


def main(arguments: Sequence[str] | None = None, *, subject: Distill | None = None) -> int:
    """Measure one model on its collection; return the exit code."""
    given = cases.parser("searching", "What a search for nearer codes brings.").parse_args(arguments)
    return cases.run("searching", given, measured, table=searching, subject=subject)


if __name__ == "__main__":
    sys.exit(main())
