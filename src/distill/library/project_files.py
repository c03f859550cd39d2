"""The editor's open sounds on the disk: one file each, replaced whole after every change, so that no work is ever lost.

::

    projects/current/A.json    the sound before its first edit and as it stands (packed), all edits with those taken back,
    projects/current/B.json    what was done in one gesture, locked, muted and soloed levels, tempo and snap

A damaged file is moved aside under ``.damaged`` and told in one sentence; the slot is empty then. One that the system does
not let be read may be whole: it stays, and is moved to ``.unread`` only when another sound takes its place.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distill.codes.editing import Edit
from distill.codes.grid import Codes
from distill.codes.json_values import JSONError, dumps, loads
from distill.codes.limits import MOST_LEVELS, shown_text
from distill.codes.material import Material
from distill.errors import BadCodes, BadInput, BadSetting, NoSpace
from distill.home import home as user_folder
from distill.replacing import replacing, why_not

__all__ = ["Gesture", "KeptSound", "ProjectFiles"]

_LARGEST = 256 * 2**20  # bytes
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


class ProjectFiles:
    """The files of the project that is open, below one user folder.

    Parameters
    ----------
    home : path, optional
        The user folder (:func:`distill.home.home`).
    """

    def __init__(self, home: Path | str | None = None) -> None:
        self.folder = user_folder(home) / "projects" / "current"
        # Of slots whose file could not be opened: where it may go.
        self._in_the_way: dict[str, Path] = {}

    def save(self, slot: str, sound: KeptSound) -> None:
        """Keep an open sound.

        Raises
        ------
        NoSpace
            If it cannot be written; what was kept before is still there.
        """
        self._make_way(slot)
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
        with replacing(self._path(slot)) as file:
            file.write(head[:-1] + b',"edits":[' + b",".join(records) + b"]}\n")

    def load(self, slot: str) -> KeptSound | None:
        """Return an open sound as it was kept; None if there is none.

        Raises
        ------
        BadInput
            If the file is damaged; it has been moved aside then. If it cannot be read; it is left as it is then.
        """
        path = self._path(slot)
        try:
            if path.stat().st_size > _LARGEST:
                raise JSONError("it is larger than any sound that can be opened")
            return _read(loads(path.read_bytes()))
        except FileNotFoundError:
            return None
        except ValidationError:
            why = "it is none of Distill's"
        except OSError as error:
            self._in_the_way[slot] = path.with_suffix(".unread")
            raise BadInput(
                f"sound {slot} could not be opened as it was left ({why_not(error)}); its file {str(path)!r} was left "
                "as it is, so let Distill read it and start Distill again, or open the sound again."
            ) from None
        except (JSONError, BadCodes, BadSetting) as error:
            why = str(error).rstrip(".")
        aside = path.with_suffix(".damaged")
        try:
            os.replace(path, aside)
        except OSError:
            self._in_the_way[slot], aside = aside, path
        raise BadInput(
            f"sound {slot} could not be opened as it was left ({why}); its file is kept as {str(aside)!r}, so open the "
            "sound again."
        )

    def forget(self, slot: str) -> None:
        """Close a slot."""
        if slot in self._in_the_way:  # never opened, so it is not what is closed
            return
        with suppress(OSError):
            self._path(slot).unlink(missing_ok=True)

    def _make_way(self, slot: str) -> None:
        """Move a file that could not be opened out of the way of another."""
        aside = self._in_the_way.get(slot)
        if aside is None:
            return
        path = self._path(slot)
        try:
            os.replace(path, aside)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise NoSpace(
                f"what was left in {slot} could not be moved to {str(aside)!r}: {why_not(error)}; move {str(path)!r} "
                "away, then try again."
            ) from None
        del self._in_the_way[slot]

    def _path(self, slot: str) -> Path:
        return self.folder / f"{slot}.json"


def _packed(codes: Codes) -> dict[str, Any]:
    return Material.of_grid(codes.grid).to_json()


def _read(content: Mapping[str, Any]) -> KeptSound:
    """Make a sound of what was read, believing none of it."""
    written = _Written.model_validate(content, strict=False)
    if set(written.about) != set(_ABOUT):
        raise JSONError("it does not say which model its codes are of")
    original = _codes(written, written.original, written.num_samples[0])
    edits = tuple(Edit.from_json(record) for record in written.edits)
    gestures = tuple(Gesture(label[:300], count) for label, count in written.gestures)
    if any(gesture.count < 1 for gesture in gestures) or sum(g.count for g in gestures) != len(edits):
        raise JSONError("its edits are not complete")
    if written.position > len(gestures):
        raise JSONError("its edits are not complete")
    return KeptSound(
        written.title,
        original,
        _codes(written, written.now, written.num_samples[1]),
        edits,
        written.position,
        gestures,
        locked=_levels(written.locked, original.num_levels),
        muted=_levels(written.muted, original.num_levels),
        soloed=_levels(written.soloed, original.num_levels),
        bpm=written.bpm,
        beats_per_bar=written.beats_per_bar,
        snap=written.snap,
        revision=written.revision,
    )


def _codes(written: _Written, packed: Mapping[str, Any], num_samples: int) -> Codes:
    return Codes(Material.model_validate(dict(packed)).grid, num_samples=num_samples, **written.about)


def _levels(levels: Sequence[int], num_levels: int) -> tuple[int, ...]:
    return tuple(sorted({level for level in levels if 1 <= level <= num_levels}))
