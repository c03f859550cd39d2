"""Where a moving sound is at any moment: a smooth curve through places given with their times.

Azimuth, elevation and the logarithm of the distance each follow a monotone cubic (Fritsch and Carlson, "Monotone
piecewise cubic interpolation", SIAM J. Numer. Anal. 17, 1980): it goes through every place, never beyond two neighbours, and
turns without corners. Between two places alone the speed is constant. Azimuths are followed as they are written: from 0 to
360 is a whole turn to the right, from 170 to -170 the long way round through the front.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from distill.errors import BadSetting
from distill.output.distance import FARTHEST, NEAREST
from distill.output.ears import Floats

__all__ = ["Place", "check_path", "places_at"]

_MOST_PLACES = 1000
_MOST_DEGREES = 36_000.0  # a hundred turns
_LATEST = 86_400.0  # seconds


@dataclass(frozen=True)
class Place:
    """Where a sound is, and from when on.

    Attributes
    ----------
    azimuth : float
        Degrees; 0 is in front, 90 on the right, -90 on the left, 180 behind; more are further turns.
    elevation : float in -90..90
        Degrees; 90 is above.
    distance : float in 0.2..100
        Metres.
    seconds : float >= 0

    Raises
    ------
    BadSetting
        If one of them is out of range or no number.
    """

    azimuth: float = 0.0
    elevation: float = 0.0
    distance: float = 1.0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        _in_range("an azimuth", self.azimuth, -_MOST_DEGREES, _MOST_DEGREES, "degrees (90 is on the right)")
        _in_range("an elevation", self.elevation, -90, 90, "degrees (90 is above)")
        _in_range("a distance", self.distance, NEAREST, FARTHEST, "metres")
        _in_range("a time", self.seconds, 0, _LATEST, "seconds")


def _in_range(what: str, value: float, least: float, most: float, unit: str) -> None:
    if not least <= value <= most:  # NaN fails too
        raise BadSetting(f"{what} of {value:g} was given; choose one from {least:g} to {most:g} {unit}.")


def check_path(places: Sequence[Place]) -> None:
    """Make sure that places can be gone through.

    Raises
    ------
    BadSetting
        If they are none or too many, or their times do not rise.
    """
    if not 1 <= len(places) <= _MOST_PLACES:
        raise BadSetting(f"a path of {len(places):,} places was given; give 1 to {_MOST_PLACES:,}.")
    for before, after in pairwise(places):
        if after.seconds <= before.seconds:
            raise BadSetting(
                f"a path comes to {after.seconds:g} s after {before.seconds:g} s; give its places in the order of their times."
            )


def places_at(places: Sequence[Place], seconds: Floats) -> tuple[Floats, Floats, Floats]:
    """Azimuths, elevations (degrees) and distances (metres) at moments [N]; before and after the path its ends.

    Examples
    --------
    >>> azimuths, _, distances = places_at([Place(-90, 0, 1, 0), Place(90, 0, 4, 4)], np.array([0.0, 2.0, 9.0]))
    >>> azimuths.tolist(), distances.round(6).tolist()
    ([-90.0, 0.0, 90.0], [1.0, 2.0, 4.0])
    """
    times = np.array([place.seconds for place in places])
    rows = [[place.azimuth, place.elevation, np.log(place.distance)] for place in places]
    azimuths, elevations, logs = (
        _through(times, values, np.clip(seconds, times[0], times[-1]))
        for values in np.array(rows, np.float64).T
    )
    return azimuths, np.clip(elevations, -90, 90), np.exp(logs)


def _through(times: Floats, values: Floats, at: Floats) -> Floats:
    """The monotone cubic through values at times, at moments within them."""
    if len(times) == 1:
        return np.full(len(at), values[0])
    widths, rises = np.diff(times), np.diff(values) / np.diff(times)
    slopes = np.concatenate([rises[:1], _slopes(widths, rises), rises[-1:]])
    index = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(widths) - 1)
    width, place = widths[index], (at - times[index]) / widths[index]
    start, stop = values[index], values[index + 1]
    bend_in, bend_out = slopes[index] * width, slopes[index + 1] * width
    curve: Floats = (
        start * (1 + 2 * place) * (1 - place) ** 2
        + bend_in * place * (1 - place) ** 2
        + stop * place**2 * (3 - 2 * place)
        - bend_out * place**2 * (1 - place)
    )
    return curve


def _slopes(widths: Floats, rises: Floats) -> Floats:
    """Slopes at the inner places: the harmonic mean of both sides' rises, none where the direction turns."""
    before, after = rises[:-1], rises[1:]
    first, second = 2 * widths[1:] + widths[:-1], widths[1:] + 2 * widths[:-1]
    same = before * after > 1e-200  # and not so faint that dividing by it overflows
    safe_before, safe_after = np.where(same, before, 1.0), np.where(same, after, 1.0)
    mean = (first + second) / (first / safe_before + second / safe_after)
    slopes: Floats = np.where(same, mean, 0.0)
    return slopes
