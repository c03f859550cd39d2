"""What the routes of new sound make of what a stranger could send."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from distill import api
from distill.ui import Running


@pytest.fixture
def client(served: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{served.url}distill", timeout=60) as asking:
        yield asking


def finished(client: httpx.Client, served: Running, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/generate", json=body)
    assert answer.status_code == 200, answer.text
    number = answer.json()["job"]
    assert served.studio.jobs.get(number).wait(60)
    told: dict[str, Any] = client.get(f"/generate/runs/{number}").json()
    return told


IMPOSSIBLE: list[dict[str, Any]] = [
    {},
    {"seconds": "long"},
    {"seconds": None},
    {"seconds": 1, "seed": -1},
    {"seconds": 1, "seed": 2**80},
    {"seconds": 1, "count": 10**9},
    {"seconds": 1, "steering": {"density": [[0, 1]] * 401}},
    {"seconds": 1, "steering": {str(word): [[0, 1]] for word in range(7)}},
    {"seconds": 1, "steering": {"density": [[0]]}},
    {"seconds": 1, "prefix": {"take": 1, "slot": "A"}},
    {"seconds": 1, "prefix": {"path": "/etc/passwd"}},
    {"seconds": 1, "output": "/tmp/x.wav"},
    {"seconds": 1, "arrange": "A" * 3001},
]
TOLD: list[tuple[dict[str, Any], str]] = [
    ({"seconds": 5000}, "choose 0.1 to 1800 s"),
    ({"seconds": -1}, "choose 0.1 to 1800 s"),
    ({"count": 201}, "choose 1 to 200"),
    ({"count": -3}, "choose 1 to 200"),
    ({"creativity": 9}, "temperature is 9.0; choose one above 0"),
    ({"focus": 101}, "focus is 101.0"),
    ({"experimental": 2}, "experimental is 2.0"),
    ({"sampling": {"heat": 1}}, "sampling.heat"),
    ({"sampling": {"coherence": "much"}}, "coherence is 'much'"),
    ({"steering": {"<img>": [[0, 1]]}}, "nothing can be steered by '<img>'"),
    ({"steering": {"density": [[0, 9]]}}, "give amounts from -3 to 3"),
    ({"steering": {"density": []}}, "the curve of density holds nothing"),
    ({"guard_seconds": 0}, "choose 0.1 s or more"),
    ({"arrange": "A1"}, "one letter a part"),
    ({"arrange": "AB", "part_seconds": 99}, "parts of 99 s"),
]
NOT_THERE: list[tuple[dict[str, Any], str]] = [
    ({"take": 77}, "there is no take"),
    ({"slot": "B"}, "there is no sound in B"),
    ({"media": "/distill/media/../../etc/passwd"}, "not there any more"),
    ({"media": "nothing"}, "not there any more"),
]


def test_what_no_page_would_send_is_refused(client: httpx.Client) -> None:
    for body in IMPOSSIBLE:
        answer = client.post("/generate", json=body)
        assert answer.status_code == 422, body
        assert "impossible" in answer.json()["error"]


def test_an_impossible_value_is_told_in_words(client: httpx.Client, served: Running) -> None:
    for body, said in TOLD:
        told = finished(client, served, {"seconds": 0.2} | body)
        assert told["state"] == "failed", body
        assert said in told["error"]
        assert told["made"] == []


def test_a_beginning_that_is_not_there_is_told(client: httpx.Client) -> None:
    for prefix, said in NOT_THERE:
        answer = client.post("/generate", json={"seconds": 0.2, "prefix": prefix})
        assert answer.status_code == 400, prefix
        assert said in answer.json()["error"]


def test_the_outlook_tells_what_to_expect_and_whether_anything_can_be_made(
    client: httpx.Client, home: Path
) -> None:
    told = client.get("/generate/outlook", params={"seconds": 600}).json()
    assert told["possible"]
    assert "600 s is beyond" in told["sentences"][0]
    (home / "models" / "tiny.distill").unlink()
    assert client.get("/generate/outlook").json() == {"model": None, "possible": False, "sentences": []}


def test_a_preset_that_cannot_be_is_refused_in_words(client: httpx.Client, home: Path) -> None:
    kept = {"name": "calm", "settings": {"creativity": 0.5}}
    assert client.post("/generate/presets", json=kept).status_code == 200
    for wrong, said in [
        (kept, "already a preset"),
        (kept | {"name": "wander"}, "comes with Distill"),
        (kept | {"name": "../up"}, "preset"),
        (kept | {"name": "hot", "settings": {"creativity": 7}}, "creativity"),
        (kept | {"name": "none", "settings": {}}, "set at least one"),
    ]:
        answer = client.post("/generate/presets", json=wrong)
        assert answer.status_code == 400
        assert said in answer.json()["error"]
    assert client.post("/generate/presets/delete", json={"name": "faithful"}).status_code == 400
    assert [one.name for one in api.presets(kind="generation", home=home) if not one.is_shipped] == ["calm"]


def test_only_sounds_and_codes_are_taken_and_their_names_are_made_safe(
    client: httpx.Client, sounds: Path
) -> None:
    def put(name: str, data: bytes) -> httpx.Response:
        return client.post("/dropped", params={"file": name}, content=data)

    pluck = (sounds / "pluck.wav").read_bytes()
    kept = put("../../<img src=x onerror=1>.wav", pluck).json()
    assert kept["title"] == "_img src=x onerror=1_"
    assert kept["seconds"] == 2.0
    assert client.get(kept["media"].removeprefix("/distill")).content == pluck
    for name, data in [("song.wav", b"no sound at all"), ("empty.wav", b""), ("a.codes", pluck), ("", b"x")]:
        answer = put(name, data)
        assert answer.status_code in (400, 422), name
        assert answer.json()["error"]


def test_one_run_at_a_time_and_only_runs_are_told(client: httpx.Client, served: Running) -> None:
    number = client.post("/generate", json={"seconds": 1000}).json()["job"]
    assert "already" in client.post("/generate", json={"seconds": 1}).json()["error"]
    client.post(f"/jobs/{number}/stop")
    assert served.studio.jobs.get(number).wait(60)
    other = served.studio.jobs.start("something else", lambda report, cancel: {})
    assert client.get(f"/generate/runs/{other.number}").status_code == 400
    assert client.get("/generate/runs/999").status_code == 400
