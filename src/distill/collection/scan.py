"""From folders and files to a list of usable sounds, and a reason for each file left out.

Only headers are read here. :mod:`distill.collection.store` decodes what was found, and may leave out more:
what is damaged inside, silent, or holds samples that are not numbers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from distill.audio.decoder import shown
from distill.audio.headers import MIN_SECONDS, SoundInfo, probe
from distill.errors import BadCollection, BadSetting, BadSound
from distill.progress import Cancel, Progress, Report, silent

__all__ = ["FoundSound", "LeftOut", "Scan", "scan"]


@dataclass(frozen=True)
class FoundSound:
    """A sound that can be used, and the part of it that shall be.

    Attributes
    ----------
    path : Path
        Absolute.
    info : SoundInfo
    start_seconds, end_seconds : float
        The part, in seconds of the file; ``end_seconds`` is None for all the rest.
    """

    path: Path
    info: SoundInfo
    start_seconds: float = 0.0
    end_seconds: float | None = None

    @property
    def seconds(self) -> float:
        """Length of the part, as far as the header can be believed."""
        return (self.info.seconds if self.end_seconds is None else self.end_seconds) - self.start_seconds


@dataclass(frozen=True)
class LeftOut:
    """A file that is not used, and the sentence that says why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Scan:
    """What a look at folders and files found: each file is in one of the two lists."""

    sounds: tuple[FoundSound, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def seconds(self) -> float:
        """Length of all sounds together, as far as their headers can be believed."""
        return sum(sound.seconds for sound in self.sounds)


def scan(
    paths: Sequence[Path | str],
    *,
    leave_out: Sequence[str] = (),
    trim: Mapping[str, tuple[float, float]] | None = None,
    may_be_empty: bool = False,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Scan:
    """Find the usable sounds in folders and files.

    Folders are walked with all that is in them, in alphabetical order, symbolic links included; hidden files
    and folders are passed over. A file that is met twice, by whatever name, is used once.

    Parameters
    ----------
    paths : sequence of path
    leave_out : sequence of str
        File names (``"birds.wav"``) or patterns (``"*take?.wav"``, ``"drafts/*"``) of sounds not to use;
        a pattern is held against the name and against the end of the path.
    trim : mapping of str to (float, float)
        The part to use, in seconds from the sound's start, by file name or pattern.
    may_be_empty : bool
        Also return when no file can be used: the reasons are then what is asked for.
    report, cancel
        Told after every file; looked at before it.

    Raises
    ------
    BadCollection
        If a path does not exist, or nothing in them can be used (see ``may_be_empty``).
    BadSetting
        If a name to leave out or trim fits no file, or a part is not a part of its sound.
    """
    parts = dict(trim or {})
    sounds: list[FoundSound] = []
    left_out: list[LeftOut] = []
    seen: dict[str, Path] = {}  # real path -> the path it was met by first
    used: set[str] = set()
    files = _Walk(cancel)
    met = files.all([Path(path) for path in paths])
    left_out.extend(files.closed)
    for done, path in enumerate(met):
        if cancel is not None:
            cancel.check()
        real = os.path.realpath(path)
        if real in seen:
            if seen[real] != path:
                reason = f"{shown(path)} is the same file as {shown(seen[real])}, which was met before."
                left_out.append(LeftOut(path, reason))
            continue
        seen[real] = path
        excluding = [pattern for pattern in leave_out if _fits(path, pattern)]
        trimming = [pattern for pattern in parts if _fits(path, pattern)]
        used.update(excluding, trimming)
        if excluding:
            left_out.append(LeftOut(path, f"{shown(path)} was to be left out ({excluding[0]})."))
        else:
            try:
                info = probe(path)
            except BadSound as error:
                left_out.append(LeftOut(path, str(error)))
            else:
                sounds.append(_part(info, parts[trimming[0]]) if trimming else FoundSound(path, info))
        report(Progress("scan", done + 1, len(met), "files"))
    _check_names(used, leave_out, parts)
    if not sounds and not may_be_empty:
        raise BadCollection(_nothing(paths, left_out))
    return Scan(tuple(sounds), tuple(left_out))


class _Walk:
    """Collects the files below folders; knows where it has been, so links in a circle end."""

    def __init__(self, cancel: Cancel | None) -> None:
        self._cancel = cancel
        self._been: set[str] = set()
        self.closed: list[LeftOut] = []  # folders that may not be looked into

    def all(self, paths: Sequence[Path]) -> list[Path]:
        """Files at and below these paths, in order."""
        files: list[Path] = []
        for path in paths:
            if not os.path.lexists(path):
                raise BadCollection(f"there is no file or folder {str(path)!r}: check its name and place.")
            path = Path(os.path.abspath(path))
            files.extend(self._below(path) if path.is_dir() else [path])
        return files

    def _below(self, folder: Path) -> Iterator[Path]:
        if self._cancel is not None:
            self._cancel.check()
        real = os.path.realpath(folder)
        if real in self._been:
            return
        self._been.add(real)
        try:
            names = sorted(os.listdir(folder))
        except OSError as error:
            why = (error.strerror or "it cannot be read").lower()
            self.closed.append(LeftOut(folder, f"the folder {shown(folder)} cannot be looked into: {why}."))
            return
        for name in names:
            if name.startswith("."):
                continue
            path = folder / name
            if path.is_dir():
                yield from self._below(path)
            else:
                yield path


def _fits(path: Path, pattern: str) -> bool:
    """Whether a name or pattern means this file; case counts."""
    pattern = pattern.replace(os.sep, "/")
    return (
        pattern in (path.name, path.as_posix())
        or fnmatchcase(path.name, pattern)
        or fnmatchcase(path.as_posix(), f"*/{pattern}")
    )


def _part(info: SoundInfo, part: tuple[float, float]) -> FoundSound:
    start, end = part
    if (
        not 0 <= start < end <= info.seconds + 0.01 or end - start < MIN_SECONDS - 1e-9
    ):  # a hundredth: people round
        raise BadSetting(
            f"{shown(info.path)} was to be trimmed to {start:g} s to {end:g} s, but it lasts {info.seconds:.2f} s: "
            f"choose a part of {MIN_SECONDS} s or more within that."
        )
    return FoundSound(info.path, info, float(start), min(float(end), info.seconds))


def _check_names(used: set[str], leave_out: Sequence[str], parts: Mapping[str, tuple[float, float]]) -> None:
    for names, wish in ((leave_out, "leave out"), (parts, "trim")):
        unused = [name for name in names if name not in used]
        if unused:
            raise BadSetting(
                f"there is no sound named {', '.join(map(repr, unused))} to {wish}: "
                "give the file's name, or a pattern such as '*.mp3'."
            )


def _nothing(paths: Sequence[Path | str], left_out: Sequence[LeftOut]) -> str:
    places = ", ".join(repr(str(path)) for path in paths) or "an empty list"
    wanted = "give a folder with WAV, AIFF, FLAC, OGG or MP3 files of 0.1 s or more."
    if not left_out:
        return f"there is no file in {places}: {wanted}"
    first = left_out[0].reason.rstrip(".")
    count = "the only file" if len(left_out) == 1 else f"none of the {len(left_out)} files"
    verb = "cannot" if len(left_out) == 1 else "can"
    return f"{count} in {places} {verb} be used ({first}): {wanted}"
