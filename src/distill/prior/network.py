"""A network that predicts codes, factorised over time and then over levels.

A step is one column of K codes. The network over time reads the sum of the embeddings of all codes of each past
step and gives a vector a step; a small network over levels then predicts the code at level q from that vector and
the sum of the embeddings of the step's codes at the levels before q. Time and levels are never laid out as one
long sequence, so a second of sound is 47 steps, not 375 (the RQ-Transformer of Lee et al., 2022, and the depth
transformer of Moshi, Défossez et al., 2024; here the second network only sums, for a residual quantizer's latents
are sums too). What is over time is :mod:`distill.prior.recurrent` or :mod:`distill.prior.transformer`.

Going on step by step and level by level is done by :class:`distill.prior.over_time.OverTime` and
:class:`distill.prior.over_levels.OverLevels`, which know the sums here. Codes are ``0 .. N - 1``; N stands for *no code*: the step
before the first, and a code that was taken away while training. This module needs torch: import it where it is used.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from distill.config import NetworkConfig
from distill.prior.recurrent import Memory, Recurrent
from distill.prior.transformer import Transformer

__all__ = ["Network"]

_EXPANSION = 2  # inner channels over levels, in multiples of the width


class Network(nn.Module):
    """Embeddings, the network over time, the network over levels.

    An embedding serves three times: in the sum over a past step, in the sum over the levels before, and as what
    a prediction is compared with (Press and Wolf, 2017); small collections teach no more than one.

    Parameters
    ----------
    config : NetworkConfig
    dropout : float in 0..1
        While training.
    """

    def __init__(self, config: NetworkConfig, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.config = config
        K, N, D = config.num_levels, config.codebook_size, config.width
        self.dropout = dropout
        self.embeddings = nn.Parameter(torch.randn(K, N + 1, D) * 0.5 / math.sqrt(D))
        self.over_time: Recurrent | Transformer
        if config.kind == "lstm":
            self.over_time = Recurrent(D, depth=config.depth, dropout=dropout)
        else:
            self.over_time = Transformer(
                D, depth=config.depth, heads=config.heads, window=config.window, dropout=dropout
            )
        self.from_past = nn.Linear(D, D)
        self.from_below = nn.Linear(D, D, bias=False)
        self.level = nn.Parameter(torch.zeros(K, D))
        self.inner_norm = nn.LayerNorm(D)
        self.widen = nn.Linear(D, _EXPANSION * D)
        self.narrow = nn.Linear(_EXPANSION * D, D)
        self.last_norm = nn.LayerNorm(D)
        self.bias = nn.Parameter(torch.zeros(K, N))

    @property
    def num_parameters(self) -> int:
        """Numbers that are learnt."""
        return sum(parameter.numel() for parameter in self.parameters())

    def embedded(self, codes: Tensor) -> Tensor:
        """Codes [..., K'] of the first K' levels -> their embeddings [..., K', D]."""
        K, rows, D = self.embeddings.shape
        flat = self.embeddings.view(K * rows, D)
        places = codes + rows * torch.arange(codes.shape[-1], device=codes.device)
        return F.embedding(places, flat) * math.sqrt(D)

    def read(self, columns: Tensor, memory: Memory | None = None) -> tuple[Tensor, Memory]:
        """Read whole steps after those in memory.

        Parameters
        ----------
        columns : int64 Tensor [B, S, K]
        memory : Memory, optional
            Nothing was read before, if left out.

        Returns
        -------
        vectors : Tensor [B, S, D]
            What is known after each step, for predicting the next.
        memory : Memory
        """
        inputs = self._dropped(self.embedded(columns).sum(-2))
        outputs, memory = self.over_time(inputs, memory)
        return self.from_past(self._dropped(outputs)), memory

    def forward(self, before: Tensor, columns: Tensor, memory: Memory | None = None) -> tuple[Tensor, Memory]:
        """Predict all levels of many steps at once.

        Parameters
        ----------
        before : int64 Tensor [B, S, K]
            The step before each step that is predicted.
        columns : int64 Tensor [B, S, K]
            The steps that are predicted; level q sees those before q only.
        memory : Memory, optional
            Of what comes before ``before``.

        Returns
        -------
        logits : Tensor [K, B, S, N]
        memory : Memory
        """
        vectors, memory = self.read(before, memory)
        nothing = torch.zeros_like(vectors)[:, :, None]
        sums = torch.cat([nothing, self.embedded(columns[..., :-1]).cumsum(-2)], -2)  # [B, S, K, D]
        mixed = vectors[:, :, None] + self.from_below(sums) + self.level
        inner = self.narrow(self._dropped(F.silu(self.widen(self.inner_norm(mixed)))))
        last = self.last_norm(mixed + inner).permute(2, 0, 1, 3)  # [K, B, S, D]
        rows = self.embeddings[:, :-1].transpose(1, 2)  # [K, D, N]
        logits = torch.baddbmm(self.bias[:, None], last.flatten(1, 2), rows)
        return logits.view(*last.shape[:-1], -1), memory

    def _dropped(self, tensor: Tensor) -> Tensor:
        return F.dropout(tensor, self.dropout, self.training)
