r"""Between two loudspeakers: where a sound stands, and how wide it is, without harm to the mono sum.

A mono sound is placed by equal power and widened by a side that the mono sum never sees::

    L = g_l m + s      g_l = sqrt(2) cos(a), g_r = sqrt(2) sin(a), a = (position + 1) pi / 4
    R = g_r m - s      s = width sqrt(g_l g_r) D(m), D all-pass (distill.output.decorrelation)

So ``L + R = (g_l + g_r) m`` whatever the width: the same sound, 3 dB fainter at most, with nothing cancelled. In the middle
``g_l = g_r = 1``, so the middle and no width is the sound as it was in both channels. ``L^2 + R^2`` grows with the width by
``1 + width^2``: 1 dB at 0.5, 3 dB at 1.

A stereo sound has a side already. Its width scales it (0 is mono, 1 as it is, 2 twice the side) and its position is a balance by
the same two gains, brought back to the power it had, by 6 dB at most.
"""

from __future__ import annotations

import math

import numpy as np

from distill.audio.clip import Clip, Samples
from distill.audio.stereo import to_left_right, to_mid_side
from distill.errors import BadSetting
from distill.output.convolution import convolved
from distill.output.decorrelation import decorrelating

__all__ = ["WIDEST", "check_stereo", "place_in_stereo"]

WIDEST = 2.0
_MOST_GAIN = 2.0


def check_stereo(position: float, width: float | None) -> None:
    """Make sure that there is such a place.

    Raises
    ------
    BadSetting
        If a value is out of range or no number.
    """
    if not -1 <= position <= 1:  # NaN fails too
        raise BadSetting(
            f"a position of {position:g} was given; choose one from -1 (left) over 0 to 1 (right)."
        )
    if width is not None and not 0 <= width <= WIDEST:
        raise BadSetting(
            f"a width of {width:g} was given; choose one from 0 (a point) to {WIDEST:g} (very wide)."
        )


def place_in_stereo(clip: Clip, *, position: float = 0.0, width: float | None = None) -> Clip:
    """Place a sound between two loudspeakers.

    Parameters
    ----------
    clip : Clip
        Of one or two channels.
    position : float in -1..1
        From left to right.
    width : float in 0..2, optional
        As it is if left out: 0 of a mono sound, 1 of a stereo sound.

    Returns
    -------
    Clip
        Two channels, as long as before; what the side of a mono sound rings on for (20 ms) ends with the sound.

    Raises
    ------
    BadSetting
        As :func:`check_stereo`.

    Examples
    --------
    >>> right = place_in_stereo(Clip(np.ones((1, 1), np.float32)), position=1.0)
    >>> right.samples.ravel().astype(float).round(3).tolist()
    [0.0, 1.414]
    """
    check_stereo(position, width)
    assert clip.num_channels in (1, 2), clip.num_channels
    angle = (position + 1) * math.pi / 4
    left, right = math.sqrt(2) * math.cos(angle), math.sqrt(2) * math.sin(angle)
    if position == 0:
        left = right = 1.0  # and not nearly
    if abs(position) == 1:
        left, right = (math.sqrt(2), 0.0) if position < 0 else (0.0, math.sqrt(2))
    if clip.num_channels == 1:
        return Clip(_from_mono(clip, left, right, width or 0.0), clip.sample_rate)
    return Clip(_from_stereo(clip.samples, left, right, 1.0 if width is None else width), clip.sample_rate)


def _from_mono(clip: Clip, left: float, right: float, width: float) -> Samples:
    mid = clip.samples[0].astype(np.float64)
    placed = np.stack([left * mid, right * mid])
    amount = width * math.sqrt(left * right)
    if amount:
        response = decorrelating(clip.sample_rate)
        begins = len(response) // 16
        side = convolved(mid, response)[begins : begins + len(mid)]
        placed += amount * np.stack([side, -side])
    samples: Samples = placed.astype(np.float32)
    return samples


def _from_stereo(samples: Samples, left: float, right: float, width: float) -> Samples:
    if width != 1:
        mid, side = to_mid_side(samples)
        samples = to_left_right(np.stack([mid, np.float32(width) * side]))
    if left == right:
        return samples
    powers = np.square(samples, dtype=np.float64).sum(axis=1)
    kept = left**2 * powers[0] + right**2 * powers[1]
    gain = min(math.sqrt(powers.sum() / kept), _MOST_GAIN) if kept > 0 else 1.0
    balanced: Samples = samples * (gain * np.array([[left], [right]])).astype(np.float32)
    return balanced
