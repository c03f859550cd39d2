"""The history: numbered, bounded, whole whatever happens to one of its files."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from distill.codes import storage
from distill.codes.grid import Codes
from distill.errors import BadInput, BadSetting, NoSpace
from distill.library import takes as takes_module
from distill.library.bin import num_bytes
from distill.library.index_file import IndexFile
from distill.library.settings import Settings, load_settings, save_settings
from distill.library.take_files import TakeRecord
from distill.library.take_room import GIB
from distill.library.takes import Takes

CODES = Codes(
    np.arange(80).reshape(1, 2, 40) % 16,
    codebook_size=16,
    fingerprint="1a2b3c4d",
    model="A",
    num_samples=40_000,
)


def record(title: str = "rain", **known: Any) -> TakeRecord:
    values: dict[str, Any] = {
        "verb": "generate", "title": title, "path": f"/x/{title}.wav", "created": "2026-11-20T10:00:00+00:00",
        "model": "A", "fingerprint": "1a2b3c4d", "seconds": 0.8, "seed": 3,
    }  # fmt: skip
    return TakeRecord(**values | known)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "rain.wav"
    path.write_bytes(b"RIFF" + bytes(10_000))
    return path


@pytest.fixture
def takes(user_folder: Path) -> Takes:
    return Takes()


def add(takes: Takes, title: str = "rain", **known: Any) -> int:
    return takes.add(record(title, **known), CODES)[0].number


def numbers(takes: Takes) -> list[int]:
    return [take.number for take in takes.list()[0]]


def refuse_once(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Let the system open no more files just when one is read."""
    whole = Path.read_bytes
    left = [path]

    def refused(self: Path) -> bytes:
        if self in left:
            left.remove(self)
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return whole(self)

    monkeypatch.setattr(Path, "read_bytes", refused)


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


def test_the_oldest_without_a_star_make_room(takes: Takes, sound: Path) -> None:
    size = takes.add(record(), CODES, sound=sound)[0].size_bytes
    takes.change(1, starred=True)
    save_settings(takes_gib=3.5 * size / GIB)
    for number in (2, 3):
        assert takes.add(record(), CODES, sound=sound)[1] == (), number
    _, sentences = takes.add(record(), CODES, sound=sound)
    limit = load_settings()[0].takes_gib
    assert sentences == (
        f"Takes may need {limit:g} GiB, so the oldest without a star went to the bin: take 2.",
    )
    assert numbers(takes) == [1, 3, 4]
    assert [one.name for one in takes.bin.list()] == ["000002"]
    here, in_bin = sum(take.size_bytes for take in takes.list()[0]), takes.bin.size_bytes()
    assert (round(here / size), in_bin) == (3, size)


def test_the_bin_is_bounded_too_and_says_what_is_gone(takes: Takes, sound: Path) -> None:
    size = takes.add(record(), CODES, sound=sound)[0].size_bytes
    save_settings(takes_gib=1.5 * size / GIB)
    takes.add(record(), CODES, sound=sound)
    _, sentences = takes.add(record(), CODES, sound=sound)
    assert sentences[1] == "The bin held more takes than that, so what lay there longest is gone for good: 1."
    assert numbers(takes) == [3]
    assert [one.name for one in takes.bin.list()] == ["000002"]


def test_starred_takes_stay_over_the_limit(takes: Takes, sound: Path) -> None:
    size = takes.add(record(), CODES, sound=sound)[0].size_bytes
    takes.change(1, starred=True)
    save_settings(takes_gib=1.5 * size / GIB)
    _, (sentence,) = takes.add(record(), CODES, sound=sound)
    assert sentence.endswith(
        "and all others have a star; raise the limit with distill takes limit, or delete some."
    )
    assert numbers(takes) == [1, 2]


def test_a_take_whose_star_cannot_be_read_makes_no_room(
    takes: Takes, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = takes.add(record(), CODES, sound=sound)[0].size_bytes
    takes.change(1, starred=True)
    takes.add(record(), CODES, sound=sound)
    starred, newer = takes.find(1).folder / "take.json", takes.find(2).folder / "take.json"
    newer.write_bytes(newer.read_bytes().replace(b'"distill_take":1', b'"distill_take":2'))
    save_settings(takes_gib=1.5 * size / GIB)
    with monkeypatch.context() as patch:
        os.utime(starred)  # changed since it was read last, so it is read again
        refuse_once(patch, starred)
        assert takes.list()[0][0].record is None
    assert takes.list(starred=True)[0] == [takes.find(1)]
    with monkeypatch.context() as patch:
        os.utime(starred)  # changed since it was read last, so it is read again
        refuse_once(patch, starred)
        _, (sentence,) = takes.add(record(), CODES, sound=sound)
    assert sentence.endswith(
        "and all others have a star or a record that cannot be read; raise the limit with distill takes limit, or delete "
        "some."
    )
    assert numbers(takes) == [1, 2, 3]


def test_a_take_is_kept_where_no_room_can_be_made_for_it(
    takes: Takes, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = takes.add(record(), CODES, sound=sound)[0].size_bytes
    save_settings(takes_gib=1.5 * size / GIB)

    def full(*_: object) -> None:
        raise NoSpace("the disk is full.")

    def refused(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    for fault, why in ((full, "the disk is full."), (refused, "input/output error.")):
        monkeypatch.setattr(takes.bin, "put", fault)
        take, sentences = takes.add(record(), CODES, sound=sound)
        assert sentences == (f"Take {take.number} is kept, but no room could be made for it: {why}",)
    assert numbers(takes) == [1, 2, 3]


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


def test_settings_are_kept_checked_and_restored(user_folder: Path) -> None:
    assert load_settings() == (Settings(), ())
    save_settings(takes_gib=2.0, model="Rain")
    save_settings(takes_gib=3.0)
    assert load_settings()[0].takes_gib == 3.0
    with pytest.raises(BadSetting, match=r"^takes_gib cannot be -1: .* choose another value\.$"):
        save_settings(takes_gib=-1)
    (user_folder / "index" / "settings.json").write_bytes(b"")
    restored, (sentence,) = load_settings()
    assert restored.model == "Rain"
    assert (
        restored.takes_gib is None
    )  # the backup is one change old, so what it says may be less than was said last
    assert sentence.startswith("The settings' file was damaged")


@pytest.mark.parametrize("fault", ["damaged", "newer", "impossible", "no backup", "moved aside"])
def test_no_take_goes_for_a_limit_that_was_lost_with_its_file(
    takes: Takes, sound: Path, user_folder: Path, fault: str
) -> None:
    size = takes.add(record(), CODES, sound=sound)[0].size_bytes
    file = user_folder / "index" / "settings.json"
    save_settings(takes_gib=1.5 * size / GIB)
    save_settings(takes_gib=50.0)
    whole = file.read_bytes()
    file.write_bytes(
        {
            "newer": whole.replace(b'"distill_index":1', b'"distill_index":2'),
        }.get(fault, b"{")
    )
    if fault == "impossible":  # what a later Distill may allow: whole, as its digest says
        IndexFile(file, kind="settings").write({"takes_gib": 2e9, "model": ""})
    if fault in ("no backup", "moved aside"):
        (user_folder / "index" / "settings.backup.json").unlink()
    if fault == "moved aside":
        file.rename(user_folder / "index" / "settings.damaged-1.json")
    lost = (
        "How much room takes may need is not known any more, so none goes to the bin for it; say it again with distill "
        "takes limit."
    )
    for _ in range(2):  # the second time, the file has been moved aside
        assert takes.add(record(), CODES, sound=sound)[1][-1] == lost
    save_settings(model="Rain")  # says nothing of the limit
    assert takes.add(record(), CODES, sound=sound)[1] == (lost,)
    assert numbers(takes) == [1, 2, 3, 4]
    assert takes.bin.list() == []
    save_settings(takes_gib=2.5 * size / GIB)
    takes.add(record(), CODES, sound=sound)
    assert numbers(takes) == [4, 5]


def test_first_settings_have_a_backup_too(user_folder: Path) -> None:
    save_settings(model="Rain")
    (user_folder / "index" / "settings.json").write_bytes(b"{")
    assert load_settings()[0].model == "Rain"


def test_settings_that_cannot_be_read_stay_as_they_are(
    takes: Takes, sound: Path, user_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = takes.add(record(), CODES, sound=sound)[0].size_bytes
    save_settings(takes_gib=1.5 * size / GIB)
    save_settings(takes_gib=50.0)
    path, whole = user_folder / "index" / "settings.json", Path.read_bytes

    def refused(self: Path) -> bytes:
        if self == path:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return whole(self)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refused)
        _, (sentence,) = load_settings()
        assert sentence == (
            "The settings' file could not be read: permission denied; it was left as it is, and its backup was taken for "
            "now."
        )
        with pytest.raises(
            NoSpace, match=r"^the settings cannot be changed: The settings' file could not be read"
        ):
            save_settings(model="Bells")
        # The backup allows less room than the owner does now: no take goes for that.
        assert takes.add(record(), CODES, sound=sound)[1] == (sentence,)
    assert numbers(takes) == [1, 2]
    assert load_settings() == (Settings(takes_gib=50.0), ())
