"""Factorised residual vector quantization: latents [B, S, D] <-> codes [B, S, K].

Each level looks its residual up in a low-dimensional space of its own (the factorised codes of Yu et
al., 2022, as DAC stacks them): project D -> d, take the nearest of N entries, project d -> D, and hand
what is left to the next level. Entries follow the data by an exponential moving average (van den Oord
et al., 2017, appendix A.1), the projections follow the gradient.

How codebooks are kept healthy (first filling, revival of dead entries) is :mod:`distill.codec.care`;
here is only the arithmetic. Everything is float32: half precision moves codes (autocast is switched off).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ["Level", "Quantized", "ResidualQuantizer"]


# How much farther away an entry counts that has e times its share of hits, in typical squared distances.
CONSCIENCE = 0.5


@dataclass(frozen=True)
class Quantized:
    """What a pass through the stack gives.

    Attributes
    ----------
    latents : Tensor [B, S, D]
        Sum of the levels in use; gradients pass straight through to the encoder.
    codes : int64 Tensor [B, S, K]
    commitment : Tensor [K]
        Mean squared distance, by level, between a projected residual and its entry; its gradient
        reaches the encoder from every level.
    norms : Tensor [K]
        Root mean square of the residual that reached each level.
    """

    latents: Tensor
    codes: Tensor
    commitment: Tensor
    norms: Tensor


class Level(nn.Module):
    """One quantizer: its two projections and its codebook."""

    entries: Tensor  # [N, d]
    hits: Tensor  # [N] moving average of hits a batch
    sums: Tensor  # [N, d] moving average of summed vectors

    def __init__(self, latent_dim: int, codebook_size: int, codebook_dim: int) -> None:
        super().__init__()
        self.project_in = nn.Linear(latent_dim, codebook_dim, bias=False)
        self.project_out = nn.Linear(codebook_dim, latent_dim, bias=False)
        nn.init.orthogonal_(self.project_in.weight)
        with torch.no_grad():
            self.project_out.weight.copy_(self.project_in.weight.T)
        self.register_buffer("entries", torch.randn(codebook_size, codebook_dim))
        # The averages belong to a training, not to the codec: they go into checkpoints, never into model files.
        self.register_buffer("hits", torch.ones(codebook_size), persistent=False)
        self.register_buffer("sums", self.entries.clone(), persistent=False)

    def nearest(self, vectors: Tensor) -> Tensor:
        """Index of the nearest entry by Euclidean distance, [..., d] -> int64 [...]."""
        return self._scores(vectors.reshape(-1, vectors.shape[-1])).argmax(1).view(vectors.shape[:-1])

    def _scores(self, vectors: Tensor) -> Tensor:
        # |v - e|^2 = |v|^2 - 2 v.e + |e|^2; the first term is the same for every entry. Times -1/2: [n, N].
        return torch.addmm(self.entries.square().sum(1), vectors, self.entries.T, beta=-0.5)

    @torch.no_grad()
    def follow(self, vectors: Tensor, *, decay: float) -> None:
        """Move the entries towards the vectors [n, d] that they should serve.

        Each vector moves its nearest entry, with a *conscience* (DeSieno, 1988): an entry that has had more than
        its share counts as farther away. Where a collection is one steady noise for minutes, entries so gather
        there instead of leaving it to one; the codes themselves are always the nearest.
        """
        scores = self._scores(vectors)
        typical = (0.5 * vectors.square().sum(1) - scores.amax(1)).mean()  # half a squared distance
        fair_shares = (self.hits / self.hits.mean()).clamp(0.1, 10)
        codes = (scores - CONSCIENCE * typical * fair_shares.log()).argmax(1)
        chosen = torch.zeros_like(self.hits).index_add_(0, codes, torch.ones_like(vectors[:, 0]))
        summed = torch.zeros_like(self.sums).index_add_(0, codes, vectors)
        self.hits.lerp_(chosen, 1 - decay)
        self.sums.lerp_(summed, 1 - decay)
        self.entries.copy_(self.sums / self.hits.clamp_min(1e-5)[:, None])


class ResidualQuantizer(nn.Module):
    """A stack of :class:`Level`, each quantizing what the ones before it left over."""

    def __init__(self, *, latent_dim: int, num_levels: int, codebook_size: int, codebook_dim: int) -> None:
        super().__init__()
        self.latent_dim, self.codebook_size = latent_dim, codebook_size
        self.levels = nn.ModuleList(Level(latent_dim, codebook_size, codebook_dim) for _ in range(num_levels))

    @property
    def num_levels(self) -> int:
        """Number of levels K."""
        return len(self.levels)

    def forward(
        self, latents: Tensor, *, depths: Tensor | None = None, decay: float | None = None
    ) -> Quantized:
        """Quantize with a straight-through gradient.

        Parameters
        ----------
        latents : Tensor [B, S, D]
        depths : int64 Tensor [B], optional
            Levels to use of each item (quantizer dropout, an item at a time); all levels otherwise.
        decay : float, optional
            Decay of the moving averages; given only in training, when entries follow the data.
        """
        with torch.autocast(latents.device.type, enabled=False):
            residual = latents.float()
            total = torch.zeros_like(residual)
            codes, commitments, norms = [], [], []
            for index, level in enumerate(self.levels):
                assert isinstance(level, Level)
                active = None if depths is None else (depths > index)
                vectors = level.project_in(residual)
                chosen = level.nearest(vectors.detach())
                found = F.embedding(chosen, level.entries)
                norms.append(residual.detach().square().mean().sqrt())
                distance = (vectors - found).square().mean(-1)
                straight = vectors + (found - vectors).detach()
                output = level.project_out(straight)
                if active is None:
                    commitments.append(distance.mean())
                    total = total + output
                else:
                    mask = active[:, None].float()
                    commitments.append(
                        (distance * mask).sum() / (mask.sum() * distance.shape[1]).clamp_min(1)
                    )
                    total = total + output * mask[..., None]
                if decay is not None:
                    used = slice(None) if active is None else active
                    level.follow(vectors.detach()[used].flatten(0, 1), decay=decay)
                residual = residual - output
                codes.append(chosen)
            return Quantized(total, torch.stack(codes, -1), torch.stack(commitments), torch.stack(norms))

    def decode(
        self, codes: Tensor, *, up_to_level: int | None = None, levels: Collection[int] | None = None
    ) -> Tensor:
        """Add the chosen entries up: int64 [B, S, K] -> latents [B, S, D]; of ``levels`` (from 1) alone if they are given."""
        last = self.num_levels if up_to_level is None else up_to_level
        total = torch.zeros(*codes.shape[:2], self.latent_dim, device=codes.device)
        for index, level in enumerate(self.levels[:last]):
            assert isinstance(level, Level)
            if levels is None or index + 1 in levels:
                total = total + level.project_out(F.embedding(codes[..., index], level.entries))
        return total
