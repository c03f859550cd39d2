"""Decode each sound of a collection once, into a store that training reads without waiting for the disk.

Sounds become 48 kHz float32, mid and side; leading and trailing silence is kept. Decoding runs in blocks,
so memory does not depend on lengths, and the index is written last: a build that was killed leaves nothing
that looks whole. A second call for the same unchanged sounds opens what is there.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np

from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.decoder import shown
from distill.audio.files import blocks
from distill.audio.level import ActiveLevel, louder_db
from distill.audio.stereo import to_mid_side
from distill.collection.scan import FoundSound, LeftOut, Scan
from distill.collection.store_index import INDEX_NAME, Store, StoredSound, index_bytes, open_store
from distill.errors import BadCollection, BadSetting, BadSound, NoSpace
from distill.holding import held
from distill.progress import Cancel, Progress, Report, silent
from distill.replacing import replacing

__all__ = ["Store", "build_store", "silence_sentence"]

_BLOCK_SECONDS = 10.0  # decoded at once
_SILENT_SIDE = 10 ** (-90 / 20)  # peak
_BYTES = 4  # a sample


def build_store(
    scan: Scan, folder: Path | str, *, report: Report = silent, cancel: Cancel | None = None
) -> Store:
    """Open the store of these sounds in a folder, decoding them first if it is not there.

    Parameters
    ----------
    scan : Scan
    folder : path
        Made if missing, and used for this alone: one store at a time, an older one is replaced.
    report, cancel
        Told after, and looked at before, every 10 s of sound.

    Returns
    -------
    Store
        A stereo sound whose side stays under -90 dBFS is mono there.

    Raises
    ------
    BadCollection
        If no sound could be decoded, or none is louder than -70 dBFS anywhere.
    NoSpace
        If the disk is, or would become, full, or the folder cannot be written.
    LibraryBusy
        If another process is building a store there.
    """
    folder = Path(folder)
    key = _key(scan)
    store = open_store(folder, key)
    if store is None:
        with _alone(folder):
            store = open_store(folder, key) or _build(scan, folder, key, report, cancel)
    return store


def _key(scan: Scan) -> str:
    """Tell unchanged files by path, size, time of change and the part used."""
    known: list[tuple[object, ...]] = []
    for sound in scan.sounds:
        size = changed = -1
        with suppress(OSError):  # gone since the scan: decoding will say so
            status = sound.path.stat()
            size, changed = status.st_size, status.st_mtime_ns
        known.append((str(sound.path), size, changed, sound.start_seconds, sound.end_seconds))
    return hashlib.sha256(json.dumps(known).encode("ascii")).hexdigest()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with held(
        folder / ".lock",
        busy=f"another Distill is reading sounds into {str(folder)!r}: wait until it has finished, or stop it.",
        refused=lambda error: (
            f"sounds cannot be kept in {str(folder)!r}: {(error.strerror or str(error)).lower()}; "
            "choose another user folder with --home or DISTILL_HOME."
        ),
    ):
        yield


def _build(scan: Scan, folder: Path, key: str, report: Report, cancel: Cancel | None) -> Store:
    _clear(folder, keep=None)
    _check_room(scan, folder)
    sounds: list[StoredSound] = []
    left_out: list[LeftOut] = []
    digests: list[bytes] = []
    data = f"samples-{secrets.token_hex(8)}.f32"
    before = 0.0
    with replacing(folder / data) as file:
        for found in scan.sounds:
            offset = file.tell()
            try:
                sound, digest = _decode(found, file, folder, before, scan.seconds, report, cancel)
            except (BadSound, BadSetting) as error:  # a part is impossible once its file got shorter
                left_out.append(LeftOut(found.path, str(error)))
                file.seek(offset)
                file.truncate()
            else:
                sounds.append(sound)
                digests.append(digest)
            before += found.seconds
        if not sounds:
            raise BadCollection(
                f"{_none_of(len(left_out))} be used ({left_out[0].reason.rstrip('.')}): "
                "choose others, or export them again."
            )
    fingerprint = hashlib.sha256(b"".join(sorted(digests))).hexdigest()
    with replacing(folder / INDEX_NAME) as index:
        index.write(
            index_bytes(key=key, data=data, sounds=sounds, left_out=left_out, fingerprint=fingerprint)
        )
    _clear(folder, keep=data)
    store = open_store(folder, key)
    assert store is not None, folder
    return store


def _decode(
    found: FoundSound,
    file: BinaryIO,
    folder: Path,
    before: float,
    total: float,
    report: Report,
    cancel: Cancel | None,
) -> tuple[StoredSound, bytes]:
    """Append one sound; its side waits in a file of its own, because rows follow each other."""
    offset = file.tell() // _BYTES
    mid, side = _Row(), _Row()
    waiting = folder / f".{secrets.token_hex(8)}.part"
    try:
        with open(waiting, "xb+") as side_file:
            source = blocks(
                found.path,
                block_seconds=_BLOCK_SECONDS,
                start_seconds=found.start_seconds,
                end_seconds=found.end_seconds,
            )
            for block in source:
                if cancel is not None:
                    cancel.check()
                rows = block if block.shape[0] == 1 else to_mid_side(block)
                mid.append(rows[0], file)
                if len(rows) == 2:
                    side.append(rows[1], side_file)
                done = min(mid.length / SAMPLE_RATE, found.seconds)
                report(Progress("read", before + done, total, "seconds"))
            stereo = side.peak >= _SILENT_SIDE
            if stereo:
                side_file.seek(0)
                shutil.copyfileobj(side_file, file, 2**20)
    finally:
        with suppress(OSError):
            waiting.unlink(missing_ok=True)
    rms_db = louder_db(mid.rms_db, side.rms_db if stereo else None)
    if rms_db is None:
        raise BadSound(silence_sentence(found.path))
    sound = StoredSound(str(found.path), offset, 2 if stereo else 1, mid.length, rms_db)
    content = mid.digest.digest() + (side.digest.digest() if stereo else b"")
    return sound, hashlib.sha256(content).digest()


def silence_sentence(path: Path) -> str:
    """Say that nothing can be heard in a sound."""
    return f"{shown(path)} is silent (nothing in it is louder than -70 dBFS): record it again, or make it louder."


class _Row:
    """One row on its way to disk: its length, peak, level and digest."""

    def __init__(self) -> None:
        self.length = 0
        self.peak = 0.0
        self.digest = hashlib.sha256()
        self._level = ActiveLevel()

    def append(self, samples: Samples, file: BinaryIO) -> None:
        """Write samples [T]."""
        content = np.ascontiguousarray(samples, dtype="<f4")
        file.write(content.data)
        self.digest.update(content.data)
        self.length += len(samples)
        self.peak = max(self.peak, float(np.abs(samples).max(initial=0.0)))
        self._level.add(samples)

    @property
    def rms_db(self) -> float | None:
        """Level over the steps that are not silent, in dBFS; None if all are."""
        return self._level.active_db


def _none_of(count: int) -> str:
    return "the only sound cannot" if count == 1 else f"none of the {count} sounds can"


def _check_room(scan: Scan, folder: Path) -> None:
    """Refuse before the work rather than at its end."""
    needed = sum(
        sound.seconds * SAMPLE_RATE * _BYTES * min(sound.info.num_channels, 2) for sound in scan.sounds
    )
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise NoSpace(
            f"{scan.seconds / 3600:,.1f} hours of sound need {needed / 1e9:,.1f} GB in {str(folder)!r}, where "
            f"{free / 1e9:,.1f} GB are free: make room, use fewer sounds, or move the user folder with DISTILL_HOME."
        )


def _clear(folder: Path, *, keep: str | None) -> None:
    """Remove what killed builds and, once there is a newer one (``keep``), older stores have left behind."""
    old = [*folder.glob(".*.part")]
    if keep is not None:
        old += [path for path in folder.glob("samples-*.f32") if path.name != keep]
    for path in old:
        with suppress(OSError):  # Windows keeps files that someone has open
            path.unlink()
