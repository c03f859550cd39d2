"""An open sound of the editor as its file holds it: packed codes, all edits, and what is set around them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from distill.codes.editing import Edit
from distill.codes.grid import Codes
from distill.codes.json_values import JSONError, dumps
from distill.codes.limits import MOST_LEVELS, shown_text
from distill.codes.material import Material

__all__ = ["Gesture", "KeptSound", "sound_of", "written"]

_ABOUT = ("codebook_size", "fingerprint", "gain_db", "model", "source", "step_length", "step_rate")


@dataclass(frozen=True)
class Gesture:
    """What one gesture did: undo takes all of it back at once.

    Attributes
    ----------
    label : str
        For people.
    count : int >= 1
        Edits.
    """

    label: str
    count: int


@dataclass(frozen=True)
class KeptSound:
    """An open sound as it is kept.

    Attributes
    ----------
    title : str
    original, now : Codes
        Before the first edit, and as it stands; without lists of edits.
    edits : tuple of Edit
        Those in force, then those taken back.
    position : int
        How many gestures are in force.
    gestures : tuple of Gesture
        All of them; their edits add up.
    locked, muted, soloed : tuple of int
        Levels, from 1.
    bpm : float or None, beats_per_bar : int, snap : float or None
        Tempo, and beats between the lines that selections move to.
    revision : int
    records : tuple of bytes
        The edits as they are written, if whoever keeps it has them; they are made otherwise.
    """

    title: str
    original: Codes
    now: Codes
    edits: tuple[Edit, ...] = ()
    position: int = 0
    gestures: tuple[Gesture, ...] = ()
    locked: tuple[int, ...] = ()
    muted: tuple[int, ...] = ()
    soloed: tuple[int, ...] = ()
    bpm: float | None = None
    beats_per_bar: int = 4
    snap: float | None = None
    revision: int = 0
    records: tuple[bytes, ...] = field(default=(), repr=False, compare=False)


class _Written(BaseModel):
    """The file, before anything in it is believed."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)

    distill_project: Literal[1]
    title: str = Field(max_length=1024)
    about: dict[str, Any]
    original: dict[str, Any]
    now: dict[str, Any]
    num_samples: list[int] = Field(min_length=2, max_length=2)
    gestures: list[tuple[str, int]]
    position: int = Field(ge=0)
    locked: list[int] = Field(max_length=MOST_LEVELS)
    muted: list[int] = Field(max_length=MOST_LEVELS)
    soloed: list[int] = Field(max_length=MOST_LEVELS)
    bpm: float | None
    beats_per_bar: int
    snap: float | None
    revision: int = Field(ge=0)
    edits: list[dict[str, Any]]


def written(sound: KeptSound) -> bytes:
    """Return an open sound as its file holds it."""
    records = sound.records or tuple(dumps(edit.to_json()) for edit in sound.edits)
    about = {
        "distill_project": 1,
        "title": shown_text(sound.title[:1024]),  # of a file whose name may hold any bytes
        "about": {key: getattr(sound.original, key) for key in _ABOUT},
        "original": _packed(sound.original),
        "now": _packed(sound.now),
        "num_samples": [sound.original.num_samples, sound.now.num_samples],
        "gestures": [[shown_text(gesture.label), gesture.count] for gesture in sound.gestures],
        "position": sound.position,
        "locked": sound.locked,
        "muted": sound.muted,
        "soloed": sound.soloed,
        "bpm": sound.bpm,
        "beats_per_bar": sound.beats_per_bar,
        "snap": sound.snap,
        "revision": sound.revision,
    }
    # Records are written once each, not all of them again with every edit.
    head = json.dumps(about, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()
    return head[:-1] + b',"edits":[' + b",".join(records) + b"]}\n"


def _packed(codes: Codes) -> dict[str, Any]:
    return Material.of_grid(codes.grid).to_json()


def sound_of(content: Mapping[str, Any]) -> KeptSound:
    """Make a sound of what was read, believing none of it.

    Raises
    ------
    pydantic.ValidationError, JSONError, BadCodes, BadSetting
        If it is no such sound.
    """
    said = _Written.model_validate(content, strict=False)
    if set(said.about) != set(_ABOUT):
        raise JSONError("it does not say which model its codes are of")
    original = _codes(said, said.original, said.num_samples[0])
    edits = tuple(Edit.from_json(record) for record in said.edits)
    gestures = tuple(Gesture(label[:300], count) for label, count in said.gestures)
    if any(gesture.count < 1 for gesture in gestures) or sum(g.count for g in gestures) != len(edits):
        raise JSONError("its edits are not complete")
    if said.position > len(gestures):
        raise JSONError("its edits are not complete")
    return KeptSound(
        said.title,
        original,
        _codes(said, said.now, said.num_samples[1]),
        edits,
        said.position,
        gestures,
        locked=_levels(said.locked, original.num_levels),
        muted=_levels(said.muted, original.num_levels),
        soloed=_levels(said.soloed, original.num_levels),
        bpm=said.bpm,
        beats_per_bar=said.beats_per_bar,
        snap=said.snap,
        revision=said.revision,
    )


def _codes(said: _Written, packed: Mapping[str, Any], num_samples: int) -> Codes:
    return Codes(Material.model_validate(dict(packed)).grid, num_samples=num_samples, **said.about)


def _levels(levels: Sequence[int], num_levels: int) -> tuple[int, ...]:
    return tuple(sorted({level for level in levels if 1 <= level <= num_levels}))
