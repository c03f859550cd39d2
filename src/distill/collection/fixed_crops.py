"""Cut sounds into the same crops every time, to judge by; :mod:`distill.collection.segments` has those to train on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from distill.audio.clip import Samples
from distill.collection.segments import GRID, QUIETEST, Sounds, read
from distill.collection.split import Part

__all__ = ["fixed_crops"]


def fixed_crops(
    sounds: Sounds,
    parts: Sequence[Part],
    *,
    crop_samples: int,
    most: int,
    gains: Sequence[float] | None = None,
) -> Samples:
    """Cut the same crops every time, spread evenly, to judge by and to listen to.

    Long parts give as many crops as fit side by side, short ones are packed in their order. Where that
    is more than ``most``, every n-th is taken. Crops below -70 dBFS are left out, unless all are.

    Parameters
    ----------
    sounds : Sounds
        The mid (row 0) is used.
    parts : sequence of Part
        Not empty.
    crop_samples : int > 0
    most : int > 0
    gains : sequence of float, optional
        Linear gain of each *sound*.

    Returns
    -------
    float32 array [N, T], ``1 <= N <= most``
    """
    assert len(parts) > 0, "no parts to cut"
    assert min(crop_samples, most) > 0, (crop_samples, most)
    layouts = list(_layouts(parts, crop_samples))
    if len(layouts) > most:
        layouts = [layouts[int((turn + 0.5) * len(layouts) / most)] for turn in range(most)]
    crops = np.zeros((len(layouts), crop_samples), dtype=np.float32)
    for crop, layout in zip(crops, layouts, strict=True):
        for start, part in layout:
            crop[start : start + part.length] = read(sounds[part.sound], part, gains=gains, row=0)
    audible = np.abs(crops).max(axis=1) >= QUIETEST
    return crops[audible] if audible.any() else crops


def _layouts(parts: Sequence[Part], crop_samples: int) -> Iterator[list[tuple[int, Part]]]:
    """Yield what each fixed crop is made of: parts and where they start in it, in samples."""
    packed: list[tuple[int, Part]] = []
    room = crop_samples
    for part in parts:
        count = part.length // crop_samples
        slack = part.length - crop_samples
        for turn in range(count):
            start = part.start + slack * turn // max(1, count - 1)
            yield [(0, Part(part.sound, start, start + crop_samples))]
        if count == 0:
            if part.length > room:
                yield packed
                packed, room = [], crop_samples
            start = crop_samples - room
            packed.append((start, part))
            room = crop_samples - -(-(start + part.length) // GRID) * GRID  # the next starts on a step
    if packed:
        yield packed
