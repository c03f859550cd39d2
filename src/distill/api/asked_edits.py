"""The edits that were asked for, made to one sound after another: undone, kept ones, those written down; locked levels stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from distill.codes import storage
from distill.codes.editing import MOST_SEED, Edit, apply, check_seed, undone
from distill.codes.grid import Codes
from distill.codes.operation import Known
from distill.codes.region import check_levels
from distill.codes.spelling import parse
from distill.codes.tempo import Tempo

__all__ = ["AskedEdits"]


@dataclass(frozen=True)
class AskedEdits:
    """Edits that are the same for all sounds they are made to.

    Attributes
    ----------
    undo : int >= 0
        How many of the last edits to take back first.
    kept : sequence of Edit
        Then these, of a template or of another file.
    do : sequence of str or Edit
        Then these, as they are written or as records.
    tempo : Tempo or None, snap : float or None
        For times in beats; beats between the lines that the times in ``do`` move to.
    locked : collection of int
        Levels, from 1, that none of them may change.
    seed : int
        Of the first of ``do``, unless it has one of its own; the next ones count up.

    Raises
    ------
    BadSetting
        If it is a seed that no record can hold.
    """

    undo: int
    kept: Sequence[Edit]
    do: Sequence[str | Edit]
    tempo: Tempo | None
    snap: float | None
    locked: Collection[int]
    seed: int

    def __post_init__(self) -> None:
        check_seed(self.seed)

    def made(self, codes: Codes, path: Path, entries: Known) -> Codes:
        """Make them.

        Parameters
        ----------
        path : Path
            The sound's file: others that ``do`` names may lie beside it.

        Raises
        ------
        BadSetting, BadCodes, ForeignCodes, UnknownModel
            If one cannot be made.
        """
        check_levels(self.locked, codes.num_levels)
        if self.undo:
            codes = undone(codes, self.undo, entries=entries)
        codes = apply(codes, [self._unlocked(one, codes) for one in self.kept], entries=entries)
        for number, one in enumerate(self.do):
            edit = (
                self._unlocked(one, codes) if isinstance(one, Edit) else self._read(one, codes, path, number)
            )
            codes = apply(codes, [edit], entries=entries)
        return codes

    def _read(self, text: str, codes: Codes, path: Path, number: int) -> Edit:
        return parse(
            text,
            codes=codes,
            tempo=self.tempo,
            snap=self.snap,
            load=partial(_load_beside, path),
            seed=(self.seed + number) % (MOST_SEED + 1),
            locked=self.locked,
        )

    def _unlocked(self, edit: Edit, codes: Codes) -> Edit:
        return Edit(edit.operation, edit.region.without(self.locked, codes.num_levels), edit.seed)


def _load_beside(path: Path, name: str) -> Codes:
    """Open ``with=NAME``: as given, or beside the file that is edited."""
    given = Path(name)
    beside = path.parent / name
    try:
        lies_beside = beside.is_file() and not given.is_file()
    except OSError:  # a name that is too long, or a folder without access: told by whoever opens it
        lies_beside = False
    return storage.load(beside if lies_beside else given)
