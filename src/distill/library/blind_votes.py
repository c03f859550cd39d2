"""Blind comparisons of two takes: which is X and which is Y is drawn, kept, and told when a vote was given.

Each comparison is a small file ``votes/000003.json`` of the user folder, written whole; a vote can be given once. What was
voted stays, so that the owner can see later which takes keep winning.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distill.codes.editing import check_seed
from distill.codes.json_values import JSONError, dumps, loads
from distill.errors import BadInput, BadSetting
from distill.home import home as user_folder
from distill.library.locking import writing
from distill.library.take_files import MOST_NOTE, check_note
from distill.replacing import replacing, why_not

__all__ = ["Comparison", "Votes"]

_LARGEST = 2**16  # bytes
Vote = Literal["X", "Y", "neither"]


class Comparison(BaseModel):
    """One comparison.

    Attributes
    ----------
    number : int
        Counted upwards.
    x, y : int
        The numbers of the takes, in the order that was drawn.
    seed : int
        What drew it.
    created, voted : str
        Dates and times, ISO 8601; ``voted`` is empty while there is no vote.
    vote : str or None
        ``"X"``, ``"Y"`` or ``"neither"``.
    note : str
        Why, if the voter said so.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    distill_vote: Literal[1] = 1
    number: int = Field(ge=1)
    x: int = Field(ge=1)
    y: int = Field(ge=1)
    seed: int = Field(ge=0)
    created: str = Field(max_length=40)
    voted: str = Field("", max_length=40)
    vote: Vote | None = None
    note: str = Field("", max_length=MOST_NOTE)

    @property
    def winner(self) -> int | None:
        """The take that was preferred; None for neither, and while there is no vote."""
        return {"X": self.x, "Y": self.y}.get(self.vote or "")

    def told(self) -> dict[str, Any]:
        """Return what may be told: which take is which only after the vote."""
        about = self.model_dump(exclude={"distill_vote"})
        if self.vote is None:
            for hidden in ("x", "y", "seed"):
                about[hidden] = None
        return about


class Votes:
    """The comparisons below one user folder.

    Parameters
    ----------
    home : path, optional
        The user folder (:func:`distill.home.home`).
    """

    def __init__(self, home: Path | str | None = None) -> None:
        self.folder = user_folder(home) / "votes"

    def draw(self, a: int, b: int, *, seed: int) -> Comparison:
        """Draw which of two takes is X, and keep that.

        Raises
        ------
        BadSetting
            If there is no such seed.
        NoSpace, LibraryBusy
            If it cannot be kept.
        """
        check_seed(seed)
        x, y = (a, b) if np.random.default_rng(seed).random() < 0.5 else (b, a)
        with writing(self.folder):
            number = max((int(path.stem) for path in self._files()), default=0) + 1
            new = Comparison(number=number, x=x, y=y, seed=seed, created=_now())
            self._write(new)
        return new

    def vote(self, number: int, vote: str, *, note: str = "") -> Comparison:
        """Give the vote of a comparison; returns it with the answer.

        Raises
        ------
        BadInput
            If there is no such comparison.
        BadSetting
            If it was voted on, this is no vote, or the note cannot be kept.
        """
        choice = {"x": "X", "y": "Y", "neither": "neither"}.get(vote.strip().lower())
        if choice is None:
            raise BadSetting(f"{vote[:40]!r} is no vote; choose X, Y or neither.")
        check_note(note)
        with writing(self.folder):
            before = self.find(number)
            if before.vote is not None:
                raise BadSetting(
                    f"comparison {number} was voted on already ({before.vote}); compare the takes again to vote anew."
                )
            after = before.model_copy(update={"vote": choice, "voted": _now(), "note": note})
            self._write(after)
        return after

    def find(self, number: int) -> Comparison:
        """Return a comparison.

        Raises
        ------
        BadInput
            If there is none of that number, or its file is damaged.
        """
        path = self.folder / f"{number:06}.json"
        try:
            there = path.is_file()
        except OSError:
            there = True  # reading it tells why not
        if not there:
            known = [int(one.stem) for one in self._files()]
            hint = (
                f"there are 1 to {max(known)}."
                if known
                else "make one with distill takes compare A B --blind."
            )
            raise BadInput(f"there is no comparison {number}; {hint}")
        return _read(path)

    def list(self) -> tuple[list[Comparison], tuple[str, ...]]:
        """Return all comparisons, the newest last, and a sentence for each that is damaged."""
        found, sentences = [], []
        for path in sorted(self._files()):
            try:
                found.append(_read(path))
            except BadInput as error:
                sentences.append(str(error))
        return found, tuple(sentences)

    def wins(self) -> Mapping[int, tuple[int, int]]:
        """How often each take was preferred, and of how many votes."""
        counted: dict[int, tuple[int, int]] = {}
        for one in self.list()[0]:
            if one.vote is not None:
                for take in {one.x, one.y}:
                    won, voted = counted.get(take, (0, 0))
                    counted[take] = (won + (one.winner == take), voted + 1)
        return counted

    def _write(self, one: Comparison) -> None:
        with replacing(self.folder / f"{one.number:06}.json") as file:
            file.write(dumps(one.model_dump(mode="json")) + b"\n")

    def _files(self) -> Sequence[Path]:
        try:
            names = os.listdir(self.folder)
        except OSError:
            return []
        return [self.folder / name for name in names if name.endswith(".json") and name[:-5].isdecimal()]


def _read(path: Path) -> Comparison:
    try:
        if path.stat().st_size > _LARGEST:
            raise JSONError("it is larger than any comparison")
        return Comparison.model_validate(loads(path.read_bytes()))
    except ValidationError:
        why = "it is none of Distill's"
    except (OSError, JSONError) as error:
        why = why_not(error) if isinstance(error, OSError) else str(error)
    raise BadInput(f"comparison {path.stem} cannot be read: {why}; compare the takes again.")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
