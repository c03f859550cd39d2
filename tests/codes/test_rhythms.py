from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.codes.rhythms import euclidean

# Toussaint (2005), section 4
RHYTHMS = [
    (1, 2, "x."), (2, 5, "x.x.."), (3, 4, "x.xx"), (3, 5, "x.x.x"), (3, 7, "x.x.x.."), (3, 8, "x..x..x."),
    (4, 7, "x.x.x.x"), (4, 9, "x.x.x.x.."), (4, 11, "x..x..x..x."), (5, 6, "x.xxxx"), (5, 7, "x.xx.xx"),
    (5, 8, "x.xx.xx."), (5, 9, "x.x.x.x.x"), (5, 11, "x.x.x.x.x.."), (5, 12, "x..x.x..x.x."),
    (7, 8, "x.xxxxxx"), (7, 12, "x.xx.x.xx.x."), (7, 16, "x..x.x.x..x.x.x."), (9, 16, "x.xx.x.x.xx.x.x."),
    (11, 24, "x..x.x.x.x.x..x.x.x.x.x."), (13, 24, "x.xx.x.x.x.x.xx.x.x.x.x."),
]  # fmt: skip


@pytest.mark.parametrize(("hits", "pulses", "rhythm"), RHYTHMS)
def test_rhythms_are_those_of_the_paper(hits: int, pulses: int, rhythm: str) -> None:
    assert "".join("x" if hit else "." for hit in euclidean(hits, pulses)) == rhythm


@given(st.integers(1, 64).flatmap(lambda pulses: st.tuples(st.integers(1, pulses), st.just(pulses))))
def test_hits_are_as_many_as_asked_and_as_even_as_can_be(case: tuple[int, int]) -> None:
    hits, pulses = case
    rhythm = euclidean(hits, pulses)
    assert (len(rhythm), rhythm.sum(), bool(rhythm[0])) == (pulses, hits, True)
    places = np.flatnonzero(rhythm)
    # Clough and Douthett (1991): of a maximally even set, the spans of any number of hits differ by at most one pulse
    for apart in range(1, hits):
        spans = (np.roll(places, -apart) - places) % pulses
        assert np.ptp(spans) <= 1


def test_no_hits_are_all_rests() -> None:
    assert euclidean(0, 3).tolist() == [False] * 3
