"""A gain that makes a sound as loud as wanted, in LUFS (:mod:`distill.audio.loudness`), as far as its peaks allow."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from distill.audio.clip import Clip
from distill.audio.limiter import PeakLimiter
from distill.audio.loudness import loudness
from distill.audio.true_peak import true_peak_dbtp
from distill.errors import BadSetting

__all__ = [
    "CEILING_DBTP",
    "LOUDEST",
    "QUIETEST",
    "Levelled",
    "check_target",
    "to_loudness",
]

CEILING_DBTP = -1.0  # what every file stays under
QUIETEST, LOUDEST = -50.0, -5.0  # LUFS that can be asked for
MOST_LIMITING_DB = 6.0  # more is heard as pumping and distortion
MOST_GAIN_DB = 40.0  # a sound that wants more is a noise floor
_CLOSE_ENOUGH = 0.05  # LU; meters agree to 0.1
_ROUNDS = 8
_BLOCK = 2**18  # samples of each channel worked on at once


@dataclass(frozen=True, eq=False)
class Levelled:
    """A clip that was made as loud as was asked.

    Attributes
    ----------
    clip : Clip
    lufs : float
        What it has come to.
    sentences : tuple of str
        What its owner should know: peaks that were limited, a loudness that could not be reached.
    """

    clip: Clip
    lufs: float
    sentences: tuple[str, ...] = ()


def to_loudness(
    clip: Clip,
    target_lufs: float,
    *,
    ceiling_dbtp: float = CEILING_DBTP,
    most_limiting_db: float = MOST_LIMITING_DB,
) -> Levelled:
    """Make a sound as loud as asked, as far as its peaks allow.

    Peaks over the ceiling are limited; what that takes from the loudness is given back by more gain.

    Parameters
    ----------
    target_lufs : float in -50..-5
        Streaming services play at -14, broadcast at -23.
    most_limiting_db : float >= 0
        By how much peaks are limited at most; 0 for a sound that has to keep its shape, such as a loop.

    Raises
    ------
    BadSetting
        For another loudness.
    """
    check_target(target_lufs)
    found = loudness(clip)
    if not math.isfinite(found):
        return Levelled(
            clip,
            found,
            (f"The sound is silent, so it cannot be brought to {target_lufs:g} LUFS; it is left as it is.",),
        )
    sentences = []
    if clip.seconds < 0.4:
        sentences.append(
            f"The sound lasts {clip.seconds:.2f} s; loudness is measured over 0.4 s, so silence after it was counted in."
        )
    room = ceiling_dbtp - true_peak_dbtp(clip.samples) + most_limiting_db
    most = min(room, MOST_GAIN_DB)
    wanted = target_lufs - found
    for _ in range(_ROUNDS):
        gain = min(wanted, most)
        limited, reduced_db = _amplified(clip, gain, ceiling_dbtp)
        reached = loudness(limited)
        missing = target_lufs - reached
        if abs(missing) <= _CLOSE_ENOUGH or (missing > 0 and gain >= most):
            break
        wanted = gain + missing
    if reduced_db > 0.05:
        sentences.append(f"Peaks were limited by up to {reduced_db:.1f} dB for the loudness.")
    if target_lufs - reached > 2 * _CLOSE_ENOUGH:
        why = (
            f"its peaks would have to be limited{f' by more than {most_limiting_db:g} dB' if most_limiting_db else ''}"
            if most < MOST_GAIN_DB
            else f"it was raised by {MOST_GAIN_DB:g} dB, which is the most there is"
        )
        sentences.append(f"The loudness is {reached:.1f} LUFS and not the {target_lufs:g} asked for: {why}.")
    return Levelled(limited, reached, tuple(sentences))


def _amplified(clip: Clip, gain_db: float, ceiling_dbtp: float) -> tuple[Clip, float]:
    """Amplify and limit a clip block by block; tell the deepest reduction in dB as well."""
    limiter = PeakLimiter(clip.num_channels, ceiling_dbtp=ceiling_dbtp, sample_rate=clip.sample_rate)
    gain = np.float32(10 ** (gain_db / 20))
    samples = np.empty_like(clip.samples)
    written = 0
    for start in range(0, clip.num_samples, _BLOCK):
        part = limiter.process(clip.samples[:, start : start + _BLOCK] * gain)
        samples[:, written : written + part.shape[1]] = part
        written += part.shape[1]
    samples[:, written:] = limiter.flush()
    return Clip(samples, clip.sample_rate), limiter.reduced_db


def check_target(target_lufs: float) -> None:
    """Refuse a loudness that no export has.

    Raises
    ------
    BadSetting
        If it is not between -50 and -5 LUFS.
    """
    if not QUIETEST <= target_lufs <= LOUDEST:
        raise BadSetting(
            f"a loudness of {target_lufs:g} LUFS was asked for; choose {QUIETEST:g} to {LOUDEST:g}, "
            "for instance -14 as streaming services play, or -23 as broadcast does."
        )
