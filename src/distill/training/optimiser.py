"""The optimisers of networks: Muon for a codec's large matrices, AdamW for everything else.

Muon (Jordan et al., 2024, https://kellerjordan.github.io/posts/muon/) makes every direction of a matrix's update
equally large, which takes a network further in the same number of steps (docs/decisions.md has the figures).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from distill.training.muon import SketchedMuon

__all__ = ["Optimisers", "codec_optimisers"]

MUON_RATE = 4.0  # times the rate of AdamW: 1, 2 and 4 gave 1.085, 0.993 and 0.943 on the same steps
# The two wide maps at either end of the network, besides the matrices inside its blocks.
ENDS = ("encoder.enter.weight", "head.magnitude.weight")


class Optimisers:
    """One or more optimisers behind the handful of calls that training makes.

    Parameters
    ----------
    *parts : (Optimizer, float)
        With the multiple of the training's rate that each takes.
    """

    def __init__(self, *parts: tuple[torch.optim.Optimizer, float]) -> None:
        self._parts = parts

    def set_rate(self, rate: float) -> None:
        """Learning rate of the next step."""
        for optimiser, factor in self._parts:
            for group in optimiser.param_groups:
                group["lr"] = factor * rate

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for optimiser, _ in self._parts:
            optimiser.zero_grad(set_to_none=True)

    def step(self) -> None:
        """Follow the gradients."""
        for optimiser, _ in self._parts:
            optimiser.step()

    def state_dict(self) -> dict[str, Any]:
        """Everything the next step depends on."""
        return {str(index): optimiser.state_dict() for index, (optimiser, _) in enumerate(self._parts)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go back to what :meth:`state_dict` gave for the same parameters."""
        for index, (optimiser, _) in enumerate(self._parts):
            optimiser.load_state_dict(state[str(index)])


def codec_optimisers(
    parameters: Mapping[str, nn.Parameter], *, weight_decay: float, momentum: float, muon: bool
) -> Optimisers:
    """Return what trains these parameters of a codec.

    Parameters
    ----------
    parameters : mapping of str to Parameter
        What is trained, by the codec's names.
    momentum : float in 0..1
        AdamW's first beta.
    muon : bool
        Use it for the matrices inside encoder and decoder blocks and at the network's ends.
    """
    large = {
        name: p
        for name, p in parameters.items()
        if muon and p.ndim == 2 and (".blocks." in name or name in ENDS)
    }
    others = [p for name, p in parameters.items() if name not in large]
    adam = torch.optim.AdamW(others, betas=(momentum, 0.98), weight_decay=weight_decay, fused=True)
    if not large:
        return Optimisers((adam, 1.0))
    # With Muon's adjustment an update's size is AdamW's at the same rate; it bears a higher one.
    matrices = SketchedMuon(large.values(), weight_decay=weight_decay)
    return Optimisers((adam, 1.0), (matrices, MUON_RATE))
