from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import torch
from tests.api.conftest import Train
from tests.training.line_fit import messages

from distill import api
from distill.api import Trained, preparing
from distill.api.requests import Request
from distill.codec.model import expected_tensors
from distill.config import Augmentation
from distill.device import choose
from distill.errors import Cancelled, DistillError, NoSpace
from distill.library.card import LICENCE
from distill.library.model_file import load, read_header
from distill.progress import Cancel, Progress

Library = tuple[Path, Trained]


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
        "3 sounds are too few to learn from without copying them, so new sounds recombine what is there.",
    )


def test_previews_stay_and_decoded_sounds_go(library: Library) -> None:
    folder = library[0] / "training" / "tiny"
    assert {path.name for path in folder.iterdir()} >= {"request.json", "checkpoint.safetensors", "previews"}
    assert not (folder / "sounds").exists()
    previews = {path.name for path in (folder / "previews").iterdir()}
    assert previews == {"step-000008.wav", "step-000008.png", "parts"}
    assert {path.name for path in library[0].iterdir()} - {"index"} == {"models", "training"}


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


def test_replacing_makes_a_new_model_of_the_name(quick_train: Train, sounds: Path) -> None:
    first = read_header(quick_train([sounds]).path)
    second = quick_train([sounds], replace=True, seed=9)
    assert read_header(second.path).fingerprint != first.fingerprint
    assert second.statistics["seed"] == 9


@pytest.mark.parametrize("asked", [{}, {"longer": True}, {"replace": True}])
def test_a_model_that_came_meanwhile_goes_to_the_bin_and_is_told(
    library: Library, quick_train: Train, sounds: Path, tmp_path: Path, asked: dict[str, bool]
) -> None:
    home = tmp_path / "home"
    path = home / "models" / "mine.distill"
    if asked:
        quick_train([sounds], seed=9)
    came = library[1].path.read_bytes()

    def comes(event: Progress) -> None:
        if event.task == "train" and event.done % 4 == 2:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(came)
            api.tag_model("mine", add=["theirs"], home=home)

    trained = quick_train([] if asked.get("longer") else [sounds], steps=4, report=comes, **asked)
    (binned,) = api.binned_models(home=home)
    assert read_header(binned.path).fingerprint == read_header(library[1].path).fingerprint
    assert trained.sentences[-1] == (
        "Another model had got the name 'mine' since this training began. It is in the bin, and distill models restore "
        "'mine' --name OTHER brings it back."
    )
    assert read_header(path).statistics["created"] == trained.statistics["created"]
    assert read_header(path).tags == ()  # those were the other one's
    quick_train(longer=True, steps=2)
    assert len(api.binned_models(home=home)) == 1


def test_a_model_that_came_meanwhile_is_back_in_its_place_where_the_new_one_cannot_be_written(
    library: Library, quick_train: Train, sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "home" / "models" / "mine.distill"

    def fails(*given: object) -> None:
        raise NoSpace("the disk is full.")

    def comes(event: Progress) -> None:
        if event.task == "train" and event.done == 2:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(library[1].path.read_bytes())

    monkeypatch.setattr("distill.library.catalog.save", fails)
    with pytest.raises(NoSpace):
        quick_train([sounds], report=comes)
    assert path.read_bytes() == library[1].path.read_bytes()
    assert api.binned_models(home=tmp_path / "home") == []


def test_a_request_from_before_replacements_were_noted_replaces_what_has_its_name(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    quick_train([sounds])
    file = tmp_path / "home/training/mine/request.json"
    older = json.loads(file.read_bytes())
    del older["replaces"]
    file.write_text(json.dumps(older))
    quick_train(longer=True, steps=2)
    assert api.binned_models(home=tmp_path / "home") == []


def test_nothing_of_the_old_training_is_left_for_the_new_one(
    quick_train: Train, sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_train([sounds])
    folder = tmp_path / "home/training/mine"
    (folder / "previews").mkdir(exist_ok=True)
    (folder / "previews" / "step-000001.wav").write_bytes(b"how it sounded")

    def fails(*given: object, **asked: object) -> None:
        raise NoSpace("the disk is full.")

    monkeypatch.setattr("distill.api.training.train_codec", fails)
    with pytest.raises(NoSpace):
        quick_train([sounds], replace=True)
    assert {path.name for path in folder.iterdir()} == {"request.json", "sounds"}


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
            patch.setattr("distill.api.completing.appraise", fails)
        elif when == "writing":
            patch.setattr("distill.library.catalog.save", fails)
        with pytest.raises(DistillError):
            quick_train([tmp_path / "nothing" if when == "scan" else sounds], replace=True, seed=2)
    assert (tmp_path / "home/models/mine.distill").read_bytes() == old
    if when == "scan":  # then even the old training is as it was
        assert quick_train(longer=True, steps=2).statistics["steps"] == 6
    else:
        assert quick_train(resume=True).statistics["seed"] == 2


def test_a_training_leaves_a_prior_with_its_figures_and_none_if_none_was_asked_for(
    library: Library, quick_train: Train, sounds: Path
) -> None:
    about = library[1].statistics["prior"]
    assert isinstance(about, Mapping)
    assert (about["choice"], about["steps"]) == ("oracle", 0)
    assert read_header(library[1].path).prior["choice"] == "oracle"
    bare = quick_train([sounds], prior="none")
    assert "prior" not in bare.statistics
    assert not read_header(bare.path).prior


@pytest.mark.parametrize("kind", ["lstm", "transformer", "mixture"])
def test_a_network_is_trained_where_it_is_asked_for(quick_train: Train, sounds: Path, kind: str) -> None:
    trained = quick_train([sounds], prior=kind)
    about = trained.statistics["prior"]
    assert isinstance(about, Mapping)
    assert (about["choice"], about["steps"]) == (kind, 4)
    assert any(name.startswith("prior.model.") for name in read_header(trained.path).tensors)


def test_a_training_stopped_in_its_prior_goes_on_to_the_same_model(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    whole = quick_train([sounds], name="whole", prior="lstm", steps=10)
    cancel = Cancel()

    def stop_in_the_prior(event: Progress) -> None:
        if event.task == "vary" and event.done == 3:
            cancel.request()

    with pytest.raises(Cancelled, match="go on with: distill train --name 'mine' --resume"):
        quick_train([sounds], prior="lstm", steps=10, report=stop_in_the_prior, cancel=cancel)
    again = quick_train(resume=True)
    first, second = (load(path, expected=expected_tensors) for path in (whole.path, again.path))
    assert first.prior_tensors.keys() == second.prior_tensors.keys()
    for name, tensor in first.prior_tensors.items():
        assert torch.equal(tensor, second.prior_tensors[name]), name


def test_a_training_stopped_in_its_prior_goes_on_to_the_same_model_also_with_a_budget_of_time(
    quick_train: Train, sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "SHORTEST_SECONDS", 1.5)
    monkeypatch.setattr(preparing, "SHORTEST_SHARE", 0.0)
    monkeypatch.setattr(preparing, "RESERVE_SECONDS", 60.0)
    events, cancel = list[Progress](), Cancel()

    def stop_in_the_prior(event: Progress) -> None:
        events.append(event)
        if event.task == "train" and event.done == 1 and any(one.task == "vary" for one in events):
            cancel.request()

    with pytest.raises(Cancelled):
        quick_train([sounds], prior="lstm", steps=None, minutes=0.2, report=stop_in_the_prior, cancel=cancel)
    before = json.loads((tmp_path / "home/training/mine/request.json").read_bytes())
    steps = max(event.done for event in events if event.task == "train")
    events.clear()
    monkeypatch.setattr(preparing, "RESERVE_SECONDS", 0.0)  # more would be left for training than at first
    again = quick_train(resume=True, report=events.append)
    assert again.statistics["steps"] == steps  # the codec was finished
    assert f"Training goes on from step {steps}." in messages(events)
    assert "Training goes on from step 1." in messages(events)  # of the prior, whose codes are the same
    after = json.loads((tmp_path / "home/training/mine/request.json").read_bytes())
    assert after["loop_seconds"] == before["loop_seconds"]
    longer = Request.load(tmp_path / "home/training/mine", "mine", finished=True).longer(
        minutes=1.0, steps=None
    )
    assert longer.loop_seconds is None
