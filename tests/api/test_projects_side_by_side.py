"""Two processes with one user folder: neither writes over what the other has done to an open sound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from distill.api import Project
from distill.codes.region import Region
from distill.errors import BadInput, Superseded

CHANGED = (
    "sound A was changed by another Distill on this user folder; it is taken as it is there now, so look at it (reload the "
    "page) and do that again."
)


@pytest.fixture
def two(home: Path, sounds: Path) -> tuple[Project, Project]:
    """A project, and the same as a second process has it open."""
    one = Project(home, device="cpu")
    for slot in ("A", "B"):
        one.open_file(slot, sounds / "pluck.wav", model="tiny")
    return one, Project(home, device="cpu")


@pytest.mark.parametrize(
    "act",
    [
        lambda project, sounds: project.do("A", ["mirror"]),
        lambda project, sounds: project.do("A", ["mirror"], revision=project.sound("A").revision),
        lambda project, sounds: project.set_levels("A", locked=[1], muted=[], soloed=[]),
        lambda project, sounds: project.set_tempo("A", None),
        lambda project, sounds: project.swap(Region(start=0, stop=4)),
        lambda project, sounds: project.open_file("A", sounds / "wide.wav", model="tiny"),
        lambda project, sounds: project.close("A"),
    ],
)
def test_what_another_process_has_done_is_not_written_over(
    two: tuple[Project, Project], home: Path, sounds: Path, act: Callable[[Project, Path], object]
) -> None:
    one, other = two
    other_b = other.sound("B").sound
    for _ in range(3):
        one.do("A", ["reverse from=0.1 to=0.5"])
    with pytest.raises(Superseded) as refused:
        act(other, sounds)
    assert str(refused.value) == CHANGED
    assert other.codes("A") == one.codes("A")
    assert other.sound("B").sound == other_b
    act(other, sounds)  # now that it is known
    later = Project(home, device="cpu")
    assert later.open_slots() == other.open_slots()
    if "A" in later.open_slots():
        assert later.codes("A") == other.codes("A")
        with pytest.raises(Superseded):
            one.do("A", ["reverse"])


def test_what_was_seen_before_another_process_changed_it_is_never_current_again(
    two: tuple[Project, Project],
) -> None:
    one, other = two
    seen = other.sound("A").revision
    one.do("A", ["reverse"])
    with pytest.raises(Superseded):
        other.do("A", ["mirror"], revision=seen)
    newest = other.sound("A").revision
    assert newest > max(seen, one.sound("A").revision)
    other.do("A", ["mirror"], revision=newest)


def test_a_sound_that_another_process_left_damaged_is_an_empty_slot(
    two: tuple[Project, Project], home: Path
) -> None:
    one, other = two
    (home / "projects" / "current" / "A.json").write_bytes(b"{")
    with pytest.raises(Superseded):
        other.do("A", ["mirror"])
    assert other.open_slots() == ("B",)
    with pytest.raises(BadInput, match="no sound in A any more"):
        other.do("A", ["mirror"])
    one.do("A", ["reverse"])  # what lies there no more has nothing to lose
    assert Project(home, device="cpu").codes("A") == one.codes("A")
