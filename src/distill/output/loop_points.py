"""Find where a sound loops best: a start and an end that sound alike, in their spectra first and then sample by sample.

A free length prefers long loops, which are heard less as loops: each tenth of the sound that a loop leaves out weighs as much as a
difference of 0.6 dB in all bands. Silence is more like itself than any sound is, so of every loop each 10 dB by which it is fainter than the
sound's loudest weighs as much as 1 dB, and of one that reaches into the silence before or after a sound each tenth that is silent as 7 dB.
The best pair is then moved by up to a few milliseconds to where the waveforms agree best.

:mod:`distill.output.loop_spectra` and :mod:`distill.output.loop_waveforms` compare; here is what is compared and what is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from distill.audio.clip import Clip
from distill.output.ears import Floats
from distill.output.loop_spectra import RANGE_DB, Indices, differences, differences_between, spectra
from distill.output.loop_waveforms import best_end, best_start
from distill.progress import Cancel

__all__ = ["Span", "find_loop"]

_FINEST = 512  # samples between two frames, at least
_MOST_FRAMES = 800
_SOUNDING_DB = 60.0  # below the loudest frame: what a loop should not reach into
_SHORTNESS_DB = 6.0  # what a loop of no length would cost
_NEARLY_DB = 1.5  # a start on a bar or beat may be worse by so much than the best of all
_MOVES = 0.012  # seconds that start or end may move at least: half a period of 40 Hz
_FAINTNESS = 0.1  # dB of cost for every dB under the loudest frame


@dataclass(frozen=True)
class Span:
    """From ``start`` to ``end``, in samples, the end not included."""

    start: int
    end: int


def find_loop(
    clip: Clip,
    *,
    shortest: int,
    length: int | None = None,
    start: int | None = None,
    before: int = 0,
    grid: tuple[float, ...] = (),
    cancel: Cancel | None = None,
) -> Span:
    """Choose the start and the end that fit each other best.

    Parameters
    ----------
    clip : Clip
    shortest : int
        Samples of the shortest loop, if no length is given; at most what the sound has after ``start``.
    length : int, optional
        Samples, exactly; at most what the sound has after ``start``.
    start : int, optional
        Where it has to start.
    before : int
        Samples that should lie before the start, if the sound is long enough: what a crossfade takes.
    grid : tuple of float
        Distances in samples, the coarsest first (a bar, a beat): with a length given, starts on such a line from the sound's
        beginning are taken if they fit nearly as well as any other.
    cancel : Cancel, optional
        Looked at while spectra are compared.

    Raises
    ------
    Cancelled
        If asked for.
    """
    total = clip.num_samples
    least = shortest if length is None else length
    assert 0 < least <= total - (start or 0), (least, total, start)
    if start is not None and length is not None:
        return Span(start, start + length)
    hop = max(1, min(_FINEST, total // 4), -(-total // _MOST_FRAMES))
    bands, levels = spectra(clip, np.arange(0, total + 1, hop), cancel)
    earliest = min(before, total - least)
    if length is not None:
        return _of_length(clip, length, hop, levels, earliest, grid, cancel)
    return _of_any_length(clip, least, hop, bands, levels, earliest, start)


def _of_any_length(
    clip: Clip, shortest: int, hop: int, bands: Floats, levels: Floats, earliest: int, start: int | None
) -> Span:
    apart = differences(bands)
    frames = np.arange(len(bands))
    starts, ends = frames[:, None], frames[None, :]
    allowed = (ends - starts) * hop >= shortest
    allowed &= (starts * hop >= earliest) if start is None else (starts == round(start / hop))
    sounding = _sounding(levels)
    heard = allowed & (starts >= sounding.start) & (ends < sounding.stop)
    allowed = heard if heard.any() else allowed
    if not allowed.any():  # the frames are coarser than the room there is
        first = earliest if start is None else start
        return Span(first, clip.num_samples)
    energies = _running_energy(levels)
    inside = np.where(allowed, energies[ends] - energies[starts], 1.0) / np.maximum(ends - starts, 1)
    short = _SHORTNESS_DB * (1 - (ends - starts) / len(bands))
    silent = _silence(starts, ends, sounding.start, sounding.stop)
    costs = np.where(allowed, apart + short + silent + _faintness(inside), np.inf)
    begin, end = np.unravel_index(int(costs.argmin()), costs.shape)
    chosen = int(begin) * hop if start is None else start
    reach = max(hop, _moves(clip))
    return Span(
        chosen, best_end(clip, chosen, int(end) * hop, shortest=shortest, reach=reach, before=earliest)
    )


def _of_length(
    clip: Clip,
    length: int,
    hop: int,
    levels: Floats,
    earliest: int,
    grid: tuple[float, ...],
    cancel: Cancel | None,
) -> Span:
    latest = clip.num_samples - length
    sounding, energies = _sounding(levels), _running_energy(levels)

    def costs_of(starts: Indices) -> Floats:
        ends = starts + length
        first = np.minimum(starts // hop, len(levels) - 1)
        last = np.maximum(np.minimum(-(-ends // hop), len(levels)), first + 1)
        faint = _faintness((energies[last] - energies[first]) / (last - first))
        # A frame earlier than it is heard a sound may begin.
        silent = _silence(starts, ends, (sounding.start - 1) * hop, sounding.stop * hop)
        return differences_between(clip, starts, ends, cancel) + silent + faint

    starts = np.unique(np.clip(np.arange(0, latest + hop, hop), earliest, latest))
    costs = costs_of(starts)
    best = int(costs.argmin())
    for distance in grid:
        lines = np.round(np.arange(0, latest + 1, distance)).astype(np.intp)
        lines = lines[lines <= latest]
        nearly = costs_of(lines) <= costs[best] + _NEARLY_DB
        if nearly.any():
            line = int(lines[nearly.argmax()])
            return Span(line, line + length)
    reach = max(hop, _moves(clip))
    chosen = best_start(clip, int(starts[best]), length, reach=reach, earliest=earliest, latest=latest)
    return Span(chosen, chosen + length)


def _sounding(levels: Floats) -> slice:
    """The frames between silence before and silence after."""
    heard = np.flatnonzero(levels > -_SOUNDING_DB)
    return slice(int(heard[0]), int(heard[-1]) + 1) if len(heard) else slice(0, len(levels))


def _silence(starts: Indices, ends: Indices, first: int, last: int) -> Floats:
    """What loops cost that reach out of a sound from ``first`` to ``last``; all in one unit."""
    within = np.clip(np.minimum(ends, last) - np.maximum(starts, first), 0, None)
    costs: Floats = RANGE_DB * (1 - within / np.maximum(ends - starts, 1))
    return costs


def _faintness(energies: Floats) -> Floats:
    """What loops cost whose frames have these mean energies, against the loudest frame."""
    costs: Floats = -_FAINTNESS * 10 * np.log10(np.maximum(energies, 1e-12))
    return costs


def _running_energy(levels: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(10 ** (levels / 10))])


def _moves(clip: Clip) -> int:
    return round(_MOVES * clip.sample_rate)
