from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.api.tiny_training import shrink
from tests.signals import pluck

from distill.audio.clip import Clip
from distill.audio.writing import write_wav
from distill.ui.uploads import safe_name

if TYPE_CHECKING:
    from distill.ui import Running


@pytest.fixture
def ask(served: Running) -> Any:
    """Ask a route below /distill/training: ``ask("/sounds/clear", {})`` posts, ``ask("/sounds")`` gets."""

    def go(path: str, body: object = None) -> tuple[int, Any]:
        url = f"{served.url}distill/training{path}"
        answer = httpx.get(url, timeout=60) if body is None else httpx.post(url, json=body, timeout=60)
        return answer.status_code, answer.json()

    return go


def looked(ask: Any, served: Running, job: dict[str, Any]) -> dict[str, Any]:
    """Wait for the look through the sounds, and return the list."""
    served.studio.jobs.get(job["job"]).wait(30)
    listed = ask("/sounds")[1]
    assert isinstance(listed, dict)
    return listed


def test_a_folder_is_listed_where_it_lies_with_a_reason_for_each_file_that_is_skipped(
    ask: Any, served: Running, sounds: Path
) -> None:
    before = sorted(sounds.rglob("*"))
    listed = looked(ask, served, ask("/sounds/add", {"paths": [str(sounds)]})[1])
    assert [(sound["name"], sound["verdict"]) for sound in listed["sounds"]] == [
        ("pluck.wav", "used"), ("swell.wav", "used"), ("wide.wav", "used"),
    ]  # fmt: skip
    assert [refused["name"] for refused in listed["refused"]] == ["notes.txt"]
    assert (listed["used"], listed["seconds"]) == (3, 6.0)
    assert sorted(sounds.rglob("*")) == before  # read in place, nothing is copied


def test_a_sound_is_heard_and_drawn_and_a_part_of_it_is_chosen(
    ask: Any, served: Running, sounds: Path
) -> None:
    listed = looked(ask, served, ask("/sounds/add", {"paths": [str(sounds)]})[1])
    sound = listed["sounds"][0]["id"]
    answer = httpx.get(f"{served.url}distill/training/sounds/{sound}?start=0.5", timeout=60)
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getframerate(), file.getnframes()) == (48_000, 72_000)
    assert len(ask(f"/sounds/{sound}/outline")[1]["low"]) == 500
    status, listed = ask("/sounds/trim", {"id": sound, "part": [0.5, 1.25]})
    assert (status, listed["sounds"][0]["part"], listed["seconds"]) == (200, [0.5, 1.25], 4.75)
    ask("/sounds/use", {"ids": [listed["sounds"][1]["id"]], "used": False})
    wish = served.studio.gathering.asked()
    assert wish["leave_out"] == [(sounds / "swell.wav").as_posix()]
    assert wish["trim"] == {(sounds / "pluck.wav").as_posix(): (0.5, 1.25)}


def test_silent_and_damaged_sounds_are_found_before_training(
    ask: Any, served: Running, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    write_wav(folder / "fine.wav", Clip(pluck(48_000, hz=220.0)))
    write_wav(folder / "silent.wav", Clip(pluck(48_000, hz=220.0) * 0))
    (folder / "text.wav").write_text("no sound at all")
    (folder / "empty.wav").write_bytes(b"")
    listed = looked(ask, served, ask("/sounds/add", {"paths": [str(folder)]})[1])
    assert {sound["name"]: sound["verdict"] for sound in listed["sounds"]} == {
        "fine.wav": "used", "silent.wav": "skipped",
    }  # fmt: skip
    assert {refused["name"] for refused in listed["refused"]} == {"text.wav", "empty.wav"}
    assert listed["used"] == 1


def test_uploads_get_safe_names_and_never_replace_one_another(
    ask: Any, served: Running, tmp_path: Path
) -> None:
    write_wav(tmp_path / "a.wav", Clip(pluck(9_600, hz=220.0)))
    content = (tmp_path / "a.wav").read_bytes()

    def upload(name: str, content: bytes) -> httpx.Response:
        url = f"{served.url}distill/training/sounds/upload"
        asked = {"name": name, "collection": "../../evil"}
        return httpx.post(url, params=asked, content=content, timeout=60)

    assert upload("a.wav", content).json() == {"name": "a.wav"}
    assert upload("a.wav", content).json() == {"name": "a.wav"}  # the same once more
    assert upload("a.wav", content + b"\0").json() == {"name": "a (2).wav"}
    assert upload("../../../../etc/passwd", b"x").status_code == 200
    assert (
        upload("<img src=x onerror=alert(1)>.wav", content).json()["name"]
        == "_img src=x onerror=alert(1)_.wav"
    )
    home = served.studio.home
    (collection,) = [path for path in (home / "collections").iterdir() if path.is_dir()]
    assert collection.parent == home / "collections"
    assert {path.relative_to(collection).as_posix() for path in collection.rglob("*") if path.is_file()} == {
        "a.wav", "a (2).wav", "etc/passwd", "_img src=x onerror=alert(1)_.wav",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["CON.wav", "...", "a" * 400 + ".wav", "\u202egnp.wav", "a/b\\c", "x\0y.aiff", "ä.wav"]
)
def test_a_safe_name_is_one_files_name_that_keeps_its_ending(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not set(safe) & set('/\\:*?"<>|\0')
    assert len(safe.encode()) <= 130
    assert Path(safe).suffix == Path(name).suffix if name != "..." else True


IMPOSSIBLE: list[tuple[str, object]] = [
    ("/sounds/add", {"paths": []}),
    ("/sounds/add", {"paths": ["relative/folder"]}),
    ("/sounds/add", {"paths": ["~nobody/mix"]}),
    ("/sounds/add", {"paths": ["/no/such/folder"]}),
    ("/sounds/add", {"paths": ["/\0"]}),
    ("/sounds/add", {"paths": "not a list"}),
    ("/sounds/use", {"ids": ["../../etc/passwd"], "used": True}),
    ("/sounds/use", {"ids": ["0" * 24], "used": True}),
    ("/sounds/trim", {"id": "0" * 24, "part": [0, 1]}),
    ("/sounds/trim", {"id": "0" * 24, "part": [0, "NaN"]}),
    ("/start", {"name": "x"}),
    ("/start", {"name": "x", "codebook_size": 7}),
    ("/start", {"name": "x", "minutes": -1}),
    ("/start", {"name": "x", "prior": "magic"}),
    ("/start", {"name": "x", "without": ["everything"]}),
    ("/longer", {"name": "../tiny"}),
    ("/longer", {"name": "tiny", "minutes": 1e9}),
    ("/resume", {"name": "tiny"}),
    ("/forget", {"name": ".."}),
    ("/forget", {"name": "tiny"}),
    ("/do/pause", {}),
    ("/do/go-on", {}),
    ("/do/explode", {}),
    ("/estimate", {}),
    ("/proposal", {"tier": "endless"}),
]


def test_what_cannot_be_is_refused_with_a_sentence(ask: Any, served: Running) -> None:
    for path, body in IMPOSSIBLE:
        status, answer = ask(path, body)
        assert status in (400, 422), (path, body, answer)
        assert len(answer["error"]) > 20, (path, body)
    assert served.studio.training.state() == "none"


def test_the_time_is_measured_with_the_sounds_that_are_chosen(
    ask: Any, served: Running, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrink(monkeypatch)
    looked(ask, served, ask("/sounds/add", {"paths": [str(sounds)]})[1])
    jobs = [ask("/estimate", {"tier": "standard", "num_levels": 3})[1]["job"] for _ in range(2)]
    for number in jobs:
        assert served.studio.jobs.get(number).wait(60)
    found = served.studio.jobs.get(jobs[-1]).to_json()
    assert found["state"] == "done", found["error"]
    assert 1200 < found["result"]["seconds"] < 1350  # 120,000 steps of 10 ms, and the end
    proposed = ask("/proposal", {"codebook_size": 512})[1]
    assert (proposed["codebook_size"], proposed["num_levels"]) == (512, 8)
    assert "large codebook" in proposed["sentence"]


def test_only_listed_sounds_can_be_fetched(ask: Any, served: Running) -> None:
    for name in ("0" * 24, "..%2f..%2fetc%2fpasswd", "gathered.json"):
        status, answer = ask(f"/sounds/{name}")
        assert status in (400, 404), answer


def test_the_list_outlives_the_server(ask: Any, served: Running, sounds: Path) -> None:
    from distill.ui import started

    listed = looked(ask, served, ask("/sounds/add", {"paths": [str(sounds)]})[1])
    ask("/sounds/use", {"ids": [listed["sounds"][0]["id"]], "used": False})
    with started(home=served.studio.home, port=0, device="cpu") as (later, _):
        url = f"{later.url}distill/training/sounds"
        later.studio.jobs.get(httpx.get(url, timeout=60).json()["job"]).wait(30)
        sounds_listed = httpx.get(url, timeout=60).json()["sounds"]
        assert [sound["verdict"] for sound in sounds_listed] == ["left out", "used", "used"]
