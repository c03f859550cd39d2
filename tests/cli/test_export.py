from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.signals import mixture

from distill.audio.clip import Clip
from distill.audio.writing import write_wav

from .conftest import FakeApi, Run


@dataclass(frozen=True)
class Made:
    path: Path = Path("out [1].wav")
    source: Path = Path("in.wav")
    format: str = "wav"
    rate: int = 44_100
    depth: int | None = 16
    seconds: float = 3.25
    true_peak_dbtp: float = -1.0
    lufs: float = -14.02
    sentences: tuple[str, ...] = ("Peaks were limited by up to 2.1 dB, to stay under -1 dBTP.",)


def test_export_hands_over_what_was_asked(run: Run, api: FakeApi) -> None:
    api.answers["export"] = [Made()]
    result = run(
        *("export", "a.wav", "b.codes", "-o", "out", "--format", "flac", "--rate", "96000", "--depth", "16"),
        *(
            "--loudness",
            "-14",
            "--trim",
            "--fade-in",
            "0.1",
            "--fade-out",
            "0.5",
            "--title",
            "T",
            "--comment",
            "C",
        ),
        *("--spatial", "stereo:width=1", "--loop", "bars=2"),
        *("--tempo", "120", "--model", "bells", "--seed", "3", "--device", "cpu", "--home", "somewhere"),
        *("--preset", "cd", "--preset", "wide"),
    )
    assert result.exit_code == 0
    args, options = api.calls["export"]
    assert args == ([Path("a.wav"), Path("b.codes")],)
    del options["report"], options["cancel"]
    assert options == {
        "output": Path("out"), "format": "flac", "rate": 96_000, "depth": 16, "loudness": -14.0, "trim": True,
        "fade_in": 0.1, "fade_out": 0.5, "title": "T", "comment": "C", "tempo": 120.0, "model": "bells", "seed": 3,
        "device": "cpu", "home": Path("somewhere"), "space": "stereo:width=1", "loop": "bars=2", "preset": ["cd", "wide"],
    }  # fmt: skip


def test_what_is_not_said_is_left_to_presets_and_the_usual(run: Run, api: FakeApi) -> None:
    api.answers |= {"export": [Made()], "export_takes": [Made()]}
    run("export", "a.wav", "-o", "out")
    run("takes", "export", "12", "last", "-o", "out", "--no-trim")
    given = api.calls["export"][1]
    said = {"output", "report", "cancel", "device", "seed", "comment"}
    assert {name for name, value in given.items() if value is not None} == said
    args, options = api.calls["export_takes"]
    assert args == (["12", "last"],)
    # The same options, and the same word for each: only takes are chosen otherwise.
    assert options.keys() == {*given, "starred", "every"}
    assert (options["trim"], options["starred"], options["every"]) == (False, False, False)
    assert "out [1].wav" in run("takes", "export", "--all", "-o", "out").stdout
    assert api.calls["export_takes"][0] == ([],)
    assert api.calls["export_takes"][1]["every"] is True


def test_a_table_says_what_was_written(run: Run, api: FakeApi) -> None:
    api.answers["export"] = [
        Made(),
        Made(Path("b.mp3"), format="mp3", depth=None, lufs=-math.inf, sentences=()),
    ]
    result = run("export", "a.wav", "b.wav", "-o", "out")
    assert result.stdout.startswith("file ")
    assert "out [1].wav" in result.stdout
    assert "wav, 44.1 kHz, 16 bit" in result.stdout
    assert "-1.0 dBTP" in result.stdout
    assert "-14.0 LUFS" in result.stdout
    assert "mp3, 44.1 kHz " in result.stdout
    assert "silent" in result.stdout
    assert result.stdout.endswith("out [1].wav: Peaks were limited by up to 2.1 dB, to stay under -1 dBTP.\n")


def test_with_json_there_is_one_document(run: Run, api: FakeApi) -> None:
    api.answers["export"] = [Made(lufs=-math.inf)]
    assert json.loads(run("export", "a.wav", "-o", "a.wav", "--json").stdout) == {
        "files": [
            {
                "path": "out [1].wav",
                "source": "in.wav",
                "format": "wav",
                "rate": 44_100,
                "depth": 16,
                "seconds": 3.25,
                "true_peak_dbtp": -1.0,
                "lufs": None,
                "sentences": ["Peaks were limited by up to 2.1 dB, to stay under -1 dBTP."],
            }
        ]
    }


def test_a_sound_is_exported_for_real(run: Run, tmp_path: Path) -> None:
    write_wav(tmp_path / "in.wav", Clip(mixture(48_000)))
    result = run(
        "export",
        str(tmp_path / "in.wav"),
        "-o",
        str(tmp_path / "out.flac"),
        "--rate",
        "96000",
        "--loudness",
        "-20",
    )
    assert result.exit_code == 0
    samples, rate = soundfile.read(tmp_path / "out.flac")
    assert (len(samples), rate) == (96_000, 96_000)
    assert np.abs(samples).max() <= 10 ** (-0.9 / 20)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--rate", "96"), "a rate of 96 Hz was asked for; MP3 is written at 44100 or 48000 Hz: choose one of these."),
        (("--format", "wav"), "the format wav was asked for and a file called 'a.mp3'; let its name end in .wav, or leave the format out."),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_one_sentence_and_code_2(
    run: Run, arguments: tuple[str, ...], sentence: str
) -> None:
    result = run("export", "in.wav", "-o", "a.mp3", *arguments)
    assert result.exit_code == 2
    assert result.stderr == f"{sentence}\n"
