"""The benches that measure what a model's prior makes, run on a tiny one: a line is kept, a table is printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench import generations, prior_tables, records, rewrites, steering


def test_rewritten_parts_are_measured_beside_random_pastes_and_what_was_there(
    home: Path, sounds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [
        f"tiny={sounds}",
        "--count",
        "3",
        "--seconds",
        "0.2",
        "--home",
        str(home),
        "--out",
        str(tmp_path),
    ]
    assert rewrites.main(asked) == 0
    (line,) = records.read(tmp_path / "rewrites.jsonl")
    assert line["rewritten"] == 3
    assert 0 < line["seam_bits"] < 16
    assert line["below"] in {0, 1 / 3, 2 / 3, 1}
    assert line["off_db"] >= abs(line["level_db"]) / 3
    table = capsys.readouterr().out.splitlines()
    assert table[2].startswith(f"| {sounds.name} | 3 | {line['seam_bits']:.2f} / {line['paste_bits']:.2f} | ")


def test_each_word_is_steered_both_ways(
    home: Path, sounds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [
        f"tiny={sounds}",
        "--count",
        "2",
        "--seconds",
        "0.5",
        "--home",
        str(home),
        "--out",
        str(tmp_path),
    ]
    assert steering.main(asked) == 0
    (line,) = records.read(tmp_path / "steering.jsonl")
    assert [row["word"] for row in line["words"]] == [
        "brightness", "warmth", "loudness", "roughness", "tension", "density",
    ]  # fmt: skip
    assert all(row["right"] in {0, 0.5, 1} for row in line["words"])
    assert "brightness, right % (moved)" in capsys.readouterr().out


def test_what_cannot_be_measured_is_one_sentence(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for bench in (rewrites, steering, generations):
        main: Any = bench.main
        assert main([f"nobody={tmp_path}", "--home", str(home), "--out", str(tmp_path)]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert not list(tmp_path.glob("*.jsonl"))


def test_no_lines_make_no_tables() -> None:
    assert prior_tables.rewrites([]) == prior_tables.steering([]) == ""
