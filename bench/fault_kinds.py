"""The kinds of writes a library makes, each with how it is done and how it is told that nothing is lost or half-written.

Used by :mod:`bench.faults`, which kills, fills and damages in between. No kind needs torch: what a model holds is compared byte
for byte.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from distill.codes import storage
from distill.codes.grid import Codes
from distill.config import CodecConfig
from distill.library import model_moves
from distill.library.blind_votes import Votes
from distill.library.catalog import Catalog
from distill.library.description import Description, description_text
from distill.library.index_file import IndexFile
from distill.library.locking import writing
from distill.library.model_header import METADATA_KEY, read_header
from distill.library.presets import Presets
from distill.library.settings import load_settings, save_settings
from distill.library.take_files import TakeRecord
from distill.library.takes import Takes

__all__ = ["CODES", "KINDS", "Kind", "index_of"]

TENSORS = 200_000  # bytes of a bare model behind its header: enough to be killed in the middle of
SOUND = np.random.default_rng(0).bytes(200_000)
CODES = Codes(
    np.arange(400).reshape(1, 4, 100) % 64,
    codebook_size=64,
    fingerprint="1a2b3c4d",
    model="bells",
    num_samples=102_400,
)


@dataclass(frozen=True)
class Kind:
    """One kind of writes.

    Attributes
    ----------
    name : str
    prepare : function of the user folder
        What has to be there before the first write.
    write : function of the user folder and a number
        One write; the number makes it differ from the one before.
    check : function of the user folder
        Says what is wrong, or nothing.
    longest : float
        Seconds a writer may write before it is killed: some writes, so that every part of one is met.
    """

    name: str
    prepare: Callable[[Path], object]
    write: Callable[[Path, int], object]
    check: Callable[[Path], str | None]
    longest: float = 0.02


def _bare_model(path: Path) -> None:
    """Write a model file whose header is right and whose one tensor is noise: all that moving models looks at."""
    text = description_text(
        Description("bells", CodecConfig(), {"tier": "draft"}, {"names": ["a.wav"]}, {}, "ab" * 32)
    )
    header = {
        "__metadata__": {METADATA_KEY: text},
        "codec.a": {"dtype": "F32", "shape": [TENSORS // 4], "data_offsets": [0, TENSORS]},
    }
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(head)) + head + SOUND[:TENSORS])


def index_of(home: Path) -> IndexFile:
    """Return the index that is written and damaged."""
    return IndexFile(home / "index" / "models.json", kind="models")


def _write_index(home: Path, number: int) -> None:
    with writing(home / "index"):
        index_of(home).write({"number": number, "again": [number] * 500})


def _check_index(home: Path) -> str | None:
    read = index_of(home).read()
    if read.content is None or any("damaged" in sentence for sentence in read.sentences):
        return f"the index was lost: {read.sentences}"
    return None if read.content["again"] == [read.content["number"]] * 500 else "the index is a mixture"


def _model(home: Path) -> Path:
    return home / "models" / "bells.distill"


def _write_tags(home: Path, number: int) -> None:
    own = f"writer {number // 1000 % 4}"  # nobody else's, so that it is there when it is to be removed
    if own in read_header(_model(home)).tags:
        model_moves.tag(Catalog(home), "bells", remove=[own])
    else:
        model_moves.tag(Catalog(home), "bells", add=[own])


def _check_model(path: Path) -> str | None:
    read_header(path)
    return None if path.read_bytes()[-TENSORS:] == SOUND[:TENSORS] else f"{path.name} is not what it was"


def _to_bin_and_back(home: Path, number: int) -> None:
    catalog = Catalog(home)
    if catalog.list():
        model_moves.delete(catalog, "bells")
    model_moves.restore(catalog, "bells")


def _check_binned(home: Path) -> str | None:
    places = [_model(home)] if _model(home).exists() else []
    places += [one.path for one in model_moves.binned(Catalog(home))]
    return _check_model(places[0]) if len(places) == 1 else f"the model is in {len(places)} places"


def _write_preset(home: Path, number: int) -> None:
    settings = {
        "creativity": 1.0 + number % 9 / 10,
        "steering": {"density": [[at, 0.5] for at in range(300)]},
    }
    Presets(home).save("slow", "generation", settings, about=f"Number {number}.", replace=True)


def _check_presets(home: Path) -> str | None:
    own = [one for one in Presets(home).list() if not one.is_shipped]
    if len(own) > 1:
        return f"there are {len(own)} presets"
    return next((one.damaged for one in own if one.damaged), None)


def _write_take(home: Path, number: int) -> None:
    sound = home / "sound.wav"
    if not sound.exists():
        sound.write_bytes(SOUND)
    digest = hashlib.sha256(SOUND).hexdigest()
    record = TakeRecord(
        verb="generate", title=f"take {number}", path=str(sound), created="2026-11-20T10:00:00+00:00",
        model="bells", fingerprint="1a2b3c4d", seconds=2.0, sha256=digest,
    )  # fmt: skip
    Takes(home).add(record, CODES, sound=sound, recipe={"seed": number})


def _check_takes(home: Path) -> str | None:
    for take in Takes(home).list()[0]:
        if take.damaged:
            return take.damaged
        if storage.load(take.codes) != CODES:
            return f"the codes of take {take.number} are not what they were"
        if (
            take.sound is None
            or hashlib.sha256(take.sound.read_bytes()).hexdigest() != take.require_record().sha256
        ):
            return f"the sound of take {take.number} is not what it was"
        if take.recipe is None:
            return f"the recipe of take {take.number} is lost"
    return None


def _write_note(home: Path, number: int) -> None:
    Takes(home).change(1, note=f"{number} " * 100, starred=number % 2 == 0)


def _check_note(home: Path) -> str | None:
    note = Takes(home).find(1).require_record().note.split()
    return None if len(set(note)) <= 1 else "the note is a mixture"


def _check_settings(home: Path) -> str | None:
    settings, sentences = load_settings(home)
    whole = not any("damaged" in sentence for sentence in sentences) and settings.takes_gib in range(1, 12)
    return None if whole else f"the settings are lost: {sentences}"


def _write_vote(home: Path, number: int) -> None:
    votes = Votes(home)
    votes.vote(votes.draw(1, 2, seed=number).number, "X", note=f"{number} " * 50)


def _check_votes(home: Path) -> str | None:
    return next(iter(Votes(home).list()[1]), None)


def _nothing(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True)


def _one_take(home: Path) -> None:
    _nothing(home)
    _write_take(home, 0)


KINDS = (
    Kind("index", lambda home: _write_index(home, 0), _write_index, _check_index),
    Kind(
        "model: tags",
        lambda home: _bare_model(_model(home)),
        _write_tags,
        lambda home: _check_model(_model(home)),
    ),
    Kind(
        "model: to the bin and back", lambda home: _bare_model(_model(home)), _to_bin_and_back, _check_binned
    ),
    Kind("preset", _nothing, _write_preset, _check_presets),
    Kind("take", _one_take, _write_take, _check_takes),
    Kind("take: note and star", _one_take, _write_note, _check_note),
    Kind(
        "settings",
        lambda home: save_settings(home, takes_gib=1),
        lambda home, number: save_settings(home, takes_gib=1 + number % 10),
        _check_settings,
    ),
    Kind("blind vote", _nothing, _write_vote, _check_votes),
)
