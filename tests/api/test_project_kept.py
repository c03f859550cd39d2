from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from distill.api import Project
from distill.codes.editing import Edit
from distill.codes.operation import make
from distill.codes.region import Region
from distill.codes.tempo import Tempo
from distill.errors import BadInput, NoSpace
from distill.library import project_files


def again(home: Path) -> Project:
    """The project as another process finds it."""
    return Project(home, device="cpu")


def test_everything_is_there_again_after_a_restart_with_what_was_taken_back(
    project: Project, home: Path
) -> None:
    before = project.sound("A").sound
    project.do("A", ["reverse", "set code=3 levels=2"], label="One")
    project.do("A", ["brighter from=0.5 to=1.0"], label="Two")
    project.do("A", ["delete from=1.0 to=1.2"], label="Three")
    whole = project.codes("A")
    project.undo("A", 2)
    project.set_levels("A", locked=[1], muted=[2], soloed=[3])
    project.set_tempo("A", Tempo(90.0, 3), 0.25)
    found = again(home)
    assert found.sentences == ()
    assert found.sound("A").to_json() == project.sound("A").to_json()
    assert found.codes("B") == project.codes("B")
    found.redo("A", 2)
    assert found.codes("A") == whole
    found.undo("A", 3)
    assert found.sound("A").sound == before


def test_a_title_that_cannot_be_shown_is_cleaned_and_open_again_after_a_restart(
    project: Project, home: Path, sounds: Path
) -> None:
    project.open_file(
        "A", sounds / "pluck.wav", model="tiny", title="b\udce4chle"
    )  # of a file from a Latin-1 system
    project.do("A", ["reverse"], label="by \udce4")
    assert project.sound("A").title == "b\ufffdchle"
    found = again(home)
    assert found.sentences == ()
    assert found.sound("A").title == "b\ufffdchle"
    assert found.codes("A") == project.codes("A")


def test_a_closed_sound_stays_closed(project: Project, home: Path) -> None:
    project.close("A")
    assert again(home).open_slots() == ("B",)
    with pytest.raises(BadInput, match="no sound in A any more"):
        project.undo("A")


def test_a_killed_writer_leaves_the_sound_as_it_was_before(
    project: Project, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = project.codes("A")

    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", killed)
        with pytest.raises(KeyboardInterrupt):
            project.do("A", ["reverse"])
    assert again(home).codes("A") == kept


def test_an_edit_that_cannot_be_written_is_made_and_told(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any) -> None:
        raise NoSpace("the disk is full.")

    monkeypatch.setattr(project_files.ProjectFiles, "save", full)
    change = project.do("A", ["reverse"])
    assert change.sentences == ("The edit is made, but not kept on the disk: the disk is full.",)
    assert len(project.sound("A").done) == 1


def test_edits_that_would_not_be_read_again_are_told_and_those_before_stay_kept(
    project: Project, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.do("A", ["reverse"])
    kept = (home / "projects" / "current" / "A.json").read_bytes()
    monkeypatch.setattr(project_files, "_LARGEST", len(kept))
    (said,) = project.do("A", ["mirror"]).sentences
    assert said.startswith(
        "The edit is made, but not kept on the disk: the edits of sound A are more than its"
    )
    assert len(again(home).sound("A").done) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: b"",
        lambda text: b"[]",
        lambda text: text.replace(b'"distill_project":1', b'"distill_project":2'),
        lambda text: text.replace(b'"position":1', b'"position":9'),
        lambda text: text.replace(b'"reverse"', b'"rm -rf"'),
        lambda text: text.replace(b'"gestures":[["', b'"gestures":[["x",5],["'),
        lambda text: text.replace(b'"codebook_size":16', b'"codebook_size":2'),
        lambda text: text.replace(b'"revision":', b'"more":1,"revision":'),
        lambda text: text.replace(b'"packed":"', b'"packed":"AAAA'),
    ],
)  # fmt: skip
def test_a_damaged_file_is_one_sentence_and_an_empty_slot(project: Project, home: Path, damage: Any) -> None:
    project.do("A", ["reverse"])
    path = home / "projects" / "current" / "A.json"
    path.write_bytes(damage(path.read_bytes()))
    found = again(home)
    assert found.open_slots() == ("B",)
    (sentence,) = found.sentences
    assert sentence.startswith("sound A could not be opened as it was left (")
    assert not path.exists()
    assert path.with_suffix(".damaged").exists()
    assert again(home).sentences == ()


def test_a_file_that_cannot_be_read_is_left_and_gives_way_unharmed(
    project: Project, home: Path, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home / "projects" / "current" / "A.json"
    before, whole = path.read_bytes(), Path.read_bytes

    def refused(self: Path) -> bytes:
        if self == path:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return whole(self)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refused)
        found = again(home)
    assert found.sentences == (
        f"sound A could not be opened as it was left (too many open files); its file {str(path)!r} was left as it is, "
        "so let Distill read it and start Distill again, or open the sound again.",
    )
    found.close("A")
    assert path.read_bytes() == before
    found.open_file("A", sounds / "wide.wav", model="tiny")
    assert path.with_suffix(".unread").read_bytes() == before
    assert again(home).codes("A") == found.codes("A")


def test_a_damaged_file_that_cannot_be_moved_is_said_to_be_where_it_is(
    project: Project, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home / "projects" / "current" / "A.json"
    path.write_bytes(b"[]")

    def held(*_: Any) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", held)
        found = again(home)
        with pytest.raises(
            NoSpace, match=r"^what was left in A could not be moved to .*permission denied; move "
        ):
            found.open_slot("A", "B")
    (sentence,) = found.sentences
    assert f"its file is kept as {str(path)!r}, so" in sentence
    assert path.read_bytes() == b"[]"
    found.open_slot("A", "B")
    assert path.with_suffix(".damaged").read_bytes() == b"[]"


def test_more_edits_than_states_are_held_are_kept_and_all_undone(project: Project, home: Path) -> None:
    original = project.sound("A").sound
    for number in range(100):
        project.do(
            "A", [Edit(make("set", {"code": number % 16}), Region(start=number % 90, stop=number % 90 + 1))]
        )
    assert len(json.loads((home / "projects" / "current" / "A.json").read_bytes())["edits"]) == 100
    project.undo("A", 100)
    assert project.sound("A").sound == original
