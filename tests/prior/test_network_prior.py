from __future__ import annotations

import numpy as np
import pytest
import torch

from distill.codes.limits import Grid
from distill.config import NetworkConfig, NetworkKind
from distill.errors import BadModelFile, BadSetting
from distill.prior import network_prior
from distill.prior.network import Network
from distill.prior.network_prior import NetworkPrior

K, N = 3, 5


def prior_of(kind: NetworkKind, *, seed: int = 0, window: int = 4) -> NetworkPrior:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Network(
            NetworkConfig(kind=kind, num_levels=K, codebook_size=N, width=16, depth=2, heads=2, window=window)
        )
        with torch.no_grad():  # an untrained network hardly looks at the past; this one does
            for parameter in network.parameters():
                parameter.add_(0.3 * torch.randn_like(parameter))
    return NetworkPrior(network)


def grid_of(num_steps: int, *, seed: int = 0) -> Grid:
    return np.random.default_rng(seed).integers(0, N, (K, num_steps))


def stepped(
    prior: NetworkPrior, grid: Grid, *, start: int = 0
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Log-probabilities from `start` on, one code at a time."""
    state = prior.begin(grid[:, :start])
    found = np.empty((K, grid.shape[1] - start))
    for place, column in enumerate(grid.T[start:]):
        for level in range(K):
            shares = prior.distribution(state, column[:level].tolist())
            found[level, place] = np.log(shares[column[level]])
        state = prior.advance(state, column.tolist())
    return found


KINDS: tuple[NetworkKind, ...] = ("lstm", "transformer")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("start", [0, 1, 7, 23])
def test_stepping_gives_what_reading_all_at_once_does(
    kind: NetworkKind, start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_prior, "_CHUNK", 10)  # several chunks, more than the window in each
    prior, grid = prior_of(kind), grid_of(30)
    np.testing.assert_allclose(stepped(prior, grid, start=start), prior.log_prob(grid)[:, start:], atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_how_a_sequence_is_cut_into_chunks_makes_no_difference(
    kind: NetworkKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    prior, grid = prior_of(kind), grid_of(40)
    whole = prior.log_prob(grid)
    for chunk in (1, 3, 39):
        monkeypatch.setattr(network_prior, "_CHUNK", chunk)
        np.testing.assert_allclose(prior.log_prob(grid), whole, atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_prediction_depends_on_what_came_before_it_and_on_nothing_else(kind: NetworkKind) -> None:
    prior, grid = prior_of(kind, window=20), grid_of(12)
    whole = prior.log_prob(grid)
    step, level = 6, 1
    other = grid.copy()
    other[level, step] = (other[level, step] + 1) % N
    changed = np.abs(prior.log_prob(other) - whole) > 1e-6
    assert not changed[:, :step].any()
    assert not changed[:level, step].any()
    assert changed[level:, step].all()
    assert changed[:, step + 1].all()


def test_a_transformer_forgets_what_lies_beyond_its_layers_windows() -> None:
    prior = prior_of("transformer", window=4)
    reach = prior.network.over_time.reach
    assert reach == 2 * 3 + 1
    grid = grid_of(30)
    other = grid.copy()
    other[:, 5] = (other[:, 5] + 1) % N
    changed = (np.abs(prior.log_prob(other) - prior.log_prob(grid)) > 1e-6).any(axis=0)
    assert np.flatnonzero(changed).tolist() == list(range(5, 5 + reach + 1))


def test_what_a_transformer_keeps_between_steps_does_not_grow() -> None:
    prior = prior_of("transformer", window=4)
    state = prior.begin(grid_of(100))
    sizes = {array.shape for two in prior.advance(state, [0] * K).past.kept for array in two}
    assert sizes == {(2, 3, 8)}


@pytest.mark.parametrize("kind", KINDS)
def test_distributions_are_probabilities_and_none_is_zero(kind: NetworkKind) -> None:
    prior = prior_of(kind)
    with torch.no_grad():
        prior.network.bias[0, 0] = 5000.0  # as sure as can be
    prior = NetworkPrior(prior.network)
    state = prior.begin(grid_of(0))
    for below in ([], [1], [1, 4]):
        shares = prior.distribution(state, below)
        assert shares.dtype == np.float64
        assert shares.sum() == pytest.approx(1.0)
        assert (shares > 0).all()
    assert np.isfinite(prior.log_prob(grid_of(9))).all()


@pytest.mark.parametrize("kind", KINDS)
def test_an_old_state_stays_usable(kind: NetworkKind) -> None:
    prior, past = prior_of(kind), grid_of(9)
    state = prior.begin(past)
    before = prior.distribution(state, [2])
    for code in range(N):
        prior.advance(state, [code] * K)
    assert np.array_equal(prior.distribution(state, [2]), before)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_grid_has_no_log_probabilities(kind: NetworkKind) -> None:
    assert prior_of(kind).log_prob(grid_of(0)).shape == (K, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_prior_is_built_again_from_its_settings_and_tensors(kind: NetworkKind) -> None:
    prior, grid = prior_of(kind), grid_of(9)
    again = NetworkPrior.from_tensors(prior.settings(), prior.tensors())
    assert np.array_equal(again.log_prob(grid), prior.log_prob(grid))
    assert all(tensor.dtype == np.float32 for tensor in prior.tensors().values())
    assert not any(parameter.requires_grad for parameter in again.network.parameters())


def test_tensors_that_do_not_belong_are_refused() -> None:
    prior = prior_of("lstm")
    settings, tensors = prior.settings(), prior.tensors()
    assert isinstance(settings, dict)
    with pytest.raises(
        BadModelFile, match=r"tensor 'bias' has shape \(3, 4\), and its settings call for \(3, 5\)"
    ):
        NetworkPrior.from_tensors(prior.settings(), {**tensors, "bias": tensors["bias"][:, :4]})
    with pytest.raises(BadModelFile, match="tensor 'more' has shape"):
        NetworkPrior.from_tensors(prior.settings(), {**tensors, "more": tensors["bias"]})
    with pytest.raises(BadModelFile, match="call for"):
        NetworkPrior.from_tensors({**settings, "kind": "transformer"}, tensors)
    with pytest.raises(BadSetting, match="width"):
        NetworkPrior.from_tensors({**settings, "width": 12}, tensors)


def test_a_million_steps_into_a_sound_a_transformer_predicts_as_near_its_beginning() -> None:
    prior, past = prior_of("transformer"), grid_of(30)
    near = prior.begin(past)
    far = prior.begin(np.concatenate([np.zeros((K, 1_000_000), np.int64), past], axis=1))
    np.testing.assert_allclose(prior.distribution(far, []), prior.distribution(near, []), atol=1e-5)
