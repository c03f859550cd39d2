"""The stages of a codec's training, without a network: which comes when, and what the rate does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.training.synthetic import TRAINING

from distill.training.schedule import HELD
from distill.training.stages import Stage, Stages

PATIENT = TRAINING.model_copy(update={"patience": 2})
ORDER: list[Stage] = ["free", "codes", "phase"]


def go(stages: Stages, position: float) -> list[Stage]:
    """Enter what is due at a position, and stand there; return what was entered."""
    entered = []
    while (due := stages.due(position)) is not None:
        stages.enter(due, position)
        entered.append(due)
    stages.position = position
    return entered


@given(positions=st.lists(st.floats(0.0, 1.0), max_size=40).map(sorted), scores=st.lists(st.floats(0.1, 9.0)))
def test_no_stage_is_left_out_or_comes_twice_while_a_training_goes_forward(
    positions: list[float], scores: list[float]
) -> None:
    stages, entered = Stages(PATIENT), ["free"]
    for place, position in enumerate([*positions, 1.0]):
        entered += go(stages, position)
        if place < len(scores):
            stages.follow(stages.score(scores[place]))
    assert entered == ORDER


@given(
    positions=st.lists(st.floats(0.0, 1.0), min_size=1, max_size=40).map(sorted),
    scores=st.lists(st.floats(0.1, 9.0), min_size=40, max_size=40),
)
def test_the_rate_is_above_zero_and_at_most_that_of_the_stage(
    positions: list[float], scores: list[float]
) -> None:
    stages = Stages(PATIENT)
    for position, score in zip(positions, scores, strict=False):
        go(stages, position)
        top = PATIENT.phase_learning_rate if stages.now == "phase" else PATIENT.learning_rate
        assert 0 < stages.rate(position) <= top
        stages.follow(score)


def test_a_training_without_a_phase_ends_with_the_codes() -> None:
    stages = Stages(TRAINING.model_copy(update={"phase_share": 0.0}))
    assert go(stages, 0.5) == ["codes"]
    assert not stages.may_stop
    assert go(stages, 1.0) == []
    assert stages.may_stop


@pytest.mark.parametrize(("earlier", "entered"), [(0.705, []), (0.5, ["codes"])])
def test_only_a_training_that_goes_on_with_a_larger_plan_goes_back_from_the_phase(
    earlier: float, entered: list[Stage]
) -> None:
    stages = Stages(TRAINING)
    go(stages, 0.71)
    assert stages.now == "phase"
    assert go(stages, earlier) == entered


@given(worse=st.floats(0.0, 40.0), better=st.floats(0.0, 40.0))
def test_whatever_its_distance_a_later_stage_has_the_better_score(worse: float, better: float) -> None:
    scores = []
    for stage, distance in zip(ORDER, (better, worse, worse), strict=True):
        stages = Stages(TRAINING)
        stages.enter(stage, 0.5)
        scores.append(stages.score(distance))
    assert scores == sorted(scores, reverse=True)


def test_what_got_no_better_while_the_rate_was_held_does_not_end_its_fall() -> None:
    stages = Stages(PATIENT)
    go(stages, 0.3)
    held = HELD * (1 - PATIENT.phase_share)
    for position in (0.3, held - 0.01):  # one short of what lets the rate fall early
        stages.follow(50.0)
        assert go(stages, position) == []
    assert (stages.stale, stages.fall.falling(held)) == (1, True)
    assert go(stages, held) == []
    assert stages.stale == 0
    stages.follow(50.0)
    assert go(stages, held + 0.01) == []  # one look at its fall is not two
    stages.follow(50.0)
    assert go(stages, held + 0.02) == ["phase"]


def test_a_stage_that_goes_on_with_a_larger_plan_has_its_whole_fall_again() -> None:
    stages = Stages(PATIENT)
    go(stages, 0.5)
    go(stages, 0.71)
    for _ in range(3):
        stages.follow(50.0)
    go(stages, 0.75)  # no better: the rate falls early
    early = stages.fall.stop
    stages.follow(50.0)
    assert early < 0.8
    again = Stages(PATIENT)
    again.load_state(stages.state())
    assert go(again, 0.72) == []
    assert (again.stale, again.fall.stop) == (0, 1.0)
    assert again.rate(0.8) == PATIENT.phase_learning_rate


def test_stages_that_were_written_down_go_on_where_they_stood() -> None:
    stages, again = Stages(PATIENT), Stages(PATIENT)
    go(stages, 0.3)
    for _ in range(3):
        stages.follow(50.0)
    go(stages, 0.35)  # the rate falls early
    stages.follow(40.0)
    again.load_state(stages.state())
    assert again.state() == stages.state()
    for position in (0.4, 0.5, 0.6, 0.9):
        assert again.rate(position) == stages.rate(position)
        assert go(again, position) == go(stages, position)
