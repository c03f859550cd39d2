"""Versions of a collection's sounds for a network to learn from: varied before they are encoded.

A network that only meets each sound's codes as they are learns the accidents of one encoding. The same sound a little
louder, higher, of another colour, or starting between two steps has other codes and is still one of the collection's. All
versions are brought to the level of the first, so that a change of level remains one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from distill import render
from distill.audio.clip import Samples
from distill.audio.level import reference_gain_db
from distill.codec.model import Codec
from distill.codes.limits import Grid
from distill.collection.augment import Variation, vary
from distill.collection.segments import Sounds
from distill.config import Augmentation
from distill.progress import Cancel, Progress, Report, silent
from distill.training.prior_feed import Versions

__all__ = ["VARIED", "varied_codes", "with_versions"]

# More often than in a codec's training, or most versions would be the same codes again.
VARIED = Augmentation(
    gain_share=1.0, polarity_share=0.0, eq_share=0.5, pitch_share=0.5, time_share=0.0, noise_share=0.0
)
VARIED_SECONDS = 1200.0  # of sound that is varied and encoded: about half a minute on two cores
MOST_VERSIONS = 4


def with_versions(
    codec: Codec,
    sounds: Sounds,
    grids: Sequence[Grid],
    rms_db: Sequence[float],
    *,
    seed: int,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> list[Versions]:
    """Give every sound's codes as many versions as there is time for.

    Parameters
    ----------
    sounds : float32 arrays [C, T]
    grids : sequence of int arrays [K, S]
        Codes of their mids as they are.
    rms_db : sequence of float
        Level of each sound.

    Returns
    -------
    list of sequences of int arrays [K, S]
        The sound as it is first.
    """
    seconds = sum(sounds.lengths) / codec.config.sample_rate
    number = min(MOST_VERSIONS, int(VARIED_SECONDS // max(seconds, 1.0)))
    found: list[Versions] = []
    for index, grid in enumerate(grids):
        if cancel is not None:
            cancel.check()
        # A copy in memory: the stretcher cannot read what may not be written to.
        mid = np.array(sounds[index][0]) if number else np.zeros(0, np.float32)
        gain_db = reference_gain_db(rms_db[index])
        # By its place, too, or sounds of one length would all be varied alike.
        made = varied_codes(codec, mid, gain_db=gain_db, number=number, seed=[seed, index])
        found.append([grid, *made])
        report(Progress("vary", index + 1, len(grids), "sounds"))
    return found


def varied_codes(
    codec: Codec, samples: Samples, *, gain_db: float, number: int, seed: Sequence[int]
) -> Iterator[Grid]:
    """Vary samples [T] in ``number`` ways and encode them: codes [K, S] of each."""
    rng = np.random.default_rng(seed)
    for _ in range(number):
        shifted = samples[min(int(rng.integers(codec.step_length)), samples.size - 1) :]
        heard = vary(shifted, Variation.draw(VARIED, rng), length=samples.size, bounded=False)
        codes = render.encode_rows(codec, [heard[None]], num_samples=heard.size, gain_db=gain_db)
        grid: Grid = codes.grid[0]
        yield grid
