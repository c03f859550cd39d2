from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from tests.library.some_takes import CODES, numbers, record

from distill.errors import BadSetting, NoSpace
from distill.library.index_file import IndexFile
from distill.library.settings import Settings, load_settings, save_settings
from distill.library.take_room import GIB
from distill.library.takes import Takes


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
