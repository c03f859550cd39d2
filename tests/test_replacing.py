from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO

import pytest

import distill.replacing as replacing_module
from distill.errors import NoSpace
from distill.replacing import replacing


def test_the_new_file_takes_the_old_ones_place(tmp_path: Path) -> None:
    path = tmp_path / "made" / "a.bin"
    for content in (b"one", b"two"):
        with replacing(path) as file:
            file.write(content)
        assert path.read_bytes() == content
    assert os.listdir(path.parent) == ["a.bin"]


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"


@pytest.mark.parametrize("stop", [ValueError, KeyboardInterrupt])
def test_nothing_is_left_when_the_writing_stops(tmp_path: Path, stop: type[BaseException]) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")

    def write_half() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise stop

    with pytest.raises(stop):
        write_half()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoSpace) as caught, replacing(tmp_path / "a.bin") as file:
        file.write(b"data")
    assert str(caught.value) == (
        f"could not write 'a.bin' in {str(tmp_path)!r}: the disk is full; "
        "nothing was changed there, so make room or choose another folder and try again."
    )
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder").write_bytes(b"")
    with pytest.raises(NoSpace) as caught, replacing(tmp_path / "folder" / "a.bin"):
        pass
    assert str(caught.value) == (
        f"could not write 'a.bin' in {str(tmp_path / 'folder')!r}: file exists; "
        "nothing was changed there, so make room or choose another folder and try again."
    )


def test_a_folder_of_that_name_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.bin").mkdir()
    with pytest.raises(NoSpace, match=r"^could not write 'a.bin' in "), replacing(tmp_path / "a.bin"):
        pass
    assert os.listdir(tmp_path) == ["a.bin"]


def test_the_old_file_is_never_written_into(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    os.link(path, tmp_path / "same.bin")
    with replacing(path) as file:
        file.write(b"new")
    assert (tmp_path / "same.bin").read_bytes() == b"old"


def test_what_a_killed_writer_left_is_removed_by_the_next_and_what_is_written_stays(tmp_path: Path) -> None:
    killed = tmp_path / ".0123456789abcdef.part"
    killed.write_bytes(b"half")
    others = [tmp_path / name for name in (".part", ".0123.part", "0123456789abcdef.part", ".hidden")]
    for other in others:
        other.write_bytes(b"somebody's own")
    with replacing(tmp_path / "a.bin") as first:
        assert not killed.exists()
        with replacing(tmp_path / "b.bin") as second:
            second.write(b"second")
        first.write(b"first")
    assert {path.name for path in tmp_path.iterdir()} == {"a.bin", "b.bin", *(other.name for other in others)}
    assert (tmp_path / "a.bin").read_bytes() == b"first"


@pytest.mark.skipif(os.name == "nt", reason="files are not locked on Windows")
def test_a_file_that_was_taken_for_abandoned_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another writer may look between the making of a file and its lock."""
    hold = replacing_module._hold
    looked: list[str] = []

    def late(file: BinaryIO) -> bool | None:
        if not looked:
            looked.append(file.name)
            os.unlink(file.name)
        return hold(file)

    monkeypatch.setattr(replacing_module, "_hold", late)
    with replacing(tmp_path / "a.bin") as file:
        file.write(b"whole")
    assert (tmp_path / "a.bin").read_bytes() == b"whole"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_without_such_locks_only_what_is_old_is_taken_for_abandoned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacing_module, "fcntl", None)  # as on Windows
    old, new = tmp_path / ".0123456789abcdef.part", tmp_path / ".fedcba9876543210.part"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (1e9, 1e9))
    with replacing(tmp_path / "a.bin") as file:
        file.write(b"whole")
    assert sorted(os.listdir(tmp_path)) == [new.name, "a.bin"]


@pytest.mark.skipif(os.name == "nt", reason="files are not locked on Windows")
def test_without_locks_files_are_written_and_nothing_is_taken_for_abandoned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refused)
    (tmp_path / ".0123456789abcdef.part").write_bytes(b"perhaps somebody's")
    with replacing(tmp_path / "a.bin") as file:
        file.write(b"whole")
    assert sorted(os.listdir(tmp_path)) == [".0123456789abcdef.part", "a.bin"]
