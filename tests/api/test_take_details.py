"""What is known of a take, in words."""

from __future__ import annotations

from pathlib import Path

from tests.api.refusals import sentence
from tests.signals import mixture

from distill import api
from distill.audio.clip import Clip
from distill.audio.writing import write_wav
from distill.errors import BadInput


def test_details_tell_how_a_take_was_made(home: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "rain.wav", Clip(mixture(60 * 1024, seed=3)))
    api.generate(
        model="tiny", output=tmp_path / "new.wav", seconds=1.0, seed=4, creativity=0.8, prefix=tmp_path / "rain.wav",
        steering={"brightness": ((0.0, -1.0), (1.0, 0.5))}, guard_seconds=None, device="cpu",
    )  # fmt: skip
    made = dict(api.take_details(1))
    assert (made["Made as"], made["Model"], made["Seed"]) == ("New sound", "tiny", "4")
    assert (made["Creativity"], made["Brightness steered"]) == ("0.8", "-1 at 0 s, +0.5 at 1 s")
    assert (made["Goes on from"], made["Copied at most"]) == ("rain.wav", "any length")
    assert (made["Written to"], made["Kept in"]) == (
        str(tmp_path / "new.wav"), str(home / "takes" / "000001"),
    )  # fmt: skip
    assert "Edits" not in made
    api.encode(tmp_path / "rain.wav", model="tiny", output=tmp_path / "rain.codes", device="cpu")
    api.edit(tmp_path / "rain.codes", ["reverse", "mirror"], output=tmp_path / "edit.wav", device="cpu")
    api.decode(tmp_path / "rain.codes", output=tmp_path / "b.wav", up_to_level=2, refine=1, device="cpu")
    edited, decoded = dict(api.take_details(2)), dict(api.take_details("last"))
    assert (edited["Made as"], edited["Edits"], edited["From"]) == (
        "Edited",
        "reverse; mirror seed=1",
        "rain.wav",
    )
    assert (decoded["Levels"], decoded["Phase refined"]) == ("the first 2", "1 rounds")


def test_what_of_a_take_is_damaged_is_told_where_it_would_stand(home: Path, tmp_path: Path) -> None:
    api.generate(model="tiny", output=tmp_path / "new.wav", seconds=0.5, device="cpu")
    folder = api.take(1).folder
    (folder / "recipe.json").write_text("{}{")
    (folder / "sound.codes").write_bytes(b"none")
    told = dict(api.take_details(1))
    assert "'recipe.json' is no recipe of Distill" in told["Recipe"]
    assert "sound.codes" in told["Edits"]
    (folder / "take.json").write_text("{")
    assert sentence(BadInput, api.take_details, 1).startswith("the record of take 1 cannot be read")


def test_deleted_takes_are_known_by_what_they_were(home: Path, tmp_path: Path) -> None:
    api.generate(model="tiny", output=tmp_path / "new", count=2, seconds=0.5, device="cpu")
    api.delete_take(2)
    api.delete_take(1)
    assert [(one.number, one.require_record().title) for one in api.deleted_takes()] == [
        (2, "new-002"), (1, "new-001"),
    ]  # fmt: skip
