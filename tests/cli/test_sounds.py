from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from distill.progress import Progress
from distill.render import USUAL_ROUNDS

from .conftest import FakeApi, Run

WRITTEN = SimpleNamespace(
    path=Path("out [1].wav"), seconds=3.25, sentences=("Peaks were limited by up to 2.1 dB.",), take=7
)


def test_resynth_hands_over_what_was_asked(run: Run, api: FakeApi) -> None:
    api.answers["resynth"] = WRITTEN
    result = run(
        *("resynth", "voice.wav", "--model", "bells", "-o", "out.wav", "--up-to-level", "2", "--refine", "8"),
        *("--search", "20", "--device", "cpu", "--home", "somewhere", "--seed", "3"),
    )
    assert result.exit_code == 0
    args, options = api.calls["resynth"]
    assert args == (Path("voice.wav"),)
    del options["report"], options["cancel"]
    assert options == {
        "model": "bells",
        "output": Path("out.wav"),
        "up_to_level": 2,
        "search": 20,
        "refine": 8,
        "keep_take": True,
        "device": "cpu",
        "home": Path("somewhere"),
    }


def test_resynth_says_where_its_file_is(run: Run, api: FakeApi) -> None:
    api.answers["resynth"] = WRITTEN
    result = run("resynth", "a.wav", "-m", "bells", "-o", "out.wav")
    assert result.stdout == "Wrote out [1].wav (3.25 s), take 7\nPeaks were limited by up to 2.1 dB.\n"


@pytest.mark.parametrize("verb", ["resynth", "decode"])
def test_with_json_there_is_one_document_and_progress_is_elsewhere(run: Run, api: FakeApi, verb: str) -> None:
    def works(*args: object, report: object, **options: object) -> SimpleNamespace:
        assert callable(report)
        report(Progress(verb, 10, 10, "steps"))
        return WRITTEN

    api.answers[verb] = works
    result = run(verb, "a", "-m", "bells", "-o", "out.wav", "--json")
    assert json.loads(result.stdout) == {
        "path": "out [1].wav",
        "seconds": 3.25,
        "sentences": ["Peaks were limited by up to 2.1 dB."],
        "take": 7,
    }
    assert "10 of 10 steps" in result.stderr


def test_decode_finds_the_model_itself(run: Run, api: FakeApi) -> None:
    api.answers["decode"] = WRITTEN
    assert run("decode", "a.codes", "-o", "a.wav", "--no-take").exit_code == 0
    args, options = api.calls["decode"]
    assert args == (Path("a.codes"),)
    assert options["model"] is None
    assert options["up_to_level"] is None
    assert options["refine"] == 0
    assert options["keep_take"] is False


def test_encode_takes_any_number_of_sounds(run: Run, api: FakeApi) -> None:
    api.answers["encode"] = [Path("codes/a.codes"), Path("codes/b.codes")]
    result = run("encode", "a.wav", "b.wav", "--model", "bells", "-o", "codes", "--search", "20")
    assert result.stdout == "Wrote codes/a.codes\nWrote codes/b.codes\n"
    assert api.calls["encode"][0] == ([Path("a.wav"), Path("b.wav")],)
    assert api.calls["encode"][1]["output"] == Path("codes")
    assert api.calls["encode"][1]["search"] == 20


@pytest.mark.parametrize("verb", ["resynth", "encode"])
def test_a_search_is_as_long_as_the_api_finds_usual_and_the_help_tells_how_long(
    run: Run, api: FakeApi, verb: str
) -> None:
    api.answers[verb] = WRITTEN if verb == "resynth" else []
    assert run(verb, "a.wav", "-m", "bells", "-o", "a").exit_code == 0
    assert api.calls[verb][1]["search"] is None
    told = re.sub(r"[\s│]+", " ", run(verb, "--help").stdout)
    assert f"[default: ({USUAL_ROUNDS}, and 0 for sounds of the collection)]" in told


def test_encode_lists_its_files_for_scripts(run: Run, api: FakeApi) -> None:
    api.answers["encode"] = [Path("a.codes")]
    result = run("encode", "a.wav", "-m", "bells", "-o", "a.codes", "--json")
    assert json.loads(result.stdout) == {"files": ["a.codes"]}
