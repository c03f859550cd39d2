"""What is done to a sound before it is written, in the one order that makes sense.

::

    trim -> space -> loop -> fades -> loudness -> (resample -> limit -> round: distill.output.export)

Space comes before the loop, because a head rings over its end. A loop is made at the file's own rate, and its peaks are
kept down by one gain for all of it: a resampler and a limiter hear silence around it and would leave a joint. Loudness comes last,
because it has to be true of what is heard.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soxr

from distill.audio.clip import Clip
from distill.audio.true_peak import true_peak_dbtp
from distill.errors import BadSetting
from distill.output.loop_settings import LoopSettings
from distill.output.loops import Loop, make_loop
from distill.output.loudness import CEILING_DBTP, MOST_LIMITING_DB, check_target, to_loudness
from distill.output.space import Space, place
from distill.output.trimming import fade, trim
from distill.progress import Cancel

__all__ = ["Treated", "Treatment"]

_MARGIN_DB = 0.02  # so that the limiter behind does not find a loop's peaks a hair too high


@dataclass(frozen=True, eq=False)
class Treated:
    """A clip that was treated.

    Attributes
    ----------
    clip : Clip
        At the rate that was asked for if it is a loop; else at its own.
    loop : Loop or None
        Where it repeats, in samples of the clip.
    sentences : tuple of str
        What its owner should know.
    """

    clip: Clip
    loop: Loop | None = None
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Treatment:
    """What to do to a sound; nothing, unless told.

    Attributes
    ----------
    trim : bool
        Cut silence off both ends.
    space : Space, optional
        Where it is put.
    loop : LoopSettings, optional
        Make it a seamless loop; such a sound has no ends to fade.
    fade_in, fade_out : float >= 0
        Seconds.
    loudness : float in -50..-5, optional
        LUFS.

    Raises
    ------
    BadSetting
        For what no sound can be given.

    Examples
    --------
    >>> import numpy as np
    >>> Treatment(trim=True).of(Clip(np.ones((1, 48_000), np.float32))).clip.seconds
    1.0
    """

    trim: bool = False
    space: Space | None = None
    loop: LoopSettings | None = None
    fade_in: float = 0.0
    fade_out: float = 0.0
    loudness: float | None = None

    def __post_init__(self) -> None:
        for side, seconds in (("in", self.fade_in), ("out", self.fade_out)):
            if not 0 <= seconds < float("inf"):
                raise BadSetting(f"a fade {side} of {seconds:g} s was asked for; choose 0 s or more.")
        if self.loop is not None and (self.fade_in or self.fade_out):
            raise BadSetting(
                "a loop and a fade were asked for, and a loop has no ends to fade; leave one of them out."
            )
        if self.loudness is not None:
            check_target(self.loudness)

    def of(self, clip: Clip, *, rate: int | None = None, cancel: Cancel | None = None) -> Treated:
        """Treat a clip.

        Parameters
        ----------
        rate : int, optional
            Of the file it is for, in Hz; the clip's own if left out.
        cancel : Cancel, optional
            Looked at while a loop is searched for.

        Raises
        ------
        BadSetting
            If its fades are longer than it is, or it cannot be made such a loop.
        BadInput
            If the file of a head cannot be used.
        Cancelled
            If asked for.
        """
        sentences: list[str] = []
        if self.trim:
            trimmed = trim(clip)
            if trimmed.num_samples < clip.num_samples:
                cut = clip.seconds - trimmed.seconds
                sentences.append(f"{cut:.2f} s of silence were cut off its ends.")
            clip = trimmed
        if self.space is not None:
            clip = place(clip, self.space)
        loop = None
        if self.loop is not None:
            loop = make_loop(_at_rate(clip, rate or clip.sample_rate), self.loop, cancel=cancel)
            clip = loop.clip
            sentences.append(_told(loop))
        clip = fade(clip, in_seconds=self.fade_in, out_seconds=self.fade_out)
        if self.loudness is not None:
            ceiling = CEILING_DBTP if loop is None else CEILING_DBTP - _MARGIN_DB
            levelled = to_loudness(
                clip,
                self.loudness,
                ceiling_dbtp=ceiling,
                most_limiting_db=MOST_LIMITING_DB if loop is None else 0.0,
            )
            clip = levelled.clip
            sentences += levelled.sentences
        elif loop is not None:
            clip, lowered_db = _under_ceiling(clip)
            if lowered_db:
                sentences.append(
                    f"The loop was made {lowered_db:.1f} dB softer, to stay under {CEILING_DBTP:g} dBTP."
                )
        return Treated(clip, loop, tuple(sentences))


def _at_rate(clip: Clip, rate: int) -> Clip:
    if rate == clip.sample_rate:
        return clip
    samples = soxr.resample(np.ascontiguousarray(clip.samples.T), clip.sample_rate, rate, "VHQ")
    return Clip(np.ascontiguousarray(samples.T, np.float32), rate)


def _under_ceiling(clip: Clip) -> tuple[Clip, float]:
    """Lower a clip as a whole until its true peaks are under the ceiling; tell by how many dB."""
    excess = true_peak_dbtp(clip.samples) - CEILING_DBTP + _MARGIN_DB
    if excess <= _MARGIN_DB:
        return clip, 0.0
    return Clip(clip.samples * np.float32(10 ** (-excess / 20)), clip.sample_rate), excess


def _told(loop: Loop) -> str:
    length = f"{loop.seconds:.3f} s"
    if loop.beats is not None and loop.bpm is not None:
        length += f", {loop.beats:g} beats at {loop.bpm:g} a minute"
    said = f"The loop has {length}, from {loop.found_at / loop.clip.sample_rate:.3f} s of the sound on"
    return f"{said}; {loop.fade / loop.clip.sample_rate * 1000:.0f} ms are faded."
