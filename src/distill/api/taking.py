"""Every sound that is made becomes a take of the history; if it cannot be kept, that is a sentence and never a lost sound."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from distill.api.library import Model
from distill.audio.files import blocks
from distill.audio.loudness import loudness_of
from distill.codes.grid import Codes
from distill.errors import DistillError
from distill.library.take_files import TakeRecord, Verb
from distill.library.takes import Takes

if TYPE_CHECKING:
    from distill.api.sounds import Written

__all__ = ["NOT_KEPT", "Kept", "as_take", "digest_of", "keep_take"]


@dataclass(frozen=True)
class Kept:
    """What became of a sound in the history.

    Attributes
    ----------
    number : int or None
        Of the take; None if there is none.
    sentences : tuple of str
        Why not, or what had to make room.
    sound : Path or None
        The sound as the history has it.
    """

    number: int | None = None
    sentences: tuple[str, ...] = ()
    sound: Path | None = None


NOT_KEPT = Kept()


def keep_take(
    verb: Verb,
    *,
    model: Model,
    codes: Codes,
    path: Path,
    home: Path | str | None,
    sound: bool,
    seed: int | None = None,
    recipe: Mapping[str, Any] | None = None,
    up_to_level: int | None = None,
    refine: int = 0,
    complete: bool = True,
    passing: bool = False,
) -> Kept:
    """Keep what was just written.

    Parameters
    ----------
    path : Path
        Where the sound was written, or its codes.
    sound : bool
        Whether it is a sound.
    passing : bool
        Whether that file goes away at once, so that the take is all there is.

    Returns
    -------
    Kept
        Whatever goes wrong is told in its sentences.
    """
    try:
        loudness = loudness_of(blocks(path)) if sound else None
        record = TakeRecord(
            verb=verb,
            title=path.stem[:300],
            path="" if passing else str(path.absolute())[:5000],
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            model=model.name,
            fingerprint=model.fingerprint,
            seed=seed,
            seconds=codes.seconds,
            loudness=None if loudness is None or loudness.value is None else round(loudness.value, 3),
            loudness_unit="" if loudness is None else loudness.unit,
            up_to_level=up_to_level,
            refine=refine,
            device=model.codec.device.type,
            sha256=digest_of(path) if sound else "",
            source=codes.source[:1000],
            complete=complete,
        )
        take, sentences = Takes(home).add(record, codes, sound=path if sound else None, recipe=recipe)
    except (DistillError, OSError, ValueError) as error:
        said = f"{path.stem!r} was" if passing else f"{path.name} is written, but was"
        return Kept(None, (f"{said} not kept as a take: {error}",))
    return Kept(take.number, sentences, take.sound)


def as_take(
    verb: Verb,
    written: Written,
    model: Model,
    codes: Codes,
    home: Path | str | None,
    up_to_level: int | None = None,
    refine: int = 0,
) -> Written:
    """Keep a sound that was written as a take of the history."""
    kept = keep_take(
        verb, model=model, codes=codes, path=written.path, home=home, sound=True,
        up_to_level=up_to_level, refine=refine,
    )  # fmt: skip
    return replace(written, sentences=(*written.sentences, *kept.sentences), take=kept.number)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in memory that its size does not change."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
