"""The demonstration: it makes room for itself only where an earlier one was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.api.refusals import sentence

from distill import api
from distill.api.requests import Request
from distill.codec.model import expected_tensors
from distill.demo.collection import DESCRIPTIONS
from distill.errors import BadSetting, Cancelled, NameTaken
from distill.library.model_file import load, save

BUILT_IN = [f"{name}.wav" for name in DESCRIPTIONS]


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether a training was begun each time; none goes on."""
    began: list[bool] = []

    def train(*_: object, **asked: object) -> None:
        began.append(bool(asked["replace"]))
        raise Cancelled("far enough.")

    monkeypatch.setattr("distill.api.demonstration.train", train)
    return began


def own_model(home: Path, name: str) -> Path:
    return (home / "models" / "tiny.distill").rename(home / "models" / f"{name}.distill")


@pytest.mark.parametrize("name", ["demo", "Demo"])
def test_a_model_of_ones_own_that_is_called_demo_is_spared(
    home: Path, tmp_path: Path, begun: list[bool], name: str
) -> None:
    path = own_model(home, name)
    before = path.read_bytes()
    told = (
        f"there is a model named {name!r} of other sounds than the demonstration's; rename it (distill models rename "
        f"{name} NAME) and try again."
    )
    assert sentence(NameTaken, api.demo, tmp_path / "out") == told
    assert path.read_bytes() == before
    path.write_bytes(before[:500])  # damaged, and no less its owner's
    assert sentence(NameTaken, api.demo, tmp_path / "out") == told
    assert (begun, (tmp_path / "out").exists()) == ([], False)


def test_an_unfinished_training_of_ones_own_that_is_called_demo_is_spared(
    home: Path, tmp_path: Path, begun: list[bool]
) -> None:
    Request.checked(name="demo", sounds=[tmp_path / "rain.wav"]).save(home / "training" / "demo")
    assert sentence(NameTaken, api.demo, tmp_path / "out").startswith(
        "there is an unfinished training named 'demo' of other sounds than the demonstration's; go on with it"
    )
    assert (begun, (tmp_path / "out").exists()) == ([], False)


def test_a_demonstration_takes_the_place_of_an_earlier_one(
    home: Path, tmp_path: Path, begun: list[bool]
) -> None:
    path = own_model(home, "demo")
    model = load(path, expected=expected_tensors)
    save(path, replace(model, name="demo", collection={**model.collection, "names": BUILT_IN}))
    Request.checked(name="demo", sounds=[tmp_path / "out" / "collection" / name for name in BUILT_IN]).save(
        home / "training" / "demo"
    )
    with pytest.raises(Cancelled):
        api.demo(tmp_path / "out")
    assert begun == [True]


def test_impossible_values_are_told_before_anything_is_written(tmp_path: Path) -> None:
    assert sentence(BadSetting, api.demo, tmp_path / "out", seed=-1, minutes=0) == (
        "this training cannot be started: minutes is 0: input should be greater than 0; seed is -1: input should be "
        "greater than or equal to 0. Change or leave out what is named."
    )
    assert not (tmp_path / "out").exists()
