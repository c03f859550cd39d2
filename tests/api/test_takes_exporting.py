"""Takes leave the history as files for the studio, with all that is known of them."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest
from tests.api.refusals import sentence as refusal
from tests.signals import mixture

from distill import api
from distill.api.recipes import Recipe
from distill.audio.clip import Clip
from distill.audio.files import read
from distill.audio.writing import write_wav
from distill.codes.grid import Codes
from distill.errors import BadInput, BadSetting
from distill.library.take_files import TakeRecord
from distill.library.takes import Takes
from distill.progress import Progress

CODES = Codes(
    np.arange(120).reshape(1, 4, 30) % 64, codebook_size=64, fingerprint="1a2b3c4d", model="bells",
    num_samples=30_720,
)  # fmt: skip


def take(folder: Path, title: str, seed: int, *, recipe: bool = True, **known: Any) -> int:
    """Keep a sound as a take without a model having made it."""
    sound = folder / "sound.wav"
    write_wav(sound, Clip(mixture(48_000, seed=seed)))
    record = TakeRecord(
        verb="generate", title=title, path=str(sound), created="2026-03-01T10:30:00+00:00", model="bells",
        fingerprint="1a2b3c4d", seed=seed, seconds=1.0, sha256=hashlib.sha256(sound.read_bytes()).hexdigest(), **known,
    )  # fmt: skip
    made = Recipe.of(model="bells", seed=seed, seconds=1.0, fingerprint="1a2b3c4d").model_dump(mode="json")
    kept, _ = Takes().add(record, CODES, sound=sound, recipe=made if recipe else None)
    return kept.number


def tags_of(path: Path) -> dict[str, str]:
    return {name: text[0] for name, text in mutagen.File(path).tags.as_dict().items()}


def test_takes_are_named_and_tagged_by_what_is_known_of_them(tmp_path: Path) -> None:
    take(tmp_path, "rain", 3, note="for the intro")
    take(tmp_path, "rain", 4, recipe=False)
    files = api.export_takes([2, "1", "last"], output=tmp_path / "out", format="flac")
    assert [file.path.name for file in files] == ["0002-rain.flac", "0001-rain.flac"]
    tags = tags_of(files[1].path)
    assert (tags["title"], tags["date"], tags["distill_model"], tags["distill_seed"]) == (
        *("rain", "2026-03-01", "bells", "3"),
    )
    assert tags["comment"].startswith("for the intro. Made with Distill ")
    (tmp_path / "again.json").write_text(tags["distill_recipe"])
    kept = api.take(1).recipe
    assert kept is not None
    assert Recipe.load(tmp_path / "again.json") == Recipe.load(kept)
    assert "distill_recipe" not in tags_of(files[0].path)
    for file in files:
        assert np.array_equal(read(file.path).samples, read(file.source).samples)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process can be set on POSIX only")
def test_a_take_is_dated_as_it_was_on_the_clock_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(tmp_path, "rain", 3)
    try:
        with monkeypatch.context() as patch:
            patch.setenv("TZ", "HERE-14")
            time.tzset()
            (file,) = api.export_takes(1, output=tmp_path / "rain.mp3")
    finally:
        time.tzset()
    assert str(mutagen.File(file.path).tags["TDRC"].text[0]) == "2026-03-02 00:30:00"


def test_one_take_may_go_into_one_file_with_presets_and_words_of_its_own(tmp_path: Path) -> None:
    take(tmp_path, "rain", 3, note="for the intro")
    (file,) = api.export_takes(
        1, output=tmp_path / "a.flac", preset=["cd", "wide"], title="Rain", comment="Final"
    )
    assert (file.format, file.rate, file.depth) == ("flac", 44_100, 16)
    tags = tags_of(file.path)
    assert (tags["title"], tags["comment"].split(".")[0]) == ("Rain", "Final")


def test_starred_or_all_are_exported_and_damaged_ones_told(tmp_path: Path) -> None:
    for seed in (1, 2, 3):
        take(tmp_path, f"take/{seed}", seed)
    assert refusal(BadInput, api.export_takes, output=tmp_path / "out", starred=True) == (
        "no take has a star; give one a star with distill takes star NUMBER, or name takes."
    )
    api.star_take(2)
    (starred,) = api.export_takes(output=tmp_path / "out", starred=True)
    assert starred.path == tmp_path / "out" / "0002-take_2.wav"
    (api.take(1).folder / "take.json").write_text("{")
    events: list[Progress] = []
    files = api.export_takes(output=tmp_path / "all", every=True, report=events.append)
    assert [file.path.name for file in files] == ["0002-take_2.wav", "0003-take_3.wav"]
    assert [event.message for event in events if event.message] == [api.take(1).damaged]


def test_takes_that_cannot_be_exported_are_one_sentence_and_nothing_is_written(tmp_path: Path) -> None:
    ways = (
        "say which takes to export, in one way: their numbers, those with a star (--starred), or all (--all)."
    )
    assert refusal(BadInput, api.export_takes, output=tmp_path / "out", every=True) == (
        "there is no take that could be exported; make a sound with distill generate first."
    )
    take(tmp_path, "rain", 1)
    take(tmp_path, "rain", 2)
    for asked, error, said in (
        ({}, BadSetting, ways),
        ({"numbers": 1, "every": True}, BadSetting, ways),
        ({"starred": True, "every": True}, BadSetting, ways),
        ({"numbers": [1, 9]}, BadInput, "there is no take '9'; there are 2, from 1 to 2: distill takes list shows them."),
        ({"numbers": [1, 2], "title": "One"}, BadSetting, "one title was given for 2 sounds; leave it out, and each is called as its file."),
        ({"numbers": [1], "preset": "glass"}, BadInput, "the preset 'glass' is for edit, and one for space or export was asked for; 'distill presets list' shows what each is for."),
    ):  # fmt: skip
        assert refusal(error, api.export_takes, output=tmp_path / "out", **asked) == said
    sound = api.take(1).sound
    assert sound is not None
    assert refusal(BadSetting, api.export_takes, 1, output=sound) == (
        "'sound.wav' would be written over by its own export; choose another name or folder."
    )
    assert not (tmp_path / "out").exists()


def test_a_take_of_codes_alone_is_decoded_as_it_was_made(home: Path, tmp_path: Path) -> None:
    (made,) = api.generate(model="tiny", output=tmp_path / "new.wav", seconds=0.5, seed=4, device="cpu")
    record = api.take(1).folder / "take.json"
    (api.take(1).folder / "sound.wav").unlink()
    record.write_text(json.dumps(json.loads(record.read_text()) | {"sha256": ""}))
    (file,) = api.export_takes("last", output=tmp_path / "a.wav", device="cpu")
    found, then = read(file.path).samples, read(made.path).samples
    assert np.abs(found - then).max() <= 1 / 2**23
    assert file.source == api.take(1).codes
