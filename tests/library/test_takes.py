"""The history: numbered, bounded, whole whatever happens to one of its files."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.library.some_takes import CODES, add, numbers, record

from distill.codes import storage
from distill.errors import BadInput, BadSetting, NoSpace
from distill.library import takes as takes_module
from distill.library.bin import num_bytes
from distill.library.takes import Takes


def test_a_take_keeps_the_sound_its_codes_and_its_recipe(takes: Takes, sound: Path) -> None:
    take, sentences = takes.add(record(), CODES, sound=sound, recipe={"seed": 3})
    sound.unlink()
    assert (take.number, sentences, take.record) == (1, (), record())
    assert take.folder == takes.folder / "000001"
    assert storage.load(take.codes) == CODES
    assert take.sound is not None
    assert take.sound.read_bytes() == b"RIFF" + bytes(10_000)
    assert take.recipe is not None
    assert json.loads(take.recipe.read_text()) == {"seed": 3}
    assert takes.list()[0] == [take]
    assert takes.find("last") == takes.find(1) == takes.find("001") == take
    assert sorted(path.name for path in takes.folder.iterdir()) == [".lock", "000001"]


def test_numbers_only_go_up_whatever_the_clock_or_the_bin_does(takes: Takes, user_folder: Path) -> None:
    assert [add(takes, created=f"20{year}-01-01T00:00:00+00:00") for year in (30, 20, 10)] == [1, 2, 3]
    assert numbers(takes) == [1, 2, 3]
    takes.delete(3)
    assert add(takes) == 4
    takes.delete(4)
    takes.bin.empty()
    assert add(takes) == 5  # 3 and 4 are gone for good, and no other take gets their numbers
    for file in (user_folder / "index").glob("last-take*"):
        file.write_bytes(b"\xff")
    assert add(takes) == 6
    assert numbers(takes) == [1, 2, 5, 6]


def test_stars_notes_and_search(takes: Takes) -> None:
    for title in ("rain", "wind", "rain again"):
        add(takes, title)
    takes.change(2, starred=True)
    takes.change(3, note="for the Intro")
    assert [take.number for take in takes.list("RAIN")[0]] == [1, 3]
    assert [take.number for take in takes.list("rain intro")[0]] == [3]
    assert [take.number for take in takes.list(starred=True)[0]] == [2]
    assert takes.list("snow")[0] == []
    for note in ("x" * 1001, "a\x00b"):
        with pytest.raises(BadSetting, match="a note is at most 1000 printable characters"):
            takes.change(1, note=note)


def test_a_deleted_take_comes_back_under_its_number(takes: Takes) -> None:
    add(takes)
    add(takes)
    before = takes.find(1)
    takes.delete(1)
    assert numbers(takes) == [2]
    assert takes.restore(1) == before
    assert numbers(takes) == [1, 2]
    with pytest.raises(BadInput) as caught:
        takes.restore(1)
    assert str(caught.value) == "there is no '000001' among the takes in the bin; it is empty."


def test_several_takes_are_deleted_if_all_of_them_are_there(takes: Takes) -> None:
    for _ in range(3):
        add(takes)
    with pytest.raises(BadInput, match="there is no take '999'"):
        takes.delete(1, 2, 999)
    assert (numbers(takes), takes.bin.list()) == ([1, 2, 3], [])
    takes.delete("1", "last", 3)  # one that is named twice goes once
    assert numbers(takes) == [2]


def test_what_is_not_there_is_told(takes: Takes) -> None:
    with pytest.raises(BadInput) as caught:
        takes.find("last")
    assert str(caught.value) == (
        "there is no take 'last': none was kept yet; make a sound with distill generate first."
    )
    add(takes)
    for number in (2, "two", "..", "9" * 30, "\u00b2", ""):
        with pytest.raises(BadInput, match=r"there are 1, from 1 to 1: distill takes list shows them\.$"):
            takes.find(number)


def test_takes_that_go_while_they_are_listed_are_left_out(
    takes: Takes, user_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        add(takes)
    (user_folder / "index" / "takes.json").unlink(missing_ok=True)
    looked_up = takes._folders()
    takes.delete(2)
    monkeypatch.setattr(takes, "_folders", lambda: looked_up)
    assert numbers(takes) == [1, 3]
    with pytest.raises(BadInput, match=r"^take 2 has gone from .*; look it up again\.$"):
        takes.find(2).require_record()


def test_takes_in_a_folder_that_cannot_be_read_are_one_sentence(
    takes: Takes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    for module, look in ((os, "scandir"), (Path, "stat"), (Path, "iterdir")):
        monkeypatch.setattr(module, look, refused)
    for asked in (takes.list, lambda: takes.find("last")):
        with pytest.raises(BadInput) as unread:
            asked()
        assert str(unread.value) == (
            f"the takes folder {str(takes.folder)!r} cannot be read: permission denied; give yourself access to it, or "
            "move the user folder with DISTILL_HOME."
        )


def test_what_goes_from_the_bin_while_it_is_listed_is_left_out(
    takes: Takes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        add(takes)
        takes.delete(number)
    whole = Path.iterdir

    def emptied(self: Path) -> Any:
        if self.name == "000001" and self.parent == takes.bin.folder:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return whole(self)

    monkeypatch.setattr(Path, "iterdir", emptied)
    assert [one.name for one in takes.bin.list()] == ["000002"]
    assert num_bytes(takes.bin.folder / "000009") == 0


def test_a_damaged_take_is_told_and_harms_no_other(takes: Takes) -> None:
    for _ in range(4):
        add(takes)
    (takes.find(1).folder / "take.json").write_bytes(b"\x00\xff" * 50)
    (takes.find(2).folder / "take.json").unlink()
    (takes.find(3).folder / "take.json").write_text('{"distill_take": 2}')
    found, _ = takes.list()
    assert [take.number for take in found] == [1, 2, 3, 4]
    assert [take.damaged for take in found] == [
        f"the record of take {number} cannot be read: {why}; its files are still in {str(take.folder)!r}."
        for number, why, take in zip(
            (1, 2, 3),
            (
                "the text is not JSON",
                "no such file or directory",
                "it is of format 2, and this Distill reads format 1",
            ),
            found[:3],
            strict=True,
        )
    ] + [None]
    with pytest.raises(BadInput, match="the record of take 1 cannot be read"):
        takes.change(1, starred=True)
    takes.delete(1)
    assert numbers(takes) == [2, 3, 4]


def test_a_take_that_cannot_be_written_leaves_nothing(takes: Takes, monkeypatch: pytest.MonkeyPatch) -> None:
    add(takes)

    def full(*_: object, **__: object) -> None:
        raise NoSpace("the disk is full.")

    monkeypatch.setattr(takes_module, "write_take", full)
    with pytest.raises(NoSpace):
        add(takes)
    assert sorted(path.name for path in takes.folder.iterdir()) == [".lock", "000001"]


def test_records_are_read_once(takes: Takes, user_folder: Path) -> None:
    for _ in range(3):
        add(takes)
    whole = takes.list()[0]
    (user_folder / "index" / "takes.json").write_bytes(b"{")
    found, sentences = takes.list()
    assert found == whole
    assert sentences[0].startswith("The list of takes was damaged (the text is not JSON)")
    assert takes.list() == (whole, ())
