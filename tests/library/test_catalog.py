from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from distill.codec.model import expected_tensors
from distill.errors import BadModelFile, BadSetting, LibraryBusy, NameTaken, NoSpace, UnknownModel
from distill.library import catalog as catalog_module
from distill.library.catalog import Catalog, ModelEntry
from distill.library.model_file import ModelFile, read_header, save


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "home")


def test_the_library_lies_in_the_user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTILL_HOME", str(tmp_path))
    assert Catalog().path("Bells") == tmp_path / "models" / "Bells.distill"


def test_an_empty_library_lists_nothing_and_makes_no_folder(catalog: Catalog) -> None:
    assert catalog.list() == []
    assert not catalog.folder.exists()


def test_a_model_that_was_added_is_listed_and_opened(catalog: Catalog, tiny_model: ModelFile) -> None:
    path = catalog.add(tiny_model)
    assert path == catalog.path("Bells")
    assert catalog.list() == [
        ModelEntry(
            name="Bells",
            path=path,
            size_bytes=path.stat().st_size,
            seconds=83.5,
            num_sounds=2,
            num_levels=2,
            codebook_size=16,
            tier="draft",
            created="2026-11-20T10:00:00+00:00",
            fingerprint=tiny_model.fingerprint,
        )
    ]
    assert catalog.open("Bells", expected=expected_tensors).fingerprint == tiny_model.fingerprint


def test_a_name_is_taken_whatever_its_capitals(catalog: Catalog, tiny_model: ModelFile) -> None:
    catalog.add(tiny_model)
    for name in ("Bells", "bells"):
        with pytest.raises(NameTaken) as caught:
            catalog.add(replace(tiny_model, name=name, training={"seed": 2}))
        assert str(caught.value) == (
            "there is already a model named 'Bells'; choose another name, or ask to replace it."
        )
    assert read_header(catalog.path("Bells")).training["seed"] == 1


@pytest.mark.parametrize("name", ["Bells", "bells"])
def test_a_model_is_replaced_when_asked_for(catalog: Catalog, tiny_model: ModelFile, name: str) -> None:
    catalog.add(tiny_model)
    catalog.add(replace(tiny_model, name=name, training={"seed": 2}), replace=True)
    assert [entry.name for entry in catalog.list()] == [name]
    assert read_header(catalog.path(name)).training["seed"] == 2


def test_a_name_that_cannot_be_a_file_is_refused(catalog: Catalog, tiny_model: ModelFile) -> None:
    with pytest.raises(BadSetting, match=r"^a model cannot be named '../up'; "):
        catalog.add(replace(tiny_model, name="../up"))
    assert not catalog.folder.exists()


def test_a_model_is_found_by_name_and_by_file(
    tmp_path: Path, catalog: Catalog, tiny_model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = catalog.add(tiny_model)
    outside = tmp_path / "other.distill"
    save(outside, tiny_model)
    for given in ("Bells", "bells", "Bells.distill", str(inside), inside):
        assert catalog.find(given) == inside
    assert catalog.find(str(outside)) == catalog.find(outside) == outside
    monkeypatch.chdir(tmp_path)
    assert catalog.find("other.distill").samefile(outside)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert catalog.find("~/other.distill") == outside


def test_a_folder_named_like_a_model_does_not_hide_it(
    tmp_path: Path, catalog: Catalog, tiny_model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = catalog.add(tiny_model)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Bells").write_text("not a model")
    (tmp_path / "Bells.distill").mkdir()
    assert catalog.find("Bells") == catalog.find("Bells.distill") == inside


def test_an_unknown_model_is_told_with_the_nearest_names(catalog: Catalog, tiny_model: ModelFile) -> None:
    catalog.add(tiny_model)
    with pytest.raises(UnknownModel) as caught:
        catalog.find("bels")
    assert str(caught.value) == "there is no model 'bels'; did you mean 'Bells'?"
    with pytest.raises(UnknownModel, match=r"^there is no model 'elsewhere/Bells.distill'; "):
        catalog.find("elsewhere/Bells.distill")
    with pytest.raises(UnknownModel, match=r"^there is no model ''; "):
        catalog.find("")


def test_a_name_that_the_system_cannot_look_up_is_one_sentence(
    catalog: Catalog, tiny_model: ModelFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long, bells = "x" * 300, catalog.add(tiny_model)
    for given in (f"{tmp_path}/{long}.distill", Path(f"{tmp_path}/{long}")):
        with pytest.raises(UnknownModel) as unknown:
            catalog.find(given)
        assert str(unknown.value) == (
            f"{str(given)!r} cannot be looked at: file name too long; choose a .distill file, or a model by its name."
        )
    with pytest.raises(UnknownModel, match=r"^there is no model 'x+\.distill'; 'distill models list' shows"):
        catalog.find(f"{long}.distill")
    with pytest.raises(
        BadModelFile, match=r"\.distill' cannot be read: file name too long; choose a \.distill file\.$"
    ):
        read_header(tmp_path / f"{long}.distill")
    # A working folder without access: the name may still be one of the library.
    monkeypatch.setattr(Path, "is_file", lambda _: os.stat(f"{tmp_path}/{long}"))
    assert catalog.find("Bells.distill") == bells


def test_a_name_that_begins_with_a_tilde_is_not_a_home_folder(
    catalog: Catalog, tiny_model: ModelFile
) -> None:
    catalog.add(tiny_model)
    for name in ("~mix", "~mix.distill", Path("~nobody/here/mix.distill")):
        with pytest.raises(UnknownModel, match=r"^there is no model '~"):
            catalog.find(name)


def test_damaged_models_are_listed_as_such_beside_the_others(catalog: Catalog, tiny_model: ModelFile) -> None:
    path = catalog.add(tiny_model)
    (catalog.folder / "alarm.distill").write_bytes(path.read_bytes()[:300])
    (catalog.folder / "old.distill").write_bytes(b"PK\x03\x04" + bytes(60))
    damaged, whole, old = catalog.list()
    assert (damaged.name, damaged.size_bytes, damaged.damaged) == (
        "alarm",
        300,
        "'alarm.distill' is damaged: it ends too early; use another copy, or train again from the same sounds.",
    )
    assert damaged.seconds is damaged.num_levels is None
    assert whole.damaged is None
    assert old.damaged is not None
    assert old.damaged.startswith("This model was made by Distill 1.0.")
    with pytest.raises(BadModelFile):
        catalog.open("alarm", expected=expected_tensors)


def test_only_model_files_are_listed(catalog: Catalog, tiny_model: ModelFile) -> None:
    catalog.add(tiny_model)
    (catalog.folder / "notes.txt").write_text("")
    (catalog.folder / ".hidden.distill").write_text("")
    (catalog.folder / "folder.distill").mkdir()
    assert [entry.name for entry in catalog.list()] == ["Bells"]


def test_statistics_of_another_kind_are_unknown(catalog: Catalog, tiny_model: ModelFile) -> None:
    catalog.add(
        replace(
            tiny_model, statistics={"tier": 7}, collection={"seconds": "long", "names": "abc", "created": []}
        )
    )
    (entry,) = catalog.list()
    assert (entry.seconds, entry.num_sounds, entry.tier, entry.created) == (None, None, None, None)


def test_a_library_that_another_process_holds_is_busy(
    catalog: Catalog, tiny_model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_module, "_LOCK_SECONDS", 0.05)
    catalog.folder.mkdir(parents=True)
    with FileLock(catalog.folder / ".lock"), pytest.raises(LibraryBusy) as caught:
        catalog.add(tiny_model)
    assert str(caught.value) == (
        f"another process has been writing to the library in {str(catalog.folder)!r} for over 0 s; "
        "wait until it is done, then try again."
    )
    catalog.add(tiny_model)


def test_a_library_that_cannot_be_written_or_read_is_one_sentence(
    tmp_path: Path, catalog: Catalog, tiny_model: ModelFile
) -> None:
    (tmp_path / "home").write_text("a file where a folder should be")
    with pytest.raises(NoSpace, match=r"^could not write to the library in .*: not a directory; make room "):
        catalog.add(tiny_model)
    with pytest.raises(UnknownModel, match=r"^the models folder .* cannot be read: not a directory; "):
        catalog.list()


def test_a_failed_save_leaves_no_half_model(
    catalog: Catalog, tiny_model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoSpace, match=r"^could not write 'Bells.distill' in "):
        catalog.add(tiny_model)
    assert catalog.list() == []
