"""Models renamed, tagged, deleted, restored, imported and exported."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from distill.codec.model import expected_tensors
from distill.errors import BadInput, BadModelFile, BadSetting, DistillError, NameTaken, NoSpace, UnknownModel
from distill.library import model_moves as moves
from distill.library.card import LICENCE
from distill.library.catalog import Catalog
from distill.library.model_file import ModelFile, load, read_header, save
from distill.library.model_tags import changed_tags


@pytest.fixture
def catalog(tmp_path: Path, tiny_model: ModelFile) -> Catalog:
    catalog = Catalog(tmp_path / "home")
    for name in ("Bells", "Rain"):
        catalog.add(replace(tiny_model, name=name))
    return catalog


def names(catalog: Catalog) -> list[str]:
    return [entry.name for entry in catalog.list()]


def test_a_renamed_model_is_the_same_file_elsewhere(catalog: Catalog) -> None:
    before = catalog.path("Bells").read_bytes()
    path = moves.rename(catalog, "bells", "Glass Bells")
    assert (path, path.read_bytes()) == (catalog.path("Glass Bells"), before)
    assert names(catalog) == ["Glass Bells", "Rain"]
    assert catalog.named(read_header(path).fingerprint) == "Glass Bells"
    assert moves.rename(catalog, "Glass Bells", "glass bells").name == "glass bells.distill"  # capitals alone
    assert names(catalog) == ["glass bells", "Rain"]


def test_a_name_that_is_taken_or_impossible_leaves_both(catalog: Catalog) -> None:
    with pytest.raises(NameTaken) as caught:
        moves.rename(catalog, "Bells", "RAIN")
    assert str(caught.value) == (
        "there is already a model named 'Rain'; choose another name, or rename or delete that one first."
    )
    for name in ("a/b", "..", "\U0001f514", "x" * 300, "CON", ""):
        with pytest.raises(BadSetting, match=r"^a model cannot be named "):
            moves.rename(catalog, "Bells", name)
    with pytest.raises(UnknownModel, match="did you mean 'Bells'"):
        moves.rename(catalog, "bels", "a")
    assert names(catalog) == ["Bells", "Rain"]


def test_tags_live_in_the_file_and_change_nothing_else(catalog: Catalog, tiny_model: ModelFile) -> None:
    before = load(catalog.path("Bells"), expected=expected_tensors)
    assert moves.tag(catalog, "Bells", add=["live", " dark  ambient "]) == ("dark ambient", "live")
    after = load(catalog.path("Bells"), expected=expected_tensors)
    assert after.tags == ("dark ambient", "live")
    assert after.fingerprint == before.fingerprint
    assert (after.statistics, after.collection, after.training) == (
        before.statistics, before.collection, before.training,
    )  # fmt: skip
    assert [entry.tags for entry in catalog.list()] == [("dark ambient", "live"), ()]
    assert [entry.name for entry in catalog.list("AMBIENT")] == ["Bells"]
    catalog.change("Bells", lambda file: replace(file, statistics={}), expected=expected_tensors)
    assert moves.tag(catalog, "Bells", remove=["LIVE"]) == ("dark ambient",)
    assert moves.tag(catalog, "Bells", remove=["dark ambient"]) == ()
    save(catalog.folder / "again.distill", replace(tiny_model, name="Bells", statistics={}))
    assert load(catalog.path("Bells"), expected=expected_tensors).tags == ()


def test_what_says_the_same_as_before_is_not_written_again(catalog: Catalog) -> None:
    moves.tag(catalog, "Bells", add=["live"])
    moves.license(catalog, "Bells", "CC BY 4.0")
    before = catalog.path("Bells").stat()
    assert moves.tag(catalog, "Bells", add=["live"]) == ("live",)
    assert moves.license(catalog, "Bells", "CC BY 4.0") == "CC BY 4.0"
    after = catalog.path("Bells").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("tag", ["", "  ", "a,b", "x" * 41, "a\nb" * 20, "\udcff"])
def test_what_is_no_tag_is_refused(catalog: Catalog, tag: str) -> None:
    before = catalog.path("Bells").read_bytes()
    with pytest.raises(BadSetting, match="cannot be a tag; use 1 to 40 printable characters without a comma"):
        moves.tag(catalog, "Bells", add=[tag])
    assert catalog.path("Bells").read_bytes() == before


def test_tags_that_are_not_there_or_too_many_are_told() -> None:
    with pytest.raises(BadSetting) as caught:
        changed_tags(["live"], remove=["cold"])
    assert str(caught.value) == "this model has no tag 'cold'; it has live; choose one of these."
    with pytest.raises(BadSetting, match="33 tags were asked for, and a model has at most 32; remove some"):
        changed_tags([], add=[f"t{number}" for number in range(33)])


def test_search_looks_into_name_tags_and_card(catalog: Catalog) -> None:
    moves.tag(catalog, "Rain", add=["Winter"])
    assert [entry.name for entry in catalog.list("rain winter")] == ["Rain"]
    assert [entry.name for entry in catalog.list("all sounds are my own")] == ["Bells", "Rain"]
    assert catalog.list("rain summer") == []


def test_a_deleted_model_comes_back_from_the_bin(catalog: Catalog) -> None:
    before = catalog.path("Bells").read_bytes()
    (one,) = moves.delete(catalog, "bells")
    assert (one.name, one.path.read_bytes()) == ("Bells", before)
    assert names(catalog) == ["Rain"]
    assert moves.binned(catalog) == [one]
    assert moves.restore(catalog, "BELLS").read_bytes() == before
    assert moves.binned(catalog) == []
    with pytest.raises(BadInput) as caught:
        moves.restore(catalog, "Bells")
    assert str(caught.value) == "there is no 'Bells' among the models in the bin; it is empty."


def test_several_of_one_name_lie_side_by_side_in_the_bin(catalog: Catalog, tiny_model: ModelFile) -> None:
    moves.delete(catalog, "Bells")
    catalog.add(replace(tiny_model, name="Bells", training={"seed": 2}))
    moves.delete(catalog, "Bells")
    catalog.add(replace(tiny_model, name="Bells", training={"seed": 3}))
    with pytest.raises(
        NameTaken, match="there is a model named 'Bells' again; restore it under another name"
    ):
        moves.restore(catalog, "Bells")
    moves.restore(catalog, "Bells", as_name="Bells 2")
    moves.restore(catalog, "Bells", as_name="Bells 1")
    seeds = [read_header(catalog.path(f"Bells {number}")).training["seed"] for number in (1, 2)]
    assert seeds == [1, 2]


def test_only_whole_models_are_imported(catalog: Catalog, tmp_path: Path, path: Path) -> None:
    assert (
        moves.import_(catalog, path, name="New", expected=expected_tensors).read_bytes() == path.read_bytes()
    )
    with pytest.raises(
        NameTaken, match="there is already a model named 'Bells'; choose another name, or ask"
    ):
        moves.import_(catalog, path, expected=expected_tensors)  # bells.distill
    moves.import_(catalog, path, replace=True, expected=expected_tensors)
    assert names(catalog) == ["bells", "New", "Rain"]
    broken = tmp_path / "broken.distill"
    broken.write_bytes(path.read_bytes()[:-1] + b"\xff")
    old = tmp_path / "old.distill"
    old.write_bytes(b'{"format": 1}')
    for file in (broken, old, tmp_path / "nowhere.distill"):
        with pytest.raises(BadModelFile):
            moves.import_(catalog, file, expected=expected_tensors)
    with pytest.raises(BadSetting, match=r"is in the library already, as 'New'\.$"):
        moves.import_(catalog, catalog.path("New"), expected=expected_tensors)
    assert names(catalog) == ["bells", "New", "Rain"]


def test_an_exported_model_is_a_copy(catalog: Catalog, tmp_path: Path) -> None:
    whole = catalog.path("Bells").read_bytes()
    assert moves.export(catalog, "bells", tmp_path / "out").name == "Bells.distill"
    assert moves.export(catalog, "Bells", tmp_path / "mine.distill").read_bytes() == whole
    with pytest.raises(NameTaken, match=r"^there is already a file .*mine.distill'; choose another"):
        moves.export(catalog, "Bells", tmp_path / "mine.distill")
    moves.export(catalog, "Bells", tmp_path / "mine.distill", replace=True)
    with pytest.raises(BadSetting, match=r"give a file name that ends in .distill, or a folder"):
        moves.export(catalog, "Bells", tmp_path / "mine.wav")
    with pytest.raises(BadSetting, match="is the model itself"):
        moves.export(catalog, "Bells", catalog.path("Bells"), replace=True)


def test_a_place_that_the_system_cannot_look_up_takes_no_copy(catalog: Catalog, tmp_path: Path) -> None:
    with pytest.raises(NoSpace, match="file name too long"):
        moves.export(catalog, "Bells", tmp_path / f"{'x' * 300}.distill")


def test_a_model_outside_the_library_is_only_looked_at(catalog: Catalog, path: Path) -> None:
    for verb in (moves.delete, moves.tag):
        with pytest.raises(
            UnknownModel, match="is not in the library, and only models of the library can be"
        ):
            verb(catalog, str(path.parent / "." / path.name))
    assert path.exists()


def test_a_bin_that_cannot_be_written_leaves_the_model(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(source: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "rename", refused)
    with pytest.raises(
        NoSpace, match=r"could not move 'Bells.distill' to .*: permission denied; it is still"
    ):
        moves.delete(catalog, "Bells")
    assert names(catalog) == ["Bells", "Rain"]
    assert moves.binned(catalog) == []


def test_a_bin_on_another_disk_takes_a_copy(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalog.path("Bells").read_bytes()

    def elsewhere(source: Path, target: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "rename", elsewhere)
    assert moves.delete(catalog, "Bells")[0].path.read_bytes() == before
    assert names(catalog) == ["Rain"]


def test_every_refusal_leaves_the_folder_as_it_was(catalog: Catalog, tmp_path: Path) -> None:
    there = sorted(os.listdir(catalog.folder))
    for attempt in (
        lambda: moves.rename(catalog, "Bells", "Rain"),
        lambda: moves.tag(catalog, "Bells", add=[""]),
        lambda: moves.restore(catalog, "Bells"),
        lambda: moves.import_(catalog, tmp_path / "none.distill", expected=expected_tensors),
    ):
        with pytest.raises(DistillError):
            attempt()
    assert sorted(os.listdir(catalog.folder)) == there


def test_a_licence_note_lies_in_the_file_and_stands_on_the_card(
    catalog: Catalog, tiny_model: ModelFile
) -> None:
    before = catalog.path("Bells").read_bytes()
    assert moves.license(catalog, "Bells", " CC BY 4.0,  by me ") == "CC BY 4.0, by me"
    after = load(catalog.path("Bells"), expected=expected_tensors)
    assert after.collection["licence"] == "CC BY 4.0, by me"
    assert after.fingerprint == tiny_model.fingerprint
    assert catalog.path("Bells").read_bytes()[-1000:] == before[-1000:]
    assert "CC BY 4.0, by me" in read_header(catalog.path("Bells")).collection.values()
    assert moves.license(catalog, "Bells", "") == LICENCE
    for note in ("x" * 501, "a\x00b"):
        with pytest.raises(BadSetting, match="write at most 500 printable ones, on one line"):
            moves.license(catalog, "Bells", note)


def test_several_models_are_deleted_if_all_of_them_are_there(catalog: Catalog) -> None:
    with pytest.raises(UnknownModel, match="there is no model 'Wind'"):
        moves.delete(catalog, "Bells", "Rain", "Wind")
    assert moves.binned(catalog) == []
    gone = moves.delete(catalog, "Bells", "Rain", "bells")  # one that is named twice goes once
    assert [one.name for one in gone] == ["Bells", "Rain"]
    assert catalog.list() == []
