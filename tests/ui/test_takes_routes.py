"""What a page may ask of the history, and what it may not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.ui.made_takes import ended, make_take

from distill import api
from distill.ui import Running
from distill.ui.scratch import Scratch

PATH = "/distill/takes"


@pytest.fixture
def client(served: Running, tmp_path: Path) -> Iterator[httpx.Client]:
    for title in ("rain", "surf"):
        make_take(tmp_path, title, seconds=0.2)
    with httpx.Client(base_url=served.url, timeout=60) as asking:
        yield asking


def test_pages_go_on_where_the_last_one_ended(client: httpx.Client, tmp_path: Path) -> None:
    first = client.get(PATH, params={"count": 1}).json()
    make_take(tmp_path, "newer", seconds=0.2)
    second = client.get(PATH, params={"count": 1, "before": first["takes"][0]["number"]}).json()
    assert [take["title"] for take in first["takes"] + second["takes"]] == ["surf", "rain"]
    assert (second["total"], second["left"]) == (3, 0)


def test_no_place_on_the_disk_is_told_in_the_list(client: httpx.Client, home: Path) -> None:
    assert str(home) not in client.get(PATH).text
    sound = client.get(f"{PATH}/1").json()["sound"]
    assert client.get(sound).content[:4] == b"RIFF"


def test_what_cannot_be_is_a_sentence(client: httpx.Client) -> None:
    cases: list[Any] = [
        ("/99/star", {"starred": True}, "there is no take '99'"),
        ("/-1/delete", {}, "there is no take '-1'"),
        (f"/{10**30}/note", {"note": ""}, "there is no take '1000"),
        ("/1/note", {"note": "a\u0000b"}, "a note is at most 1000 printable"),
        ("/1/note", {"note": "x" * 1001}, "a note is at most 1000 printable"),
        ("/1/restore", {}, "there is no '000001' among the takes in the bin"),
        ("/room", {"gib": 0}, "takes_gib cannot be 0"),
        ("/9/replay", {}, "there is no take '9'"),
    ]
    for path, asked, said in cases:
        answer = client.post(PATH + path, json=asked)
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"].startswith(said)


def test_what_is_no_question_is_refused(client: httpx.Client) -> None:
    cases: list[Any] = [
        ("/one/star", {"starred": True}),
        ("/1/star", {"starred": "perhaps"}),
        ("/1/star", {}),
        ("/1/note", {"note": ["x"]}),
        ("/1/note", {"note": "x" * 20_001}),
        ("/room", {"gib": "much"}),
        ("/..%2f..%2fetc/delete", {}),
    ]
    for path, asked in cases:
        assert client.post(PATH + path, json=asked).status_code in (404, 422)
        assert [take.number for take in api.takes()] == [1, 2]


def test_odd_searches_are_refused(client: httpx.Client) -> None:
    cases: list[Any] = ["count=0", "count=10000", "before=x", f"search={'x' * 301}", "starred=odd"]
    for query in cases:
        assert client.get(f"{PATH}?{query}").status_code == 422


def test_a_take_whose_model_is_gone_says_so_when_it_is_made_again(client: httpx.Client) -> None:
    job = ended(client, f"{PATH}/1/replay")
    assert job["state"] == "failed"
    assert "take 1 itself is kept in" in job["error"].lower()


def test_only_the_newest_folders_that_are_heard_are_kept() -> None:
    scratch = Scratch(most=2)
    first, second, third = (scratch.folder() for _ in range(3))
    assert not first.exists()
    assert second.is_dir()
    assert third.is_dir()
