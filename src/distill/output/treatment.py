"""What is done to a sound before it is written, in the one order that makes sense.

::

    trim -> fades -> loudness -> (resample -> limit -> round: distill.output.export)

Whatever changes a sound's length or place (loops, space) belongs between trim and fades; loudness comes last, because it
has to be true of what is heard.
"""

from __future__ import annotations

from dataclasses import dataclass

from distill.audio.clip import Clip
from distill.errors import BadSetting
from distill.output.loudness import check_target, to_loudness
from distill.output.trimming import fade, trim

__all__ = ["Treated", "Treatment"]


@dataclass(frozen=True, eq=False)
class Treated:
    """A clip that was treated.

    Attributes
    ----------
    clip : Clip
    sentences : tuple of str
        What its owner should know.
    """

    clip: Clip
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Treatment:
    """What to do to a sound; nothing, unless told.

    Attributes
    ----------
    trim : bool
        Cut silence off both ends.
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
    fade_in: float = 0.0
    fade_out: float = 0.0
    loudness: float | None = None

    def __post_init__(self) -> None:
        for side, seconds in (("in", self.fade_in), ("out", self.fade_out)):
            if not 0 <= seconds < float("inf"):
                raise BadSetting(f"a fade {side} of {seconds:g} s was asked for; choose 0 s or more.")
        if self.loudness is not None:
            check_target(self.loudness)

    def of(self, clip: Clip) -> Treated:
        """Treat a clip.

        Raises
        ------
        BadSetting
            If its fades are longer than it is.
        """
        sentences: list[str] = []
        if self.trim:
            trimmed = trim(clip)
            if trimmed.num_samples < clip.num_samples:
                cut = clip.seconds - trimmed.seconds
                sentences.append(f"{cut:.2f} s of silence were cut off its ends.")
            clip = trimmed
        clip = fade(clip, in_seconds=self.fade_in, out_seconds=self.fade_out)
        if self.loudness is not None:
            levelled = to_loudness(clip, self.loudness)
            clip = levelled.clip
            sentences += levelled.sentences
        return Treated(clip, tuple(sentences))
