from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bench.credits import Credit
from bench.machine import ROOT
from bench.pairs import Pair
from bench.records import read
from bench.subject import Distill
from tests.codes.edit_cases import entries, sound

from bench import edits, gallery
from distill.codes.grid import Codes
from distill.codes.operation import operations
from distill.codes.spelling import parse


def test_every_operation_and_both_channels_are_timed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edits, "STEPS", 2900)  # sixty seconds, as the examples need
    # Both hold for the whole process, and so for the tests that come after.
    monkeypatch.setattr("torch.set_flush_denormal", lambda _: True)
    monkeypatch.setattr("torch.set_num_threads", lambda _: None)
    codec = Distill().random_codec(seed=0)
    known = entries(codec.num_levels, codec.codebook_size, fingerprint=codec.fingerprint())
    monkeypatch.setattr(Distill, "entries", lambda *_: known)  # measuring takes half a minute
    assert edits.main(["--repeats", "1", "--threads", "1", "--out", str(tmp_path)]) == 0
    (line,) = read(tmp_path / "edits.jsonl")
    assert set(line["pure"]) == set(operations())
    for times in (*line["heard"].values(), line["entry"], *line["pure"].values()):
        assert 0 < times["median_ms"] < 60_000
    table = capsys.readouterr().out
    assert "| 0.5 s edited inside 10 s, stereo: new sound ready |" in table
    assert "| reverse, 8 levels x 3,000 steps |" in table


def test_examples_are_told_with_their_command_and_whose_they_are() -> None:
    silence = np.zeros((1, 100), np.float32)
    credit = Credit("sonicpi__drum_roll.flac", "Somebody", "CC0 1.0", "a/b", "roll.flac")
    example = gallery.Example(
        "drums", "reverse", "Swells.", 0.25, (credit,), "draft, 10 min", Pair("drum roll", "reverse", silence, silence)
    )  # fmt: skip
    told = gallery.tell([example], ["pictures/edits-1.png"])
    assert "![Spectrograms before and after each edit](pictures/edits-1.png)" in told
    assert "distill edit sonicpi__drum_roll.codes --do 'reverse' -o edited.wav" in told
    assert "25 % of the codes" in told
    assert "*Listen:* Swells." in told
    assert "- drums/sonicpi__drum_roll.flac: Somebody; CC0 1.0; a/b: roll.flac. Model: draft, 10 min." in told


def test_the_edits_of_the_gallery_can_be_written_so() -> None:
    codes = sound(1, 8, 400, size=256)
    names = {parse(text, codes=codes, load=lambda _: codes).operation.name for _, _, text in gallery.EDITS}
    assert {"swap", "blend", "euclid", "brighter", "darker"} <= names
    assert len(gallery.EDITS) % gallery.PER_PICTURE == 0


def test_the_gallery_prints_commands_that_find_the_other_sound_encoded() -> None:
    codes = sound(1, 8, 400, size=256)
    others: list[str] = []

    def load(other: str) -> Codes:
        others.append(other)
        return codes

    written = (ROOT / "docs" / "examples.md").read_text(encoding="utf-8")
    for _, name, text in gallery.EDITS:
        assert f"*Listen:* {parse(text, codes=codes, load=load).operation.hear}" in written
        assert f"distill edit {Path(name).stem}.codes --do '{text}' -o edited.wav" in written
    assert len(others) == 3
    assert all(other.endswith(".codes") for other in others), others
    assert gallery.tell([], []).split("\n\n")[1] in written


def test_without_models_the_gallery_says_what_to_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gallery.main(["--runs", str(tmp_path)]) == 2
    assert "run python -m bench.quality on these first" in capsys.readouterr().err
