"""Formats a sound can be exported in, and which rates and depths each has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from distill.audio.clip import SAMPLE_RATE
from distill.errors import BadSetting

__all__ = ["FORMATS", "RATES", "Encoding", "Format", "checked_encoding", "format_called", "format_of"]

RATES = (44_100, 48_000, 88_200, 96_000, 176_400, 192_000)  # Hz


@dataclass(frozen=True)
class Format:
    """A file format.

    Attributes
    ----------
    name : str
        As people ask for it, and as its files end.
    title : str
        As people read it.
    depths : tuple of int
        Bits a sample, the usual one first; empty where the format has no such thing.
    rates : tuple of int
        Hz.
    lossy : bool
        Whether what is played is not what was written, peaks included.
    """

    name: str
    title: str
    depths: tuple[int, ...]
    rates: tuple[int, ...] = RATES
    lossy: bool = False

    @property
    def suffix(self) -> str:
        """Ending of its files, with the dot."""
        return f".{self.name}"


FORMATS: Mapping[str, Format] = {
    one.name: one
    for one in (
        Format("wav", "WAV", (24, 16, 32)),
        Format("flac", "FLAC", (24, 16)),
        Format("ogg", "OGG Vorbis", (), lossy=True),
        Format("mp3", "MP3", (), RATES[:2], lossy=True),
    )
}


@dataclass(frozen=True)
class Encoding:
    """A format with its rate and depth; make it with :func:`checked_encoding`.

    Attributes
    ----------
    format : Format
    rate : int
        Hz.
    depth : int or None
        Bits a sample; None where the format has no such thing.
    """

    format: Format
    rate: int = SAMPLE_RATE
    depth: int | None = 24

    @property
    def shown(self) -> str:
        """In words.

        Examples
        --------
        >>> Encoding(FORMATS["wav"], 44_100, 32).shown
        'WAV, 44.1 kHz, 32 bit float'
        """
        words = [self.format.title, f"{self.rate / 1000:g} kHz"]
        if self.depth is not None:
            words.append(f"{self.depth} bit{' float' if self.depth == 32 else ''}")
        return ", ".join(words)


def format_called(name: str) -> Format:
    """Return the format of this name, in any spelling.

    Raises
    ------
    BadSetting
        If there is none.
    """
    known = FORMATS.get(name.strip().lower().lstrip("."))
    if known is None:
        raise BadSetting(f"the format {name!r} was asked for; choose wav, flac, ogg or mp3.")
    return known


def format_of(path: Path) -> Format | None:
    """Return the format a file's name ends in, if it does."""
    return FORMATS.get(path.suffix.lower().removeprefix("."))


def checked_encoding(format: Format, *, rate: int = SAMPLE_RATE, depth: int | None = None) -> Encoding:
    """Put a format, a rate and a depth together.

    Parameters
    ----------
    depth : int, optional
        The usual one of the format if None.

    Raises
    ------
    BadSetting
        If the format has no such rate or depth.

    Examples
    --------
    >>> checked_encoding(FORMATS["flac"], rate=96_000).shown
    'FLAC, 96 kHz, 24 bit'
    """
    if rate not in format.rates:
        elsewhere = "; WAV, FLAC and OGG go up to 192000" if rate in RATES else ""
        raise BadSetting(
            f"a rate of {rate} Hz was asked for; {format.title} is written at {_listed(format.rates)} Hz: "
            f"choose one of these{elsewhere}."
        )
    if depth is not None and not format.depths:
        raise BadSetting(
            f"a depth of {depth} bits was asked for; {format.title} has none: leave it out, or choose wav or flac."
        )
    if depth is not None and depth not in format.depths:
        elsewhere = "; WAV has 32 as well" if depth == 32 else ""
        raise BadSetting(
            f"a depth of {depth} bits was asked for; {format.title} has {_listed(sorted(format.depths))}: "
            f"choose one of these{elsewhere}."
        )
    usual = format.depths[0] if format.depths else None
    return Encoding(format, rate, usual if depth is None else depth)


def _listed(numbers: tuple[int, ...] | list[int]) -> str:
    return f"{', '.join(str(number) for number in numbers[:-1])} or {numbers[-1]}"
