"""Ends of a sound: silence cut away, and fades that begin and end without a corner.

Nothing that can be heard is touched by the trim: what it cuts lies 60 dB below the loudest sample, which is the
fall that a reverberation time is measured over. A few milliseconds of it stay on either side, and are faded, so
that a noise floor does not begin with a step.
"""

from __future__ import annotations

import numpy as np

from distill.audio.clip import Clip, Samples
from distill.errors import BadSetting

__all__ = ["fade", "trim"]

_BELOW_DB = -60.0  # against the loudest sample
_KEPT_SECONDS = 0.005  # before and after what is louder
_SHORTEST_SECONDS = 0.1  # what every reader of sounds here takes


def trim(clip: Clip, *, below_db: float = _BELOW_DB) -> Clip:
    """Cut off silence at both ends.

    Parameters
    ----------
    clip : Clip [C, T]
    below_db : float < 0
        What counts as silence, in dB against the loudest sample.

    Returns
    -------
    Clip [C, at most T]
        At least 0.1 s of it, if the sound has as much. A silent sound stays as it is.

    Examples
    --------
    >>> samples = np.zeros((1, 48_000), np.float32)
    >>> samples[:, 10_000:20_000] = 0.5
    >>> trim(Clip(samples)).num_samples  # with 5 ms on either side
    10480
    """
    assert below_db < 0, below_db
    loudest = np.abs(clip.samples).max(axis=0) if clip.num_channels else np.zeros(0, np.float32)
    peak = float(loudest.max(initial=0.0))
    heard = np.flatnonzero(loudest > peak * 10 ** (below_db / 20))
    if not len(heard):
        return clip
    kept = round(_KEPT_SECONDS * clip.sample_rate)
    shortest = min(round(_SHORTEST_SECONDS * clip.sample_rate), clip.num_samples)
    first, last = int(heard[0]), int(heard[-1]) + 1
    start = max(min(first - kept, clip.num_samples - shortest), 0)
    stop = min(max(last + kept, start + shortest), clip.num_samples)
    if stop - start == clip.num_samples:
        return clip
    samples = clip.samples[:, start:stop].copy()
    # Where nothing was cut, the sound begins or ends as it always did.
    if start:
        samples[:, : first - start] *= _ramp(first - start)
    if stop < clip.num_samples:
        samples[:, last - start :] *= _ramp(stop - last)[::-1]
    return Clip(samples, clip.sample_rate)


def fade(clip: Clip, *, in_seconds: float = 0.0, out_seconds: float = 0.0) -> Clip:
    """Fade a sound in and out along a raised cosine, which is level at both of its ends.

    Parameters
    ----------
    in_seconds, out_seconds : float >= 0
        Lengths of the fades; together no longer than the sound. The first and the last sample become 0.

    Returns
    -------
    Clip [C, T]
        As long as before, and the same between the fades.

    Raises
    ------
    BadSetting
        If a fade is negative, or the fades are longer than the sound.
    """
    for side, seconds in (("in", in_seconds), ("out", out_seconds)):
        if not 0 <= seconds < np.inf:
            raise BadSetting(f"a fade {side} of {seconds:g} s was asked for; choose 0 s or more.")
    first, last = (round(seconds * clip.sample_rate) for seconds in (in_seconds, out_seconds))
    if first + last > clip.num_samples:
        raise BadSetting(
            f"fades of {in_seconds:g} s and {out_seconds:g} s were asked for, and the sound lasts {clip.seconds:.2f} s; "
            "choose fades that are together no longer than that."
        )
    if not first and not last:
        return clip
    samples = clip.samples.copy()
    samples[:, :first] *= _ramp(first)
    if last:
        samples[:, -last:] *= _ramp(last)[::-1]
    return Clip(samples, clip.sample_rate)


def _ramp(length: int) -> Samples:
    """Raised cosine [length] from 0, short of 1: the sample after it is the first that is whole."""
    ramp: Samples = (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / max(length, 1))).astype(np.float32)
    return ramp
