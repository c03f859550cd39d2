"""Codebook care: how codebooks are filled and kept in use. The one place for it (row A4).

Filling: the encoder first trains without quantization; then each level's projection starts from the
principal directions of what the levels before left over, and its entries from k-means over at least
20 x ``codebook_size`` such vectors. Reviving: an entry that is hit far less than its share is moved
to a vector which is badly served now, drawn with a probability proportional to its squared distance from its entry,
as k-means++ draws its centres (Arthur and Vassilvitskii, 2007).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from distill.codec.quantizer import Level, ResidualQuantizer
from distill.errors import TrainingFailed

__all__ = ["VECTORS_PER_ENTRY", "fill", "kmeans", "revive"]

VECTORS_PER_ENTRY = 20
# An entry is dead when its hits fall under this share of what it would have if all were hit alike. (A
# threshold in hits a batch would reset healthy codes for ever in small batches and never in large ones.)
DEAD_SHARE = 0.15
# A revived entry starts with half of a fair share of hits: enough to survive until it has found its own.
REVIVED_SHARE = 0.5


@torch.no_grad()
def fill(quantizer: ResidualQuantizer, latents: Tensor, *, generator: torch.Generator) -> None:
    """Initialise every level from latents [n, D] of sound that is not silent.

    Raises
    ------
    TrainingFailed
        If a latent is not finite: one NaN would spoil the codebooks for good.
    """
    if not torch.isfinite(latents).all():
        raise TrainingFailed(
            "the encoder gave values that are not numbers before the codebooks were filled; "
            "train again with another --seed, and leave out sounds that are damaged."
        )
    residual = latents.float()
    for level in quantizer.levels:
        assert isinstance(level, Level)
        # Right singular vectors of the residual: the directions in which most of it lies.
        _, _, directions = torch.linalg.svd(residual, full_matrices=False)
        kept = directions[: level.project_in.out_features]
        level.project_in.weight[: len(kept)] = kept
        level.project_out.weight[:, : len(kept)] = kept.T
        vectors = level.project_in(residual)
        entries, hits = kmeans(vectors, quantizer.codebook_size, generator=generator)
        level.entries.copy_(entries)
        level.hits.copy_((hits / hits.mean()).clamp_min(REVIVED_SHARE))
        level.sums.copy_(level.entries * level.hits[:, None])
        residual = residual - level.project_out(F.embedding(level.nearest(vectors), level.entries))


@torch.no_grad()
def kmeans(
    vectors: Tensor, num_clusters: int, *, generator: torch.Generator, rounds: int = 12
) -> tuple[Tensor, Tensor]:
    """Lloyd's algorithm from random vectors; an empty cluster restarts at a random vector.

    Parameters
    ----------
    vectors : Tensor [n, d]

    Returns
    -------
    Tensor [num_clusters, d], Tensor [num_clusters]
        Centres, and how many vectors each had in the last round.
    """

    def draw(count: int) -> Tensor:
        picked = torch.randint(len(vectors), (count,), generator=generator)
        return vectors[picked.to(vectors.device)]

    if len(vectors) >= num_clusters:
        order = torch.randperm(len(vectors), generator=generator)[:num_clusters]
        centres = vectors[order.to(vectors.device)].clone()
    else:
        centres = draw(num_clusters)
    counts = torch.zeros(num_clusters, device=vectors.device)
    for _ in range(rounds):
        scores = torch.addmm(centres.square().sum(1), vectors, centres.T, beta=-0.5)
        nearest = scores.argmax(1)
        counts = torch.bincount(nearest, minlength=num_clusters).float()
        summed = torch.zeros_like(centres).index_add_(0, nearest, vectors)
        centres = torch.where(counts[:, None] > 0, summed / counts.clamp_min(1)[:, None], draw(num_clusters))
    return centres, counts


@torch.no_grad()
def revive(quantizer: ResidualQuantizer, latents: Tensor, *, generator: torch.Generator) -> int:
    """Move dead entries to where they are needed; latents [n, D] of the present batch.

    Returns
    -------
    int
        Entries moved, over all levels.
    """
    if not torch.isfinite(latents).all():
        return 0
    residual = latents.float()
    moved = 0
    for level in quantizer.levels:
        assert isinstance(level, Level)
        vectors = level.project_in(residual)
        error = (vectors - F.embedding(level.nearest(vectors), level.entries)).square().sum(1)
        fair = level.hits.mean()
        dead = torch.nonzero(level.hits < DEAD_SHARE * fair)[:, 0][: len(vectors)]
        if len(dead):
            # drawn on the CPU: the generator's stream is then the same on every device
            chosen = torch.multinomial(error.cpu() + 1e-9, len(dead), generator=generator).to(error.device)
            level.entries[dead] = vectors[chosen]
            level.hits[dead] = REVIVED_SHARE * fair
            level.sums[dead] = vectors[chosen] * (REVIVED_SHARE * fair)
            moved += len(dead)
        residual = residual - level.project_out(F.embedding(level.nearest(vectors), level.entries))
    return moved
