"""Channels: mid and side and back, and many channels folded down to two.

Inside Distill a stereo sound is its mid and its side, so that one grid of codes holds what both
loudspeakers share and the mono sum of whatever is decoded is exactly the mid. :mod:`distill.audio.files`
gives left and right, as files do.
"""

from __future__ import annotations

import math

import numpy as np

from distill.audio.clip import Samples

__all__ = ["fold_to_stereo", "to_left_right", "to_mid_side"]

# Where each channel goes, in the order WAV and FLAC define for 3 to 8 channels: left, right, both, neither
# (the low-frequency effects channel, which ITU-R BS.775-3 leaves out of a two-channel mix).
_LAYOUTS = {3: "LRB", 4: "LRLR", 5: "LRBLR", 6: "LRB-LR", 7: "LRB-BLR", 8: "LRB-LRLR"}


def to_mid_side(samples: Samples) -> Samples:
    """Turn left and right into mid ``(L + R) / 2`` and side ``(L - R) / 2``.

    Parameters
    ----------
    samples : float32 array [2, T]
        Left, right.

    Returns
    -------
    float32 array [2, T]
        Mid, side; no louder than the louder of left and right.

    Examples
    --------
    >>> to_mid_side(np.array([[1.0], [0.5]], np.float32)).ravel().tolist()
    [0.75, 0.25]
    """
    assert samples.shape == (2, samples.shape[-1]), samples.shape
    half = samples * np.float32(0.5)  # halved first: the sum of two large samples cannot overflow
    return np.stack([half[0] + half[1], half[0] - half[1]])


def to_left_right(samples: Samples) -> Samples:
    """Turn mid and side back into left ``M + S`` and right ``M - S``; inverse of :func:`to_mid_side`.

    Parameters
    ----------
    samples : float32 array [2, T]
        Mid, side.

    Returns
    -------
    float32 array [2, T]
        Left, right.

    Examples
    --------
    >>> to_left_right(np.array([[0.75], [0.25]], np.float32)).ravel().tolist()
    [1.0, 0.5]
    """
    assert samples.shape == (2, samples.shape[-1]), samples.shape
    return np.stack([samples[0] + samples[1], samples[0] - samples[1]])


def fold_to_stereo(samples: Samples) -> Samples:
    """Fold any number of channels above two down to left and right.

    Three to eight channels are taken as the loudspeaker layouts of WAV and FLAC (5.1 is left, right, centre,
    low frequencies, left and right surround): the front pair counts full, centre and surrounds 3 dB less as
    in ITU-R BS.775-3, low frequencies nothing. More than eight are pairs of a multitrack recording: odd
    channels go left, even ones right. Each side's weights add up to 1, so nothing can clip.

    Parameters
    ----------
    samples : float32 array [C, T]
        ``C`` above 2.

    Returns
    -------
    float32 array [2, T]
    """
    return _fold_weights(samples.shape[0]) @ samples


def _fold_weights(num_channels: int) -> Samples:
    """How much of each channel goes left and right, [2, C]."""
    assert num_channels > 2, num_channels
    layout = _LAYOUTS.get(num_channels)
    if layout is None:
        places = ("LR" * num_channels)[:num_channels]
        away = 1.0
    else:
        places = layout
        away = math.sqrt(0.5)
    weights = np.zeros((2, num_channels), np.float32)
    for channel, place in enumerate(places):
        weight = 1.0 if channel < 2 else away
        weights[0, channel] = weight if place in "LB" else 0.0
        weights[1, channel] = weight if place in "RB" else 0.0
    normal: Samples = weights / weights.sum(axis=1, keepdims=True)
    return normal
