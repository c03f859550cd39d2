from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from distill import api
from distill.api import Project
from distill.api.project import _file_name
from distill.codes import storage
from distill.errors import NoSpace


@pytest.mark.parametrize(
    ("title", "name"),
    [("ระฆัง เล็ก", "ระฆัง เล็ก"), ("a/b: <c>", "a b c"), ("???", "sound"), ("été_2-3", "été_2-3")],
)
def test_a_title_is_a_files_name_as_far_as_any_system_takes_it(title: str, name: str) -> None:
    assert _file_name(title) == name


def test_a_take_keeps_what_was_edited_and_can_be_opened_again(project: Project, home: Path) -> None:
    project.do("A", ["reverse"])
    project.set_levels("A", locked=[], muted=[1], soloed=[])
    kept = project.keep("A")
    assert "Muted levels are heard in it, too." in kept.sentences
    take = api.take(kept.take or 0, home=home)
    assert take.require_record().verb == "edit"
    assert take.sound is not None
    assert storage.load(take.codes) == project.codes("A")
    opened = project.open_take("B", take.number)
    assert opened.done == project.sound("A").done
    project.undo("B")
    assert project.sound("B").sound == project.sound("A").session.original


def test_what_is_kept_lies_in_the_history_alone(project: Project, home: Path) -> None:
    kept = project.keep("A")
    take = api.take(kept.take or 0, home=home)
    assert kept.path == take.sound
    assert kept.path.is_file()
    assert take.require_record().path == ""
    assert "Written to" not in dict(api.take_details(take.number, home=home))


def test_what_cannot_be_kept_is_not_said_to_be_written(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise NoSpace("the disk is full.")

    monkeypatch.setattr("distill.library.takes.Takes.add", full)
    with pytest.raises(NoSpace, match=r"^'pluck' was not kept as a take: the disk is full\.$"):
        project.keep("A")


def test_a_sound_of_more_edits_than_a_file_takes_is_kept_without_them(
    project: Project, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.do("A", ["reverse", "set code=3 levels=2"])
    monkeypatch.setattr(storage, "_LARGEST_HEADERS", {1: 400})
    kept = project.keep("A")
    assert kept.sentences[0].startswith("The list of edits does not fit into a file")
    found = storage.load(api.take(kept.take or 0, home=home).codes)
    assert found.edits == ()
    assert project.codes("A").edits
    assert np.array_equal(found.grid, project.codes("A").grid)
