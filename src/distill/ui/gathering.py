"""The sounds a person has gathered for training: where they are, which are used, and which part of each.

Kept in ``collections/gathered.json`` of the user folder, so a reload, and a restart of Distill, find it as it was. Files that
were named by a folder's path are read where they are; only uploads are copied.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from distill import api
from distill.audio.headers import MIN_SECONDS
from distill.collection.scan import FoundSound, LeftOut
from distill.errors import BadInput, BadSetting, BadSound
from distill.home import expanded
from distill.progress import Cancel, Progress, Report
from distill.replacing import replacing

__all__ = ["Gathering", "Heard"]

POINTS = 500  # of an outline
MOST_KEPT = 3_000  # outlines in memory


class _Kept(BaseModel):
    sources: list[str] = Field(default_factory=list)
    left_out: set[str] = Field(default_factory=set)
    trims: dict[str, tuple[float, float]] = Field(default_factory=dict)
    collection: str = ""


@dataclass(frozen=True)
class Heard:
    """What listening to a file found: its outline, or why it cannot be used."""

    outline: api.Outline | None
    reason: str


class Gathering:
    """The gathered sounds of one user folder.

    Parameters
    ----------
    home : Path
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / "collections"
        self._file = self.folder / "gathered.json"
        self._lock = threading.RLock()
        self._kept = self._load()
        self._found: dict[str, FoundSound] = {}
        self._refused: list[LeftOut] = []
        self._heard: OrderedDict[tuple[str, int, int], Heard] = OrderedDict()
        self._told = itertools.count(time.time_ns() // 1_000_000)  # the next server counts on
        self.looked = not self._kept.sources

    def add(self, sources: Sequence[Path | str]) -> None:
        """Add folders and files; :meth:`look` finds what is in them."""
        with self._lock:
            for source in sources:
                path = str(expanded(source).absolute())
                if path not in self._kept.sources:
                    self._kept.sources.append(path)
            self.looked = False
            self._save()

    def collection(self, wanted: str, make: Any) -> Path:
        """Return the folder that uploads go to, made by ``make(folder, wanted)`` for the first one."""
        with self._lock:
            path = Path(self._kept.collection)
            if not self._kept.collection or not path.is_dir():
                path = make(self.folder, wanted)
                self._kept.collection = str(path)
            self.add([path])
            return path

    def clear(self) -> None:
        """Start over; no file is touched."""
        with self._lock:
            self._kept, self._found, self._refused, self.looked = _Kept(), {}, [], True
            self._save()

    def look(self, report: Report, cancel: Cancel) -> None:
        """Find the sounds, then listen to each.

        Raises
        ------
        BadCollection
            If a folder or file is not there any more.
        """
        with self._lock:
            sources = self._kept.sources = [source for source in self._kept.sources if Path(source).exists()]
        found = api.scan(sources, may_be_empty=True, report=report, cancel=cancel) if sources else None
        with self._lock:
            self._found = {_id(sound.path): sound for sound in found.sounds} if found else {}
            self._refused = list(found.left_out) if found else []
            self.looked = True
        for done, sound in enumerate(list(self._found.values())):
            cancel.check()
            self.heard(_id(sound.path))
            report(Progress("listen", done + 1, len(self._found), "sounds"))

    def heard(self, sound: str) -> Heard:
        """Listen to a sound, once for as long as its file does not change."""
        path = self.path(sound)
        key = _key(path)
        known = self._heard.get(key)
        if known is None:
            try:
                known = Heard(api.heard_outline(path, points=POINTS), "")
            except BadSound as error:
                known = Heard(None, str(error))
            with self._lock:
                self._heard[key] = known
                while len(self._heard) > MOST_KEPT:
                    self._heard.popitem(last=False)
        return known

    def path(self, sound: str) -> Path:
        """Return a sound's file.

        Raises
        ------
        BadInput
            If there is no such sound.
        """
        return self._sound(sound).path

    def seconds(self, sound: str) -> float:
        """Return a sound's length."""
        return self._sound(sound).info.seconds

    def use(self, sounds: Sequence[str], used: bool) -> None:
        """Use sounds, or leave them out."""
        paths = [self.path(sound).as_posix() for sound in sounds]
        with self._lock:
            for path in paths:
                (self._kept.left_out.discard if used else self._kept.left_out.add)(path)
            self._save()

    def trim(self, sound: str, part: tuple[float, float] | None) -> None:
        """Use a part of a sound, in seconds; None: all of it.

        Raises
        ------
        BadSetting
            If it is no part of it.
        """
        found = self._sound(sound)
        with self._lock:
            if part is None:
                self._kept.trims.pop(found.path.as_posix(), None)
            else:
                start, end = part
                length = found.info.seconds
                if not 0 <= start < end <= length + 0.01 or end - start < MIN_SECONDS - 1e-9:
                    raise BadSetting(
                        f"a part from {start:g} s to {end:g} s was chosen, but the sound lasts {length:.2f} s; choose "
                        f"{MIN_SECONDS} s or more within that."
                    )
                self._kept.trims[found.path.as_posix()] = (start, min(end, length))
            self._save()

    def asked(self) -> dict[str, Any]:
        """Return what :func:`distill.api.train` is to be told: sounds, leave_out, trim."""
        with self._lock:
            here = {sound.path.as_posix() for sound in self._found.values()}
            return {
                "sounds": list(self._kept.sources),
                "leave_out": sorted(self._kept.left_out & here),
                "trim": {path: part for path, part in self._kept.trims.items() if path in here} or None,
            }

    def to_json(self) -> dict[str, Any]:
        """Return the list as the page shows it; ``told`` grows each time, as an answer that another has overtaken must not be shown."""
        with self._lock:
            sounds = [self._row(name, sound) for name, sound in self._found.items()]
            refused = [{"name": left.path.name, "reason": left.reason} for left in self._refused]
            used = [row for row in sounds if row["verdict"] in ("used", "waiting")]
            return {
                "told": next(self._told),
                "sources": list(self._kept.sources),
                "looked": self.looked,
                "sounds": sounds,
                "refused": refused,
                "used": len(used),
                "seconds": sum(row["part"][1] - row["part"][0] for row in used),
            }

    def _row(self, name: str, sound: FoundSound) -> dict[str, Any]:
        path, length = sound.path.as_posix(), sound.info.seconds
        heard = self._heard.get(_key(sound.path))
        verdict = "waiting" if heard is None else "skipped" if heard.reason else "used"
        if verdict != "skipped" and path in self._kept.left_out:
            verdict = "left out"
        trim = self._kept.trims.get(path)
        return {
            "id": name,
            "name": sound.path.name,
            "folder": sound.path.parent.name,
            "seconds": length,
            "channels": sound.info.num_channels,
            "rate": sound.info.sample_rate,
            "format": sound.info.format,
            "verdict": verdict,
            "reason": heard.reason if heard else "",
            "trimmed": trim is not None,
            "part": list(trim or (0.0, length)),
        }

    def _sound(self, sound: str) -> FoundSound:
        found = self._found.get(sound)
        if found is None:
            raise BadInput("this sound is not in the list any more; look at the list again.")
        return found

    def _load(self) -> _Kept:
        try:
            return _Kept.model_validate_json(self._file.read_bytes())
        except (OSError, ValidationError):
            return _Kept()

    def _save(self) -> None:
        with replacing(self._file) as file:
            file.write(json.dumps(self._kept.model_dump(mode="json")).encode())


def _id(path: Path) -> str:
    return hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:24]


def _key(path: Path) -> tuple[str, int, int]:
    with suppress(OSError):
        status = path.stat()
        return str(path), status.st_size, status.st_mtime_ns
    return str(path), -1, -1
