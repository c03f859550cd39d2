"""Tests of ``distill presets``."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from distill.api import BinRoom
from distill.api.edited import Edited
from distill.api.exporting import Exported
from distill.library.preset_files import Preset
from distill.prior.steered import read_curve

from .conftest import FakeApi, Run

OWN = Preset("slow", "generation", "", {"creativity": 0.7}, Path("presets/slow.json"))
SHIPPED = Preset("wander", "generation", "Drifts.", {"coherence": 0.1})
BROKEN = Preset("bad", "", "", {}, Path("presets/bad.json"), "the preset 'bad' cannot be read.")


def rows(text: str) -> list[str]:
    return [" ".join(row.split()) for row in text.splitlines()]


@pytest.fixture
def fake(api: FakeApi) -> FakeApi:
    api.answers |= {
        "presets": [OWN, BROKEN, SHIPPED],
        "preset": OWN,
        "save_preset": OWN,
        "read_curve": read_curve,
    }
    return api


def test_the_list_says_what_each_is_for(run: Run, fake: FakeApi) -> None:
    assert rows(run("presets", "list", "--kind", "generation").stdout) == [
        "preset for from about",
        "slow generation yours creativity 0.7",
        "bad damaged yours the preset 'bad' cannot be read.",
        "wander generation with Distill Drifts.",
    ]
    fake.answers["room_of_bin"] = BinRoom(1, 400_000)
    assert run("presets", "list").stdout.endswith(
        "\nThe bin of presets holds 1, 0.4 MB in all (distill presets empty-bin makes room).\n"
    )
    run("presets", "list", "--kind", "generation")
    assert fake.calls["presets"][1] == {"kind": "generation", "home": None}
    names = [one["name"] for one in json.loads(run("presets", "list", "--json").stdout)["presets"]]
    assert names == ["slow", "bad", "wander"]
    assert run("presets", "show", "slow").stdout == "slow, for generation\n  creativity: 0.7\n"


def test_settings_are_read_as_numbers_yes_or_no_and_words(run: Run, fake: FakeApi) -> None:
    result = run(
        *("presets", "save", "slow", "--set", "creativity=0.7", "--set", "level-temperatures=[0.5, 1]"),
        *("--steer", "density=-1", "--about", "Slow.", "--replace"),
    )
    assert result.stdout == "Kept slow for generation in presets/slow.json\n"
    args, options = fake.calls["save_preset"]
    assert args == (
        "slow",
        {"steering": {"density": ((0.0, -1.0),)}, "creativity": 0.7, "level_temperatures": [0.5, 1]},
    )
    assert options == {"kind": "generation", "about": "Slow.", "replace": True, "home": None}
    run("presets", "save", "cd", "--kind", "export", "--set", "format=flac", "--set", "trim=yes")
    assert fake.calls["save_preset"][0][1] == {"format": "flac", "trim": True}
    run("presets", "save", "skip", "--do", "stutter steps=6")
    assert fake.calls["save_preset"][1]["kind"] == "edit"
    assert run("presets", "save", "a", "--set", "loud").stderr == (
        "'loud' is no setting; write NAME=VALUE, such as creativity=1.2.\n"
    )


def test_brackets_without_end_are_a_word_like_any_other(run: Run) -> None:
    result = run("presets", "save", "p", "--set", "x=" + "[" * 5000)
    assert (result.exit_code, result.stderr) == (
        2,
        "these settings cannot be a preset for generation: x: extra inputs are not permitted. Change what is named.\n",
    )


def test_a_preset_for_new_sound_takes_no_files(run: Run, fake: FakeApi) -> None:
    result = run("presets", "apply", "slow", "nosuch.codes", "-m", "bells", "-o", "w.wav")
    assert (result.exit_code, result.stderr) == (
        2,
        "the preset 'slow' makes new sound and changes no file, so leave 'nosuch.codes' out; to go on from it: distill "
        "generate --preset slow --prefix FILE.\n",
    )
    assert "generate" not in fake.calls


def test_the_settings_of_a_take_are_kept(run: Run, fake: FakeApi) -> None:
    fake.answers |= {
        "take": SimpleNamespace(recipe=Path("takes/000012/recipe.json")),
        "settings_of_recipe": {"creativity": 1.3, "seconds": 4.0},
    }
    run("presets", "save", "that one", "--take", "12", "--set", "seconds=8")
    assert fake.calls["save_preset"][0] == ("that one", {"creativity": 1.3, "seconds": 8})
    fake.answers["take"] = SimpleNamespace(recipe=None)
    assert "take 13 has no recipe" in run("presets", "save", "a", "--take", "13").stderr


def test_applying_one_makes_a_sound_or_an_edit_or_says_the_options(run: Run, fake: FakeApi) -> None:
    made: Any = SimpleNamespace(path=Path("a.wav"), seconds=8.0, seed=3, take=4, sentences=("New.",))
    fake.answers["generate"] = [made]
    result = run("presets", "apply", "slow", "--model", "bells", "-o", "a.wav", "--seed", "3")
    assert result.stdout == "Wrote a.wav (8.00 s), take 4\n  New.\n"
    options = fake.calls["generate"][1]
    assert (options["preset"], options["model"], options["seed"]) == ("slow", "bells", 3)
    fake.answers["preset"] = Preset("half", "edit", "", {"do": ["stretch factor=2"], "tempo": 120.0})
    fake.answers["edit"] = [Edited(Path("b.codes"), 2.0, ("stretch factor=2",), 0.5)]
    assert run("presets", "apply", "half", "a.codes", "-o", "b.codes").stdout.startswith(
        "Wrote b.codes (2.00 s; "
    )
    assert fake.calls["edit"][0] == ([Path("a.codes")],)
    assert (fake.calls["edit"][1]["do"], fake.calls["edit"][1]["tempo"]) == (["stretch factor=2"], 120.0)
    fake.answers |= {"preset": Preset("cd", "export", "", {"depth": 16}), "options_of": ["--depth", "16"]}
    assert run("presets", "apply", "cd").stdout == "distill export FILE -o FILE --depth 16\n"
    assert run("presets", "apply", "cd", "a.wav").stderr.startswith("say where to write the result: -o FILE")
    fake.answers["export"] = [Exported(Path("b.wav"), Path("a.wav"), "wav", 48_000, 16, 2.0, -1.0, -20.0)]
    assert "-20.0 LUFS" in run("presets", "apply", "cd", "a.wav", "-o", "b.wav").stdout
    assert (fake.calls["export"][0], fake.calls["export"][1]["preset"]) == (([Path("a.wav")],), "cd")
    fake.answers["preset"] = OWN
    assert run("presets", "apply", "slow").stderr == "say where to write the result: -o FILE, or -o FOLDER.\n"


def test_renaming_deleting_and_restoring_say_where_it_lies(run: Run, fake: FakeApi) -> None:
    fake.answers |= {
        "rename_preset": OWN,
        "restore_preset": OWN,
        "delete_preset": SimpleNamespace(name="slow", path=Path("bin/presets/000001/slow.json")),
    }
    assert run("presets", "rename", "a", "slow").stdout == "slow lies in presets/slow.json\n"
    assert run("presets", "restore", "slow").stdout == "slow is back in presets/slow.json\n"
    assert run("presets", "delete", "slow").stdout == (
        "slow is in the bin: bin/presets/000001/slow.json\ndistill presets restore 'slow' brings it back\n"
    )
