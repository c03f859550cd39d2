"""Tests of ``distill takes``."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from distill.library.blind_votes import Comparison
from distill.library.take_files import Take, TakeRecord

from .conftest import FakeApi, Run

RECORD = TakeRecord(
    verb="generate", title="rain [2]", path="/x/rain.wav", created="2026-11-20T10:30:00+00:00", model="bells",
    fingerprint="1a2b3c4d", seed=3, seconds=8.0, loudness=-18.25, loudness_unit="LUFS", starred=True, note="intro",
)  # fmt: skip
TAKE = Take(12, Path("takes/000012"), 1_500_000, RECORD)
BROKEN = Take(13, Path("takes/000013"), 10, damaged="the record of take 13 cannot be read.")
ROOM = SimpleNamespace(num_takes=2, size_bytes=1_500_010, bin_bytes=0, limit_gib=5.0)


def rows(text: str) -> list[str]:
    return [" ".join(row.split()) for row in text.splitlines()]


@pytest.fixture
def fake(api: FakeApi) -> FakeApi:
    api.answers |= {"takes": [TAKE, BROKEN], "room_of_takes": ROOM, "take": TAKE}
    return api


def test_the_list_ends_with_the_room_that_takes_need(run: Run, fake: FakeApi) -> None:
    assert rows(run("takes", "list", "--starred").stdout) == [
        "take title made by model length loudness seed made note",
        "12 ★ rain [2] generate bells 8.0 s -18.2 LUFS 3 2026-11-20 10:30 intro",
        "13 damaged the record of take 13 cannot be read.",
        "2 takes need 1.5 MB, those in the bin 0.0 MB; each may need 5 GiB (distill takes limit).",
    ]
    assert fake.calls["takes"][1]["starred"] is True
    document = json.loads(run("takes", "list", "--last", "1", "--json").stdout)
    assert [one["number"] for one in document["takes"]] == [13]
    assert document["room"] == {
        "num_takes": 2, "size_bytes": 1_500_010, "bin_bytes": 0, "limit_gib": 5.0,
    }  # fmt: skip


def test_no_take_yet_says_how_to_get_one(run: Run, fake: FakeApi) -> None:
    fake.answers["takes"] = []
    assert run("takes", "list").stdout.startswith("There is no take yet: every sound of distill generate, ")
    assert run("takes", "search", "a", "b").stdout == (
        "No take has 'a' and 'b' in its title, note, model, source or path.\n"
    )


def test_a_take_shows_all_that_is_known(run: Run, fake: FakeApi) -> None:
    lines = run("takes", "show", "12").stdout.splitlines()
    for line in ("number: 12", "title: rain [2]", "seed: 3", "loudness: -18.25", "starred: True"):
        assert line in lines
    told = json.loads(run("takes", "show", "last", "--json").stdout)
    assert (told["codes"], told["sound"], told["note"]) == ("takes/000012/sound.codes", None, "intro")
    assert fake.calls["take"][0] == ("last",)


def test_stars_notes_and_the_bin(run: Run, fake: FakeApi) -> None:
    fake.answers |= {"star_take": TAKE, "note_take": TAKE, "restore_take": TAKE}
    fake.answers["delete_takes"] = [SimpleNamespace(name="000012", path=Path("bin/takes/000001/000012"))]
    assert run("takes", "star", "12").stdout == "Take 12 has a star\n"
    assert run("takes", "star", "12", "--off").stdout == "Take 12 has no star\n"
    assert fake.calls["star_take"][1]["starred"] is False
    assert run("takes", "note", "12", "intro").stdout == "Take 12 has the note intro\n"
    assert run("takes", "note", "12", "").stdout == "Take 12 has no note\n"
    assert run("takes", "delete", "12").stdout == (
        "Take 12 is in the bin: bin/takes/000001/000012\ndistill takes restore 12 brings it back\n"
    )
    assert run("takes", "restore", "12").stdout == "Take 12 is back in takes/000012\n"


def test_a_replay_says_whether_it_is_the_same(run: Run, fake: FakeApi) -> None:
    fake.answers["replay"] = SimpleNamespace(
        path=Path("again.wav"), take=12, seconds=8.0, same=True, sentences=("It is the same as then.",)
    )
    assert run("takes", "replay", "12", "-o", "again.wav").stdout == (
        "Wrote again.wav (8.00 s), take 12 again\n  It is the same as then.\n"
    )
    assert json.loads(run("takes", "replay", "12", "-o", "again.wav", "--json").stdout)["same"] is True


def test_the_limit_is_shown_and_set(run: Run, fake: FakeApi) -> None:
    fake.answers["limit_takes"] = ROOM
    assert run("takes", "limit").stdout.startswith("2 takes need 1.5 MB")
    assert "limit_takes" not in fake.calls
    assert json.loads(run("takes", "limit", "2.5", "--json").stdout)["room"]["limit_gib"] == 5.0
    assert fake.calls["limit_takes"][0] == (2.5,)
    fake.answers["room_of_takes"] = SimpleNamespace(**vars(ROOM) | {"limit_gib": None})
    assert run("takes", "limit").stdout.endswith(
        "how much each may need is not known any more, so none makes room: say it again with distill takes limit.\n"
    )


def test_a_blind_comparison_does_not_tell_before_the_vote(run: Run, fake: FakeApi) -> None:
    fake.answers["compare"] = SimpleNamespace(
        paths=(Path("X.wav"), Path("Y.wav")), takes=None, loudness=(-20.0, -20.01), unit="LUFS", number=3
    )
    assert run("takes", "compare", "12", "last", "--blind", "-o", "listen").stdout == (
        "Wrote X.wav (-20.0 LUFS)\nWrote Y.wav (-20.0 LUFS)\n"
        "Listen, then say which is better: distill takes vote 3 X (or Y, or neither)\n"
    )
    assert json.loads(run("takes", "compare", "1", "2", "-o", "l", "--json").stdout)["takes"] is None
    open_one = Comparison(number=3, x=15, y=12, seed=1, created="2026-11-20T10:30:00+00:00")
    voted = open_one.model_copy(update={"vote": "Y", "note": "more air"})
    fake.answers |= {"votes": ([open_one], {}, ()), "vote": voted}
    shown = run("takes", "votes").stdout
    assert "15" not in shown
    assert "not told yet" in shown
    assert json.loads(run("takes", "votes", "--json").stdout)["comparisons"][0]["x"] is None
    assert run("takes", "vote", "3", "Y").stdout == "X was take 15, Y was take 12: you preferred take 12\n"
    fake.answers["votes"] = ([voted], {12: (1, 1), 15: (0, 1)}, ())
    assert rows(run("takes", "votes").stdout) == [
        "comparison X Y vote made note",
        "3 take 15 take 12 Y: take 12 2026-11-20 more air",
        "take won",
        "12 1 of 1",
        "15 0 of 1",
    ]
