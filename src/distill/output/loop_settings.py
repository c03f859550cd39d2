"""What loop is asked for: its length in bars, beats or seconds, its tempo, and where it starts.

::

    auto                          the best loop there is
    bars=4,bpm=120                four bars, to the sample
    bpm=97,start=0                as many bars as fit, from the beginning
    seconds=2.5,crossfade=0.4
    lead-in=yes                   keep what comes before the loop, for a sampler
"""

from __future__ import annotations

from dataclasses import dataclass

from distill.errors import BadSetting
from distill.output.written import number, plain, taken_apart

__all__ = ["LoopSettings"]

_SLOWEST, _FASTEST = 20.0, 400.0
_MOST_BEATS, _MOST_METER = 65_536, 64
_MOST_SECONDS = 86_400.0
_LONGEST_FADE = 30.0
_NAMES = ("bars", "beats", "seconds", "bpm", "meter", "start", "crossfade", "lead-in")
_YES, _NO = ("yes", "true", "on", "1"), ("no", "false", "off", "0")


@dataclass(frozen=True)
class LoopSettings:
    """What loop is asked for.

    Attributes
    ----------
    bars, beats : float, optional
        Length at a tempo; only one of them, and of ``seconds``.
    seconds : float, optional
        Length without one.
    bpm : float in 20..400, optional
        Beats a minute. Alone it asks for as many bars as fit (1, 2, 4, 8 ..).
    beats_per_bar : int in 1..64
    start : float, optional
        Seconds of the sound at which the loop begins; where it fits best if left out.
    crossfade : float, optional
        Seconds, at most half of the loop, and as much of the sound has to lie before it; a loop of free length is made long
        enough. Up to a fifth of a second and a quarter of the loop if left out.
    lead_in : bool
        Keep what comes before the loop, which then plays once.

    Raises
    ------
    BadSetting
        If a value is out of range, or two contradict each other.

    Examples
    --------
    >>> LoopSettings.read("bars=2,bpm=120").num_beats
    8.0
    >>> str(LoopSettings.read("bpm=97, lead-in=yes"))
    'bpm=97,lead-in=yes'
    """

    bars: float | None = None
    beats: float | None = None
    seconds: float | None = None
    bpm: float | None = None
    beats_per_bar: int = 4
    start: float | None = None
    crossfade: float | None = None
    lead_in: bool = False

    def __post_init__(self) -> None:
        lengths = [name for name in ("bars", "beats", "seconds") if getattr(self, name) is not None]
        if len(lengths) > 1:
            raise BadSetting(
                f"{' and '.join(lengths)} were given together; a loop has one length, so give one of them."
            )
        if self.bpm is not None and not _SLOWEST <= self.bpm <= _FASTEST:  # NaN fails too
            raise BadSetting(
                f"a tempo of {self.bpm:g} beats a minute was given; choose one from {_SLOWEST:.0f} to {_FASTEST:.0f}."
            )
        if lengths and lengths[0] != "seconds" and self.bpm is None:
            raise BadSetting(
                f"a length in {lengths[0]} needs a tempo; give one, like bpm=120, or a length in seconds."
            )
        if self.seconds is not None and self.bpm is not None:
            raise BadSetting(
                "a length in seconds and a tempo were given together; give bars or beats with a tempo."
            )
        if not (isinstance(self.beats_per_bar, int) and 1 <= self.beats_per_bar <= _MOST_METER):
            raise BadSetting(
                f"a bar of {self.beats_per_bar!r} beats was given; choose a whole number from 1 to {_MOST_METER}."
            )
        for name, most in (("bars", _MOST_BEATS / 64), ("beats", _MOST_BEATS), ("seconds", _MOST_SECONDS)):
            value = getattr(self, name)
            if value is not None and not 0 < value <= most:
                raise BadSetting(
                    f"a loop of {value:g} {name} was given; choose more than 0 and at most {most:g}."
                )
        if self.start is not None and not 0 <= self.start <= _MOST_SECONDS:
            raise BadSetting(
                f"a loop that starts at {self.start:g} s was given; choose a time within the sound, from 0."
            )
        if self.crossfade is not None and not 0 < self.crossfade <= _LONGEST_FADE:
            raise BadSetting(
                f"a crossfade of {self.crossfade:g} s was given; choose more than 0 and at most {_LONGEST_FADE:g}."
            )

    @property
    def num_beats(self) -> float | None:
        """Length in beats, if it was given in bars or beats."""
        return self.bars * self.beats_per_bar if self.bars is not None else self.beats

    @classmethod
    def read(cls, text: str, *, bpm: float | None = None) -> LoopSettings:
        """Read what is written, as the top of this module has it.

        Parameters
        ----------
        text : str
        bpm : float, optional
            The tempo of a length in bars or beats that names none.

        Raises
        ------
        BadSetting
            Saying what of it cannot be, and what can.
        """
        if text.strip().lower() == "auto":
            return cls()
        words = taken_apart(text, _NAMES, of="a loop")
        values = {
            name: number(name, value) for name, value in words.items() if name not in ("meter", "lead-in")
        }
        if bpm is not None and "bpm" not in values and {"bars", "beats"} & values.keys():
            values["bpm"] = bpm
        meter = number("meter", words.get("meter", "4"))
        if meter != int(meter):
            raise BadSetting(
                f"a bar of {meter:g} beats was given; choose a whole number from 1 to {_MOST_METER}."
            )
        lead = words.get("lead-in", "no").lower()
        if lead not in _YES + _NO:
            raise BadSetting(f"lead-in is {lead[:40]!r}; write yes or no.")
        return cls(**values, beats_per_bar=int(meter), lead_in=lead in _YES)

    def __str__(self) -> str:
        """As :meth:`read` reads it."""
        names = ("bars", "beats", "seconds", "bpm", "start", "crossfade")
        words = [f"{name}={plain(getattr(self, name))}" for name in names if getattr(self, name) is not None]
        words += [f"meter={self.beats_per_bar}"] if self.beats_per_bar != 4 else []
        words += ["lead-in=yes"] if self.lead_in else []
        return ",".join(words) or "auto"
