"""What a file says about itself: title, date, model, seed, the recipe that makes it again, tempo and loop points.

One record for every format. :mod:`distill.output.riff_chunks` puts it into WAV files, :mod:`distill.output.tagging`
into ID3 and Vorbis comments.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from distill.errors import BadSetting
from distill.version import VERSION

__all__ = ["LARGEST_RECIPE", "LoopPoints", "Tags"]

LARGEST_RECIPE = 65_536  # bytes; one that holds the codes of a long beginning is no longer a tag
_FASTEST = 999.0  # beats a minute
_REPLACED = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class LoopPoints:
    """A part that is played round and round.

    Attributes
    ----------
    start, stop : int
        Samples of each channel, at the rate of the clip they belong to; ``stop`` is the first one after the loop.
    """

    start: int
    stop: int

    def __post_init__(self) -> None:
        assert 0 <= self.start < self.stop, (self.start, self.stop)


@dataclass(frozen=True)
class Tags:
    r"""What is written into a file beside its sound; empty texts and None are left out.

    Attributes
    ----------
    title : str
    date : datetime or None
        When the file was made.
    model : str
        Name of the model the sound came from.
    seed : int or None
    recipe : str
        JSON, as :class:`distill.api.recipes.Recipe` writes it.
    software : str
    comment : str
    tempo : float or None
        Beats a minute.
    beats_per_bar : int
    loops : tuple of LoopPoints
        The first is the one that formats with room for one hold.

    Raises
    ------
    BadSetting
        For a tempo no file can hold.

    Examples
    --------
    >>> Tags(title="Bells\n", model="bells", seed=7, software="Distill").about
    'Made with Distill, model bells, seed 7.'
    """

    title: str = ""
    date: datetime | None = None
    model: str = ""
    seed: int | None = None
    recipe: str = ""
    software: str = f"Distill {VERSION}"
    comment: str = ""
    tempo: float | None = None
    beats_per_bar: int = 4
    loops: tuple[LoopPoints, ...] = ()

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                object.__setattr__(self, field.name, _text(value))
        if self.tempo is not None and not 1 <= self.tempo <= _FASTEST:
            raise BadSetting(f"a tempo of {self.tempo:g} was given; choose 1 to {_FASTEST:g} beats a minute.")
        if not 1 <= self.beats_per_bar <= 64:
            raise BadSetting(f"{self.beats_per_bar} beats in a bar were given; choose 1 to 64.")

    @property
    def about(self) -> str:
        """The comment, then where the sound comes from, for formats that have one field for all of it."""
        made = [f"Made with {self.software or 'Distill'}"]
        if self.model:
            made.append(f"model {self.model}")
        if self.seed is not None:
            made.append(f"seed {self.seed}")
        comment = self.comment if not self.comment or self.comment[-1] in ".!?…" else f"{self.comment}."
        return " ".join(part for part in (comment, f"{', '.join(made)}.") if part)

    @property
    def day(self) -> str:
        """The date as year-month-day; empty if there is none."""
        return self.date.strftime("%Y-%m-%d") if self.date is not None else ""

    def at_rate(self, before: int, after: int) -> Tags:
        """Return the tags of the same sound at another rate: loop points count samples."""
        if before == after or not self.loops:
            return self
        moved = tuple(
            LoopPoints(round(loop.start * after / before), round(loop.stop * after / before))
            for loop in self.loops
        )
        return replace(self, loops=moved)

    def own(self) -> Mapping[str, str]:
        """Fields that no format has a name for, by the name they get everywhere."""
        named = {
            "DISTILL_MODEL": self.model,
            "DISTILL_SEED": "" if self.seed is None else str(self.seed),
            "DISTILL_RECIPE": self.recipe,
        }
        return {name: text for name, text in named.items() if text}


def _text(value: str) -> str:
    """Make a text one that every format holds: in UTF-8, on one line, without what ends a text in a file."""
    # UTF-8 has no bytes for lone surrogates. Those that file names arrive with which are not text (U+DC80 to U+DCFF) stand
    # for bytes, which may belong together; any other is half a letter.
    escaped = "".join(
        _REPLACED if "\ud800" <= c <= "\udfff" and not "\udc80" <= c <= "\udcff" else c for c in value
    )
    whole = escaped.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    spaced = "".join(" " if c.isspace() else c for c in whole)
    return "".join(c for c in spaced if unicodedata.category(c) != "Cc").strip()
