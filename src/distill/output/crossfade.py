r"""Fade one stretch of sound into another at equal power, however alike the two are.

Two sounds that have nothing in common add up in power, two equal ones in amplitude, and most pairs lie between: with gains ``a``
and ``b`` and correlation ``r`` the mixture has the power ``a^2 + b^2 + 2 r a b``. So the gains begin as a raised cosine and
are divided by its root::

    a = cos^2(x) / q    b = sin^2(x) / q    q^2 = cos^4(x) + sin^4(x) + 2 r cos^2(x) sin^2(x),   x = 0 .. pi / 2

With ``r = 1`` they add up to 1 (equal gain), with ``r = 0`` their squares do (equal power), and for any ``r`` the power neither
dips nor bulges. They start and end level, so a fade has no corner at its ends (as Fink, Holters and Zölzer, "Signal-matched
power-complementary cross-fading and dry-wet mixing", DAFx 2016, have it for straight fades).
"""

from __future__ import annotations

import numpy as np

from distill.audio.clip import Samples
from distill.output.ears import Floats

__all__ = ["correlation", "crossfaded", "gains"]

_LEAST = -0.5  # below, the sounds are near each other's opposite, and no gain makes up for what cancels


def gains(length: int, likeness: float) -> tuple[Floats, Floats]:
    """Gains [length] of what fades out and of what fades in, for sounds of that correlation.

    The sample before the first has gains of 1 and 0, the one after the last 0 and 1.

    Examples
    --------
    >>> out, into = gains(3, 1.0)
    >>> (out + into).round(6).tolist()
    [1.0, 1.0, 1.0]
    >>> out, into = gains(3, 0.0)
    >>> (out**2 + into**2).round(6).tolist()
    [1.0, 1.0, 1.0]
    """
    angle = np.arange(1, length + 1) / (length + 1) * (np.pi / 2)
    out, into = np.cos(angle) ** 2, np.sin(angle) ** 2
    kept = np.sqrt(out**2 + into**2 + 2 * max(_LEAST, min(likeness, 1.0)) * out * into)
    return out / kept, into / kept


def correlation(one: Samples, other: Samples) -> float:
    """How alike two stretches [C, T] are where a fade mixes them, in -1..1; silence is like anything.

    The middle counts most, as there both are heard.
    """
    length = one.shape[1]
    angle = np.arange(1, length + 1) / (length + 1) * (np.pi / 2)
    weight = (np.sin(angle) * np.cos(angle)) ** 2
    first, second = one.astype(np.float64), other.astype(np.float64)
    both = float((weight * first * second).sum())
    powers = float((weight * first**2).sum()) * float((weight * second**2).sum())
    return max(-1.0, min(1.0, both / np.sqrt(powers))) if powers > 0 else 1.0


def crossfaded(one: Samples, other: Samples) -> tuple[Samples, float]:
    """Fade one stretch [C, T] into another of its size.

    Returns
    -------
    samples : float32 array [C, T]
    likeness : float in -1..1
        Their :func:`correlation`, by which the gains were chosen.
    """
    assert one.shape == other.shape, (one.shape, other.shape)
    likeness = correlation(one, other)
    out, into = gains(one.shape[1], likeness)
    mixed: Samples = (one * out + other * into).astype(np.float32)
    return mixed, likeness
