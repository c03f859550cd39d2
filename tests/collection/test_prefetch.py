from __future__ import annotations

import threading

import pytest

from distill.collection.prefetch import Prefetch


def test_batches_come_in_order() -> None:
    with Prefetch(lambda step: step * 10, first_step=5, depth=2) as batches:
        assert [batches.get(step) for step in range(5, 30)] == list(range(50, 300, 10))


def test_batches_are_made_ahead_but_not_beyond_the_depth() -> None:
    made: list[int] = []
    full = threading.Event()

    def make(step: int) -> int:
        made.append(step)
        if len(made) == 4:
            full.set()
        return step

    with Prefetch(make, first_step=0, depth=3) as batches:
        assert batches.get(0) == 0
        assert full.wait(60)
        assert not threading.Event().wait(0.05)
        assert made == [0, 1, 2, 3]


def test_it_works_in_another_thread() -> None:
    with Prefetch(lambda _: threading.get_ident(), first_step=0) as batches:
        assert batches.get(0) != threading.get_ident()


def test_going_back_starts_again_from_there() -> None:
    with Prefetch(lambda step: step, first_step=0) as batches:
        assert [batches.get(step) for step in (0, 1, 2, 3, 1, 2, 3, 4)] == [0, 1, 2, 3, 1, 2, 3, 4]


def test_going_ahead_is_allowed() -> None:
    with Prefetch(lambda step: step, first_step=0, depth=2) as batches:
        assert [batches.get(step) for step in (0, 100, 101, 5000)] == [0, 100, 101, 5000]


def test_a_batch_begun_before_a_jump_is_thrown_away() -> None:
    go_on, begun = threading.Event(), threading.Event()
    times: dict[int, int] = {}

    def make(step: int) -> tuple[int, int]:
        times[step] = times.get(step, 0) + 1
        if step == 1 and times[step] == 1:
            begun.set()
            assert go_on.wait(60)
        return step, times[step]

    with Prefetch(make, first_step=0) as batches:
        assert batches.get(0) == (0, 1)
        assert begun.wait(60)
        threading.Timer(0.02, go_on.set).start()
        assert batches.get(7) == (7, 1)
        assert batches.get(1) == (1, 2)


def test_an_error_surfaces_at_its_step_and_not_before() -> None:
    def make(step: int) -> int:
        if step == 2:
            raise ValueError("the disk is gone")
        return step

    with Prefetch(make, first_step=0) as batches:
        assert [batches.get(0), batches.get(1)] == [0, 1]
        for _ in range(2):
            with pytest.raises(ValueError, match=r"^the disk is gone$"):
                batches.get(2)
        assert batches.get(3) == 3


def test_a_step_that_failed_once_can_be_asked_for_again() -> None:
    failures = iter([True])

    def make(step: int) -> int:
        if next(failures, False):
            raise MemoryError
        return step

    with Prefetch(make, first_step=0) as batches:
        with pytest.raises(MemoryError):
            batches.get(0)
        assert batches.get(0) == 0


def test_waiting_is_counted() -> None:
    go_on = threading.Event()

    def make(step: int) -> int:
        assert go_on.wait(60)
        return step

    with Prefetch(make, first_step=0) as batches:
        assert batches.waited_seconds == 0
        threading.Timer(0.05, go_on.set).start()
        batches.get(0)
        assert batches.waited_seconds >= 0.04


def test_leaving_ends_the_thread() -> None:
    before = threading.active_count()
    with Prefetch(lambda step: step, first_step=0) as batches:
        batches.get(0)
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
