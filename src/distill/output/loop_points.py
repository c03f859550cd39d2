"""Find where a sound loops best: a start and an end that sound alike, in their spectra first and then sample by sample.

Spectra are compared in bands and decibels, around the start and around the end (what comes before and what comes after both count,
because a loop leads from one to the other). A free length prefers long loops, which are heard less as loops: each tenth of the
sound that a loop leaves out weighs as much as a difference of 0.6 dB in all bands, and each 10 dB by which it is fainter than the sound's
loudest as much as 1 dB, or every sound would be looped in its tail. The best pair is then moved by up to a
few milliseconds to where the waveforms agree best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from distill.audio.clip import Clip
from distill.output.ears import Floats

__all__ = ["Span", "find_loop"]

_BANDS, _LOWEST_HZ = 24, 40.0
_WINDOW = 2048  # samples of a spectrum
_MOST_FRAMES = 800
_AROUND = 3  # frames before and after that are compared too
_RANGE_DB, _SOUNDING_DB = (
    70.0,
    60.0,
)  # below the loudest frame: silence; and what a loop should not reach into
_SHORTNESS_DB = 6.0  # what a loop of no length would cost
_NEARLY_DB = 1.5  # a start on a bar or beat may be worse by so much than the best of all
_MOVES = 0.012  # seconds that start or end may move at least: half a period of 40 Hz
_FAINTNESS = 0.1  # dB of cost for every dB under the loudest frame
_AFTER = 1024  # samples after start and end that are compared, besides those of the crossfade

Indices = npt.NDArray[np.intp]


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
    """
    total = clip.num_samples
    least = shortest if length is None else length
    assert 0 < least <= total - (start or 0), (least, total, start)
    if start is not None and length is not None:
        return Span(start, start + length)
    hop = max(1, min(_WINDOW // 4, total // 4), -(-total // _MOST_FRAMES))
    bands, levels = _spectra(clip, np.arange(0, total + 1, hop))
    earliest = min(before, total - least)
    if length is not None:
        return _of_length(clip, length, hop, levels, earliest, grid)
    return _of_any_length(clip, least, hop, bands, levels, earliest, start)


def _of_any_length(
    clip: Clip, shortest: int, hop: int, bands: Floats, levels: Floats, earliest: int, start: int | None
) -> Span:
    apart = _differences(bands)
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
    energies = np.concatenate([[0.0], np.cumsum(10 ** (levels / 10))])
    inside = np.where(allowed, energies[ends] - energies[starts], 1.0) / np.maximum(ends - starts, 1)
    faint = -_FAINTNESS * 10 * np.log10(np.maximum(inside, 1e-12))
    short = _SHORTNESS_DB * (1 - (ends - starts) / len(bands))
    costs = np.where(allowed, apart + short + faint, np.inf)
    begin, end = np.unravel_index(int(costs.argmin()), costs.shape)
    chosen = int(begin) * hop if start is None else start
    return Span(chosen, _best_end(clip, chosen, int(end) * hop, shortest, max(hop, _moves(clip)), earliest))


def _of_length(
    clip: Clip, length: int, hop: int, levels: Floats, earliest: int, grid: tuple[float, ...]
) -> Span:
    latest = clip.num_samples - length
    starts = np.unique(np.clip(np.arange(0, latest + hop, hop), earliest, latest))
    costs = _costs_between(clip, starts, starts + length)
    costs = costs + _RANGE_DB * (starts < (_sounding(levels).start - 1) * hop)  # not before the sound begins
    best = int(costs.argmin())
    for distance in grid:
        lines = np.round(np.arange(0, latest + 1, distance)).astype(np.intp)
        lines = lines[lines <= latest]
        nearly = _costs_between(clip, lines, lines + length) <= costs[best] + _NEARLY_DB
        if nearly.any():
            line = int(lines[nearly.argmax()])
            return Span(line, line + length)
    chosen = _best_start(clip, int(starts[best]), length, max(hop, _moves(clip)), earliest, latest)
    return Span(chosen, chosen + length)


def _sounding(levels: Floats) -> slice:
    """The frames between silence before and silence after."""
    heard = np.flatnonzero(levels > -_SOUNDING_DB)
    return slice(int(heard[0]), int(heard[-1]) + 1) if len(heard) else slice(0, len(levels))


def _moves(clip: Clip) -> int:
    return round(_MOVES * clip.sample_rate)


def _spectra(clip: Clip, times: Indices) -> tuple[Floats, Floats]:
    """Levels in dB against the loudest frame: of bands [frames, bands], and of frames [frames]."""
    window = min(_WINDOW, 1 << max(4, int(np.log2(max(clip.num_samples, 16)))))
    padded = np.pad(clip.samples, ((0, 0), (window // 2, window)))
    rate = clip.sample_rate
    edges = np.geomspace(_LOWEST_HZ, rate / 2, _BANDS + 1)
    hertz = np.fft.rfftfreq(window, 1 / rate)
    member = np.clip(np.searchsorted(edges, hertz, side="right") - 1, 0, _BANDS - 1)
    into = np.zeros((len(hertz), _BANDS))
    into[np.arange(len(hertz)), member] = 1.0
    weight = np.hanning(window)
    power = np.zeros((len(times), _BANDS))
    for begin in range(0, len(times), 256):
        indices = times[begin : begin + 256, None] + np.arange(window)
        frames = padded[:, indices] * weight
        power[begin : begin + 256] = (np.abs(np.fft.rfft(frames)) ** 2).sum(axis=0) @ into
    whole = power.sum(axis=1)
    loudest = max(float(whole.max()), 1e-20)
    silence = 10 ** (-_RANGE_DB / 10)
    bands: Floats = 10 * np.log10(np.maximum(power / loudest, silence))
    return bands, 10 * np.log10(np.maximum(whole / loudest, silence))


def _differences(bands: Floats) -> Floats:
    """Mean difference in dB between the surroundings of each two frames, [frames, frames]."""
    count = len(bands)
    apart = np.zeros((count, count))
    for band in bands.T.astype(np.float32):
        apart += np.abs(band[:, None] - band[None, :])
    padded = np.pad(apart / bands.shape[1], _AROUND, mode="edge")
    width = 2 * _AROUND + 1
    mean: Floats = sum((padded[k : k + count, k : k + count] for k in range(width)), np.zeros((count, count)))
    return mean / width


def _costs_between(clip: Clip, starts: Indices, ends: Indices) -> Floats:
    """Mean difference in dB between the surroundings of starts and ends, [N]; what reaches out of the sound does not count."""
    shifts = np.arange(-_AROUND, _AROUND + 1) * (_WINDOW // 4)
    asked = [times[:, None] + shifts for times in (starts, ends)]
    inside = np.ones(asked[0].shape, bool)
    for times in asked:
        inside &= (times >= _WINDOW // 2) & (times <= clip.num_samples - _WINDOW // 2)
    inside |= ~inside.any(axis=1, keepdims=True)
    bands, _ = _spectra(clip, np.clip(np.concatenate(asked), 0, clip.num_samples).ravel())
    one, other = np.split(bands, 2)
    apart = np.abs(one - other).mean(axis=1).reshape(inside.shape)
    costs: Floats = (apart * inside).sum(axis=1) / inside.sum(axis=1)
    return costs


def _agreements(clip: Clip, starts: Indices, ends: Indices, before: int) -> Floats:
    """Correlation of the waveforms around starts and ends, [N]: ``before`` samples of what a crossfade mixes, and some after."""
    before = max(before, _AFTER)
    padded = np.pad(clip.samples, ((0, 0), (before, _AFTER))).astype(np.float64)
    found = np.zeros(len(starts))
    for index, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        one, other = (padded[:, at : at + before + _AFTER] for at in (start, end))
        powers = float(np.vdot(one, one)) * float(np.vdot(other, other))
        found[index] = float(np.vdot(one, other)) / np.sqrt(powers) if powers > 0 else 0.0
    return found


def _best_end(clip: Clip, start: int, end: int, shortest: int, reach: int, before: int) -> int:
    """Move the end to where the waveform agrees best with that around the start."""
    ends = np.arange(max(end - reach, start + shortest), min(end + reach, clip.num_samples) + 1)
    return _nearest_best(_agreements(clip, np.full(len(ends), start), ends, before), ends, end)


def _best_start(clip: Clip, start: int, length: int, reach: int, earliest: int, latest: int) -> int:
    """Move both to where the waveforms agree best."""
    starts = np.arange(max(start - reach, earliest), min(start + reach, latest) + 1)
    return _nearest_best(_agreements(clip, starts, starts + length, earliest), starts, start)


def _nearest_best(agreements: Floats, places: Indices, wanted: int) -> int:
    """Which place agrees best; of those that are equal within 0.001 the nearest to the one that was chosen by spectra."""
    good = places[agreements >= agreements.max() - 1e-5]
    return int(good[np.abs(good - wanted).argmin()])
