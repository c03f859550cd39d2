"""What the routes of the codebook answer, and what they make of what a stranger could send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from distill import api
from distill.codec.model import expected_tensors
from distill.library.model_file import load, save
from distill.ui import Running


@pytest.fixture
def client(served: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{served.url}distill", timeout=60) as asking:
        yield asking


def test_a_level_is_told_with_all_that_is_known_of_its_entries(client: httpx.Client) -> None:
    book = client.get("/codebook", params={"level": 2}).json()
    told = api.codebook("tiny", level=2, sort="code")
    assert book["levels"] == ["Structure", "Timbre", "Detail"]
    assert book["sentence"] == told.sentence
    assert [entry["code"] for entry in book["entries"]] == list(range(16))
    assert [entry["words"] for entry in book["entries"]] == [line.words for line in told.lines]
    assert sorted(code for group in book["groups"] for code in group["codes"]) == list(range(16))


def test_an_entry_sounds_as_the_api_makes_it(client: httpx.Client) -> None:
    heard = np.frombuffer(client.get("/codebook/sound/2/5").content, "<f4")
    np.testing.assert_allclose(heard, api.entry_samples("tiny", 2, 5)[0], atol=1e-6)


def test_naming_one_entry_after_another_never_opens_the_model_again(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint = client.get("/codebook").json()["fingerprint"]
    with monkeypatch.context() as patch:
        patch.setattr(api, "open_model", None)  # it is open, and stays so
        for code, name in ((3, "bell"), (4, "hiss"), (3, "")):
            named = {"fingerprint": fingerprint, "level": 1, "code": code, "name": name}
            answer = client.post("/codebook/name", json=named)
            assert answer.json() == {"name": name, "note": ""}
        assert [entry["name"] for entry in client.get("/codebook").json()["entries"]][3:5] == ["", "hiss"]
    assert [line.note.name for line in api.codebook("tiny", sort="code").lines][3:5] == ["", "hiss"]


def test_a_name_for_another_model_than_the_one_in_use_is_refused(client: httpx.Client, home: Path) -> None:
    seen = client.get("/codebook").json()
    path = home / "models" / "other.distill"
    path.write_bytes((home / "models" / "tiny.distill").read_bytes())
    file = load(path, expected=expected_tensors)
    tensors = {
        name: tensor + 0.01 if name.startswith("codec.") else tensor for name, tensor in file.tensors.items()
    }
    save(path, replace(file, tensors=tensors))
    client.post("/models/choose", json={"name": "other"}).raise_for_status()  # as in another window
    naming = {"fingerprint": seen["fingerprint"], "level": 1, "code": 3, "name": "bell"}
    answer = client.post("/codebook/name", json=naming)
    assert answer.status_code == 400
    assert "the model other was taken into use meanwhile" in answer.json()["error"]
    for model in ("tiny", "other"):
        assert [line.note.name for line in api.codebook(model, sort="code").lines][3] == ""
    client.post("/models/choose", json={"name": "tiny"}).raise_for_status()
    assert client.post("/codebook/name", json=naming).json()["name"] == "bell"


NOT_THERE: list[tuple[str, str, Any]] = [
    ("GET", "/codebook?level=0", None),
    ("GET", "/codebook?level=99", None),
    ("GET", "/codebook?level=one", None),
    ("GET", "/codebook/sound/1/16", None),
    ("GET", "/codebook/sound/1/-1", None),
    ("GET", "/codebook/sound/9/1", None),
    ("GET", "/codebook/similar/1/1000000000000000000000", None),
    ("GET", "/codebook/similar/x/1", None),
    ("POST", "/codebook/name", {"level": 1, "code": 16, "name": "x"}),
    ("POST", "/codebook/name", {"level": 1, "code": 1, "name": "x" * 65}),
    ("POST", "/codebook/name", {"level": 1, "code": 1, "name": "a\u0000b"}),
    ("POST", "/codebook/name", {"level": 1, "code": 1, "text": "x" * 501}),
    ("POST", "/codebook/name", {"level": 1, "code": 1, "name": ["x"]}),
    ("POST", "/codebook/name", {"level": 1, "code": 1, "model": "/etc/passwd"}),
    ("POST", "/codebook/name", {"level": 1, "code": 1, "name": "x", "fingerprint": 7}),
    ("POST", "/codebook/usage", {"source": {"take": 3}}),
    ("POST", "/codebook/usage", {"source": {"media": "/distill/media/x"}}),
    ("POST", "/codebook/usage", {"source": {}}),
]


def test_what_is_not_there_is_refused_in_one_sentence(client: httpx.Client) -> None:
    fingerprint = client.get("/codebook").json()["fingerprint"]
    for method, path, body in NOT_THERE:
        given = {"fingerprint": fingerprint} | body if path == "/codebook/name" else body
        answer = client.request(method, path, json=given)
        assert answer.status_code in (400, 422), (path, body)
        assert "another one" not in answer.text, (path, body)
        assert "\n" not in answer.json()["error"]


def test_without_a_model_the_codebook_says_what_to_do(client: httpx.Client, home: Path) -> None:
    (home / "models" / "tiny.distill").unlink()
    answer = client.get("/codebook")
    assert answer.status_code == 400
    assert "train one" in answer.json()["error"]
