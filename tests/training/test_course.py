from __future__ import annotations

from distill.training.course import Course, Pace
from distill.training.plan import Plan


def test_position_follows_steps_alone_without_a_budget() -> None:
    plan = Plan(max_steps=8)
    assert [Course(batch_size=1, step=step).position(plan, 1e9) for step in (0, 2, 8, 9)] == [
        0.0,
        0.25,
        1.0,
        1.0,
    ]


def test_position_follows_whatever_ends_first_and_leaves_time_for_the_last_validation() -> None:
    plan = Plan(max_steps=100, budget_seconds=50.0)
    course = Course(batch_size=1, step=10)
    assert course.position(plan, 4.0) == 0.1
    assert course.position(plan, 25.0) == 0.5
    course.validation_seconds = 10.0
    assert course.position(plan, 30.0) == 0.75
    course.validation_seconds = 1000.0
    assert course.position(plan, 12.5) == 0.5


def test_a_course_comes_back_from_its_tree() -> None:
    course = Course(batch_size=4, step=7, best_score=0.5)
    course.losses.complaint({"loss": 1.5})
    assert Course.from_tree(course.tree()) == course


def test_a_halved_batch_stays_halved_and_another_follows_the_plan() -> None:
    before = {"batch_size": 8, "max_steps": 10, "budget_seconds": None}
    halved, whole = Course(batch_size=4), Course(batch_size=8)
    for course in (halved, whole):
        course.follow(Plan(max_steps=10, batch_size=16), before)
    assert (halved.batch_size, whole.batch_size) == (4, 16)


def test_time_left_is_that_of_the_nearer_end() -> None:
    pace = Pace()
    assert pace.seconds_left(Plan(max_steps=100), 0, 0.0) is None
    for step in range(1, 11):
        pace.mark(step, 2.0 * step, {"loss": 1.0})
    assert pace.seconds_left(Plan(max_steps=100), 10, 20.0) == 180.0
    assert pace.seconds_left(Plan(max_steps=100, budget_seconds=50.0), 10, 20.0) == 30.0
    assert pace.total_steps(Plan(max_steps=100, budget_seconds=50.0), 10, 20.0) == 25


def test_pace_forgets_what_was_taken_back() -> None:
    pace = Pace()
    pace.mark(9, 9.0, {"loss": 50.0})
    pace.mark(10, 10.0, {"loss": 50.0})
    pace.mark(5, 12.0, {"loss": 1.0})
    assert pace.averages == {"loss": 1.0}
    assert pace.seconds_per_step is None
