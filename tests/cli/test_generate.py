from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from distill.api.edited import Edited
from distill.prior.steered import read_curve

from .conftest import FakeApi, Run

NOVELTY = SimpleNamespace(to_json=lambda: {"overlap": 0.03, "copied_seconds": 0.5})
MADE = SimpleNamespace(
    path=Path("new.wav"),
    codes=Path("new.codes"),
    recipe=Path("new.json"),
    seconds=8.0,
    seed=3,
    complete=True,
    novelty=NOVELTY,
    take=12,
    sentences=("No stretch is taken from the collection.",),
)
REWRITTEN = SimpleNamespace(
    edited=Edited(Path("other.codes"), 2.0, ("paste from=1.0",), 0.25),
    seam_bits=3.5,
    paste_bits=6.0,
    novelty=NOVELTY,
    take=None,
    sentences=("Its edges cost 3.5 bits a code.",),
)


def asked(api: FakeApi, verb: str) -> dict[str, Any]:
    options = dict(api.calls[verb][1])
    del options["report"], options["cancel"]
    return options


@pytest.fixture
def fake(api: FakeApi) -> FakeApi:
    api.answers |= {"generate": [MADE], "regenerate": REWRITTEN, "read_curve": read_curve}
    return api


@pytest.mark.parametrize(
    ("creativity", "diversity"), [("--creativity", "--diversity"), ("--temperature", "--top-p")]
)
def test_knobs_have_a_musicians_and_a_technical_name(
    run: Run, fake: FakeApi, creativity: str, diversity: str
) -> None:
    result = run(
        *("generate", "--model", "bells", "-o", "takes", "--seconds", "4", "--count", "2", creativity, "1.1"),
        *(diversity, "0.8", "--focus", "40", "--steer", "brightness=0:-1,4:1", "--steer", "density=0.5"),
        *(
            "--repetition",
            "0.2",
            "--level-temperature",
            "0.5",
            "--level-temperature",
            "0.7",
            "--guard",
            "0.5",
        ),
        *("--prefix", "start.wav", "--seed", "3", "--device", "cpu", "--home", "somewhere"),
    )
    assert result.exit_code == 0, result.stderr
    assert asked(fake, "generate") == {
        "model": "bells",
        "output": Path("takes"),
        "seconds": 4.0,
        "count": 2,
        "creativity": 1.1,
        "focus": 40.0,
        "diversity": 0.8,
        "experimental": None,
        "sampling": {"level_temperatures": (0.5, 0.7), "repetition": 0.2},
        "steering": {"brightness": ((0.0, -1.0), (4.0, 1.0)), "density": ((0.0, 0.5),)},
        "prefix": Path("start.wav"),
        "guard_seconds": 0.5,
        "arrange": None,
        "part_seconds": 0.5,
        "recipe": None,
        "preset": None,
        "seed": 3,
        "keep_take": True,
        "device": "cpu",
        "home": Path("somewhere"),
    }


def test_generate_says_where_its_files_are_and_what_was_copied(run: Run, fake: FakeApi) -> None:
    result = run("generate", "-m", "bells", "-o", "new.wav", "--no-guard", "--no-take")
    assert result.stdout == (
        "Wrote new.wav (8.00 s), with its codes and recipe beside it, take 12\n  No stretch is taken from the collection.\n"
    )
    assert asked(fake, "generate")["guard_seconds"] is None
    assert asked(fake, "generate")["keep_take"] is False


def test_generate_gives_scripts_the_figures(run: Run, fake: FakeApi) -> None:
    (sound,) = json.loads(run("generate", "-m", "bells", "-o", "new.wav", "--json").stdout)["sounds"]
    assert (sound["overlap"], sound["copied_seconds"]) == (0.03, 0.5)
    assert (sound["path"], sound["codes"], sound["recipe"]) == ("new.wav", "new.codes", "new.json")


def test_regenerate_says_that_of_a_stereo_sound_it_rewrites_the_mid(run: Run) -> None:
    shown = " ".join(run("regenerate", "--help").stdout.split())
    assert "of a stereo sound only the mid is rewritten" in shown


def test_regenerate_hands_over_its_selection(run: Run, fake: FakeApi) -> None:
    result = run(
        *("regenerate", "rain.codes", "--from", "1.0", "--to", "2.0", "--levels", "1-2", "-o", "other.codes"),
        *("--tries", "4", "--lock", "1", "--seed", "2"),
    )
    assert result.stdout == "Wrote other.codes (2.00 s)\n  Its edges cost 3.5 bits a code.\n"
    given = asked(fake, "regenerate")
    assert fake.calls["regenerate"][0] == (Path("rain.codes"),)
    assert {key: given[key] for key in ("start", "stop", "levels", "candidates", "locked", "seed")} == {
        "start": "1.0", "stop": "2.0", "levels": "1-2", "candidates": 4, "locked": [1], "seed": 2,
    }  # fmt: skip
    told = json.loads(run("regenerate", "rain.codes", "-o", "other.codes", "--json").stdout)
    assert (told["seam_bits"], told["paste_bits"], told["overlap"]) == (3.5, 6.0, 0.03)


def test_a_word_that_steers_nothing_is_one_sentence(run: Run, fake: FakeApi) -> None:
    result = run("generate", "-m", "bells", "-o", "new.wav", "--steer", "colour=1")
    assert result.exit_code == 2
    assert result.stderr == (
        "nothing can be steered by 'colour'; choose from brightness, warmth, loudness, roughness, tension, density.\n"
    )
