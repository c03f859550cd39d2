"""Models renamed, tagged, deleted and restored, with all that was made with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.api.refusals import sentence
from tests.signals import mixture

from distill import api
from distill.api import Trained
from distill.audio.clip import Clip
from distill.audio.writing import write_wav
from distill.errors import BadModelFile, BadSetting, NoSpace, UnknownModel

from .conftest import Train


def test_codes_and_recipes_find_a_renamed_model(home: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "rain.wav", Clip(mixture(20 * 1024, seed=3)))
    api.encode(tmp_path / "rain.wav", model="tiny", output=tmp_path / "rain.codes", device="cpu")
    first = api.decode(tmp_path / "rain.codes", output=tmp_path / "a.wav", device="cpu").path.read_bytes()
    moved = api.rename_model("tiny", "Small Rain")
    assert (moved.name, moved.path, moved.sentences) == (
        "Small Rain", home / "models" / "Small Rain.distill", (),
    )  # fmt: skip
    again = api.decode(tmp_path / "rain.codes", output=tmp_path / "b.wav", device="cpu")
    assert again.path.read_bytes() == first
    words, figures = api.show("small rain")
    assert words.startswith("Model 'Small Rain', trained as 'tiny'\n")
    assert figures["name"] == "Small Rain"
    api.delete_model("Small Rain")
    with pytest.raises(UnknownModel, match="there is no model 'tiny'"):
        api.decode(tmp_path / "rain.codes", output=tmp_path / "c.wav", device="cpu")
    api.restore_model("Small Rain", as_name="tiny")
    assert [entry.name for entry in api.models()] == ["tiny"]


def test_a_renamed_model_stays_in_use(home: Path) -> None:
    (home / "models" / "newer.distill").write_bytes((home / "models" / "tiny.distill").read_bytes())
    api.choose_model("tiny")
    api.rename_model("tiny", "small")
    assert api.current_model() == "small"
    api.rename_model("newer", "newest")
    assert api.current_model() == "small"


def test_a_rename_that_has_happened_is_told_as_one_on_a_full_disk(
    quick_train: Train, sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    quick_train([sounds])
    api.choose_model("mine", home=home)

    def full(*given: object, **asked: object) -> None:
        raise NoSpace("the disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr("distill.api.requests.replacing", full)
        patch.setattr("distill.api.shelf.choose_model", full)
        moved = api.rename_model("mine", "ours", home=home)
    assert [entry.name for entry in api.models(home=home)] == ["ours"]
    assert moved.sentences == (
        "Its training stays under the name 'mine', because its folder could not be moved.",
        "It is no longer the model in use: the disk is full.",
    )
    assert [(one.name, one.folder.name) for one in api.trainings(home=home)] == [("mine", "mine")]


def test_tags_are_told_searched_and_taken_along(home: Path, tmp_path: Path) -> None:
    assert api.tag_model("tiny", add=["live", "Glass"]) == ("Glass", "live")
    assert "\nTags: Glass, live.\n" in api.show("tiny")[0]
    assert [entry.tags for entry in api.models(search="GLASS")] == [("Glass", "live")]
    api.export_model("tiny", tmp_path / "copy.distill")
    api.import_model(tmp_path / "copy.distill", name="other")
    assert [(entry.name, entry.tags) for entry in api.models(search="live")] == [
        ("other", ("Glass", "live")), ("tiny", ("Glass", "live")),
    ]  # fmt: skip
    api.open_model("other", device="cpu")


def test_an_emptied_bin_gives_its_room_back(home: Path) -> None:
    size = (home / "models" / "tiny.distill").stat().st_size
    api.delete_model("tiny")
    assert api.empty_bin("takes") == 0
    assert [one.name for one in api.binned_models()] == ["tiny"]
    assert api.room_of_bin("models") == api.BinRoom(1, size)
    assert api.empty_bin("models") == size
    assert api.room_of_bin("models") == api.BinRoom(0, 0)
    assert api.binned_models() == []
    assert sentence(BadSetting, api.empty_bin, "sounds") == (
        "there is no bin of 'sounds'; choose models, takes, presets."
    )


def test_a_model_whose_file_begins_with_a_tilde_is_exported_and_imported(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert api.export_model("tiny", "~copy.distill").path == Path("~copy.distill")
    assert (tmp_path / "~copy.distill").is_file()
    assert api.import_model("~copy.distill", name="other").name == "other"


def test_what_is_no_model_is_not_imported(home: Path, tmp_path: Path) -> None:
    (tmp_path / "old.distill").write_bytes(b"PK\x03\x04" + bytes(60))
    assert sentence(BadModelFile, api.import_model, tmp_path / "old.distill") == (
        "This model was made by Distill 1.0. Version 1.1 uses a new kind of model and cannot open it; "
        "train again from the same sounds."
    )
    assert [entry.name for entry in api.models()] == ["tiny"]


def test_a_renamed_model_is_trained_longer_under_its_new_name_and_keeps_its_tags(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    quick_train([sounds])
    api.tag_model("mine", add=["live"], home=home)
    assert api.rename_model("mine", "ours", home=home).sentences == ()
    longer: Trained = quick_train(name="ours", longer=True, steps=2)
    assert longer.path == home / "models" / "ours.distill"
    assert [(entry.name, entry.tags) for entry in api.models(home=home)] == [("ours", ("live",))]
