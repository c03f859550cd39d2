from __future__ import annotations

import json
import struct
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from tests.signals import mixture

from distill import api
from distill.audio.clip import Clip
from distill.audio.writing import write_wav
from distill.codes import storage
from distill.ui import Running
from distill.ui.routes.export import sound_of
from distill.ui.sources import Source

REVERSE = {"operation": "reverse", "region": {}, "arguments": {}, "seed": 0}


@pytest.fixture(scope="module")
def served(running: Running) -> Running:
    """One page for all tests here."""
    return running


@pytest.fixture
def client(served: Running, sounds: Path) -> Iterator[httpx.Client]:
    """A client of a page on which ``pluck`` is open as A, and nothing as B."""
    with httpx.Client(base_url=f"{served.url}distill/project", timeout=60) as asking:
        served.studio.project.close("B")
        served.studio.project.open_file("A", sounds / "pluck.wav", model="tiny")
        yield asking


def _revision(served: Running) -> int:
    return served.studio.project.sound("A").revision


def test_what_is_open_is_told_with_all_it_takes_to_show_it(client: httpx.Client, served: Running) -> None:
    told = httpx.get(f"{served.url}distill/project", timeout=60).json()["slots"]
    assert told["B"] is None
    grid = np.frombuffer(b64decode(told["A"]["codes"]), "<u2")
    assert np.array_equal(grid, served.studio.project.sound("A").sound.grid.reshape(-1))
    assert told["A"]["level_names"] == ["Structure", "Timbre", "Detail"]


def test_sound_comes_as_samples_and_after_an_edit_only_what_is_new(
    client: httpx.Client, served: Running
) -> None:
    about, samples = _heard(client.get("/sound/A"))
    np.testing.assert_array_equal(samples, served.studio.project.hear("A").samples)
    code = (int(served.studio.project.sound("A").sound.grid[0, 0, 40]) + 1) % 16
    edit = REVERSE | {"operation": "set", "region": {"start": 40, "stop": 44}, "arguments": {"code": code}}
    client.post("/edit", json={"slot": "A", "rev": _revision(served), "edits": [edit]}).raise_for_status()
    newer, part = _heard(client.get("/sound/A", params={"have": about["version"]}))
    assert 0 < part.shape[1] < samples.shape[1]
    samples[:, newer["first"] : newer["first"] + part.shape[1]] = part
    np.testing.assert_array_equal(samples, served.studio.project.hear("A").samples)
    assert _heard(client.get("/sound/A", params={"original": True}))[0]["total"] == about["total"]


def test_a_long_answer_comes_deflated_and_a_short_one_as_it_is(
    client: httpx.Client, served: Running, tmp_path: Path
) -> None:
    minute = tmp_path / "minute.wav"
    write_wav(minute, Clip(mixture(60 * 48_000, seed=1, channels=2)))
    served.studio.project.open_file("A", minute, model="tiny", search=0)
    answer = client.post("/edit", json={"slot": "A", "rev": _revision(served), "edits": [REVERSE]})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(answer.content) / 2
    changed = np.frombuffer(b64decode(answer.json()["codes"]), "<u2")
    np.testing.assert_array_equal(changed, served.studio.project.sound("A").sound.grid.reshape(-1))
    part = REVERSE | {"region": {"start": 0, "stop": 8}}
    short = client.post("/edit", json={"slot": "A", "rev": _revision(served), "edits": [part]})
    assert "content-encoding" not in short.headers


def test_an_old_revision_is_refused_with_the_sound_as_it_is_now(
    client: httpx.Client, served: Running
) -> None:
    seen = _revision(served)
    client.post("/edit", json={"slot": "A", "rev": _revision(served), "edits": [REVERSE]}).raise_for_status()
    for path, more in (
        ("/edit", {"edits": [REVERSE]}),
        ("/undo", {}),
        ("/redo", {}),
        ("/templates/use", {"name": "x"}),
    ):
        answer = client.post(path, json={"slot": "A", "rev": seen, **more})
        if path == "/templates/use":
            assert answer.status_code == 400
            continue
        assert answer.status_code == 409
        assert answer.json()["state"]["rev"] == seen + 1
        assert "changed elsewhere" in answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/edit", {}),
        ("/edit", {"slot": "A", "rev": 1, "edits": []}),
        ("/edit", {"slot": "C", "rev": 1, "edits": [REVERSE]}),
        ("/edit", {"slot": "A", "rev": -1, "edits": [REVERSE]}),
        ("/edit", {"slot": "A", "rev": 1, "edits": [REVERSE] * 300}),
        ("/edit", {"slot": "A", "rev": 1, "edits": ["reverse"]}),
        ("/edit", {"slot": "A", "rev": 1, "edits": [{"operation": "x"}]}),
        ("/edit", {"slot": "A", "rev": 1, "edits": [REVERSE], "more": 1}),
        ("/edit", {"slot": "B", "rev": 1, "edits": [REVERSE]}),
        ("/open", {"slot": "A", "source": {}}),
        ("/open", {"slot": "A", "source": {"take": 1, "slot": "B"}}),
        ("/open", {"slot": "A", "source": {"take": 99}}),
        ("/open", {"slot": "A", "source": {"slot": "B"}}),
        ("/open", {"slot": "A", "source": {"media": "/etc/passwd"}}),
        ("/open", {"slot": "A", "source": {"path": "/etc/passwd"}}),
        ("/undo", {"slot": "A", "rev": 1, "count": 0}),
        ("/undo", {"slot": "A", "rev": 1, "count": 5}),
        ("/levels", {"slot": "A", "locked": [9], "muted": [], "soloed": []}),
        ("/levels", {"slot": "A", "locked": [4], "muted": [], "soloed": []}),
        ("/tempo", {"slot": "A", "bpm": 1e9}),
        ("/tempo", {"slot": "A", "bpm": 120, "beats_per_bar": 0}),
        ("/tempo", {"slot": "A", "bpm": 120, "snap": -1}),
        ("/swap", {"region": {}, "revs": {}}),
        ("/swap", {"region": {"start": "x"}, "revs": {}}),
        ("/templates/use", {"slot": "A", "rev": 1, "name": "../../x"}),
        ("/templates/save", {"slot": "A", "name": "../../x"}),
        ("/regenerate", {"slot": "A", "region": {"levels": [77]}}),
        ("/regenerate", {"slot": "A", "region": {}, "creativity": 99}),
        ("/keep", {"slot": "B"}),
        ("/close", {"slot": ["A"]}),
    ],
)
def test_a_strangers_request_is_one_sentence_and_changes_nothing(
    client: httpx.Client, served: Running, path: str, body: dict[str, Any]
) -> None:
    before = served.studio.project.codes("A")
    if body.get("rev") == 1:
        body = body | {"rev": _revision(served)}
    answer = client.post(path, json=body)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["error"]
    assert served.studio.project.codes("A") == before


@pytest.mark.parametrize(
    "path",
    [
        "/sound/C",
        "/sound/B",
        "/strip/B",
        "/entries/B",
        "/codes/B",
        "/codebook/sound/9/1?slot=A",
        "/codebook/sound/1/99?slot=A",
        "/codebook/sound/x/1?slot=A",
        "/codebook/sound/1/1?slot=B",
        "/codebook/sound/1/1?slot=C",
        "/sound/A?have=-1",
    ],
)
def test_what_is_not_there_is_one_sentence(client: httpx.Client, path: str) -> None:
    answer = client.get(_beside(client, path) if path.startswith("/codebook") else path)
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.exe", b"MZ", "a.exe"),
        ("a.wav", b"RIFF", "a"),
        ("a.wav", b"", "a"),
        ("a.codes", b"DSTLCODE", "damaged"),
        ("../../a.txt", b"x", "a.txt is"),
    ],
)
def test_a_file_that_is_no_sound_is_refused(
    client: httpx.Client, served: Running, name: str, data: bytes, said: str
) -> None:
    answer = client.post(_beside(client, "/dropped"), params={"file": name}, content=data)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert served.studio.project.open_slots() == ("A",)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("distill.ui.routes.dropped.MOST_BYTES", 1000)
    answer = client.post(_beside(client, "/dropped"), params={"file": "a.wav"}, content=b"RIFF" * 1000)
    assert "larger than" in answer.json()["error"]


def test_codes_are_saved_with_their_edits_and_open_again(client: httpx.Client, served: Running) -> None:
    client.post("/edit", json={"slot": "A", "rev": _revision(served), "edits": [REVERSE]}).raise_for_status()
    saved = client.get("/codes/A")
    assert saved.headers["content-disposition"] == 'attachment; filename="pluck.codes"'
    assert storage.from_bytes(saved.content) == served.studio.project.codes("A")
    dropped = client.post(
        _beside(client, "/dropped"), params={"file": "mine.codes"}, content=saved.content
    ).json()
    answer = client.post("/open", json={"slot": "B", "source": {"media": dropped["media"]}})
    assert answer.json()["done"] == served.studio.project.sound("B").to_json()["done"] != []


def test_codes_of_more_edits_than_a_file_takes_are_saved_without_them_and_that_is_told(
    client: httpx.Client, served: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/edit", json={"slot": "A", "rev": _revision(served), "edits": [REVERSE]}).raise_for_status()
    assert client.get("/codes/A/told").json() == {"sentences": []}
    monkeypatch.setattr(storage, "_LARGEST_HEADERS", {1: 300})
    (sentence,) = client.get("/codes/A/told").json()["sentences"]
    assert sentence.startswith("The list of edits does not fit into a file")
    whole = served.studio.project.codes("A")
    exported = sound_of(served.studio, Source(slot="A"), tmp_path)
    assert isinstance(exported, Path)
    for saved in (storage.from_bytes(client.get("/codes/A").content), storage.load(exported)):
        assert saved == whole.with_grid(whole.grid, edits=[])
        assert whole.edits


def test_the_palette_is_there_after_the_model_was_renamed(client: httpx.Client, served: Running) -> None:
    home = served.studio.home
    before = client.get("/entries/A").json()
    api.rename_model("tiny", "another", home=home)
    try:
        after = client.get("/entries/A")
        assert after.status_code == 200, after.text
        assert after.json() == before
    finally:
        api.rename_model("another", "tiny", home=home)


def test_every_operation_has_a_form(client: httpx.Client) -> None:
    from distill.codes.operation import operations

    forms = client.get("/operations").json()
    assert sorted(form["name"] for form in forms) == list(operations())
    for form in forms:
        assert [field["name"] for field in form["fields"]] == list(operations()[form["name"]].model_fields)


def _beside(client: httpx.Client, path: str) -> str:
    """A route that is not the project's."""
    return str(client.base_url).rstrip("/").removesuffix("/project") + path


def _heard(answer: httpx.Response) -> tuple[dict[str, Any], np.ndarray]:
    answer.raise_for_status()
    (length,) = struct.unpack_from("<I", answer.content)
    about = json.loads(answer.content[4 : 4 + length])
    samples = np.frombuffer(answer.content, "<f4", offset=4 + length).reshape(
        about["channels"], about["count"]
    )
    return about, samples.copy()


def _dropped(served: Running, sound: Path) -> dict[str, Any]:
    answer = httpx.post(
        f"{served.url}distill/dropped", params={"file": sound.name}, content=sound.read_bytes()
    )
    source: dict[str, Any] = {"media": answer.raise_for_status().json()["media"]}
    return source


def test_a_sound_is_opened_with_the_nearest_codes_that_a_search_finds(
    client: httpx.Client, served: Running, tmp_path: Path
) -> None:
    write_wav(tmp_path / "foreign.wav", Clip(mixture(40_000, seed=9)))
    source = _dropped(served, tmp_path / "foreign.wav")
    at_once = client.post("/open", json={"slot": "B", "source": source}).raise_for_status().json()
    number = client.post("/open", json={"slot": "B", "source": source, "search": True}).json()["job"]
    assert served.studio.jobs.get(number).wait(60)
    job = httpx.get(f"{served.url}distill/jobs/{number}").json()
    assert (job["state"], job["kind"], job["progress"]["task"]) == ("done", "open B", "encode")
    assert job["progress"]["done"] == job["progress"]["total"] > 0
    assert job["result"] == httpx.get(f"{served.url}distill/project", timeout=60).json()["slots"]["B"]
    assert (job["result"]["title"], job["result"]["seconds"]) == (at_once["title"], at_once["seconds"])
    assert job["result"]["codes"] != at_once["codes"]


def test_one_sound_is_being_opened_in_a_slot_and_a_stopped_one_leaves_it_as_it_was(
    client: httpx.Client, served: Running, tmp_path: Path
) -> None:
    long = tmp_path / "long.wav"
    write_wav(long, Clip(mixture(120 * 48_000)))
    source = _dropped(served, long)
    number = client.post("/open", json={"slot": "B", "source": source, "search": True}).json()["job"]
    again = client.post("/open", json={"slot": "B", "source": source, "search": True})
    assert (again.status_code, again.json()["error"]) == (
        400,
        "a sound is being opened as B already; wait for that, or stop it first.",
    )
    other = client.post("/open", json={"slot": "A", "source": source, "search": True}).json()["job"]
    for opening in (number, other):
        httpx.post(f"{served.url}distill/jobs/{opening}/stop").raise_for_status()
        assert served.studio.jobs.get(opening).wait(60)
        assert httpx.get(f"{served.url}distill/jobs/{opening}").json()["state"] == "stopped"
    assert httpx.get(f"{served.url}distill/project", timeout=60).json()["slots"]["B"] is None
