"""A sound around the head: for headphones, from one place or along a path.

Each ear gets the mono sum late by its delay (:mod:`distill.output.delay_line`), through its filter and the air's
(:mod:`distill.output.convolution`), and fainter with distance. A sound that stands still goes through one response
that is both; one that moves has a place for every 5 ms, its delays run on smoothly from one to the next and its filters
fade into each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from distill.audio.clip import SAMPLE_RATE, Clip
from distill.errors import BadSetting
from distill.output.convolution import HOP, convolved, convolved_changing
from distill.output.delay_line import LEAST_DELAY, delayed
from distill.output.distance import air, fainter
from distill.output.ears import TAPS, Ears, Floats, Head, front_level, responses
from distill.output.moving import Place, places_at

__all__ = ["TAIL", "binaural", "mono"]

_LATEST = 128  # samples: what no delay of a head reaches, the least one that is added to all included
TAIL = _LATEST + TAPS  # samples by which a sound gets longer: 13.3 ms
_AT_ONCE = 128  # hops rendered at once


def mono(clip: Clip) -> Clip:
    """Fold a clip to one channel: the mid ``(L + R) / 2`` of two, and one as it is."""
    if clip.num_channels == 1:
        return clip
    half = clip.samples * np.float32(1 / clip.num_channels)
    return Clip(half.sum(axis=0, dtype=np.float32, keepdims=True), clip.sample_rate)


def binaural(clip: Clip, *, places: Sequence[Place], head: Head) -> Clip:
    """Put a sound at places around the head.

    A sound in front at 1 metre keeps its loudness. All of it comes 16 samples later, the time that interpolation needs, and each ear
    later again by up to a millisecond, depending on where the sound is.

    Parameters
    ----------
    clip : Clip
        48 kHz; of two channels the mid is taken.
    places : sequence of Place
        In rising order of time, one at least; one alone stands still.
    head : Head

    Returns
    -------
    Clip
        Left ear, right ear; ``T + TAIL`` samples long, because the filters ring on.

    Raises
    ------
    BadSetting
        If the clip has another rate.
    """
    if clip.sample_rate != SAMPLE_RATE:
        raise BadSetting(
            f"a sound of {clip.sample_rate} Hz was given to be placed around the head; bring it to {SAMPLE_RATE} Hz first."
        )
    samples = mono(clip).samples[0].astype(np.float64)
    scale = 1 / front_level(head)
    rendered = np.stack(
        _still(samples, places[0], head, scale) if len(places) == 1 else _moved(samples, places, head, scale)
    )
    return Clip(rendered[:, : len(samples) + TAIL].astype(np.float32))


def _still(samples: Floats, place: Place, head: Head, scale: float) -> list[Floats]:
    arrived, filters = _heard(np.array([place.seconds]), [place], head)
    late = LEAST_DELAY + arrived.delays[0] * SAMPLE_RATE
    # Delay and filter of each ear as one response.
    whole = [
        convolved(delayed(np.ones(1), np.full(_LATEST + 2, late[ear])), scale * filters[0, ear])
        for ear in (0, 1)
    ]
    return [convolved(samples, response) for response in whole]


def _moved(samples: Floats, places: Sequence[Place], head: Head, scale: float) -> list[Floats]:
    """Render hop by hop, as many at once as memory should hold."""
    hops = -(-(len(samples) + _LATEST + 1) // HOP)
    result = np.zeros((2, hops * HOP + TAPS - 1))
    tape = np.pad(samples, (0, hops * HOP - len(samples)))
    for start in range(0, hops, _AT_ONCE):
        stop = min(start + _AT_ONCE, hops)
        # A frame reaches a hop to both sides, so the parts overlap by one, each frame belonging to one part.
        seconds = np.arange(start, stop + 1, dtype=np.float64) * (HOP / SAMPLE_RATE)
        arrived, filters = _heard(seconds, places, head)
        late = LEAST_DELAY + arrived.delays * SAMPLE_RATE
        inside = np.arange((stop - start) * HOP) / HOP
        earliest = max(start - 1, 0) * HOP
        for ear in (0, 1):
            delays = np.interp(inside, np.arange(stop - start + 1), late[:, ear])
            here = delayed(tape[earliest : stop * HOP + HOP], delays, start=start * HOP - earliest)
            part = convolved_changing(here, scale * filters[:, ear])
            result[ear, start * HOP : start * HOP + len(part)] += part
    return list(result)


def _heard(seconds: Floats, places: Sequence[Place], head: Head) -> tuple[Ears, Floats]:
    """What arrives at moments [N], and the filters [N, 2, TAPS] with air and distance."""
    azimuths, elevations, distances = places_at(places, seconds)
    arrived = head.toward(azimuths, elevations, distances)
    filters = responses(arrived.logs + air(distances)[:, None]) * fainter(distances)[:, None, None]
    return arrived, filters
