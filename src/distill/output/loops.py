r"""Seamless loops: a stretch of sound that can be repeated for ever without a joint that is heard.

The loop ends in what comes before its start, so that its start is what comes next anyway::

    sound   ---------|==============|--------          out = x(t)           up to the fade
               fade  start        end                   = x(t) -> x(t - N)   in the fade, which ends with the loop
            <-----------------------^ fades into what is N samples earlier

So the joint lies inside of one piece of the sound, with its value, its slope and every further derivative. Where a start
has nothing before it (a loop that begins with the file) the fade lies behind the start instead and brings in what would
come after the end; and where there is nothing there either, or something much fainter or louder, so that an attack would be
faded in, the sound is continued backwards over its start for 5 ms by odd reflection, ``2 x(s) - x(s + k)``, which has its
value and its slope there.

A tempo makes the length exact: ``round(beats * 60 / bpm * rate)`` samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from distill.audio.clip import Clip, Samples
from distill.errors import BadSetting
from distill.output.crossfade import crossfaded
from distill.output.loop_points import Span, find_loop
from distill.output.loop_settings import LoopSettings
from distill.progress import Cancel

__all__ = ["Loop", "loop_length", "make_loop"]

_SHORTEST = 0.01  # seconds
_LONGEST_FADE, _SHORTEST_FADE, _REFLECTED = 0.2, 0.002, 0.005  # seconds
_AS_LOUD_DB = 6.0  # what may be faded in over a start
_FREE_SHARE = 8  # a loop of free length is not shorter than this part of its sound


@dataclass(frozen=True, eq=False)
class Loop:
    """A clip with a loop in it.

    Attributes
    ----------
    clip : Clip
        The loop alone, or with what leads into it.
    start, end : int
        Samples of the clip between which it repeats; the end is not played again, so the ``smpl`` chunk's last
        sample is ``end - 1``.
    found_at : int
        Sample of the sound that the loop starts with.
    fade : int
        Samples of the crossfade.
    likeness : float in -1..1
        Correlation of what was faded into each other: 1 is a loop that was there already.
    bpm, beats : float, optional
        Tempo, and how many beats one round of the loop has, without what leads into it; None without a tempo.
    beats_per_bar : int
    """

    clip: Clip
    start: int
    end: int
    found_at: int
    fade: int
    likeness: float
    bpm: float | None
    beats: float | None
    beats_per_bar: int

    @property
    def seconds(self) -> float:
        """Length of one round."""
        return (self.end - self.start) / self.clip.sample_rate


def loop_length(beats: float, bpm: float, sample_rate: int) -> int:
    """Samples that so many beats last, to the nearest.

    Examples
    --------
    >>> loop_length(16, 120, 48_000), loop_length(4, 97, 48_000)
    (384000, 118763)
    """
    return round(beats * 60 / bpm * sample_rate)


def make_loop(clip: Clip, settings: LoopSettings | None = None, *, cancel: Cancel | None = None) -> Loop:
    """Render a seamless loop.

    Parameters
    ----------
    clip : Clip
        Of any number of channels; all get the same points and gains.
    settings : LoopSettings, optional
        The best loop of any length if left out.
    cancel : Cancel, optional
        Looked at while the loop is searched for.

    Returns
    -------
    Loop

    Raises
    ------
    BadSetting
        If the sound is shorter than the loop asked for, or than any loop.
    Cancelled
        If asked for.

    Examples
    --------
    >>> hum = np.sin(np.arange(48_000) * 0.05, dtype=np.float32)[None]
    >>> loop = make_loop(Clip(hum), LoopSettings(beats=1, bpm=120))
    >>> loop.clip.samples.shape, loop.start, loop.end
    ((1, 24000), 0, 24000)
    """
    settings = settings or LoopSettings()
    rate, total = clip.sample_rate, clip.num_samples
    start = None if settings.start is None else round(settings.start * rate)
    room = total - (start or 0)
    if room < round(_SHORTEST * rate):
        where = "" if start is None else f" after {settings.start:g} s"
        raise BadSetting(
            f"this sound has {max(room, 0) / rate:.3f} s{where}, and the shortest loop is {_SHORTEST:g} s; "
            "take a longer sound, or an earlier start."
        )
    length, beats = _wanted(settings, rate, room)
    shortest = min(max(round(_SHORTEST * rate), total // _FREE_SHARE), room)
    asked_fade = round((_LONGEST_FADE if settings.crossfade is None else settings.crossfade) * rate)
    if length is None and settings.crossfade is not None:
        # The loop is at least twice its fade; what is faded in lies before the start, or has to be left there.
        most = room if start is not None and start >= asked_fade else 2 * room // 3
        shortest = max(shortest, min(2 * asked_fade, most))
    wanted_fade = min(asked_fade, (length or shortest) // (4 if settings.crossfade is None else 2))
    span = find_loop(
        clip,
        shortest=shortest,
        length=length,
        start=start,
        before=wanted_fade,
        grid=_grid(settings, rate) if beats is not None else (),
        cancel=cancel,
    )
    samples, fade, likeness = _joined(clip.samples, span, wanted_fade, rate, lead_in=settings.lead_in)
    lead = clip.samples[:, : span.start] if settings.lead_in else clip.samples[:, :0]
    looped = Clip(np.concatenate([lead, samples], axis=1), rate)
    begin = lead.shape[1]
    return Loop(
        looped,
        begin,
        looped.num_samples,
        span.start,
        fade,
        likeness,
        settings.bpm,
        beats,
        settings.beats_per_bar,
    )


def _wanted(settings: LoopSettings, rate: int, room: int) -> tuple[int | None, float | None]:
    """Length in samples and beats, as far as they were given."""
    if settings.bpm is None:
        if settings.seconds is None:
            return None, None
        length = round(settings.seconds * rate)
        if length > room:
            raise _too_long(
                f"a loop of {settings.seconds:g} s", settings, room / rate, f"at most {room / rate:.2f} s"
            )
        if length < round(_SHORTEST * rate):
            raise BadSetting(
                f"a loop of {settings.seconds:g} s was given, and the shortest loop is {_SHORTEST:g} s; choose a longer one."
            )
        return length, None
    beats, bpm, meter = settings.num_beats, settings.bpm, settings.beats_per_bar
    most = int(room / loop_length(1, bpm, rate))
    if beats is None:  # as many bars as fit, 1, 2, 4, 8 ..; or beats, where not even a bar does
        unit = meter if loop_length(meter, bpm, rate) <= room else 1
        if loop_length(unit, bpm, rate) > room:
            raise _too_long(f"one beat at {bpm:g} beats a minute", settings, room / rate, "a faster tempo")
        count = unit
        while loop_length(2 * count, bpm, rate) <= room:
            count *= 2
        beats = float(count)
    length = loop_length(beats, bpm, rate)
    if length > room:
        what = f"a loop of {beats:g} beats at {bpm:g} beats a minute lasts {length / rate:.2f} s and"
        fits = f"at most {most} beat{'s' if most > 1 else ''}" if most else "a faster tempo"
        raise _too_long(what, settings, room / rate, fits)
    if length < round(_SHORTEST * rate):
        raise BadSetting(
            f"a loop of {beats:g} beats at {bpm:g} beats a minute has {length} samples; choose more beats or a slower tempo."
        )
    return length, beats


def _too_long(what: str, settings: LoopSettings, seconds: float, choose: str) -> BadSetting:
    after = "" if settings.start is None else f" after {settings.start:g} s"
    return BadSetting(
        f"{what} does not fit into this sound, which lasts {seconds:.2f} s{after}; choose {choose}, or make a longer sound."
    )


def _grid(settings: LoopSettings, rate: int) -> tuple[float, ...]:
    assert settings.bpm is not None
    beat = 60 / settings.bpm * rate
    return (beat * settings.beats_per_bar, beat)


def _joined(
    samples: Samples, span: Span, wanted: int, rate: int, *, lead_in: bool
) -> tuple[Samples, int, float]:
    """One round [C, N], the samples of its fade, and how alike what it mixes is."""
    start, end = span.start, span.end
    body = samples[:, start:end].copy()
    before, after = min(wanted, start), 0 if lead_in else min(wanted, samples.shape[1] - end)
    least = max(1, min(wanted, round(_SHORTEST_FADE * rate)))
    if before < max(least, after):
        come = samples[:, end : end + after]
        if after >= least and abs(_level_db(come) - _level_db(body[:, :after])) <= _AS_LOUD_DB:
            body[:, :after], likeness = crossfaded(come, body[:, :after])
            return body, after, likeness
    fade = before if before >= least else min(round(_REFLECTED * rate), body.shape[1] // 4)
    into = samples[:, start - fade : start] if before >= least else 2 * body[:, :1] - body[:, fade:0:-1]
    body[:, -fade:], likeness = crossfaded(body[:, -fade:], into)
    return body, fade, likeness


def _level_db(samples: Samples) -> float:
    return 10 * math.log10(float(np.square(samples, dtype=np.float64).mean()) + 1e-12)
