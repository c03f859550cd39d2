"""The optimiser of a codec: Muon for its large matrices, AdamW for everything else.

Muon (Jordan et al., 2024, https://kellerjordan.github.io/posts/muon/) makes every direction of a matrix's update
equally large, which takes a network further in the same number of steps; in exchange it multiplies matrices
of its own, in bfloat16. That pays where such products are fast (docs/decisions.md has the figures), and
elsewhere AdamW (Loshchilov and Hutter, 2019) is used alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from distill.training.muon import BatchedMuon

__all__ = ["CodecOptimiser"]

ORTHOGONAL_ROUNDS = 3  # Newton-Schulz iterations; five cost more and brought no less distance
MUON_RATE = 4.0  # times the rate of AdamW: 1, 2 and 4 gave 1.085, 0.993 and 0.943 on the same steps
# The two wide maps at either end of the network, besides the matrices inside its blocks.
ENDS = ("encoder.enter.weight", "head.magnitude.weight")


class CodecOptimiser:
    """One or two optimisers behind the handful of calls that training makes.

    Parameters
    ----------
    parameters : mapping of str to Parameter
        What is trained, by the codec's names.
    muon : bool
        Use it for the matrices inside encoder and decoder blocks and at the network's ends.
    momentum : float in 0..1
        AdamW's first beta.
    """

    def __init__(
        self,
        parameters: Mapping[str, nn.Parameter],
        *,
        weight_decay: float,
        momentum: float,
        muon: bool,
    ) -> None:
        large = {
            name: p for name, p in parameters.items() if p.ndim == 2 and (".blocks." in name or name in ENDS)
        }
        matrices = list(large.values()) if muon else []
        chosen = {id(p) for p in matrices}
        others = [p for p in parameters.values() if id(p) not in chosen]
        self._optimisers: list[torch.optim.Optimizer] = [
            torch.optim.AdamW(others, betas=(momentum, 0.98), weight_decay=weight_decay, fused=True)
        ]
        if matrices:
            # With this adjustment an update's size is AdamW's at the same rate; it bears a higher one.
            self._optimisers.append(
                BatchedMuon(matrices, weight_decay=weight_decay, rounds=ORTHOGONAL_ROUNDS)
            )

    def set_rate(self, rate: float) -> None:
        """Learning rate of the next step."""
        for optimiser in self._optimisers:
            factor = MUON_RATE if isinstance(optimiser, BatchedMuon) else 1.0
            for group in optimiser.param_groups:
                group["lr"] = factor * rate

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for optimiser in self._optimisers:
            optimiser.zero_grad(set_to_none=True)

    def step(self) -> None:
        """Follow the gradients."""
        for optimiser in self._optimisers:
            optimiser.step()

    def state_dict(self) -> dict[str, Any]:
        """Everything the next step depends on."""
        return {str(index): optimiser.state_dict() for index, optimiser in enumerate(self._optimisers)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go back to what :meth:`state_dict` gave for the same parameters."""
        for index, optimiser in enumerate(self._optimisers):
            optimiser.load_state_dict(state[str(index)])
