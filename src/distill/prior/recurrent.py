"""The LSTM's way of reading past steps: everything it knows of them is a vector that it carries along.

Any duration costs the same memory, and nothing is cut off; what was long ago fades by itself. The other way,
looking back at the steps themselves, is :mod:`distill.prior.transformer`.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

__all__ = ["Memory", "Recurrent"]


class Memory(NamedTuple):
    """What is kept of the steps that were read; a value: reading further makes another.

    Attributes
    ----------
    position : int
        Steps read so far.
    tensors : tuple of Tensor
        Hidden and cell states [L, B, D] of an LSTM, keys and values [B, H, M, d] of each layer of a Transformer.
    """

    position: int = 0
    tensors: tuple[Tensor, ...] = ()


class Recurrent(nn.Module):
    """A stack of LSTM layers (Hochreiter and Schmidhuber, 1997).

    Parameters
    ----------
    width : int
        Channels D of inputs and outputs.
    depth : int
        Layers L.
    dropout : float in 0..1
        Between the layers.
    """

    reach: int | None = None  # of the past, in steps: all of it

    def __init__(self, width: int, *, depth: int, dropout: float) -> None:
        super().__init__()
        between = dropout if depth > 1 else 0.0
        self.layers = nn.LSTM(width, width, depth, batch_first=True, dropout=between)
        with torch.no_grad():
            for layer in range(depth):
                # Gates that begin open let the gradient through (Jozefowicz et al., 2015).
                getattr(self.layers, f"bias_ih_l{layer}")[width : 2 * width] = 1.0

    def forward(self, inputs: Tensor, memory: Memory | None = None) -> tuple[Tensor, Memory]:
        """Read steps [B, S, D] after those in memory; return a vector a step [B, S, D], and the new memory."""
        position, states = memory or Memory()
        outputs, states = self.layers(inputs, states or None)
        return outputs, Memory(position + inputs.shape[1], tuple(states))
