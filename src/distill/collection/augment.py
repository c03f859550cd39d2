"""Vary training crops, so that a small collection looks larger to the codec (row A6).

A codec that has only heard each sound at one level, on one grid and in one tuning spends its entries
on those accidents. Each variation here is one function on samples; :class:`Variation` is what was
drawn for one crop, and :func:`vary` carries it out. The remaining variation of row A6, where a crop
starts, is drawn in :mod:`distill.collection.segments`, which cuts the crops.

Pitch and time are in :mod:`distill.collection.retime`, colour and noise in :mod:`distill.collection.colour`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from distill.audio.clip import Samples
from distill.collection.colour import BAND_HZ, add_noise, equalise, peak
from distill.collection.retime import retime
from distill.config import Augmentation

__all__ = ["Variation", "augment", "change_gain", "flip_polarity", "vary"]


@dataclass(frozen=True)
class Variation:
    """What was drawn for one crop; the defaults change nothing.

    Attributes
    ----------
    gain_db : float
    inverted : bool
        Polarity flipped.
    band_db : tuple of float
        Boost of each of :data:`BAND_HZ`, or empty.
    semitones : float
    time_ratio : float > 0
        Length after / length before.
    noise_db : float or None
        RMS of the noise against the crop's peak; None for no noise.
    noise_slope_db : float
        Slope of the noise in dB an octave: 0 is white, -3 pink, -6 brown.
    seed : int
        Of the noise and of the stretcher's phases.
    """

    gain_db: float = 0.0
    inverted: bool = False
    band_db: tuple[float, ...] = ()
    semitones: float = 0.0
    time_ratio: float = 1.0
    noise_db: float | None = None
    noise_slope_db: float = 0.0
    seed: int = 0

    @classmethod
    def draw(cls, settings: Augmentation, rng: np.random.Generator) -> Variation:
        """Draw one crop's variation.

        The same amount of randomness is used whatever the settings, so switching one variation off
        leaves all others as they were. Amounts are uniform over their range: decibels, semitones,
        and the logarithm of the time ratio.
        """
        gain, polarity, eq, pitch, stretch, noise = rng.random(6)
        gain_way, pitch_way, time_way = rng.uniform(-1, 1, 3)
        band_ways = rng.uniform(-1, 1, len(BAND_HZ))
        slope = rng.uniform(-6, 0)
        seed = int(rng.integers(2**31))
        return cls(
            gain_db=float(gain_way) * settings.gain_db if gain < settings.gain_share else 0.0,
            inverted=bool(polarity < settings.polarity_share),
            band_db=tuple((band_ways * settings.eq_db).tolist()) if eq < settings.eq_share else (),
            semitones=float(pitch_way) * settings.pitch_semitones if pitch < settings.pitch_share else 0.0,
            time_ratio=settings.time_ratio ** float(time_way) if stretch < settings.time_share else 1.0,
            noise_db=settings.noise_db if noise < settings.noise_share else None,
            noise_slope_db=float(slope),
            seed=seed,
        )

    @classmethod
    def draw_retimed(cls, settings: Augmentation, rng: np.random.Generator) -> Variation:
        """Draw one that changes pitch or time or both, as often as :meth:`draw` gives each; one of the two must have a share."""
        assert settings.pitch_share > 0 or settings.time_share > 0, settings
        while not (drawn := cls.draw(settings, rng)).retimed:
            pass
        return drawn

    @property
    def retimed(self) -> bool:
        """Whether it changes pitch or time, which takes twenty times as long as all the rest."""
        return self.semitones != 0 or self.time_ratio != 1

    def in_time(self) -> Variation:
        """Leave pitch and time out."""
        return replace(self, semitones=0.0, time_ratio=1.0)


def augment(crop: Samples, *, settings: Augmentation, rng: np.random.Generator) -> Samples:
    """Vary a crop at random.

    Without a longer source, a crop played faster is over sooner and ends in silence;
    :class:`distill.collection.segments.Crops` draws a longer source and calls :func:`vary`.

    Parameters
    ----------
    crop : float32 array [T]
        Finite; full scale is 1.0.
    settings : Augmentation
    rng : Generator

    Returns
    -------
    float32 array [T]
        Finite, within full scale. The crop itself is never changed.
    """
    return vary(crop, Variation.draw(settings, rng), length=crop.size)


def vary(source: Samples, variation: Variation, *, length: int, bounded: bool = True) -> Samples:
    """Carry out a variation.

    Parameters
    ----------
    source : float32 array [T'] or [R, T']
        ``ceil(length / variation.time_ratio)`` samples fill the result. Row 0 is what is varied; further rows
        belong to it (the mid of a side) and go along in time, pitch, colour and level. Noise is the
        first row's own; and turned upside down against its mid, a side changes left for right.
    length : int > 0
        Samples of the result; a longer result is trimmed, a shorter one ends in silence.

    bounded : bool
        Whether a result over full scale is scaled down to it, as a whole: clipping would teach the codec
        a distortion that the collection does not have.

    Returns
    -------
    float32 array [length] or [R, length]
    """
    if source.ndim == 2 and not source[1:].any():
        # The mid that a mid has beside it is silence, and stays so: half the work.
        varied = np.zeros((len(source), length), dtype=np.float32)
        varied[0] = _coloured(source[0], variation, length)
    else:
        varied = _coloured(source, variation, length)
    varied = change_gain(varied, db=variation.gain_db)
    if variation.inverted:
        varied = _first_row(varied, flip_polarity)
    highest = peak(varied)
    if not bounded or highest <= 1:
        return varied
    scaled: Samples = (varied / np.float32(highest)).clip(-1, 1)  # the clip only rounds
    return scaled


def _coloured(source: Samples, variation: Variation, length: int) -> Samples:
    """Carry out what takes long: time and pitch, colour, noise."""
    varied = retime(
        source,
        ratio=variation.time_ratio,
        semitones=variation.semitones,
        length=length,
        seed=variation.seed,
    )
    if variation.band_db:
        varied = equalise(varied, band_db=variation.band_db)
    if variation.noise_db is not None:
        rng = np.random.default_rng(variation.seed)
        level, slope = variation.noise_db, variation.noise_slope_db
        varied = _first_row(varied, lambda row: add_noise(row, db=level, slope_db=slope, rng=rng))
    return varied


def _first_row(rows: Samples, change: Callable[[Samples], Samples]) -> Samples:
    if rows.ndim == 1:
        return change(rows)
    return np.concatenate([change(rows[0])[None], rows[1:]])


def change_gain(audio: Samples, *, db: float) -> Samples:
    """Make a crop louder or softer by ``db`` decibels.

    A codec fed one level only learns the loudness of the recordings along with the sounds.
    """
    louder: Samples = audio * np.float32(10 ** (db / 20))
    return louder


def flip_polarity(audio: Samples) -> Samples:
    """Turn a waveform upside down: inaudible by itself; of a side, left and right change places."""
    return -audio
