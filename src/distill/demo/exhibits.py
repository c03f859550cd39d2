"""What the demonstration's page shows: sounds, pictures, ladders of levels, a swap, edits, new sound, and figures.

Plain records of what to say; :mod:`distill.demo.page` turns them into HTML.
"""

from __future__ import annotations

from dataclasses import dataclass

from distill.progress import LevelHealth

__all__ = ["DemoPage", "Edit", "Ladder", "NewSound", "NextStep", "Picture", "Sound", "Swap"]


@dataclass(frozen=True)
class Picture:
    """A picture on the page.

    Attributes
    ----------
    file : str
        PNG, as a path relative to the page, with forward slashes.
    alt : str
        What is seen, for those who do not see it.
    caption : str
        Shown below it.
    """

    file: str
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Sound:
    """A sound on the page.

    Attributes
    ----------
    title : str
        Its name, unlike the others of its section.
    audio : str
        WAV, FLAC, OGG or MP3, as a path relative to the page, with forward slashes.
    note : str
        A few words on what to hear.
    picture : Picture, optional
        Its spectrogram.
    """

    title: str
    audio: str
    note: str = ""
    picture: Picture | None = None


@dataclass(frozen=True)
class Ladder:
    """A sound beside what the codec makes of it with more and more levels.

    Attributes
    ----------
    title : str
    rungs : tuple of Sound
        The original first, then with 1, 2 .. K levels; short titles such as ``"Levels 1 to 3"``.
    grid : Picture, optional
        Its codes.
    """

    title: str
    rungs: tuple[Sound, ...]
    grid: Picture | None = None


@dataclass(frozen=True)
class Swap:
    """Two sounds, and what becomes of each with some levels of the other."""

    first: Sound
    second: Sound
    first_with_second: Sound
    second_with_first: Sound


@dataclass(frozen=True)
class Edit:
    """A sound before and after an edit of its codes.

    Attributes
    ----------
    command : str
        The operation as it is written after ``--do``.
    note : str
        What to listen for.
    before, after : Sound
    """

    command: str
    note: str
    before: Sound
    after: Sound


@dataclass(frozen=True)
class NewSound:
    """Sound that the prior made.

    Attributes
    ----------
    command : str
        What makes such a sound.
    sounds : tuple of Sound
    sentences : tuple of str
        What it has taken from the collection, beside what real sounds share with it.
    """

    command: str
    sounds: tuple[Sound, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class NextStep:
    """Something to try, with the command that does it."""

    text: str
    command: str = ""


@dataclass(frozen=True)
class DemoPage:
    """Everything the page says.

    Attributes
    ----------
    title, intro : str
    figures : tuple of (str, str)
        What was trained: name and value with its unit.
    collection : tuple of Sound
    ladders : tuple of Ladder
    swap : Swap
    edits : tuple of Edit
    new : tuple of NewSound
    health : tuple of LevelHealth
        One record a level.
    next_steps : tuple of NextStep
    """

    title: str
    intro: str
    figures: tuple[tuple[str, str], ...]
    collection: tuple[Sound, ...]
    ladders: tuple[Ladder, ...]
    swap: Swap
    edits: tuple[Edit, ...]
    new: tuple[NewSound, ...]
    health: tuple[LevelHealth, ...]
    next_steps: tuple[NextStep, ...]
