"""Edits: records of operations on regions, applied one after another, and taken back.

An edited sound's :attr:`~distill.codes.grid.Codes.edits` is the list of what was done to it. It begins with the codes as they
were, so that a file alone is enough to undo everything; the rest replays on any other sound (:func:`replay`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from pydantic import ValidationError

from distill.codes.grid import Codes
from distill.codes.json_values import JSON, thawed
from distill.codes.limits import MOST_SEED
from distill.codes.material import Material
from distill.codes.operation import Context, Known, Operation, make
from distill.codes.region import Region
from distill.errors import BadCodes, BadSetting

__all__ = [
    "MOST_SEED",
    "Edit",
    "apply",
    "check_seed",
    "edits_of",
    "listed",
    "made",
    "original_of",
    "replay",
    "undone",
]

ORIGINAL = "original"  # the first record: not an edit, but what the edits began with
_KEYS = {"operation", "region", "arguments", "seed"}
_ORIGINAL_KEYS = {"codes", "num_samples"}


@dataclass(frozen=True)
class Edit:
    """One record: an operation, where, and the seed of its draws.

    Raises
    ------
    BadSetting
        If it is a seed that no record can hold.
    """

    operation: Operation
    region: Region = field(default_factory=Region)
    seed: int = 0

    def __post_init__(self) -> None:
        check_seed(self.seed)

    def to_json(self) -> dict[str, Any]:
        """The record: ``{operation, region, arguments, seed}``."""
        return {
            "operation": self.operation.name,
            "region": self.region.to_json(),
            "arguments": self.operation.arguments(),
            "seed": self.seed,
        }

    @classmethod
    def from_json(cls, record: Mapping[str, JSON]) -> Edit:
        """Read a record, which may come from a stranger.

        Raises
        ------
        BadSetting, BadCodes
            If it is none of ours, or asks for something impossible.
        """
        values = thawed(record)
        if set(values) != _KEYS or not all(isinstance(values[key], dict) for key in ("region", "arguments")):
            raise BadCodes("an edit in this list is not one of Distill's; make the edits again.")
        if not _is_seed(values["seed"]):
            raise BadCodes("the seed of an edit is not a whole number from 0 up; make the edits again.")
        if not isinstance(values["operation"], str):
            raise BadCodes("the name of an edit's operation is no text; make the edits again.")
        return cls(
            make(values["operation"], values["arguments"]), Region.from_json(values["region"]), values["seed"]
        )


def check_seed(seed: int) -> None:
    """Make sure that a seed is one that a record can hold.

    Raises
    ------
    BadSetting
        If not.
    """
    if not _is_seed(seed):
        raise BadSetting(f"seed {seed} was given; choose a whole number from 0 to {MOST_SEED}.")


def _is_seed(seed: object) -> bool:
    return type(seed) is int and 0 <= seed <= MOST_SEED


def apply(codes: Codes, edits: Iterable[Edit], *, entries: Known = None) -> Codes:
    """Make edits, one after another.

    Parameters
    ----------
    entries : Entries, or function that gives them, optional
        The model's, for operations that think in sound.

    Returns
    -------
    Codes
        With the records added to its list; the same, if there are no edits.

    Raises
    ------
    BadSetting, BadCodes
        If one of them cannot be made here; nothing is then changed.
    """
    edits = tuple(edits)
    if not edits:
        return codes
    records: list[Mapping[str, JSON]] = list(codes.edits) or [_original(codes)]
    after = made(codes, edits, entries=entries)
    # The list is frozen once, with the last grid: every with_grid looks through all of what it is given.
    return after.with_grid(after.grid, edits=records + [edit.to_json() for edit in edits])


def made(codes: Codes, edits: Iterable[Edit], *, entries: Known = None) -> Codes:
    """Make edits without writing them down: for whoever keeps the list, as :class:`~distill.codes.session.Session` does.

    Returns
    -------
    Codes
        Without a list of edits.

    Raises
    ------
    BadSetting, BadCodes
        As :func:`apply`.
    """
    codes = replace(codes, edits=())
    for edit in edits:
        cells = edit.region.cells(codes.grid.shape)
        if edit.operation.changes_length and not cells.whole_columns(codes.grid.shape):
            raise BadSetting(
                f"{edit.operation.name} moves what comes after it, on all levels and channels alike; select all levels, "
                "and unlock those that are locked."
            )
        context = Context(codes, np.random.default_rng(edit.seed), entries)
        codes = codes.with_grid(edit.operation.apply(codes.grid, cells, context))
    return codes


def listed(codes: Codes, original: Codes, records: Sequence[Mapping[str, JSON]]) -> Codes:
    """Give codes the list of edits that led to them from the original; none, if there are no edits."""
    return replace(codes, edits=(_original(original), *records) if records else ())


def edits_of(codes: Codes) -> tuple[Edit, ...]:
    """The edits that were made to a sound, oldest first.

    Raises
    ------
    BadSetting, BadCodes
        If a record is none of ours.
    """
    return tuple(Edit.from_json(record) for record in codes.edits if record.get("operation") != ORIGINAL)


def original_of(codes: Codes) -> Codes:
    """The sound as it was before its first edit; itself if there was none.

    Raises
    ------
    BadCodes
        If its list does not begin with the original, or with one that is damaged or of another model.
    """
    if not codes.edits:
        return codes
    first = thawed(codes.edits[0])
    arguments = first.get("arguments")
    if (
        first.get("operation") != ORIGINAL
        or not isinstance(arguments, dict)
        or set(arguments) != _ORIGINAL_KEYS
    ):
        raise _without_original()
    try:
        material = Material.model_validate(arguments["codes"])
    except ValidationError:
        raise _without_original() from None
    material.require_fit(codes)
    if material.grid.shape[:2] != codes.grid.shape[:2]:
        raise _without_original()
    # num_samples is checked with the grid it belongs to
    return replace(codes, grid=material.grid, num_samples=arguments["num_samples"], edits=())


def undone(codes: Codes, count: int = 1, *, entries: Known = None) -> Codes:
    """Take the last edits back, by making the others again from the original.

    Raises
    ------
    BadSetting
        If there are not so many.
    """
    made = edits_of(codes)
    if not 1 <= count <= len(made):
        raise BadSetting(
            f"{count} edits were to be undone, and this sound has {len(made)}; choose 1 to {len(made)}."
            if made
            else "there is nothing to undo: this sound has not been edited."
        )
    left = made[: len(made) - count]
    original = original_of(codes)
    return apply(original, left, entries=entries) if left else original


def replay(codes: Codes, records: Sequence[Mapping[str, JSON]], *, entries: Known = None) -> Codes:
    """Make the edits of another sound's list to this one (row C13).

    Raises
    ------
    BadSetting, BadCodes
        As :func:`apply`.
    """
    wanted = [Edit.from_json(record) for record in records if record.get("operation") != ORIGINAL]
    return apply(codes, wanted, entries=entries)


def _original(codes: Codes) -> dict[str, Any]:
    return {
        "operation": ORIGINAL,
        "region": {},
        "arguments": {
            "codes": Material.of_grid(codes.grid, fingerprint=codes.fingerprint).to_json(),
            "num_samples": codes.num_samples,
        },
        "seed": 0,
    }


def _without_original() -> BadCodes:
    return BadCodes(
        "the list of edits does not begin with the codes as they were, so nothing can be undone; "
        "encode the sound again."
    )
