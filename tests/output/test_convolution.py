from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.output.convolution import HOP, convolved, convolved_changing


@given(length=st.integers(1, 40_000), taps=st.integers(1, 700), seed=st.integers(0, 9))
def test_blocks_add_up_to_plain_convolution(length: int, taps: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    sound, response = draw.standard_normal(length), draw.standard_normal(taps)
    fast = convolved(sound, response)
    assert len(fast) == length + taps - 1
    at = draw.integers(0, len(fast), 5)
    for sample in at:
        rows = np.arange(max(0, sample - taps + 1), min(sample + 1, length))
        assert fast[sample] == pytest.approx(float(sound[rows] @ response[sample - rows]), abs=1e-9)


@given(hops=st.integers(1, 12), taps=st.integers(1, 512))
def test_a_response_that_stays_convolves_plainly(hops: int, taps: int) -> None:
    draw = np.random.default_rng(taps)
    sound, response = draw.standard_normal(hops * HOP), draw.standard_normal(taps)
    moving = convolved_changing(sound, np.tile(response, (hops + 1, 1)))
    np.testing.assert_allclose(moving, convolved(sound, response), atol=1e-9)


def test_between_two_responses_lies_their_straight_mixture() -> None:
    gains = np.array([[0.0], [1.0], [0.5], [0.5]])
    result = convolved_changing(np.ones(3 * HOP), gains)
    assert result == pytest.approx(np.interp(np.arange(3 * HOP), HOP * np.arange(4), gains[:, 0]), abs=1e-12)


def test_parts_join_where_both_have_the_response_of_the_seam() -> None:
    draw = np.random.default_rng(3)
    sound, responses = draw.standard_normal(8 * HOP), draw.standard_normal((9, 100))
    whole = convolved_changing(sound, responses)
    joined = np.zeros_like(whole)
    for first, last in ((0, 3), (3, 8)):
        part = convolved_changing(sound[first * HOP : last * HOP], responses[first : last + 1])
        joined[first * HOP : first * HOP + len(part)] += part
    np.testing.assert_allclose(joined, whole, atol=1e-9)
