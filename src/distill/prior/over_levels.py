"""The network over levels, one code at a time, in numpy: the same numbers as :class:`distill.prior.network.Network`'s.

A code is asked for at every level of every step, and its products are so small that torch spends its time on
preparing them: 0.2 ms a code against 0.03 here. What can be multiplied beforehand is: the norms' scales into the maps
behind them, the map of the sum below into the embeddings.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from distill.prior.network import Network
from distill.prior.single_products import Singles, as_array, behind, logistic, normed

__all__ = ["OverLevels"]


class OverLevels:
    """Predicts a code from the vector of its step and the codes at the levels before.

    Parameters
    ----------
    network : Network
        Copied; later changes of its weights are not followed.
    """

    def __init__(self, network: Network) -> None:
        embeddings = network.embeddings.detach()
        sums = embeddings @ network.from_below.weight.T * math.sqrt(network.config.width)
        self._sums = as_array(sums)  # [K, N + 1, D]
        self._level, self._bias = as_array(network.level), as_array(network.bias)
        self._rows = as_array(embeddings[:, :-1] * network.last_norm.weight)  # [K, N, D]
        self._bias = self._bias + as_array(embeddings[:, :-1] @ network.last_norm.bias)
        self._widen, self._widen_bias = behind(network.inner_norm, network.widen)
        self._narrow, self._narrow_bias = as_array(network.narrow.weight), as_array(network.narrow.bias)
        self._epsilon = network.inner_norm.eps
        assert network.last_norm.eps == self._epsilon

    def logits(self, vector: Singles, below: Sequence[int]) -> Singles:
        """Logits [N] at level ``len(below)`` from a step's vector [D] and its codes before that level."""
        mixed = vector + self._level[len(below)]
        for level, code in enumerate(below):
            mixed += self._sums[level, code]
        wide = self._widen @ normed(mixed, self._epsilon) + self._widen_bias
        wide *= logistic(wide)  # SiLU
        mixed += self._narrow @ wide + self._narrow_bias
        found: Singles = self._rows[len(below)] @ normed(mixed, self._epsilon) + self._bias[len(below)]
        return found
