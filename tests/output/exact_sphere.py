"""The exact response of a rigid sphere, as a slow reference: Duda and Martens, JASA 104, 1998, appendix."""

from __future__ import annotations

import numpy as np

from distill.output.ears import Floats
from distill.output.head import SPEED_OF_SOUND

__all__ = ["magnitudes"]


def magnitudes(frequencies: Floats, *, incidence: float, distance: float, radius: float = 0.0875) -> Floats:
    """Pressure at a point of the sphere against that in the middle without the sphere, [F].

    ``incidence`` is the angle in degrees between the source and the point, seen from the middle.
    """
    cosine = np.cos(np.radians(incidence))
    around = 2 * np.pi * frequencies * radius / SPEED_OF_SOUND
    far = distance / radius
    at_source, at_head = 1 / (1j * around * far), 1 / (1j * around)
    source_before, source = at_source, at_source * (1 - at_source)
    head_before, head = at_head, at_head * (1 - at_head)
    legendre_before, legendre = 1.0, cosine
    total = at_source / (at_head * (at_head - 1))
    total += 3 * cosine * at_source * (at_source - 1) / (at_head * (2 * at_head**2 - 2 * at_head + 1))
    for order in range(2, 60):
        source_before, source = source, -(2 * order - 1) * at_source * source + source_before
        head_next = -(2 * order - 1) * at_head * head + head_before
        legendre_before, legendre = (
            legendre,
            ((2 * order - 1) * cosine * legendre - (order - 1) * legendre_before) / order,
        )
        with np.errstate(all="ignore"):
            term = (2 * order + 1) * legendre * source / ((order + 1) * at_head * head_next - head)
        total += np.where(np.isfinite(term), term, 0)
        head_before, head = head, head_next
    found: Floats = np.abs(far * total / (1j * around))
    return found
