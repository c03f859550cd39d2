from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from bench.swaps import AMOUNTS, METHODS, drawn_pairs, rhythm_distance, swapped_levels, sweep, timbre_distance
from tests.bench.untrained import Opened
from tests.signals import mixture

from bench import edit_tables, records, swaps
from distill.errors import BadCollection


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "three").mkdir()
    for number in range(3):
        sound = mixture(24_000 + 5000 * number, seed=number, channels=1 + number % 2)
        soundfile.write(tmp_path / "three" / f"{number}.wav", sound.T, 48_000)
    return tmp_path / "three"


def pairs_of(subject: Opened, folder: Path, count: int = 3) -> list[tuple[Any, Any]]:
    sounds = [subject.encode(subject.codec, soundfile_read(file)) for file in sorted(folder.iterdir())]
    return drawn_pairs(sounds, count=count, seed=0)


def soundfile_read(file: Path) -> Any:
    return soundfile.read(file, dtype="float32", always_2d=True)[0].T.copy()


def test_the_level_changes_neither_rhythm_nor_timbre() -> None:
    rng = np.random.default_rng(0)
    noise = (rng.normal(size=48_000) * np.repeat(rng.random(100), 480)).astype(np.float32)
    assert rhythm_distance(noise, 0.1 * noise) == pytest.approx(0, abs=1e-3)
    assert timbre_distance(noise, 0.1 * noise) == pytest.approx(0, abs=1e-3)


def test_rhythm_and_timbre_are_told_apart() -> None:
    rng = np.random.default_rng(0)
    seconds = np.arange(48_000) / 48_000
    tone, noise = np.sin(2 * np.pi * 300 * seconds), 0.1 * rng.normal(size=48_000)
    beat = np.tile(np.repeat([1.0, 0.05], 6000), 4)
    same_beat = [(sound * beat).astype(np.float32) for sound in (tone, noise)]
    other_beat = (tone * np.tile(np.repeat([1.0, 0.05], 3000), 8)).astype(np.float32)
    assert rhythm_distance(*same_beat) < 0.1 < 0.5 < rhythm_distance(same_beat[0], other_beat)
    assert timbre_distance(same_beat[0], other_beat) < 10 < 30 < timbre_distance(*same_beat)


def test_pairs_are_of_two_sounds_as_long_as_the_shorter(subject: Opened, folder: Path) -> None:
    pairs = pairs_of(subject, folder, count=99)
    assert len(pairs) == 6
    for a, b in pairs:
        assert a.grid.shape == b.grid.shape
        assert a.num_channels == 1
        assert not np.array_equal(a.grid, b.grid)
    with pytest.raises(BadCollection):
        drawn_pairs([pairs[0][0]], count=1, seed=0)


def test_every_level_is_swapped_and_all_below_the_first(subject: Opened, folder: Path) -> None:
    rows = swapped_levels(subject, subject.codec, pairs_of(subject, folder))
    assert [row["levels"] for row in rows] == [[1], [2], [3], [2, 3]]
    for row in rows:
        assert 0 <= row["rhythm"] <= 1
        assert 0 <= row["timbre"] <= 1


def test_a_sound_swapped_with_itself_stays_where_it_is(subject: Opened, folder: Path) -> None:
    a, b = pairs_of(subject, folder)[0]
    upper = np.concatenate([a.grid[:, :1], b.grid[:, 1:]], axis=1)
    first = swapped_levels(subject, subject.codec, [(a, a.with_grid(upper))])[0]
    assert first["levels"] == [1]
    assert (first["rhythm"], first["timbre"]) == pytest.approx((0, 0), abs=1e-9)  # but for rounding


@pytest.mark.parametrize("method", METHODS)
def test_a_sweep_goes_from_the_one_sound_to_the_other(method: str, subject: Opened, folder: Path) -> None:
    pairs = pairs_of(subject, folder)
    entries = subject.entries(subject.codec, [codes.grid for pair in pairs for codes in pair])
    rows = sweep(subject, subject.codec, entries, pairs, method=method, seed=0)
    assert [row["amount"] for row in rows] == list(AMOUNTS)
    first, last = rows[0], rows[-1]
    assert (first["to_a"], first["step"], last["to_b"]) == (0, 0, 0)
    assert first["to_b"] == pytest.approx(1)
    assert last["to_a"] == pytest.approx(1)
    assert all(row["largest_step"] >= row["step"] for row in rows)


def test_the_command_appends_one_line_and_prints_its_tables(
    subject: Opened, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["bells", str(folder), "--pairs", "2", "--out", str(tmp_path / "runs")]
    assert swaps.main(arguments, subject=subject) == 0
    (line,) = records.read(tmp_path / "runs" / "swaps.jsonl")
    assert (line["model"], line["key"]["collection"], line["codebook_size"]) == ("bells", "three", 16)
    said = capsys.readouterr().out
    assert edit_tables.swaps([line]) in said
    assert edit_tables.blends([line]) in said


def test_the_tables_show_shares_of_the_way() -> None:
    point = {"amount": 0.0, "to_a": 0.0, "to_b": 1.0, "step": 0.0, "largest_step": 0.0}
    line = {
        "key": {"collection": "loops-8"},
        "codebook_size": 128,
        "levels": [
            {"levels": [1], "rhythm": 0.71, "timbre": 0.62},
            {"levels": [2], "rhythm": 0.08, "timbre": 0.3},
            {"levels": [2, 3], "rhythm": 0.25, "timbre": 0.41},
        ],
        "sweeps": {
            "embed": [point, {**point, "amount": 0.5, "to_a": 0.52, "step": 0.5, "largest_step": 0.61}]
        },
    }
    assert edit_tables.swaps([line]).splitlines() == [
        "| levels swapped | loops-8 (128 entries): rhythm / timbre % |",
        "| --- | ---: |",
        "| 1 | 71 / 62 |",
        "| 2 | 8 / 30 |",
        "| 2 to 3 | 25 / 41 |",
    ]
    assert edit_tables.blends([line]).splitlines()[2:] == [
        "| 0 | 0 / 100 | - |",
        "| 0.5 | 52 / 100 | 50 / 61 |",
    ]
