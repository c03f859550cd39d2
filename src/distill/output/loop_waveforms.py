"""How alike a sound is around two places, sample by sample: the second look of the search for a loop.

Compared is what a crossfade before both would mix, and a little of what comes after. Only the stretches of the sound that can be
reached are looked at. With ``W`` samples compared, ``n`` places to choose from and ``x`` the sound::

    start stays, end moves      all products at once by a Fourier transform        O((W + n) log(W + n))
    both move, length stays     a running sum of x(t) x(t + length)                O(W + n)
    energies                    a running sum of x(t)^2                            O(W + n)
"""

from __future__ import annotations

import numpy as np

from distill.audio.clip import Clip
from distill.output.ears import Floats

__all__ = ["best_end", "best_start"]

_AFTER = 1024  # samples after start and end that are compared, besides those of the crossfade
_EQUAL = 1e-5  # agreements that differ by less are the same
# Of the highest energy: below, running sums hold little but what was rounded off, and it is 90 dB fainter.
_SILENT = 1e-9


def best_end(clip: Clip, start: int, end: int, *, shortest: int, reach: int, before: int) -> int:
    """Move the end to where the waveform agrees best with that around the start.

    Parameters
    ----------
    start, end : int
        Where the loop starts, and where it should end as far as spectra tell; in samples, as all here.
    shortest : int
        Length of the shortest loop.
    reach : int
        How far the end may move.
    before : int
        Samples of what a crossfade mixes.
    """
    first, last = max(end - reach, start + shortest), min(end + reach, clip.num_samples)
    return first + _nearest_best(_agreements_with_start(clip, start, first, last, before), end - first)


def best_start(clip: Clip, start: int, length: int, *, reach: int, earliest: int, latest: int) -> int:
    """Move a loop of given length to where its ends agree best; ``earliest`` is how much a crossfade mixes, too."""
    first, last = max(start - reach, earliest), min(start + reach, latest)
    return first + _nearest_best(_agreements_at_length(clip, length, first, last, earliest), start - first)


def _agreements_with_start(clip: Clip, start: int, first: int, last: int, before: int) -> Floats:
    """Correlation of the waveform around ``start`` with that around each place from ``first`` to ``last``."""
    from scipy import signal  # here, because every command would begin a second later

    before = max(before, _AFTER)
    one = _stretch(clip, start - before, start + _AFTER)
    other = _stretch(clip, first - before, last + _AFTER)
    products = np.zeros(last - first + 1)
    for still, moving in zip(one, other, strict=True):
        products += signal.correlate(moving, still, mode="valid", method="fft")
    return _normalised(products, *(_sums(both**2, before + _AFTER) for both in (one, other)))


def _agreements_at_length(clip: Clip, length: int, first: int, last: int, before: int) -> Floats:
    """Correlation of the waveforms around each place from ``first`` to ``last`` and ``length`` samples later."""
    before = max(before, _AFTER)
    one = _stretch(clip, first - before, last + _AFTER)
    other = _stretch(clip, first + length - before, last + length + _AFTER)
    products, ones, others = (_sums(both, before + _AFTER) for both in (one * other, one**2, other**2))
    return _normalised(products, ones, others)


def _stretch(clip: Clip, first: int, last: int) -> Floats:
    """Samples [C, last - first], with silence around the sound."""
    inside = clip.samples[:, max(first, 0) : max(last, 0)]
    before = min(max(-first, 0), last - first)
    padded = np.pad(inside, ((0, 0), (before, last - first - before - inside.shape[1])))
    return padded.astype(np.float64)


def _sums(values: Floats, width: int) -> Floats:
    """Sums over all channels and each ``width`` samples in a row of [C, T], [T - width + 1]."""
    running = np.concatenate([[0.0], np.cumsum(values.sum(axis=0))])
    sums: Floats = running[width:] - running[:-width]
    return sums


def _normalised(products: Floats, ones: Floats, others: Floats) -> Floats:
    """Products over the root of both energies; 0 where either is silent."""
    heard = (ones > _SILENT * ones.max()) & (others > _SILENT * others.max())
    powers = np.where(heard, ones * others, 1.0)
    return np.where(heard, products / np.sqrt(powers), 0.0)


def _nearest_best(agreements: Floats, wanted: int) -> int:
    """Which place agrees best; of those that are equal the nearest to the one that was chosen by spectra."""
    good = np.flatnonzero(agreements >= agreements.max() - _EQUAL)
    return int(good[np.abs(good - wanted).argmin()])
