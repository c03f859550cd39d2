from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bench.subject import Distill

from distill import api

NAME = "bells-draft-2.5min-seed0-c0ffee11"


def asked(home: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What the API is asked for when this model is to be trained."""
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def train(*given: Any, **rest: Any) -> Any:
        calls.append((given, rest))
        return SimpleNamespace(statistics={"steps": 7})

    monkeypatch.setattr(api, "train", train)
    statistics = Distill().train([Path("a.wav")], name=NAME, tier="draft", minutes=2.5, seed=0, home=home)
    assert statistics == {"steps": 7}
    return calls[0]


def begin(home: Path, *, has_model: bool) -> None:
    (home / "training" / NAME).mkdir(parents=True)
    (home / "training" / NAME / "request.json").write_text("{}")
    (home / "models").mkdir()
    if has_model:
        (home / "models" / f"{NAME}.distill").write_bytes(b"")


def test_a_training_that_was_killed_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(tmp_path, has_model=False)
    assert asked(tmp_path, monkeypatch) == ((), {"name": NAME, "home": tmp_path, "resume": True})


@pytest.mark.parametrize("was_there", [False, True])
def test_a_new_training_replaces_whatever_has_its_name(
    was_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if was_there:
        begin(tmp_path, has_model=True)
    given, rest = asked(tmp_path, monkeypatch)
    assert given == ([Path("a.wav")],)
    assert rest == {
        "name": NAME, "tier": "draft", "minutes": 2.5, "seed": 0, "home": tmp_path, "replace": True,
    }  # fmt: skip
