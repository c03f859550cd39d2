from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.prior.collections_by_hand import random_sounds, rows

from distill.errors import BadSetting
from distill.prior.rearranging import Segment, by_template, laid, segments, shuffled


@settings(deadline=None)
@given(st.integers(1, 12), st.lists(st.integers(1, 19), unique=True).map(sorted), st.booleans())
def test_segments_laid_in_order_are_the_collection(length: int, cuts: list[int], cut: bool) -> None:
    grids = random_sounds(1, sounds=2, steps=20)
    parts = segments(grids, length=length, cuts=[cuts, cuts] if cut else None)
    assert (laid(grids, parts) == np.concatenate(grids, axis=1)).all()
    assert all(part.length >= length for part in parts)


def test_sounds_are_cut_where_it_was_said() -> None:
    parts = segments(random_sounds(1, sounds=1, steps=20), length=4, cuts=[[2, 5, 7, 11, 18]])
    assert parts == [Segment(0, 0, 5), Segment(0, 5, 11), Segment(0, 11, 20)]


def test_every_segment_is_dealt_before_one_comes_again() -> None:
    parts = [Segment(0, start, start + 2) for start in range(0, 12, 2)]
    order = shuffled(parts, steps=24, rng=np.random.default_rng(3))
    assert sorted(order[:6]) == sorted(order[6:]) == parts
    assert order[:6] != parts


def test_a_shuffle_is_as_long_as_was_asked() -> None:
    grids = random_sounds(1, sounds=2, steps=20)
    order = shuffled(segments(grids, length=6), steps=50, rng=np.random.default_rng(0))
    assert laid(grids, order, steps=50).shape == (3, 50)


def test_the_same_letter_is_the_same_segment() -> None:
    grids = [rows("012345")]
    order = by_template(segments(grids, length=2), "ABAC", rng=np.random.default_rng(0))
    assert order[0] == order[2]
    assert len(set(order)) == 3


def test_letters_share_segments_when_there_are_too_few() -> None:
    parts = [Segment(0, 0, 2), Segment(0, 2, 4)]
    assert sorted(by_template(parts, "ABCD", rng=np.random.default_rng(0))) == sorted(parts * 2)


RNG, PARTS = np.random.default_rng(0), [Segment(0, 0, 2)]
REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: segments([rows("01")], length=0), "a segment cannot have 0 steps; choose at least 1."),
    (lambda: shuffled([], steps=4, rng=RNG), "there are no segments to put into an order; give some sounds first."),
    (lambda: shuffled(PARTS, steps=0, rng=RNG), "a sound cannot have 0 steps; choose 1 to 16777216."),
    (lambda: by_template([], "A", rng=RNG), "there are no segments to put into an order; give some sounds first."),
    (lambda: by_template(PARTS, "A-B", rng=RNG), "the template is 'A-B'; write one letter a segment, such as AABA."),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_cannot_be_put_into_an_order_is_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        call()
    assert str(refusal.value) == message
