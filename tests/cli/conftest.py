from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import distill
from distill.api import BinRoom
from distill.cli import app
from distill.progress import LevelHealth


class FakeApi(ModuleType):
    """Stands in for the api: remembers how each verb was called, and gives what a test laid down for it."""

    def __init__(self) -> None:
        super().__init__("distill.api")
        self.calls: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {}
        self.answers: dict[str, Any] = {"room_of_bin": BinRoom(0, 0)}  # lists end with it

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        if verb.startswith("_"):
            raise AttributeError(verb)

        def called(*args: Any, **options: Any) -> Any:
            self.calls[verb] = (args, options)
            answer = self.answers[verb]
            return answer(*args, **options) if callable(answer) else answer

        return called


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> FakeApi:
    fake = FakeApi()
    monkeypatch.setitem(sys.modules, "distill.api", fake)
    monkeypatch.setattr(distill, "api", fake, raising=False)
    return fake


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line with a user folder of its own."""
    monkeypatch.setenv("DISTILL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")

    def go(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return go


HEALTH = (
    LevelHealth(1, 0.9, 100.0, 6.6, 12, 0.1, 1.0, "green", "nearly every entry is in use."),
    LevelHealth(2, 0.2, 9.5, 3.2, 90, 0.1, 1.0, "red", "most entries are never used."),
)


@pytest.fixture
def trained(tmp_path: Path) -> SimpleNamespace:
    """What a training returns."""
    from distill.collection.scan import LeftOut

    return SimpleNamespace(
        name="my bells",
        path=tmp_path / "my bells.distill",
        statistics={"steps": 120, "own_mel_distance": float("nan")},
        health=HEALTH,
        left_out=(LeftOut(tmp_path / "notes.txt", "notes.txt is not a sound."),),
        sentences=("Twelve sounds, 40 seconds.",),
        stopped="finished",
    )
