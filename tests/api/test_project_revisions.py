from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from distill.api import Project
from distill.api import project_slots as module
from distill.api.encoding import encoded
from distill.codes.editing import Edit, apply
from distill.codes.operation import make
from distill.codes.region import Region
from distill.errors import Cancelled, Superseded
from distill.progress import Cancel

REVERSE = Edit(make("reverse", {}))


def test_a_change_on_an_older_revision_is_refused(project: Project) -> None:
    seen = project.sound("A").revision
    project.do("A", [REVERSE], revision=seen)
    before = project.sound("A").sound
    for late in (
        lambda: project.do("A", [REVERSE], revision=seen),
        lambda: project.undo("A", revision=seen),
        lambda: project.redo("A", revision=seen),
        lambda: project.swap(Region(), revisions={"A": seen}),
    ):
        with pytest.raises(Superseded, match="sound A was changed elsewhere"):
            late()
    assert project.sound("A").sound == before


def test_of_two_windows_that_edit_at_once_each_edit_is_made_once_or_refused(project: Project) -> None:
    made: list[bool] = []

    def window(code: int) -> None:
        for step in range(20):
            try:
                edit = Edit(make("set", {"code": code}), Region(start=step, stop=step + 1))
                project.do("A", [edit], revision=project.sound("A").revision)
                made.append(True)
            except Superseded:
                made.append(False)

    windows = [threading.Thread(target=window, args=(code,)) for code in (1, 2)]
    for one in windows:
        one.start()
    for one in windows:
        one.join()
    assert len(made) == 40
    assert len(project.sound("A").done) == sum(made)
    assert project.codes("A") == apply(project.sound("A").session.original, project.sound("A").session.done)


@pytest.mark.parametrize("meanwhile", ["edited", "closed", "another opened"])
def test_a_sound_that_changed_while_another_was_encoded_in_its_place_stays(
    project: Project, sounds: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    def slowly(*given: Any, **options: Any) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr(module, "encoded", encoded)
            if meanwhile == "edited":
                project.do("A", [REVERSE])
            elif meanwhile == "closed":
                project.close("A")
            else:
                project.open_file("A", sounds / "swell.wav", model="tiny")
        return encoded(*given, **options)

    monkeypatch.setattr(module, "encoded", slowly)
    with pytest.raises(Superseded, match="sound A was changed while 'wide' was being opened"):
        project.open_file("A", sounds / "wide.wav", model="tiny")
    if meanwhile == "closed":
        assert project.open_slots() == ("B",)
    else:
        assert project.sound("A").title == {"edited": "pluck", "another opened": "swell"}[meanwhile]
        assert len(project.sound("A").done) == (meanwhile == "edited")


def test_a_sound_whose_opening_was_stopped_at_the_last_moment_is_not_opened(
    project: Project, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*given: Any, **options: Any) -> Any:
        codes = encoded(*given, **options)
        cancel.request()
        return codes

    cancel = Cancel()
    monkeypatch.setattr(module, "encoded", stopped)
    with pytest.raises(Cancelled):
        project.open_file("A", sounds / "wide.wav", model="tiny", cancel=cancel)
    assert project.sound("A").title == "pluck"
