from __future__ import annotations

from pathlib import Path

import pytest
from tests.bench.untrained import Opened
from tests.signals import mixture

from bench import records, searching
from distill.audio.clip import Clip
from distill.audio.writing import write_wav


def test_a_collection_is_measured_with_every_number_of_rounds(
    tmp_path: Path, subject: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "ROUNDS", (0, 4))
    folder = tmp_path / "some-7"
    folder.mkdir()
    for number in range(7):
        write_wav(folder / f"{number}.wav", Clip(mixture(30_000, seed=number)))
    asked = ["tiny", str(folder), "--out", str(tmp_path / "runs")]
    assert searching.main(asked, subject=subject) == 0
    [line] = records.read(tmp_path / "runs" / "searching.jsonl")
    assert list(line["ways"]) == ["0", "4"]
    at_once, searched = line["ways"]["0"], line["ways"]["4"]
    assert all(searched[part]["mel"] != at_once[part]["mel"] for part in ("own", "unseen"))
    assert searched["seconds"] > at_once["seconds"] > 0
    table = searching.searching([line])
    assert [row.split(" | ")[1].strip() for row in table.splitlines()[2:]] == ["0", "4"]
