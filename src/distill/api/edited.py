"""What a verb that edits codes hands back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from distill.codes.editing import edits_of, original_of
from distill.codes.grid import Codes
from distill.codes.spelling import spelled

__all__ = ["Edited", "edited", "spelled_edits"]


@dataclass(frozen=True)
class Edited:
    """Codes that were edited and written.

    Attributes
    ----------
    path : Path
        The file, codes or sound.
    seconds : float
    edits : tuple of str
        All edits of the sound now, oldest first, as they are written.
    changed : float in 0..1
        Share of the codes that differ from the original's, where both have them.
    sentences : tuple of str
        What its owner should know.
    take : int or None
        Its number in the history, if it was heard and kept.
    """

    path: Path
    seconds: float
    edits: tuple[str, ...]
    changed: float
    sentences: tuple[str, ...] = ()
    take: int | None = None


def edited(codes: Codes, path: Path) -> Edited:
    """Tell what became of codes that were edited, before they are written.

    Raises
    ------
    BadCodes, BadSetting
        If their list of edits is damaged.
    """
    before = original_of(codes)
    shared = min(before.num_steps, codes.num_steps)
    same = before.grid[:, :, :shared] == codes.grid[:, :, :shared]
    share = float(1 - same.mean())
    return Edited(path, codes.seconds, spelled_edits(codes), share)


def spelled_edits(codes: Codes) -> tuple[str, ...]:
    """Return all edits of a sound, oldest first, as they are written."""
    return tuple(spelled(one, step_rate=codes.step_rate) for one in edits_of(codes))
