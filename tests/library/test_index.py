"""The index of the models: right whatever happens to its file, and quick because headers are read once."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.library import model_entry, model_header
from distill.library.catalog import Catalog
from distill.library.index_file import IndexFile
from distill.library.model_file import ModelFile
from distill.library.model_moves import tag


@pytest.fixture
def catalog(tmp_path: Path, tiny_model: ModelFile) -> Catalog:
    catalog = Catalog(tmp_path / "home")
    for name in ("Bells", "Rain", "Wind"):
        catalog.add(replace(tiny_model, name=name))
    return catalog


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "home" / "index" / "models.json"


def names(catalog: Catalog) -> list[str]:
    return [entry.name for entry in catalog.list()]


def test_headers_are_read_once_and_again_only_when_a_file_changes(
    catalog: Catalog, tiny_model: ModelFile
) -> None:
    assert catalog.look().num_read == 3
    assert catalog.look().num_read == 0
    catalog.add(replace(tiny_model, name="Rain", statistics={"tier": "standard"}), replace=True)
    assert catalog.look().num_read == 1
    assert [entry.tier for entry in catalog.list()] == ["draft", "standard", "draft"]
    catalog.path("Bells").unlink()
    assert names(catalog) == ["Rain", "Wind"]


def test_a_file_of_the_same_size_and_time_is_still_another(catalog: Catalog, tiny_model: ModelFile) -> None:
    tag(catalog, "Bells", add=["aa"])
    before = catalog.path("Bells").stat()
    assert catalog.list()[0].tags == ("aa",)
    tag(catalog, "Bells", add=["bb"], remove=["aa"])
    os.utime(
        catalog.path("Bells"), ns=(before.st_atime_ns, before.st_mtime_ns)
    )  # a clock that went backwards
    assert catalog.path("Bells").stat().st_size == before.st_size
    assert catalog.list()[0].tags == ("bb",)


def test_a_missing_index_comes_from_its_backup_or_is_made_anew(catalog: Catalog, index: Path) -> None:
    catalog.look()
    tag(catalog, "Wind", add=["cold"])
    catalog.look()  # now there is a backup
    whole = catalog.list()
    index.unlink()
    looked = catalog.look()
    assert looked.sentences == ("The list of models was missing; its backup was taken.",)
    assert looked.num_read == 1  # the backup is one change old
    assert catalog.list() == whole
    for file in index.parent.glob("models*.json"):
        file.unlink()
    assert (catalog.look().sentences, catalog.list()) == ((), whole)


@pytest.mark.parametrize("kind", ["truncated", "empty", "random", "flipped", "foreign", "newer"])
def test_a_damaged_index_is_kept_aside_and_restored(catalog: Catalog, index: Path, kind: str) -> None:
    catalog.look()
    tag(catalog, "Wind", add=["cold"])
    whole = catalog.list()
    data = index.read_bytes()
    damaged = {
        "truncated": data[: len(data) // 2],
        "empty": b"",
        "random": np.random.default_rng(0).bytes(len(data)),
        "flipped": data.replace(b'"draft"', b'"drift"', 1),
        "foreign": b'{"a":1}',
        "newer": data.replace(b'"distill_index":1', b'"distill_index":2'),
    }[kind]
    index.write_bytes(damaged)
    looked = catalog.look()
    aside = index.parent / "models.damaged-1.json"
    assert aside.read_bytes() == damaged
    (sentence,) = looked.sentences
    assert sentence.startswith("The list of models was damaged (")
    assert sentence.endswith(f"; its backup was taken; the damaged one is kept as {str(aside)!r}.")
    assert catalog.list() == whole
    assert catalog.look().sentences == ()
    index.write_bytes(damaged)
    index.with_name("models.backup.json").write_bytes(damaged)
    (sentence,) = catalog.look().sentences
    assert "there was no good backup; it was made anew; the damaged one is kept as" in sentence
    assert (index.parent / "models.damaged-2.json").exists()
    assert catalog.list() == whole


def refuse(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Let the system open no more files, as far as one is concerned."""
    whole = Path.read_bytes

    def refused(self: Path) -> bytes:
        if self == path:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return whole(self)

    monkeypatch.setattr(Path, "read_bytes", refused)


def test_an_index_that_cannot_be_read_is_not_damaged_and_stays(
    catalog: Catalog, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog.look()
    tag(catalog, "Wind", add=["cold"])
    catalog.look()
    before = index.read_bytes()
    with monkeypatch.context() as patch:
        refuse(patch, index)
        looked = catalog.look()
        assert looked.sentences == (
            "The list of models could not be read: too many open files; it was left as it is, and its backup was taken "
            "for now.",
        )
        index.with_name("models.backup.json").unlink()
        (sentence,) = catalog.look().sentences
        assert sentence.endswith("and nothing of it is known for now.")
        assert names(catalog) == ["Bells", "Rain", "Wind"]
    assert index.read_bytes() == before
    assert not list(index.parent.glob("*.damaged-*"))
    assert catalog.look().sentences == ()


def test_a_model_that_could_not_be_read_once_is_read_again(
    catalog: Catalog, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = catalog.path("Rain")
    whole = catalog.list()
    os.utime(path)
    with monkeypatch.context() as patch:
        patch.setattr(model_header, "open", refusing_to_open(path), raising=False)
        assert catalog.list()[1].damaged == (
            "'Rain.distill' cannot be read: too many open files; choose a .distill file."
        )
    assert catalog.list() == whole
    path.write_bytes(b"damaged indeed")
    assert [catalog.list()[1].damaged is None for _ in range(2)] == [False, False]
    before = index.stat().st_mtime_ns
    catalog.list()
    assert index.stat().st_mtime_ns == before  # nothing new was learnt


def refusing_to_open(path: Path) -> Any:
    def refused(asked: Path, mode: str = "r") -> Any:
        if Path(asked) == path:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return open(asked, mode)

    return refused


def test_an_index_of_another_version_is_made_anew(catalog: Catalog, index: Path) -> None:
    whole = catalog.list()
    file = IndexFile(index, kind="models")
    content: dict[str, Any] = file.read().content
    content["version"] = model_entry.VERSION + 1
    for entry in content["entries"].values():
        entry["about"] = {"tier": "wrong"}
    file.write(content)
    assert catalog.list() == whole


@given(data=st.binary(max_size=400))
def test_no_bytes_whatever_break_the_reading(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("index") / "models.json"
    path.write_bytes(data)
    read = IndexFile(path, kind="models").read()
    assert read.content is None
    assert not path.exists()
    assert (path.parent / "models.damaged-1.json").read_bytes() == data


def test_an_index_that_cannot_be_written_costs_a_sentence_and_no_model(catalog: Catalog, index: Path) -> None:
    index.parent.write_text("a file where a folder should be")
    looked = catalog.look()
    assert [path.stem for path in looked.about] == ["Bells", "Rain", "Wind"]
    (sentence,) = looked.sentences
    assert sentence.startswith("The list of models could not be kept for the next time: ")


def test_temporary_files_of_killed_writers_are_removed(catalog: Catalog, tiny_model: ModelFile) -> None:
    left = catalog.folder / f".{'ab' * 8}.part"
    left.write_bytes(b"half")
    mine = catalog.folder / ".notes.part"
    mine.write_bytes(b"not Distill's")
    catalog.list()
    assert left.exists()  # it may be written to at this moment
    os.utime(left, (0, 0))
    catalog.list()
    assert not left.exists()
    left.write_bytes(b"half")
    catalog.add(replace(tiny_model, name="Sea"))  # whoever holds the lock knows that nobody else writes
    assert not left.exists()
    assert mine.exists()
