from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.api.conftest import Train
from tests.api.refusals import sentence
from tests.api.tiny_training import SIZES
from tests.training.line_fit import messages

from distill import api
from distill.api import Trained, preparing
from distill.api.requests import Request
from distill.codes.notes import Carried
from distill.device import choose
from distill.errors import BadCollection, BadSetting, Cancelled
from distill.library.card import LICENCE
from distill.progress import Cancel, Progress

Library = tuple[Path, Trained]


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


def test_a_longer_training_that_is_stopped_and_resumed_makes_a_new_prior_and_takes_names_along_as_one_that_was_not(
    quick_train: Train, sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_train([sounds], prior="lstm")
    folder = tmp_path / "home/training/mine"
    assert (folder / "prior").exists()
    cancel = Cancel()

    def stop_in_the_codec(event: Progress) -> None:
        if event.task == "train" and event.done == 5:
            cancel.request()

    with pytest.raises(Cancelled):
        quick_train(longer=True, steps=2, report=stop_in_the_codec, cancel=cancel)
    assert not (folder / "prior").exists()
    went_on = []

    def carried(*given: object, longer: bool) -> Carried:
        went_on.append(longer)
        return Carried({})

    monkeypatch.setattr("distill.api.inheriting.carry_over_from", carried)
    quick_train(resume=True)
    quick_train([sounds], replace=True)
    assert went_on == [True, False]


def test_a_licence_note_goes_along(quick_train: Train, sounds: Path, tmp_path: Path) -> None:
    home, note = tmp_path / "home", "CC BY 4.0, name Ada Lind"
    quick_train([sounds])

    def licence() -> object:
        return api.show("mine", home=home)[1]["licence"]

    api.license_model("mine", note, home=home)
    api.tag_model("mine", add=["live"], home=home)
    quick_train(longer=True, steps=2)
    assert (licence(), api.show("mine", home=home)[1]["tags"]) == (note, ["live"])
    again = quick_train([sounds], replace=True, seed=5)
    assert (licence(), [one for one in again.sentences if "licence note" in one]) == (note, [])
    other = quick_train([sounds / "pluck.wav"], replace=True)
    assert licence() == LICENCE
    assert other.sentences[-1] == (
        "The licence note of the model before was on other sounds, so this one has the usual one; distill models licence "
        "writes another."
    )


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
    entries = SIZES["codebook_size"] * SIZES["num_levels"]
    kept_back = preparing.RESERVE_SECONDS + 100 * preparing.RESERVE_SHARE + entries * preparing.RESERVE_ENTRY
    counting = 600 * preparing.COUNTING_SHARE  # three sounds are recombined: nothing is trained for that
    assert first.seconds == pytest.approx(600 - 30 - kept_back - counting)
    assert preparing.budget_of(used.longer(minutes=None, steps=50), store, 30.0).max_steps == 950  # type: ignore[arg-type]


def test_a_prior_is_given_its_share_of_the_time_and_never_more_than_three_minutes(library: Library) -> None:
    request = Request.load(library[0] / "training" / "tiny", "tiny", finished=True)

    def seconds(minutes: float, prior: str) -> float:
        asked = {"steps": None, "minutes": minutes, "used_seconds": 0.0, "prior": prior}
        given = preparing.budget_of(request.model_copy(update=asked), _StoreOf(100.0), 30.0).seconds  # type: ignore[arg-type]
        assert given is not None
        return given

    assert seconds(10, "none") - seconds(10, "lstm") == pytest.approx(0.12 * 600)
    assert seconds(10, "none") - seconds(10, "ngram") == pytest.approx(0.02 * 600)
    assert seconds(60, "none") - seconds(60, "mixture") == pytest.approx(180)


@pytest.mark.parametrize("seconds", [15_000, 60_000])
@pytest.mark.parametrize(("minutes", "whole"), [(None, 570.0), (3.0, 180.0), (0.2, 25.0)])
def test_a_long_collection_keeps_two_fifths_of_its_budget_for_training(
    seconds: float, minutes: float | None, whole: float
) -> None:
    request = Request.checked(name="long", sounds=["sounds"], minutes=minutes)
    given = preparing.budget_of(request, _StoreOf(seconds), seconds / 300).seconds  # type: ignore[arg-type]
    assert given is not None
    assert given >= 0.4 * whole
    again = request.model_copy(update={"used_seconds": 1000.0})
    assert preparing.budget_of(again, _StoreOf(seconds), seconds / 300).seconds == given + 1000  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({}, "That is longer than the 10 minutes of a draft: before and after training so much sound takes 19 minutes, "
         "and training is given 4 minutes at least; choose the standard tier, or leave sounds out."),
        ({"minutes": 3.0}, "That is longer than the 3 minutes asked for: before and after training so much sound takes "
         "19 minutes, and training is given 72 seconds at least; give it more minutes, or leave sounds out."),
        ({"tier": "standard"}, ""),
    ],
)  # fmt: skip
def test_where_a_collection_is_too_long_for_its_budget_the_estimate_says_so(
    asked: Mapping[str, object], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "measure_step_seconds", lambda *given, **asked: 0.03)
    request, store = Request.checked(name="long", sounds=["sounds"], **asked), _StoreOf(60_000)
    budget = preparing.budget_of(request, store, 200.0)  # type: ignore[arg-type]
    proposal = preparing.fit_to(request, store)  # type: ignore[arg-type]
    told = preparing.expect(request, store, proposal, budget, choose("cpu", measure=False), 200.0)  # type: ignore[arg-type]
    assert budget.seconds is not None
    assert told.seconds == pytest.approx(200 + budget.seconds + 60_000 * 0.015 + 11 + 2048 * 0.008, abs=70)
    assert told.sentence.partition(" ms. ")[2] == why


class _StoreOf:
    stereo = False

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __len__(self) -> int:
        return 3


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
