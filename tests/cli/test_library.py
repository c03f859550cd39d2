"""Tests of ``distill models``, ``distill doctor`` and ``distill demo``."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from distill.api import BinRoom
from distill.device import Device
from distill.doctor import Report
from distill.library.catalog import ModelEntry

from .conftest import HEALTH, FakeApi, Run

WHOLE = ModelEntry(
    name="bells [old]",
    path=Path("bells.distill"),
    size_bytes=21_500_000,
    seconds=90.0,
    num_sounds=12,
    num_levels=8,
    codebook_size=256,
    tier="draft",
    created="2026-11-02T10:00:00+00:00",
    tags=("glass", "live"),
    fingerprint="ab" * 32,
)
BROKEN = ModelEntry(
    name="rain", path=Path("rain.distill"), size_bytes=12, damaged="rain.distill is cut short."
)
REPORT = Report(
    versions={"distill": "1.1", "torch": "2.13"},
    device=Device("cpu", "a CPU", "bfloat16", "Working on the CPU.", {"float32": 2e11, "bfloat16": 9e11}),
    tried={"cuda": "The NVIDIA GPU failed its test (no kernel).", "cpu": None},
    difference_db=-92.4,
    home=Path("home"),
    home_fault=None,
    num_models=3,
    free_disk_bytes=5 * 2**30,
    free_memory_bytes=None,
    formats={"WAV": True, "MP3": False},
    has_ui=True,
    tier_seconds={"draft": 600.0},
    tiers={"draft": "draft: at most 10 minutes."},
    problems=("MP3 files cannot be read here.",),
    verdict="Ready: a draft takes at most about 10 minutes here.",
)


def test_the_list_has_a_row_for_each_model(run: Run, api: FakeApi) -> None:
    api.answers["models"] = [WHOLE, BROKEN]
    result = run("models", "list", "--home", "h")
    assert result.exit_code == 0
    assert [" ".join(row.split()) for row in result.stdout.splitlines()] == [
        "name tier levels entries sounds length size made tags",
        "bells [old] draft 8 256 12 1.5 min 21.5 MB 2026-11-02 glass, live",
        "rain damaged 0.0 MB",
        "rain: rain.distill is cut short.",
    ]
    assert api.calls["models"][1]["home"] == Path("h")


def test_an_empty_library_says_what_to_do(run: Run, api: FakeApi) -> None:
    api.answers["models"] = []
    assert run("models", "list").stdout == (
        "There is no model yet: distill train FOLDER --name NAME makes one, and so does distill demo.\n"
    )
    assert json.loads(run("models", "list", "--json").stdout) == {
        "models": [], "bin": {"num": 0, "size_bytes": 0},
    }  # fmt: skip
    api.answers["room_of_bin"] = BinRoom(2, 43_000_000)
    assert run("models", "list").stdout.endswith(
        "\nThe bin of models holds 2, 43.0 MB in all (distill models empty-bin makes room).\n"
    )
    assert api.calls["room_of_bin"] == (("models",), {"home": None})


def test_the_list_is_complete_for_scripts(run: Run, api: FakeApi) -> None:
    api.answers["models"] = [WHOLE, BROKEN]
    whole, broken = json.loads(run("models", "list", "--json").stdout)["models"]
    assert whole == {
        "name": "bells [old]",
        "path": "bells.distill",
        "size_bytes": 21_500_000,
        "seconds": 90.0,
        "num_sounds": 12,
        "num_levels": 8,
        "codebook_size": 256,
        "tier": "draft",
        "created": "2026-11-02T10:00:00+00:00",
        "tags": ["glass", "live"],
        "fingerprint": "ab" * 32,
        "damaged": None,
    }
    assert broken["damaged"] == "rain.distill is cut short."


def test_models_alone_shows_its_help(run: Run, api: FakeApi) -> None:
    result = run("models")
    assert result.exit_code == 0
    assert "distill models [OPTIONS]" in result.stdout


def test_a_card_is_text_or_figures(run: Run, api: FakeApi) -> None:
    api.answers["show"] = ("bells\n12 sounds [own]", {"name": "bells", "sounds": 12})
    assert run("models", "show", "bells").stdout == "bells\n12 sounds [own]\n"
    assert json.loads(run("models", "show", "bells", "--json").stdout) == {"name": "bells", "sounds": 12}
    assert api.calls["show"] == (("bells",), {"home": None})


def test_the_doctor_tells_everything_and_ends_with_the_verdict(run: Run, api: FakeApi) -> None:
    api.answers["doctor"] = REPORT
    result = run("doctor", "--device", "cpu")
    assert result.exit_code == 0
    assert api.calls["doctor"][1] == {"home": None, "device": "cpu"}
    assert result.stdout.splitlines()[-1] == REPORT.verdict
    for text in (
        "distill 1.1, torch 2.13",
        "cuda: The NVIDIA GPU failed its test (no kernel)., cpu: works",
        "float32 200 billion/s, bfloat16 900 billion/s",
        "-92 dB",
        "not known",
        "home (3 models)",
        "draft: at most 10 minutes.",
        "MP3 files cannot be read here.",
    ):
        assert text in result.stdout, text


def test_the_doctor_speaks_json(run: Run, api: FakeApi) -> None:
    api.answers["doctor"] = REPORT
    document = json.loads(run("doctor", "--json").stdout)
    assert document["device"]["rates"] == {"float32": 2e11, "bfloat16": 9e11}
    assert document["home"] == "home"
    assert document["problems"] == ["MP3 files cannot be read here."]
    assert document["verdict"] == REPORT.verdict


@pytest.fixture
def shown() -> SimpleNamespace:
    return SimpleNamespace(
        folder=Path("out"),
        page=Path("out/index.html"),
        model="demo",
        trained=SimpleNamespace(health=HEALTH),
        sentences=("Now try your own folder.",),
    )


def test_the_demo_says_where_its_page_is(run: Run, api: FakeApi, shown: SimpleNamespace) -> None:
    api.answers["demo"] = shown
    result = run("demo", "out", "--minutes", "0.5", "--seed", "4")
    assert result.stdout.splitlines() == [
        "Open this page in your browser: out/index.html",
        "Now try your own folder.",
    ]
    args, options = api.calls["demo"]
    assert args == (Path("out"),)
    assert (options["minutes"], options["seed"]) == (0.5, 4)


def test_the_demo_speaks_json(run: Run, api: FakeApi, shown: SimpleNamespace) -> None:
    api.answers["demo"] = shown
    assert json.loads(run("demo", "--json").stdout) == {
        "page": "out/index.html",
        "folder": "out",
        "model": "demo",
        "utilisation": [0.9, 0.2],
        "perplexity": [100.0, 9.5],
        "sentences": ["Now try your own folder."],
    }
