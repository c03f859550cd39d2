"""The Transformer's way of reading past steps: every layer looks back at the last ``window`` of them.

Pre-norm blocks (Xiong et al., 2020) with rotary positions (Su et al., 2021), so that only distances count, and
a window that slides: a layer's step sees itself and the ``window - 1`` before it, however many were read. So
any duration is possible, what is kept between two reads (keys and values) is bounded, and reading step by step
gives what reading all at once does. The other way is :mod:`distill.prior.recurrent`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from distill.prior.recurrent import Memory

__all__ = ["Block", "Transformer", "rates"]

_SLOWEST = 10_000.0  # of the rotations: the last pair of channels turns once in 63,000 steps
_EXPANSION = 2  # inner channels of a block's second half, in multiples of its width


class Transformer(nn.Module):
    """A stack of blocks.

    Parameters
    ----------
    width : int
        Channels D of inputs and outputs, a multiple of twice the heads.
    depth : int
        Blocks L.
    heads : int
        Attention heads H, of d = D / H channels each.
    window : int >= 2
        Steps a block sees, its own among them.
    dropout : float in 0..1
    """

    def __init__(self, width: int, *, depth: int, heads: int, window: int, dropout: float) -> None:
        super().__init__()
        self.window, self.channels = window, width // heads
        self.blocks = nn.ModuleList(Block(width, heads=heads, dropout=dropout) for _ in range(depth))

    @property
    def reach(self) -> int:
        """Steps of the past that an output depends on, its own input among them."""
        return len(self.blocks) * (self.window - 1) + 1

    def forward(self, inputs: Tensor, memory: Memory | None = None) -> tuple[Tensor, Memory]:
        """Read steps [B, S, D] after those in memory; return a vector a step [B, S, D], and the new memory."""
        position, kept = memory or Memory()
        num_steps = inputs.shape[1]
        before = kept[0].shape[2] if kept else 0  # steps M whose keys and values are there
        rotation = _rotation(position, num_steps, self.channels).to(inputs.device)
        mask = None if num_steps == 1 else self._mask(num_steps, before).to(inputs.device)
        keep: list[Tensor] = []
        outputs = inputs
        for index, block in enumerate(self.blocks):
            past = kept[2 * index : 2 * index + 2]
            outputs, keys, values = block(outputs, rotation, mask, past)
            keep += [keys[:, :, 1 - self.window :], values[:, :, 1 - self.window :]]
        return outputs, Memory(position + num_steps, tuple(keep))

    def _mask(self, num_steps: int, before: int) -> Tensor:
        """Which keys [M + S] each step [S] may see: its own and those of up to ``window - 1`` steps before."""
        back = torch.arange(num_steps)[:, None] - (torch.arange(before + num_steps) - before)
        return (back >= 0) & (back < self.window)


class Block(nn.Module):
    """One layer: what a step sees of those before it, and then what it makes of that."""

    def __init__(self, width: int, *, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.attention_norm = nn.LayerNorm(width)
        self.enter = nn.Linear(width, 3 * width, bias=False)
        self.leave = nn.Linear(width, width, bias=False)
        self.inner_norm = nn.LayerNorm(width)
        self.widen = nn.Linear(width, _EXPANSION * width)
        self.narrow = nn.Linear(_EXPANSION * width, width)
        for last in (self.leave, self.narrow):  # a block begins close to doing nothing
            nn.init.normal_(last.weight, std=0.02)

    def forward(
        self, inputs: Tensor, rotation: Tensor, mask: Tensor | None, past: tuple[Tensor, ...]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Read steps [B, S, D]; return what comes out, and keys and values [B, H, M + S, d] of all that were seen."""
        B, S, D = inputs.shape
        split = self.enter(self.attention_norm(inputs)).view(B, S, 3, self.heads, -1)
        queries, keys, values = split.permute(2, 0, 3, 1, 4)  # each [B, H, S, d]
        queries, keys = _rotated(queries, rotation), _rotated(keys, rotation)
        if past:
            keys, values = torch.cat([past[0], keys], 2), torch.cat([past[1], values], 2)  # [B, H, M + S, d]
        dropout = self.dropout if self.training else 0.0
        seen = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask, dropout_p=dropout)
        outputs = inputs + self._dropped(self.leave(seen.transpose(1, 2).reshape(B, S, D)))
        inner = self.narrow(F.gelu(self.widen(self.inner_norm(outputs))))
        return outputs + self._dropped(inner), keys, values

    def _dropped(self, tensor: Tensor) -> Tensor:
        return F.dropout(tensor, self.dropout, self.training)


def rates(channels: int) -> Tensor:
    """By how much each pair of a head's channels turns from step to step, in radians [d / 2], float64."""
    return _SLOWEST ** (-torch.arange(0, channels, 2, dtype=torch.float64) / channels)


def _rotation(position: int, num_steps: int, channels: int) -> Tensor:
    """Cosine and sine [2, S, d / 2] of each step's angles; in double precision, for steps far from the first."""
    angles = torch.arange(position, position + num_steps, dtype=torch.float64)[:, None] * rates(channels)
    return torch.stack([angles.cos(), angles.sin()]).float()


def _rotated(vectors: Tensor, rotation: Tensor) -> Tensor:
    """Turn pairs of channels (i, i + d / 2) of vectors [B, H, S, d] by their step's angles."""
    cosine, sine = rotation
    first, second = vectors.chunk(2, dim=-1)
    return torch.cat([first * cosine - second * sine, first * sine + second * cosine], -1)
