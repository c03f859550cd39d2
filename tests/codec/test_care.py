from __future__ import annotations

import pytest
import torch
from torch import Tensor

from distill.codec.care import DEAD_SHARE, REVIVED_SHARE, fill, kmeans, revive
from distill.codec.quantizer import Level, ResidualQuantizer
from distill.errors import TrainingFailed

N, D = 16, 8


def draw(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def quantizer_of(latents: Tensor, *, seed: int = 0) -> ResidualQuantizer:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        quantizer = ResidualQuantizer(latent_dim=D, num_levels=2, codebook_size=N, codebook_dim=4)
    fill(quantizer, latents, generator=draw(seed))
    return quantizer


def levels(quantizer: ResidualQuantizer) -> list[Level]:
    return [level for level in quantizer.levels if isinstance(level, Level)]


def islands(count: int, each: int) -> Tensor:
    """Separate groups of vectors [count * each, 4]."""
    centres = 10 * torch.randn(count, 4, generator=draw(5))
    return (centres[:, None] + 0.01 * torch.randn(count, each, 4, generator=draw(6))).flatten(0, 1)


def distortion(vectors: Tensor, centres: Tensor) -> float:
    return float(torch.cdist(vectors, centres).min(1).values.square().mean())


def test_kmeans_lowers_the_distortion_with_every_round() -> None:
    vectors = torch.randn(600, 4, generator=draw(1))
    found = [kmeans(vectors, 20, generator=draw(2), rounds=rounds)[0] for rounds in (0, 1, 4, 12)]
    distances = [distortion(vectors, centres) for centres in found]
    assert distances == sorted(distances, reverse=True), distances
    assert distances[-1] < 0.8 * distances[0], distances


def test_kmeans_leaves_no_cluster_empty_and_counts_every_vector() -> None:
    vectors = islands(N, 40)
    centres, counts = kmeans(vectors, N, generator=draw(3))
    assert counts.sum() == len(vectors)
    assert counts.min() > 0
    nearest = torch.cdist(vectors, centres).argmin(1)
    for cluster in range(N):  # every centre is the mean of its own
        torch.testing.assert_close(centres[cluster], vectors[nearest == cluster].mean(0), atol=5e-3, rtol=0)


def test_fewer_vectors_than_clusters_are_enough() -> None:
    vectors = islands(3, 1)
    centres, counts = kmeans(vectors, N, generator=draw())
    assert counts.sum() == 3
    assert distortion(vectors, centres) < 1e-6


def test_filled_codebooks_serve_the_latents_they_were_filled_from() -> None:
    latents = torch.randn(900, D, generator=draw(7)) * torch.linspace(3, 0.1, D)
    quantizer = quantizer_of(latents)
    found = quantizer(latents[None])
    left = float((latents - found.latents[0].detach()).square().mean() / latents.square().mean())
    assert left < 0.25, left
    for index, level in enumerate(levels(quantizer)):
        assert len(found.codes[..., index].unique()) == N
        torch.testing.assert_close(level.sums, level.entries * level.hits[:, None])
        assert level.hits.min() >= REVIVED_SHARE


def test_the_first_projection_takes_the_directions_in_which_most_lies() -> None:
    latents = torch.randn(500, D, generator=draw(8)) * torch.tensor([9, 8, 7, 6, 0.1, 0.1, 0.1, 0.1])
    weight = levels(quantizer_of(latents))[0].project_in.weight.detach()
    assert float(weight[:, :4].square().sum()) > 3.99  # of 4: unit rows within the first four dimensions


def test_filling_follows_from_its_generator() -> None:
    latents = torch.randn(400, D, generator=draw(9))
    first, again = quantizer_of(latents), quantizer_of(latents)
    assert all(map(torch.equal, first.state_dict().values(), again.state_dict().values()))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_one_value_that_is_no_number_is_refused_before_anything_is_filled(bad: float) -> None:
    latents = torch.randn(400, D, generator=draw())
    quantizer = quantizer_of(latents)
    before = {name: tensor.clone() for name, tensor in quantizer.state_dict().items()}
    latents[17, 3] = bad
    with pytest.raises(TrainingFailed) as caught:
        fill(quantizer, latents, generator=draw())
    assert str(caught.value) == (
        "the encoder gave values that are not numbers before the codebooks were filled; "
        "train again with another --seed, and leave out sounds that are damaged."
    )
    assert all(torch.equal(before[name], tensor) for name, tensor in quantizer.state_dict().items())


@pytest.mark.parametrize("scale", [0.01, 1.0, 1000.0])
def test_only_dead_entries_are_moved_whatever_the_size_of_a_batch(scale: float) -> None:
    latents = torch.randn(300, D, generator=draw(10))
    quantizer = quantizer_of(latents)
    first = levels(quantizer)[0]
    shares = torch.ones(N)
    shares[3], shares[5], shares[8] = 0.0, 0.5 * DEAD_SHARE, 2 * DEAD_SHARE  # dead, dead, rare but alive
    first.hits.copy_(scale * shares)
    before, fair = first.entries.clone(), float(first.hits.mean())
    assert revive(quantizer, latents, generator=draw()) == 2
    moved = (first.entries != before).any(1).nonzero()[:, 0].tolist()
    assert moved == [3, 5]
    assert first.hits[moved].tolist() == pytest.approx([REVIVED_SHARE * fair] * 2)
    torch.testing.assert_close(first.sums[moved], first.entries[moved] * first.hits[moved][:, None])
    served = torch.cdist(
        first.entries[moved], first.project_in(latents), compute_mode="donot_use_mm_for_euclid_dist"
    )
    assert served.min(1).values.max() < 1e-5  # they stand on vectors of the batch


def test_healthy_codebooks_are_left_alone() -> None:
    latents = torch.randn(300, D, generator=draw(11))
    quantizer = quantizer_of(latents)
    for level in levels(quantizer):
        level.hits.fill_(1e-4)
    before = [level.entries.clone() for level in levels(quantizer)]
    assert revive(quantizer, latents, generator=draw()) == 0
    assert all(map(torch.equal, before, (level.entries for level in levels(quantizer))))


def test_a_dead_entry_goes_where_the_error_is() -> None:
    near = torch.randn(300, D, generator=draw(12))
    quantizer = quantizer_of(near)
    first = levels(quantizer)[0]
    first.hits[0] = 0
    far = 1e5 * first.project_in.weight.detach()[:1]  # one vector that nothing serves
    revive(quantizer, torch.cat([near, far]), generator=draw())
    torch.testing.assert_close(first.entries[:1], first.project_in(far).detach(), rtol=1e-4, atol=1e-2)


def test_a_batch_with_a_value_that_is_no_number_moves_nothing() -> None:
    latents = torch.randn(300, D, generator=draw(13))
    quantizer = quantizer_of(latents)
    levels(quantizer)[0].hits[2] = 0
    latents[0, 0] = float("nan")
    assert revive(quantizer, latents, generator=draw()) == 0
