from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from bench.perceptual import ANY, CONTEXT, WORDS, Heard, heard, measure, spread
from tests.bench.untrained import Opened
from tests.signals import mixture

from bench import edit_tables, perceptual, records
from distill.audio.descriptors import ORDER
from distill.codes.operation import operations
from distill.errors import BadCollection


def test_every_edit_in_words_is_measured() -> None:
    assert set(WORDS) == {name for name, kind in operations().items() if kind.group == "In words"}
    for what, _ in WORDS.values():
        assert what == "density" or what in ORDER


def test_density_is_all_rises_of_attacks_in_a_second_and_other_figures_are_means_of_steps_that_count() -> (
    None
):
    figures = np.zeros((4, len(ORDER)), np.float32)
    figures[:, ORDER.index("onset")] = [10, 2.9, -20, 4]
    figures[:, ORDER.index("brightness")] = [1, 2, 3, 100]
    found = Heard(figures, np.zeros(24_000, np.float32))
    assert found.of("density", ANY) == 28
    assert found.of("brightness", np.array([True, True, True, False])) == 2


def test_a_stretch_is_heard_as_within_its_sound(subject: Opened) -> None:
    codes = subject.encode(subject.codec, mixture(60 * 1024, seed=1))
    whole = subject.decode_mid(subject.codec, codes, 0, 60)
    part = heard(subject, subject.codec, codes, 20, 40)
    np.testing.assert_allclose(part.samples, whole[20 * 1024 : 40 * 1024], atol=1e-5)
    everything = heard(subject, subject.codec, codes, 0, 60)
    np.testing.assert_allclose(part.figures, everything.figures[20:40], atol=1e-2)
    assert CONTEXT * codes.step_length >= 4096


def test_edits_are_counted_on_every_stretch_and_the_same_seed_measures_the_same(subject: Opened) -> None:
    sounds = [subject.encode(subject.codec, mixture(60 * 1024, seed=seed)) for seed in (1, 2)]
    entries = subject.entries(subject.codec, [codes.grid for codes in sounds])
    rows, again = (
        measure(subject, subject.codec, entries, sounds, amounts=[1.0], stretches=1, seed=3) for _ in range(2)
    )
    assert rows == again
    assert [row["operation"] for row in rows][:9] == list(WORDS)[:9]
    assert {row["trials"] for row in rows if row["operation"] != "sparser"} == {2}
    louder = next(row for row in rows if row["operation"] == "louder")
    assert 0 <= louder["wrong"] <= 1 - louder["right"] <= 1
    assert set(perceptual.HEARD) == {what for what, _ in WORDS.values()}
    assert louder["damage"] > 0


def test_silence_has_nothing_to_measure(subject: Opened) -> None:
    codes = subject.encode(subject.codec, mixture(30 * 1024, seed=1))
    faint = codes.with_grid(codes.grid)
    object.__setattr__(faint, "gain_db", -110.0)
    entries = subject.entries(subject.codec, [codes.grid])
    with pytest.raises(BadCollection) as refusal:
        measure(subject, subject.codec, entries, [faint], amounts=[0.5], stretches=1, seed=0)
    assert (
        str(refusal.value)
        == "no stretch of these sounds is louder than -55 dB; measure with sounds that sound."
    )


def test_files_are_chosen_evenly() -> None:
    files = [Path(str(number)) for number in range(10)]
    assert [file.name for file in spread(files, 4)] == ["0", "3", "6", "9"]
    assert spread(files, 99) == files


def test_the_command_measures_own_and_foreign_sounds(
    subject: Opened, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("own", "other"):
        (tmp_path / "sounds" / name).mkdir(parents=True)
        soundfile.write(tmp_path / "sounds" / name / "a.wav", mixture(40 * 1024, seed=len(name)).T, 48_000)
    arguments = ["bells", str(tmp_path / "sounds" / "own"), "--amounts", "1", "--out", str(tmp_path / "runs")]
    assert perceptual.main(arguments, subject=subject) == 0
    (line,) = records.read(tmp_path / "runs" / "perceptual.jsonl")
    assert line["key"]["collection"] == "own"
    assert line["own"][0]["operation"] == line["foreign"][0]["operation"] == "brighter"
    assert edit_tables.perceptual([line]) in capsys.readouterr().out
    assert perceptual.main(["bells", str(tmp_path / "none")], subject=subject) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'none'} is not a folder; give folders that hold sounds.\n"


def test_the_table_says_which_edits_fall_short() -> None:
    def row(operation: str, right: float) -> dict[str, Any]:
        return {
            "operation": operation,
            "amount": 0.5,
            "trials": 9,
            "right": right,
            "wrong": 0.0 if right > 0.9 else 0.125,
            "moved": 0.123,
            "damage": 0.5,
        }

    line = {
        "key": {"collection": "loops-8"},
        "own": [row("brighter", 1.0), row("denser", 0.95)],
        "foreign": [row("brighter", 0.91), row("denser", 0.7), row("sparser", 0.92)],
    }
    assert edit_tables.perceptual([line]).splitlines()[2:] == [
        "| brighter 0.5 | 100 / 91 | 0 / 0 | 0.12 / 0.12 octaves | 0.50 / 0.50 |  |",
        "| denser 0.5 | 95 / 70 | 0 / 12 | 0.12 / 0.12 dB a second | 0.50 / 0.50 | below 90 % |",
        "| sparser 0.5 | - / 92 | - / 0 | - / 0.12 dB a second | - / 0.50 |  |",
        "| all trials | 97 / 84 | 0 / 4 |  |  |  |",
    ]
