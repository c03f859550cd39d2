from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.api.tiny_training import SIZES, shrink, without_previews
from tests.signals import mixture, pluck

from distill.api import Project, Trained, train
from distill.audio.clip import Clip
from distill.audio.writing import write_wav

Train = Callable[..., Trained]


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three sounds of two seconds, one of them stereo, and a text."""
    folder = tmp_path_factory.mktemp("collection")
    write_wav(folder / "pluck.wav", Clip(pluck(96_000, hz=220.0)))
    write_wav(folder / "swell.wav", Clip(mixture(96_000, seed=1)))
    write_wav(folder / "wide.wav", Clip(mixture(96_000, seed=2, channels=2)))
    (folder / "notes.txt").write_text("to be mixed")
    return folder


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> tuple[Path, Trained]:
    """A user folder with one tiny model, ``tiny``, trained for 12 steps with previews. Not to be changed."""
    home = tmp_path_factory.mktemp("library")
    with pytest.MonkeyPatch.context() as patch:
        shrink(patch)
        trained = train([sounds], name="tiny", steps=12, seed=1, home=home, device="cpu", **SIZES)
    return home, trained


@pytest.fixture
def home(library: tuple[Path, Trained], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A user folder of this test's own, with the tiny model in it."""
    folder = tmp_path / "own home"
    monkeypatch.setenv("DISTILL_HOME", str(folder))
    (folder / "models").mkdir(parents=True)
    (folder / "models" / "tiny.distill").write_bytes((library[0] / "models" / "tiny.distill").read_bytes())
    return folder


@pytest.fixture
def quick_train(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Train:
    """Train a tiny model without previews, in a user folder of this test; keywords as :func:`distill.api.train`."""
    shrink(monkeypatch)
    without_previews(monkeypatch)

    def run(sounds: list[Path] | tuple[()] = (), **asked: Any) -> Trained:
        going_on = asked.get("resume") or asked.get("longer")
        wanted: dict[str, Any] = {"name": "mine", "device": "cpu", "home": tmp_path / "home"}
        if not going_on:
            wanted |= {"steps": 4} | SIZES
        return train(sounds, **wanted | asked)

    return run


@pytest.fixture
def project(home: Path, sounds: Path) -> Project:
    """A project with the pluck as A and the stereo sound as B."""
    made = Project(home, device="cpu")
    made.open_file("A", sounds / "pluck.wav", model="tiny")
    made.open_file("B", sounds / "wide.wav", model="tiny")
    return made
