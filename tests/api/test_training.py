from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from tests.api.conftest import Train
from tests.training.line_fit import messages

from distill import api
from distill.api import Trained, preparing
from distill.api.requests import Request
from distill.config import Augmentation
from distill.device import choose
from distill.errors import BadCollection, BadSetting, DistillError, NameTaken, NoSpace, TrainingFailed
from distill.library.card import LICENCE
from distill.library.model_file import read_header
from distill.progress import Progress
from distill.training.codec_run import measure_step_seconds

Library = tuple[Path, Trained]


def sentence(kind: type[DistillError], train: Train, *given: object, **asked: object) -> str:
    with pytest.raises(kind) as caught:
        train(*given, **asked)
    assert type(caught.value) is kind
    return str(caught.value)


# --- what a training leaves -----------------------------------------------------------------------


def test_a_training_puts_a_model_into_the_library(library: Library, sounds: Path) -> None:
    home, trained = library
    assert trained.path == home / "models" / "tiny.distill"
    assert (trained.name, trained.stopped) == ("tiny", "finished")
    header = read_header(trained.path)
    assert header.codec_config.codebook_size == 16
    assert header.collection["names"] == ("pluck.wav", "swell.wav", "wide.wav")
    assert (header.collection["seconds"], header.collection["licence"]) == (6.0, LICENCE)
    assert header.training["batch_size"] == 2
    assert [left.path for left in trained.left_out] == [sounds / "notes.txt"]


def test_statistics_tell_usage_closeness_and_cost(library: Library) -> None:
    statistics, health = library[1].statistics, library[1].health
    assert statistics["utilisation"] == [round(level.utilisation, 4) for level in health]
    assert statistics["perplexity"] == [round(level.perplexity, 2) for level in health]
    assert len(health) == 3
    assert (statistics["steps"], statistics["seed"], statistics["tier"]) == (12, 1, "draft")
    for name in ("own_mel_distance", "seconds", "training_seconds"):
        value = statistics[name]
        assert isinstance(value, float)
        assert value > 0
    assert read_header(library[1].path).statistics["own_mel_distance"] == statistics["own_mel_distance"]


def test_its_owner_is_told_device_licence_and_sizes(library: Library) -> None:
    assert library[1].sentences == (
        choose("cpu", measure=False).sentence,
        LICENCE,
        "3 sounds, 6 seconds: 3 levels of 16 entries (18 steps of sound for each entry).",
    )


def test_previews_stay_and_decoded_sounds_go(library: Library) -> None:
    folder = library[0] / "training" / "tiny"
    assert {path.name for path in folder.iterdir()} >= {"request.json", "checkpoint.safetensors", "previews"}
    assert not (folder / "sounds").exists()
    previews = {path.name for path in (folder / "previews").iterdir()}
    assert previews == {"step-000008.wav", "step-000008.png"}
    assert {path.name for path in library[0].iterdir()} == {"models", "training"}


def test_the_same_seed_and_steps_give_the_same_model(
    library: Library, quick_train: Train, sounds: Path
) -> None:
    again = quick_train([sounds], name="again", steps=12, seed=1)
    first, second = read_header(library[1].path), read_header(again.path)
    assert second.fingerprint == first.fingerprint
    timed = {"seconds", "training_seconds", "waited_share", "created"}
    kept = [{k: v for k, v in one.statistics.items() if k not in timed} for one in (first, second)]
    assert kept[0] == kept[1]
    assert (second.codec_config, second.collection, second.training) == (
        first.codec_config,
        first.collection,
        first.training,
    )
    other = quick_train([sounds], name="other", steps=12, seed=2)
    assert read_header(other.path).fingerprint != first.fingerprint


def test_settings_reach_the_training(quick_train: Train, sounds: Path, tmp_path: Path) -> None:
    trained = quick_train(
        [sounds], num_levels=2, codebook_size=32, leave_out=["wide*"], trim={"swell.wav": (0.5, 1.5)},
        augmentation=Augmentation(pitch_share=0.0),
    )  # fmt: skip
    header = read_header(trained.path)
    assert (header.codec_config.num_levels, header.codec_config.codebook_size) == (2, 32)
    assert header.collection["names"] == ("pluck.wav", "swell.wav")
    assert header.collection["seconds"] == 3.0
    request = json.loads((tmp_path / "home/training/mine/request.json").read_bytes())
    assert request["augmentation"]["pitch_share"] == 0.0


# --- names ----------------------------------------------------------------------------------------


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


# --- what cannot be asked -------------------------------------------------------------------------


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


# --- replacing ------------------------------------------------------------------------------------


def test_replacing_makes_a_new_model_of_the_name(quick_train: Train, sounds: Path) -> None:
    first = read_header(quick_train([sounds]).path)
    second = quick_train([sounds], replace=True, seed=9)
    assert read_header(second.path).fingerprint != first.fingerprint
    assert second.statistics["seed"] == 9


@pytest.mark.parametrize("when", ["scan", "training", "appraisal", "writing"])
def test_an_old_model_survives_a_replacement_that_fails(
    quick_train: Train, sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    old = quick_train([sounds]).path.read_bytes()

    def fails(*given: object, **asked: object) -> None:
        raise NoSpace("the disk is full.")

    with monkeypatch.context() as patch:
        if when == "training":
            patch.setattr("distill.training.codec_task.CodecTask.train_step", fails)
        elif when == "appraisal":
            patch.setattr("distill.api.training.appraise", fails)
        elif when == "writing":
            patch.setattr("distill.library.catalog.save", fails)
        with pytest.raises(DistillError):
            quick_train([tmp_path / "nothing" if when == "scan" else sounds], replace=True, seed=2)
    assert (tmp_path / "home/models/mine.distill").read_bytes() == old
    if when == "scan":  # then even the old training is as it was
        assert quick_train(longer=True, steps=2).statistics["steps"] == 6
    else:
        assert quick_train(resume=True).statistics["seed"] == 2


# --- training longer ------------------------------------------------------------------------------


def test_training_longer_adds_steps_and_ends_no_worse(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    first = quick_train([sounds], steps=8)
    events: list[Progress] = []
    longer = quick_train(longer=True, steps=16, report=events.append)
    assert (longer.statistics["steps"], longer.stopped) == (24, "finished")
    assert "Training goes on from step 8." in messages(events)
    scores = [event.figures["score"] for event in events if "score" in event.figures]
    assert scores[0] > 100 > scores[-1]  # back in the codes stage, and through the phase again
    request = Request.load(tmp_path / "home/training/mine", "mine", finished=True)
    assert (request.used_steps, request.is_finished) == (24, True)
    assert longer.path == first.path


def test_only_a_finished_training_gets_longer_and_only_an_unfinished_one_is_resumed(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    for asked in ({"resume": True}, {"longer": True}):
        assert sentence(BadSetting, quick_train, **asked) == (
            "there is no training named 'mine' to go on with; start one by naming its sounds."
        )
    Request.checked(name="mine", sounds=[sounds]).save(tmp_path / "home/training/mine")
    assert sentence(BadSetting, quick_train, longer=True) == (
        "the training 'mine' is not finished; go on with --resume first."
    )
    quick_train([sounds], replace=True)
    assert sentence(BadSetting, quick_train, resume=True) == (
        "the training 'mine' is finished; train it --longer, or start afresh with --replace."
    )


@pytest.mark.parametrize("more", [{"minutes": -1.0}, {"steps": 0}, {"minutes": float("nan")}])
def test_longer_is_more(quick_train: Train, library: Library, more: Mapping[str, float]) -> None:
    assert sentence(BadSetting, quick_train, name="tiny", home=library[0], longer=True, **more) == (
        "training can only get longer; give more than 0 minutes or steps."
    )


def test_a_training_that_cannot_get_longer_stays_finished(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "sounds"
    shutil.copytree(sounds, moved)
    quick_train([moved])
    moved.rename(tmp_path / "elsewhere")
    assert sentence(BadCollection, quick_train, longer=True).startswith("there is no file or folder")
    (tmp_path / "elsewhere").rename(moved)
    assert quick_train(longer=True, steps=2).statistics["steps"] == 6


def test_minutes_of_a_longer_training_are_added_to_those_used(library: Library) -> None:
    request = Request.load(library[0] / "training" / "tiny", "tiny", finished=True)
    used = request.model_copy(update={"used_seconds": 500.0, "used_steps": 900})
    store = _StoreOf(100.0)
    more = preparing.budget_of(used.longer(minutes=10, steps=None), store, 30.0)  # type: ignore[arg-type]
    first = preparing.budget_of(
        used.model_copy(update={"steps": None, "minutes": 10.0, "used_seconds": 0.0, "used_steps": 0}),
        store,  # type: ignore[arg-type]
        30.0,
    )
    assert first.seconds is not None
    assert more.seconds == first.seconds + 500.0
    assert more.max_steps == first.max_steps + 900
    assert first.seconds == 600 - 30 - preparing.RESERVE_SECONDS - 100 * preparing.RESERVE_SHARE
    assert preparing.budget_of(used.longer(minutes=None, steps=50), store, 30.0).max_steps == 950  # type: ignore[arg-type]


class _StoreOf:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


def test_what_contradicts_the_first_request_is_refused(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    Request.checked(name="mine", sounds=[sounds], minutes=10.0, codebook_size=64).save(
        tmp_path / "home/training/mine"
    )
    said = sentence(
        BadSetting, quick_train, [tmp_path], resume=True, minutes=12, codebook_size=64, num_levels=4
    )
    assert said == (
        "the training 'mine' was started with other sounds; num_levels None, not 4; minutes 10.0, not 12: "
        "leave that out to go on, or start afresh with --replace."
    )


def test_saying_the_same_again_is_no_contradiction(quick_train: Train, sounds: Path, tmp_path: Path) -> None:
    Request.checked(name="mine", sounds=[sounds], steps=4, codebook_size=16, num_levels=3).save(
        tmp_path / "home/training/mine"
    )
    trained = quick_train([sounds], resume=True, tier="draft", steps=4, codebook_size=16, num_levels=3)
    assert trained.statistics["steps"] == 4


# --- how long it would take -----------------------------------------------------------------------


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


def test_an_estimate_refuses_what_a_training_refuses(quick_train: Train, sounds: Path) -> None:
    assert sentence(BadSetting, api.estimate, [sounds], minutes=-1) == (
        "this training cannot be started: minutes is -1: input should be greater than 0. "
        "Change or leave out what is named."
    )
    assert sentence(BadCollection, api.estimate, []) == (
        "no sounds were given; name one or more folders or sound files to train on."
    )
