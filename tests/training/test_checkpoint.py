from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from safetensors import safe_open

from distill.errors import NoSpace, TrainingFailed
from distill.training import checkpoint
from distill.training.tree import flatten


def state(step: int) -> dict[str, Any]:
    return {"step": step, "weight": torch.arange(6.0).reshape(2, 3) + step, "count": torch.tensor(step)}


def save(folder: Path, step: int) -> Path:
    return checkpoint.save(folder, flatten(state(step)))


def step_of(folder: Path) -> int:
    loaded = checkpoint.load(folder)
    assert loaded is not None
    assert loaded.state["weight"].tolist() == state(loaded.state["step"])["weight"].tolist()
    return int(loaded.state["step"])


def rewritten(path: Path, **changes: object) -> None:
    """Replace entries of the header, as another Distill or a stranger would have written them."""
    with safe_open(path, "pt") as file:
        header = json.loads(file.metadata()["distill"]) | changes
    tensors = safetensors.torch.load(path.read_bytes())
    path.write_bytes(safetensors.torch.save(tensors, {"distill": json.dumps(header)}))


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    save(tmp_path / "new", 3)
    assert step_of(tmp_path / "new") == 3


def test_an_empty_or_missing_folder_has_no_checkpoint(tmp_path: Path) -> None:
    assert checkpoint.load(tmp_path) is None
    assert checkpoint.load(tmp_path / "missing") is None


def test_the_file_is_plain_safetensors_with_json(tmp_path: Path) -> None:
    with safe_open(save(tmp_path, 1), "pt") as file:
        assert sorted(file.keys()) == ["count", "weight"]
        header = json.loads(file.metadata()["distill"])
    assert sorted(header) == ["format", "layout", "sha256", "version"]
    assert (header["format"], header["version"]) == ("distill checkpoint", 4)


def test_saving_the_same_state_gives_the_same_bytes(tmp_path: Path) -> None:
    assert save(tmp_path / "a", 1).read_bytes() == save(tmp_path / "b", 1).read_bytes()


def test_one_backup_is_kept_and_nothing_else(tmp_path: Path) -> None:
    for step in (1, 2, 3):
        save(tmp_path, step)
    assert sorted(path.name for path in tmp_path.iterdir()) == [checkpoint.BACKUP, checkpoint.NEWEST]
    (tmp_path / checkpoint.NEWEST).unlink()
    assert step_of(tmp_path) == 2


def test_a_new_training_leaves_nothing_of_the_old(tmp_path: Path) -> None:
    save(tmp_path, 8)
    save(tmp_path, 9)
    checkpoint.save(tmp_path, flatten(state(0)), keep_previous=False)
    assert step_of(tmp_path) == 0
    assert not (tmp_path / checkpoint.BACKUP).exists()


@pytest.mark.parametrize("where", [0.0, 0.02, 0.3, 0.6, 0.999])
@pytest.mark.parametrize("how", ["cut", "flip"])
def test_a_damaged_newest_falls_back_and_says_so(tmp_path: Path, where: float, how: str) -> None:
    save(tmp_path, 1)
    content = bytearray(save(tmp_path, 2).read_bytes())
    place = int(where * len(content))
    if how == "flip":
        content[place] ^= 0x11
    (tmp_path / checkpoint.NEWEST).write_bytes(content if how == "flip" else content[:place])
    loaded = checkpoint.load(tmp_path)
    assert loaded is not None
    assert loaded.state["step"] == 1
    assert loaded.remark == (
        f"The newest checkpoint in {tmp_path} is damaged; training goes on from the one before it, "
        "and repeats at most a few minutes."
    )


def test_any_flipped_byte_is_noticed(tmp_path: Path) -> None:
    path = save(tmp_path, 2)
    whole = path.read_bytes()
    for place in range(len(whole)):
        content = bytearray(whole)
        content[place] ^= 0x01
        path.write_bytes(content)
        try:
            loaded = checkpoint.load(tmp_path)
        except TrainingFailed:
            continue
        # a flip that JSON does not see (padding) may pass, one that changes the state may not
        assert loaded is not None
        assert flatten(loaded.state).layout == flatten(state(2)).layout
        assert loaded.state["weight"].tolist() == state(2)["weight"].tolist()


def test_two_damaged_checkpoints_are_refused(tmp_path: Path) -> None:
    save(tmp_path, 1)
    save(tmp_path, 2)
    for name in (checkpoint.NEWEST, checkpoint.BACKUP):
        (tmp_path / name).write_bytes(b"\xff" * 40)
    with pytest.raises(TrainingFailed) as caught:
        checkpoint.load(tmp_path)
    assert str(caught.value) == (
        f"every checkpoint in {tmp_path} is damaged; start this training again from the beginning."
    )


def test_another_version_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path, 1)
    rewritten(path, version=7)
    with pytest.raises(TrainingFailed) as caught:
        checkpoint.load(tmp_path)
    assert str(caught.value) == (
        f"the checkpoint {path} is of kind 'distill checkpoint', version 7, and this Distill reads "
        "'distill checkpoint', version 4; resume it with the Distill that saved it, or start again "
        "from the beginning."
    )


@pytest.mark.parametrize("layout", [{"lambda": "x"}, {"tensor": "gone"}, 5, {"dict": [[1]]}])
def test_a_foreign_layout_counts_as_damage(tmp_path: Path, layout: object) -> None:
    path = save(tmp_path, 1)
    rewritten(path, layout=layout)
    with pytest.raises(TrainingFailed, match="is damaged"):
        checkpoint.load(tmp_path)


def test_a_full_disk_is_one_sentence_and_spoils_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, 1)
    save(tmp_path, 2)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(NoSpace) as caught:
            save(tmp_path, 3)
    assert str(caught.value) == (
        f"the training could not be saved in {tmp_path}: No space left on device; "
        "it needs 0.0 MB there, so free some space or make the folder writable."
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == [checkpoint.BACKUP, checkpoint.NEWEST]
    assert step_of(tmp_path) == 2


def test_a_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    with pytest.raises(NoSpace, match=r"could not be saved in .*taken: File exists; it needs"):
        save(tmp_path / "taken", 1)


@pytest.mark.parametrize("call", ["open", "fsync", "replace", "link"])
def test_a_stop_at_any_moment_leaves_a_whole_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    save(tmp_path, 1)
    save(tmp_path, 2)

    def killed(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if call == "open":
            patch.setattr(Path, "open", killed)
        else:
            patch.setattr(os, call, killed)
        with pytest.raises(KeyboardInterrupt):
            save(tmp_path, 3)
    assert (tmp_path / checkpoint.NEWEST).exists()
    assert step_of(tmp_path) == 2
    assert not list(tmp_path.glob("*.partial"))


def test_a_disk_without_hard_links_keeps_a_backup_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*arguments: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", unsupported)
    save(tmp_path, 1)
    save(tmp_path, 2)
    assert step_of(tmp_path) == 2
    (tmp_path / checkpoint.NEWEST).unlink()
    loaded = checkpoint.load(tmp_path)
    assert loaded is not None
    assert loaded.state["step"] == 1
    assert "is missing; training goes on from the one before it" in loaded.remark
