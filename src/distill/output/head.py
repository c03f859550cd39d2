r"""A head by formula: a rigid sphere with an ear at each side, so that binaural sound needs no measured head.

Two formulas make it, both in the angle between the source and an ear's axis::

    source  *
             \  straight          the delay (Woodworth, Experimental Psychology, 1938): straight to an ear that the
              \___                source sees, along the tangent and then around the head to one it does not
              /   \  o  ear
             |head |

    the shadow (Brown and Duda, "A structural model for binaural sound synthesis", IEEE Trans. Speech and Audio Processing 6,
    1998, equations 4 and 5): one pole and one zero; high frequencies rise by 6 dB at the near ear and fall by 20 dB
    at the far one, low ones bend around the head

A source nearer than some heads' widths is also louder at the near ear at all frequencies, because it is nearer (Duda and Martens,
"Range dependence of the response of a spherical head model", JASA 104, 1998, have the exact series, which the tests compare this
with). A sphere has no outer ears: it tells left from right and near from far, but neither above from below nor front
from back. For those take a measured head (:mod:`distill.output.sofa`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from distill.output.ears import FREQUENCIES, Ears, Floats, minimum_phase

__all__ = ["SPEED_OF_SOUND", "SphericalHead", "unit_vectors"]

SPEED_OF_SOUND = 343.0  # metres a second, at 20 degrees Celsius
_LEAST_ALPHA, _DARKEST = 0.1, 150.0  # Brown and Duda: the deepest shadow, and the angle where it lies


def unit_vectors(azimuths: Floats, elevations: Floats) -> Floats:
    """Directions [N] in degrees as vectors [N, 3]: to the front, to the right, upwards."""
    around, up = np.radians(azimuths), np.radians(elevations)
    return np.stack([np.cos(up) * np.cos(around), np.cos(up) * np.sin(around), np.sin(up)], axis=-1)


@dataclass(frozen=True)
class SphericalHead:
    """A rigid sphere with ears at its left and right.

    Attributes
    ----------
    radius : float
        Metres; 8.75 cm is what Brown and Duda take from Woodworth.

    Examples
    --------
    >>> side = SphericalHead().toward(np.array([90.0]), np.zeros(1), np.array([1000.0]))
    >>> left, right = side.delays[0]
    >>> round(float(left - right) * 1e6)  # microseconds: radius / speed * (pi / 2 + 1)
    656
    """

    radius: float = 0.0875

    def toward(self, azimuths: Floats, elevations: Floats, distances: Floats) -> Ears:
        """Tell what arrives from N directions; see :class:`distill.output.ears.Head`.

        Distances count from the middle of the head and are at least 1.1 radii here.
        """
        rightward = unit_vectors(azimuths, elevations)[:, 1]
        cosines = np.clip(np.stack([-rightward, rightward], axis=-1), -1, 1)  # [N, 2], left first
        away = np.maximum(distances, 1.1 * self.radius)[:, None]
        ways = self._ways(cosines, away)
        magnitudes = self._shadow(np.degrees(np.arccos(cosines))) * (away / ways)[..., None]
        # From the moment at which sound arrives at the point of the sphere that is nearest to it.
        delays = (ways - away + self.radius) / SPEED_OF_SOUND
        return Ears(np.maximum(delays, 0.0), minimum_phase(magnitudes))

    def _ways(self, cosines: Floats, away: Floats) -> Floats:
        """Metres that sound goes to each ear, [N, 2]."""
        radius = self.radius
        straight = np.sqrt(away**2 + radius**2 - 2 * away * radius * cosines)
        around = np.arccos(cosines) - np.arccos(radius / away)
        bent = np.sqrt(away**2 - radius**2) + radius * np.maximum(around, 0.0)
        ways: Floats = np.where(around > 0, bent, straight)
        return ways

    def _shadow(self, incidence: Floats) -> Floats:
        """Magnitudes [N, 2, BINS] for angles of incidence [N, 2] in degrees."""
        alpha = (1 + _LEAST_ALPHA / 2) + (1 - _LEAST_ALPHA / 2) * np.cos(np.pi * incidence / _DARKEST)
        corner = SPEED_OF_SOUND / self.radius  # radians a second
        pole = (2 * np.pi * FREQUENCIES / (2 * corner)) ** 2
        shadow: Floats = np.sqrt((1 + alpha[..., None] ** 2 * pole) / (1 + pole))
        return shadow
