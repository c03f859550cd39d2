"""Lines of :mod:`bench.inversion` -> a table."""

from __future__ import annotations

from collections.abc import Sequence

from bench.records import Record
from bench.tables import in_order, markdown, newest

__all__ = ["inversion"]


def inversion(lines: Sequence[Record]) -> str:
    """Each way of a collection in a row; *noise* is the third of its sounds that is noisiest."""
    header = ["collection", "way", "mel, own", "mel, never seen", "STFT, own", "mel, noise"]
    header += ["modulations off, dB", "of noise, dB", "x real time"]
    rows = [
        [
            line["key"]["collection"] if place == 0 else "",
            way["way"],
            *(f"{way[name]:.2f}" for name in ("mel_own", "mel_unseen", "stft_own", "mel_noise")),
            *(f"{way[name]:.1f}" for name in ("modulation_db", "modulation_noise_db")),
            f"{way['times_real_time']:,.0f}",
        ]
        for line in in_order(newest(lines))
        for place, way in enumerate(line["ways"])
    ]
    return markdown(header, rows, words=(0, 1))
