from __future__ import annotations

import itertools
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.prior.bigram import Bigram, walks

from distill.errors import BadModelFile
from distill.prior import building
from distill.prior.interface import stepwise_log_prob
from distill.prior.mixture import Mixture, best_weights

SIZE = 6


def plausibility(log_probs: Any, weights: Any, *, doubt: float) -> Any:
    """Logarithm [K] of what members [M, K, S] say together, and of the doubt, a code."""
    together = np.log((weights[:, :, None] * np.exp(log_probs)).sum(axis=0)).sum(axis=1)
    doubted = doubt / len(weights) * np.log(weights + 1e-300).sum(axis=0)
    return (together + doubted) / log_probs.shape[2]


@given(seed=st.integers(0, 2**32 - 1), members=st.sampled_from([2, 3]), doubt=st.sampled_from([0.0, 10.0]))
@settings(max_examples=20, deadline=None)
def test_no_other_weights_make_held_out_codes_likelier(seed: int, members: int, doubt: float) -> None:
    rng = np.random.default_rng(seed)
    log_probs = np.log(rng.random((members, 2, 30)) ** 4 + 1e-9)
    found = best_weights(log_probs, doubt=doubt)
    np.testing.assert_allclose(found.sum(axis=0), 1.0)
    best = plausibility(log_probs, found, doubt=doubt)
    ladder = np.linspace(0, 1, 21)
    for shares in itertools.product(ladder, repeat=members - 1):
        if sum(shares) <= 1:
            weights = np.repeat(np.array([*shares, 1 - sum(shares)])[:, None], 2, axis=1)
            assert (plausibility(log_probs, weights, doubt=doubt) <= best + 1e-4).all()


def test_each_level_has_weights_of_its_own() -> None:
    sure, unsure = np.log(0.9), np.log(0.1)
    log_probs = np.array([[[sure] * 9, [unsure] * 9], [[unsure] * 9, [sure] * 9]])
    weights = best_weights(log_probs, doubt=0.0)
    np.testing.assert_allclose(weights, [[1.0, 0.0], [0.0, 1.0]], atol=1e-3)


def test_a_member_that_is_never_right_loses_its_weight_as_codes_are_seen_but_never_all() -> None:
    said = np.array([[[-0.1]], [[-700.0]]])
    for codes, share in ((1, 17 / 33), (32, 48 / 64), (320, 336 / 352)):
        weights = best_weights(np.repeat(said, codes, axis=2))
        assert weights[:, 0] == pytest.approx([share, 1 - share])


@pytest.fixture
def mixture() -> Mixture:
    members = [
        Bigram.count(walks(2, 30, seed=seed), SIZE, doubt=doubt) for seed, doubt in ((1, 0.1), (2, 1.0))
    ]
    return Mixture(members, [[0.7, 0.2], [0.3, 0.8]])


def test_stepping_gives_what_reading_all_at_once_does(mixture: Mixture) -> None:
    grid = walks(1, 12, seed=3)[0]
    np.testing.assert_allclose(stepwise_log_prob(mixture, grid), mixture.log_prob(grid), atol=1e-9)


def test_probabilities_are_the_weighted_means_of_the_members(mixture: Mixture) -> None:
    grid = walks(1, 12, seed=3)[0]
    first, second = (member.distribution(member.begin(grid), [4]) for member in mixture.members)
    np.testing.assert_allclose(mixture.distribution(mixture.begin(grid), [4]), 0.2 * first + 0.8 * second)


def test_a_mixture_is_built_again_from_its_settings_and_tensors(
    mixture: Mixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(building.KINDS, "bigram", ("tests.prior.bigram", "Bigram"))
    within = Mixture([mixture, mixture.members[0]], [[0.5, 0.5], [0.5, 0.5]])  # a mixture may hold another
    again = building.from_tensors(within.settings(), within.tensors())
    grid = walks(1, 12, seed=3)[0]
    assert np.array_equal(again.log_prob(grid), within.log_prob(grid))


def test_what_is_no_mixture_is_refused(mixture: Mixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(building.KINDS, "bigram", ("tests.prior.bigram", "Bigram"))
    settings, tensors = mixture.settings(), mixture.tensors()
    with pytest.raises(BadModelFile, match="does not fit its weights of shape"):
        building.from_tensors(settings, {**tensors, "weights": tensors["weights"][:1]})
    with pytest.raises(BadModelFile, match="not all above 0"):
        building.from_tensors(settings, {**tensors, "weights": -tensors["weights"]})
    with pytest.raises(BadModelFile, match="does not fit"):
        building.from_tensors(settings, {**tensors, "7.shares": tensors["0.shares"]})
    nothing: list[Any] = [None, [], "bigram"]
    for members in nothing:
        with pytest.raises(BadModelFile, match="names no members"):
            building.from_tensors({"kind": "mixture", "members": members}, tensors)
    for wrong in ({"kind": "oracle?"}, {}, None, 3):
        with pytest.raises(BadModelFile, match="there is no prior of kind"):
            building.from_tensors(wrong, tensors)


def test_what_is_not_a_network_loads_without_torch() -> None:
    code = "import sys, distill.prior.building, distill.prior.mixture; print('torch' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
