"""The network over time, one step after another, in numpy: the same numbers as :class:`distill.prior.network.Network`'s.

A new sound is drawn step by step, and a step of a small network is some fifty products that torch takes longer to prepare than
to compute. What :mod:`distill.prior.over_levels` does within a step is done here from step to step; many steps
at once are still torch's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import torch
from torch import nn

from distill.prior.network import Network
from distill.prior.recurrent import Memory, Recurrent
from distill.prior.single_products import Singles, as_array, behind, logistic, normed
from distill.prior.transformer import Block, Transformer, rates

__all__ = ["OverTime", "Past"]

Two: TypeAlias = tuple[Singles, Singles]


class Past(NamedTuple):
    """What is kept of the steps that were read; a value: reading further makes another.

    Attributes
    ----------
    position : int
        Steps read so far.
    kept : tuple of two float32 arrays each
        By layer: keys and values [H, M, d] of a Transformer's last ``M < window`` steps, hidden and cell state [D] of an LSTM.
    """

    position: int
    kept: tuple[Two, ...]


class OverTime:
    """Reads one step after those that were read.

    Parameters
    ----------
    network : Network
        Copied; later changes of its weights are not followed.
    """

    def __init__(self, network: Network) -> None:
        over_time = network.over_time
        self._embeddings = as_array(network.embeddings * math.sqrt(network.config.width))  # [K, N + 1, D]
        self._levels = np.arange(network.config.num_levels)
        self._layers: Sequence[_Block | _Cell]
        self._rates = np.zeros(0)  # an LSTM turns nothing
        if isinstance(over_time, Transformer):
            self._rates = rates(over_time.channels).numpy()
            self._layers = [
                _Block(block, over_time) for block in over_time.blocks if isinstance(block, Block)
            ]
        else:
            self._layers = [_Cell(over_time, layer) for layer in range(over_time.layers.num_layers)]
        self._last, self._last_bias = as_array(network.from_past.weight), as_array(network.from_past.bias)

    def past(self, memory: Memory) -> Past:
        """Go on from what the network itself has read, of one sound."""
        return Past(
            memory.position, tuple(layer.kept(memory, place) for place, layer in enumerate(self._layers))
        )

    def read(self, column: Sequence[int], past: Past) -> tuple[Singles, Past]:
        """Read one more step with these codes [K]; return the vector [D] that predicts the next one, and the new past."""
        vector: Singles = self._embeddings[self._levels, np.asarray(column, np.intp)].sum(0)
        angles = past.position * self._rates  # in double precision, for steps far from the first
        turn = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
        kept = []
        for layer, two in zip(self._layers, past.kept, strict=True):
            vector, now = layer.read(vector, turn, two)
            kept.append(now)
        return self._last @ vector + self._last_bias, Past(past.position + 1, tuple(kept))


class _Block:
    """A block of a Transformer."""

    def __init__(self, block: Block, transformer: Transformer) -> None:
        self._heads, self._window = block.heads, transformer.window
        self._enter, self._enter_bias = behind(block.attention_norm, block.enter)
        self._leave = as_array(block.leave.weight)
        self._widen, self._widen_bias = behind(block.inner_norm, block.widen)
        self._narrow, self._narrow_bias = as_array(block.narrow.weight), as_array(block.narrow.bias)
        self._epsilon = block.inner_norm.eps
        assert block.attention_norm.eps == self._epsilon

    def kept(self, memory: Memory, place: int) -> Two:
        keys, values = memory.tensors[2 * place : 2 * place + 2]
        return as_array(keys[0]), as_array(values[0])

    def read(self, vector: Singles, turn: Two, kept: Two) -> tuple[Singles, Two]:
        entered = self._enter @ normed(vector, self._epsilon) + self._enter_bias
        turning, value = entered[: 2 * len(vector)], entered[2 * len(vector) :]
        query, key = _turned(turning.reshape(2, self._heads, -1), *turn)  # each [H, d]
        keys = np.concatenate([kept[0], key[:, None]], 1)  # [H, M + 1, d]
        values = np.concatenate([kept[1], value.reshape(self._heads, 1, -1)], 1)
        scores = (keys @ query[:, :, None])[..., 0] / np.float32(math.sqrt(query.shape[1]))
        shares = np.exp(scores - scores.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        vector = vector + self._leave @ (shares[:, None] @ values).reshape(-1)
        wide = self._widen @ normed(vector, self._epsilon) + self._widen_bias
        # GELU; its error function is torch's, because numpy has none and scipy's costs 0.3 s to import
        wide *= 0.5 + 0.5 * torch.erf(torch.from_numpy(wide * np.float32(math.sqrt(0.5)))).numpy()
        vector = vector + self._narrow @ wide + self._narrow_bias
        return vector, (keys[:, 1 - self._window :], values[:, 1 - self._window :])


class _Cell:
    """A layer of an LSTM."""

    def __init__(self, recurrent: Recurrent, layer: int) -> None:
        lstm: nn.LSTM = recurrent.layers
        self._into = as_array(getattr(lstm, f"weight_ih_l{layer}"))
        self._back = as_array(getattr(lstm, f"weight_hh_l{layer}"))
        self._bias = as_array(getattr(lstm, f"bias_ih_l{layer}") + getattr(lstm, f"bias_hh_l{layer}"))

    def kept(self, memory: Memory, place: int) -> Two:
        hidden, cell = memory.tensors
        return as_array(hidden[place, 0]), as_array(cell[place, 0])

    def read(self, vector: Singles, _turn: Two, kept: Two) -> tuple[Singles, Two]:
        hidden, cell = kept
        enter, forget, new, leave = np.split(self._into @ vector + self._back @ hidden + self._bias, 4)
        cell = logistic(forget) * cell + logistic(enter) * np.tanh(new)
        hidden = logistic(leave) * np.tanh(cell)
        return hidden, (hidden, cell)


def _turned(vectors: Singles, cosine: Singles, sine: Singles) -> Singles:
    """Turn pairs of channels (i, i + d / 2) of vectors [.., d] by a step's angles."""
    first, second = np.split(vectors, 2, axis=-1)
    return np.concatenate([first * cosine - second * sine, first * sine + second * cosine], -1)
