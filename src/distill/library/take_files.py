"""One take on the disk: a folder that holds everything it takes to hear a sound again, and to make it again.

::

    takes/000012/
        take.json      what it is (:class:`TakeRecord`); the only file that ever changes (star, note)
        sound.codes    its codes
        sound.wav      the sound as it was written, where it was written as a sound
        recipe.json    what it was made from, where there is a recipe (distill generate --recipe)

The folder's name is its number. Folders appear whole, by one renaming; ``take.json`` is replaced whole.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distill.codes import storage
from distill.codes.grid import Codes
from distill.codes.json_values import JSONError, dumps, loads
from distill.errors import BadInput, BadSetting
from distill.replacing import replacing, why_not
from distill.version import VERSION

__all__ = ["RECORD", "Take", "TakeRecord", "check_note", "read_take", "write_record", "write_take"]

RECORD, CODES, SOUND, RECIPE = "take.json", "sound.codes", "sound.wav", "recipe.json"
MOST_NOTE = 1000  # characters
_LARGEST = 2**20  # bytes

Verb = Literal["generate", "regenerate", "resynth", "decode", "edit"]


class TakeRecord(BaseModel):
    """What is known of a take.

    Attributes
    ----------
    verb : str
        Which command made it.
    title : str
        Its file's name without the ending.
    path : str
        Where the sound (or its codes) was written; it may have gone since. Empty if it lies in the history alone.
    created : str
        Date and time by this machine's clock, ISO 8601; the order of takes follows their numbers, not this.
    model, fingerprint : str
        The model's name then, and what its codes belong to.
    seed : int or None
    seconds : float
    loudness : float or None, loudness_unit : str
        None for silence, or where only codes were written.
    up_to_level : int or None, refine : int
        How it was decoded.
    device : str
        What decoded it; another one may differ in the last bits.
    sha256 : str
        Of the WAV file; empty where only codes were written.
    starred : bool, note : str
        The owner's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    distill_take: Literal[1] = 1
    verb: Verb
    title: str = Field(max_length=300)
    path: str = Field(max_length=5000)
    created: str = Field(max_length=40)
    model: str = Field(max_length=64)
    fingerprint: str = Field(max_length=64)
    seed: int | None = None
    seconds: float = Field(gt=0)
    loudness: float | None = None
    loudness_unit: Literal["LUFS", "dBFS RMS", ""] = ""
    up_to_level: int | None = None
    refine: int = 0
    device: str = Field("", max_length=40)
    sha256: str = Field("", pattern=r"^([0-9a-f]{64})?$")
    source: str = Field("", max_length=1000)
    complete: bool = True
    distill_version: str = Field(VERSION, max_length=40)
    starred: bool = False
    note: str = Field("", max_length=MOST_NOTE)


@dataclass(frozen=True)
class Take:
    """A take of the library.

    Attributes
    ----------
    number : int
        Counted upwards for ever; no two takes share one.
    folder : Path
    size_bytes : int
        Of all its files.
    record : TakeRecord or None
        None if its record is damaged.
    damaged : str or None
        One sentence on why it cannot be used.
    """

    number: int
    folder: Path
    size_bytes: int
    record: TakeRecord | None = None
    damaged: str | None = None

    @property
    def codes(self) -> Path:
        """Its codes, to be edited, decoded or gone on from."""
        return self.folder / CODES

    @property
    def sound(self) -> Path | None:
        """The sound as it was written; None where only codes were."""
        path = self.folder / SOUND
        return path if os.path.isfile(path) else None

    @property
    def recipe(self) -> Path | None:
        """What it was made from; None where there is no recipe."""
        path = self.folder / RECIPE
        return path if os.path.isfile(path) else None

    def require_record(self) -> TakeRecord:
        """Return its record.

        Raises
        ------
        BadInput
            If it is damaged.
        """
        if self.record is None:
            raise BadInput(str(self.damaged))
        return self.record

    def to_json(self) -> dict[str, Any]:
        """Return all of it for scripts."""
        told = {} if self.record is None else self.record.model_dump(exclude={"distill_take"})
        places = {"folder": self.folder, "codes": self.codes, "sound": self.sound, "recipe": self.recipe}
        return {
            "number": self.number,
            **places,
            "size_bytes": self.size_bytes,
            **told,
            "damaged": self.damaged,
        }


def check_note(note: object) -> None:
    """Make sure that a note can be kept and shown.

    Raises
    ------
    BadSetting
        If it is too long, or holds what cannot be printed.
    """
    if (
        not isinstance(note, str)
        or len(note) > MOST_NOTE
        or not all(c.isprintable() or c == "\n" for c in note)
    ):
        raise BadSetting(f"a note is at most {MOST_NOTE} printable characters; shorten this one.")


def write_take(
    folder: Path, record: TakeRecord, codes: Codes, *, sound: Path | None, recipe: Mapping[str, Any] | None
) -> None:
    """Write all files of a take into a folder that nobody looks at yet.

    Raises
    ------
    NoSpace, BadCodes
        If one cannot be written.
    """
    storage.save(codes, folder / CODES)
    if sound is not None:
        with open(sound, "rb") as source, replacing(folder / SOUND) as file:
            shutil.copyfileobj(source, file, 2**20)
    if recipe is not None:
        with replacing(folder / RECIPE) as file:
            file.write(dumps(recipe) + b"\n")
    write_record(folder, record)


def write_record(folder: Path, record: TakeRecord) -> None:
    """Write the record of a take, whole or not at all.

    Raises
    ------
    NoSpace
        If it cannot be written.
    """
    data = dumps(record.model_dump(mode="json")) + b"\n"
    with replacing(folder / RECORD) as file:
        file.write(data)


def _size(path: Path) -> int:
    """Bytes of a file; one that has just gone has none."""
    with suppress(OSError):
        found = path.stat()
        return found.st_size if stat.S_ISREG(found.st_mode) else 0
    return 0


def read_take(folder: Path) -> Take:
    """Read a take; a damaged one says so and is a take all the same, and so does one that has gone."""
    number = int(folder.name)
    path = folder / RECORD
    size = 0
    try:
        size = sum(_size(folder / name) for name in os.listdir(folder))
    except FileNotFoundError:
        gone = f"take {number} has gone from {str(folder.parent)!r} since it was looked up; look it up again."
        return Take(number, folder, 0, damaged=gone)
    except OSError:
        pass  # its record is refused with the same reason
    try:
        if path.stat().st_size > _LARGEST:
            raise JSONError("it is larger than any take's")
        about = loads(path.read_bytes())
        version = about.get("distill_take") if isinstance(about, dict) else None
        if isinstance(version, int) and version > 1:
            raise JSONError(f"it is of format {version}, and this Distill reads format 1")
        return Take(number, folder, size, TakeRecord.model_validate(about))
    except ValidationError:
        why = "it is none of Distill's"
    except (OSError, JSONError) as error:
        why = why_not(error) if isinstance(error, OSError) else str(error)
    said = f"the record of take {number} cannot be read: {why}; its files are still in {str(folder)!r}."
    return Take(number, folder, size, damaged=said)
