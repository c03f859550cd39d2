from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from distill.errors import BadInput
from distill.ui import Running
from distill.ui import media as module
from distill.ui.media import Media


def test_a_file_keeps_its_address(tmp_path: Path) -> None:
    media = Media()
    assert media.put(tmp_path / "a.wav") == media.put(tmp_path / "a.wav") != media.put(tmp_path / "b.wav")


def test_a_file_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    media = Media()
    token = media.put(tmp_path / "gone.wav").rpartition("/")[2]
    with pytest.raises(BadInput, match="not there any more"):
        media.path(token)


def test_the_oldest_addresses_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_FILES", 2)
    media = Media()
    for name in "abc":
        (tmp_path / name).touch()
    first, second, third = (media.put(tmp_path / name).rpartition("/")[2] for name in "abc")
    with pytest.raises(BadInput):
        media.path(first)
    assert (media.path(second).name, media.path(third).name) == ("b", "c")


def test_a_file_is_never_taken_for_a_page(served: Running, tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text("<script>alert(1)</script>")
    answer = httpx.get(served.url.rstrip("/") + served.studio.media.put(tmp_path / "x.html"), timeout=60)
    assert answer.headers["content-type"] == "application/octet-stream"


def test_a_changed_file_is_never_taken_from_a_cache(served: Running, tmp_path: Path) -> None:
    path = tmp_path / "bells.distill"
    path.write_bytes(b"before")
    answer = httpx.get(served.url.rstrip("/") + served.studio.media.put(path), timeout=60)
    assert answer.headers["cache-control"] == "no-cache"


def test_a_sound_is_fetched_and_its_outline_drawn(served: Running, sounds: Path) -> None:
    address = served.url.rstrip("/") + served.studio.media.put(sounds / "pluck.wav")
    answer = httpx.get(address, timeout=60)
    assert answer.content == (sounds / "pluck.wav").read_bytes()
    assert answer.headers["content-type"] == "audio/wav"
    assert (
        httpx.get(address + "?download=true", timeout=60)
        .headers["content-disposition"]
        .startswith("attachment")
    )
    outline = httpx.get(address + "/outline?points=100", timeout=60).json()
    assert outline["seconds"] == pytest.approx(2.0)
    assert len(outline["low"]) == len(outline["high"]) == 100
    assert httpx.get(address + "/outline?points=1000000", timeout=60).status_code == 422
