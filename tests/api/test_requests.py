from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from tests.api.conftest import Train
from tests.api.refusals import sentence

from distill import api
from distill.api import Trained, preparing
from distill.api.requests import Request
from distill.errors import BadCollection, BadSetting, NameTaken, TrainingFailed
from distill.progress import Progress
from distill.training.codec_run import measure_step_seconds

Library = tuple[Path, Trained]


def test_a_name_that_is_taken_is_refused_before_anything_is_done(
    library: Library, quick_train: Train, sounds: Path
) -> None:
    for name in ("tiny", "Tiny"):  # capitals do not tell models apart
        assert sentence(NameTaken, quick_train, [sounds], name=name, home=library[0]) == (
            "there is already a model named 'tiny'; choose another --name, train it --longer, or --replace it."
        )


def test_a_name_of_an_unfinished_training_is_refused(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    Request.checked(name="mine", sounds=[sounds]).save(tmp_path / "home/training/mine")
    assert sentence(NameTaken, quick_train, [sounds]) == (
        "an unfinished training named 'mine' is there; go on with --resume, start afresh with --replace, "
        "or choose another --name."
    )
    assert quick_train([sounds], replace=True).stopped == "finished"


def test_the_name_of_a_model_that_was_deleted_is_free(quick_train: Train, sounds: Path) -> None:
    quick_train([sounds]).path.unlink()
    assert quick_train([sounds], seed=5).statistics["seed"] == 5


def test_an_impossible_name_is_refused(quick_train: Train, sounds: Path) -> None:
    assert sentence(BadSetting, quick_train, [sounds], name="../mine").startswith(
        "a model cannot be named '../mine';"
    )


def test_impossible_sizes_are_refused_all_at_once(quick_train: Train, sounds: Path) -> None:
    assert sentence(BadSetting, quick_train, [sounds], codebook_size=8, num_levels=9) == (
        "this codec cannot be built: the codebook size is 8, and can be 16 to 1024; the number of levels is 9, "
        "and can be 2 to 8. Choose within that, or leave it out."
    )


def test_impossible_times_are_refused_all_at_once(quick_train: Train, sounds: Path) -> None:
    assert sentence(BadSetting, quick_train, [sounds], minutes=-1, steps=0, tier="high") == (
        "this training cannot be started: tier is 'high': input should be 'draft' or 'standard'; minutes is -1: "
        "input should be greater than 0; steps is 0: input should be greater than or equal to 1. "
        "Change or leave out what is named."
    )


def test_a_training_needs_sounds(quick_train: Train) -> None:
    assert sentence(BadCollection, quick_train, []) == (
        "no sounds were given; name one or more folders or sound files to train on."
    )


def test_a_name_that_begins_with_a_tilde_is_not_a_home_folder(
    quick_train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sentence(BadCollection, quick_train, ["~mix.wav"]).startswith("there is no file or folder")
    assert Request.checked(name="mine", sounds=["~mix.wav"]).sounds == (str(tmp_path / "~mix.wav"),)


def test_a_folder_without_sounds_is_refused_and_leaves_nothing_behind(
    quick_train: Train, tmp_path: Path, sounds: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert sentence(BadCollection, quick_train, [empty]) == (
        f"there is no file in '{empty}': give a folder with WAV, AIFF, FLAC, OGG or MP3 files of 0.1 s or more."
    )
    (empty / "noise.wav").write_bytes(b"RIFF, but no more")
    assert sentence(BadCollection, quick_train, [empty]).startswith("the only file in")
    silent = tmp_path / "silent.wav"
    _write(silent, np.zeros((1, 9600), np.float32))
    assert sentence(BadCollection, quick_train, [silent]).startswith("the only sound cannot be used")
    assert not (tmp_path / "home/training/mine").exists()
    assert quick_train([sounds]).stopped == "finished"  # the name is still free


def _write(path: Path, samples: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
    from distill.audio.clip import Clip
    from distill.audio.writing import write_wav

    write_wav(path, Clip(samples))


def test_a_request_that_cannot_be_read_is_told(quick_train: Train, sounds: Path, tmp_path: Path) -> None:
    folder = tmp_path / "home/training/mine"
    Request.checked(name="mine", sounds=[sounds]).save(folder)
    (folder / "request.json").write_text("{")
    for asked in ({"resume": True}, {}):
        assert sentence(TrainingFailed, quick_train, [] if asked else [sounds], **asked) == (
            "what was asked of the training 'mine' can no longer be read (ValidationError); "
            "start it afresh with --replace."
        )


def test_an_estimate_is_measured_and_leaves_nothing_behind(
    quick_train: Train, sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "measure_step_seconds", measure_step_seconds)
    home = tmp_path / "home"
    found = api.estimate([sounds], steps=50, device="cpu", home=home)
    assert found.steps == 50
    assert found.seconds > 50 * found.step_seconds > 0
    assert found.sentence.startswith("This will take about ")
    assert found.sentence.endswith(f" here: about 50 steps of {1000 * found.step_seconds:.0f} ms.")
    minutes = api.estimate([sounds], minutes=2, device="cpu", home=home)
    assert 100 < minutes.seconds <= 121
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_estimates_are_made_side_by_side(quick_train: Train, sounds: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    others: list[api.Estimate] = []

    def estimate_too(event: Progress) -> None:
        if event.task == "read" and not others:
            others.append(api.estimate([sounds], steps=20, device="cpu", home=home))

    found = api.estimate([sounds], steps=50, device="cpu", home=home, report=estimate_too)
    assert (found.steps, others[0].steps) == (50, 20)
    assert list((home / "training").iterdir()) == []


def test_what_an_estimate_left_that_was_killed_is_removed_by_a_later_one(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    left = tmp_path / "home/training/.0123456789abcdef.part"
    (left / "sounds").mkdir(parents=True)
    os.utime(left, (0, 0))
    api.estimate([sounds], steps=20, device="cpu", home=tmp_path / "home")
    assert not left.exists()


def test_an_estimate_refuses_what_a_training_refuses(quick_train: Train, sounds: Path) -> None:
    assert sentence(BadSetting, api.estimate, [sounds], minutes=-1) == (
        "this training cannot be started: minutes is -1: input should be greater than 0. "
        "Change or leave out what is named."
    )
    assert sentence(BadCollection, api.estimate, []) == (
        "no sounds were given; name one or more folders or sound files to train on."
    )
