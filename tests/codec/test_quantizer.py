from __future__ import annotations

import warnings

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from distill.codec.quantizer import CONSCIENCE, Level, ResidualQuantizer

K, N, D, DIM = 3, 16, 8, 4


def level(quantizer: ResidualQuantizer, index: int) -> Level:
    found = quantizer.levels[index]
    assert isinstance(found, Level)
    return found


def random_quantizer(seed: int = 0) -> ResidualQuantizer:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return ResidualQuantizer(latent_dim=D, num_levels=K, codebook_size=N, codebook_dim=DIM)


def random_latents(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(*shape, D, generator=torch.Generator().manual_seed(seed))


def by_hand() -> ResidualQuantizer:
    """Two levels of four entries in two dimensions, nothing projected."""
    quantizer = ResidualQuantizer(latent_dim=2, num_levels=2, codebook_size=4, codebook_dim=2)
    corners = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    with torch.no_grad():
        for index, size in enumerate((1.0, 0.25)):
            one = level(quantizer, index)
            one.project_in.weight.copy_(torch.eye(2))
            one.project_out.weight.copy_(torch.eye(2))
            one.entries.copy_(size * corners)
    return quantizer


def test_a_small_stack_quantizes_as_worked_by_hand() -> None:
    # (0.9, 0.3) is nearest to (1, 0); (-0.1, 0.3) is left, nearest to (0, 0.25); (-0.1, 0.05) stays.
    found = by_hand()(torch.tensor([[[0.9, 0.3], [0.2, 0.9]]]))
    assert found.codes.tolist() == [[[1, 2], [2, 1]]]
    torch.testing.assert_close(found.latents, torch.tensor([[[1.0, 0.25], [0.25, 1.0]]]))
    first = (0.1**2 + 0.3**2 + 0.2**2 + 0.1**2) / 4
    second = (0.1**2 + 0.05**2 + 0.05**2 + 0.1**2) / 4
    torch.testing.assert_close(found.commitment, torch.tensor([first, second]))
    torch.testing.assert_close(
        found.norms, torch.tensor([(0.9**2 + 0.3**2 + 0.2**2 + 0.9**2) / 4, first]).sqrt()
    )


def test_lookup_is_that_of_vector_quantize_pytorch() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle = pytest.importorskip("vector_quantize_pytorch", reason="the oracle is not installed")
    ours = level(random_quantizer(), 0)
    theirs = oracle.VectorQuantize(dim=DIM, codebook_size=N)
    theirs._codebook.embed.data.copy_(ours.entries[None])
    vectors = torch.randn(4, 50, DIM, generator=torch.Generator().manual_seed(2))
    quantized, codes, _ = theirs.eval()(vectors)
    assert torch.equal(ours.nearest(vectors), codes)
    torch.testing.assert_close(ours.entries[codes], quantized)


def test_nearest_is_the_least_distance_of_all() -> None:
    one, vectors = level(random_quantizer(), 0), torch.randn(100, DIM)
    slow = [int(min(range(N), key=lambda n: float((vector - one.entries[n]).norm()))) for vector in vectors]
    assert one.nearest(vectors).tolist() == slow


def left_over(quantizer: ResidualQuantizer, levels: int) -> Tensor:
    """Matrix [D, D] that a straight gradient takes through so many levels: what each leaves of a latent."""
    total = torch.eye(D)
    for index in range(levels):
        one = level(quantizer, index)
        total = (torch.eye(D) - one.project_out.weight @ one.project_in.weight) @ total
    return total


def test_gradients_pass_straight_through_the_lookup() -> None:
    quantizer, latents = random_quantizer(), random_latents(2, 5).requires_grad_()
    weights = random_latents(2, 5, seed=3)
    (quantizer(latents).latents * weights).sum().backward()
    # as if nothing were rounded: what all levels give is what is not left over
    expected = weights @ (torch.eye(D) - left_over(quantizer, K))
    torch.testing.assert_close(latents.grad, expected)


def test_with_full_projections_the_straight_gradient_is_one() -> None:
    latents = torch.tensor([[[0.9, 0.3]]], requires_grad=True)
    by_hand()(latents).latents.sum().backward()
    torch.testing.assert_close(latents.grad, torch.ones(1, 1, 2))


@pytest.mark.parametrize("index", range(K))
def test_the_commitment_of_every_level_reaches_the_encoder(index: int) -> None:
    quantizer, latents = random_quantizer(), random_latents(1, 1).requires_grad_()
    found = quantizer(latents)
    found.commitment[index].backward()
    with torch.no_grad():
        residual = latents.clone()
        for before in range(index):
            one = level(quantizer, before)
            residual -= one.project_out(one.entries[found.codes[..., before]])
        one = level(quantizer, index)
        error = one.project_in(residual) - one.entries[found.codes[..., index]]
        expected = 2 / DIM * error @ one.project_in.weight @ left_over(quantizer, index)
    assert latents.grad is not None
    assert float(latents.grad.norm()) > 1e-3
    torch.testing.assert_close(latents.grad, expected)


def test_each_item_uses_exactly_its_first_levels() -> None:
    quantizer, latents = random_quantizer(), random_latents(5, 7)
    depths = torch.tensor([1, 2, 3, 1, 3])
    found = quantizer(latents, depths=depths)
    for item, depth in enumerate(depths.tolist()):
        alone = quantizer.decode(found.codes[item : item + 1], up_to_level=depth)
        torch.testing.assert_close(found.latents[item : item + 1], alone)
    whole = quantizer(latents)
    assert torch.equal(found.codes, whole.codes)
    # a level's commitment is the mean over the items that use it
    for index in range(K):
        using = quantizer(latents[depths > index])
        torch.testing.assert_close(found.commitment[index], using.commitment[index])


def test_levels_that_an_item_does_not_use_learn_nothing_from_it() -> None:
    quantizer, alone = random_quantizer(), random_quantizer()
    latents = random_latents(4, 6)
    quantizer(latents, depths=torch.tensor([1, 3, 1, 3]), decay=0.9)
    alone(latents[[1, 3]], decay=0.9)
    for index in (1, 2):
        torch.testing.assert_close(level(quantizer, index).entries, level(alone, index).entries)
    assert not torch.allclose(level(quantizer, 0).entries, level(alone, 0).entries)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 3), st.integers(1, 9), st.integers(0, 99))
def test_decoding_the_codes_gives_the_quantized_latents(items: int, steps: int, seed: int) -> None:
    quantizer = random_quantizer(seed)
    found = quantizer(random_latents(items, steps, seed=seed))
    torch.testing.assert_close(quantizer.decode(found.codes), found.latents)
    assert found.codes.shape == (items, steps, K)


def test_what_a_level_leaves_over_is_what_the_next_one_sees() -> None:
    quantizer, latents = random_quantizer(), random_latents(2, 9)
    found = quantizer(latents)
    for index in range(1, K):
        left = latents - quantizer.decode(found.codes, up_to_level=index)
        torch.testing.assert_close(found.norms[index], left.square().mean().sqrt())


def test_entries_follow_as_a_slow_loop_says() -> None:
    one, decay = level(random_quantizer(), 0), 0.9
    vectors = torch.randn(60, DIM, generator=torch.Generator().manual_seed(4))
    hits, sums, entries = one.hits.clone(), one.sums.clone(), one.entries.clone()
    for _ in range(3):
        one.follow(vectors, decay=decay)
        far = torch.cdist(vectors, entries).square() / 2
        handicap = CONSCIENCE * far.amin(1).mean() * (hits / hits.mean()).clamp(0.1, 10).log()
        codes = [min(range(N), key=lambda entry: float(row[entry] + handicap[entry])) for row in far]
        for entry in range(N):
            chosen = [vector for vector, code in zip(vectors, codes, strict=True) if code == entry]
            total = torch.stack(chosen).sum(0) if chosen else torch.zeros(DIM)
            hits[entry] = decay * hits[entry] + (1 - decay) * len(chosen)
            sums[entry] = decay * sums[entry] + (1 - decay) * total
            entries[entry] = sums[entry] / hits[entry]
    torch.testing.assert_close(one.hits, hits)
    torch.testing.assert_close(one.entries, entries)


def test_a_conscience_lets_entries_gather_where_most_vectors_are(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = torch.Generator().manual_seed(0)
    # nine in ten vectors are one steady noise, the rest lie far around
    vectors = (
        torch.randn(4000, DIM, generator=draw) * torch.where(torch.arange(4000) < 3600, 0.3, 2.0)[:, None]
    )

    def perplexity(conscience: float) -> float:
        monkeypatch.setattr("distill.codec.quantizer.CONSCIENCE", conscience)
        batches = torch.Generator().manual_seed(1)
        one = level(random_quantizer(), 0)
        for _ in range(600):
            one.follow(vectors[torch.randint(4000, (256,), generator=batches)], decay=0.9)
        share = torch.bincount(one.nearest(vectors), minlength=N) / len(vectors)
        return float(torch.special.entr(share).sum().exp())

    assert perplexity(CONSCIENCE) > 1.3 * perplexity(0.0)


def test_entries_move_only_when_a_decay_is_given() -> None:
    quantizer = random_quantizer()
    before = [level(quantizer, index).entries.clone() for index in range(K)]
    quantizer(random_latents(2, 5))
    assert all(torch.equal(level(quantizer, index).entries, before[index]) for index in range(K))


def test_half_precision_around_it_moves_no_code() -> None:
    quantizer, latents = random_quantizer(), random_latents(8, 200)
    plain = quantizer(latents)
    with torch.autocast("cpu", torch.bfloat16):
        found = quantizer(latents)
    assert torch.equal(found.codes, plain.codes)
    assert torch.equal(found.latents, plain.latents)
    assert found.latents.dtype == torch.float32
