from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

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
