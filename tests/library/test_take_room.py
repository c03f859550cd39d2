from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from tests.library.some_takes import CODES, numbers, record, refuse_once

from distill.errors import NoSpace
from distill.library.settings import load_settings, save_settings
from distill.library.take_room import GIB
from distill.library.takes import Takes


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
