"""Averaged weights: what is kept of a network whose last steps still wander (Polyak and Juditsky, 1992).

How far back an average looks is told by its decay at every step: a steady one, or one that lets it widen with the training.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

__all__ = ["WeightAverages", "power", "steady", "widening"]


def power(width: float) -> float:
    """The exponent g of an average in which step t counts as t^g, such that what counts spreads over ``width`` of all steps.

    Parameters
    ----------
    width : float in 0..0.25
        Standard deviation; with 0 the last step alone counts.

    Examples
    --------
    >>> [round(power(width), 2) for width in (0.05, 0.10, 0.25)]
    [16.97, 6.94, 0.72]
    """
    if width == 0:
        return math.inf
    # (g + 1) / ((g + 2)^2 (g + 3)) = width^2, solved for its largest root.
    wanted = width**-2
    return float(np.roots([1, 7, 16 - wanted, 12 - wanted]).real.max())


def steady(decay: float) -> Callable[[int], float]:
    """The same decay at every step: the first weights are forgotten by ``decay ** steps``."""
    return lambda step: decay


def widening(width: float) -> Callable[[int], float]:
    """Decay at step t of an average as wide, beside the training, however long that is (see :func:`power`).

    One of a steady decay still holds much of the first weights where a training is short (Karras et al., 2024, "Analyzing and
    improving the training dynamics of diffusion models", section 3.1).
    """
    exponent = power(width) + 1
    return lambda step: (1 - 1 / step) ** exponent


class WeightAverages:
    """Moving averages of the parameters that are being trained, by name.

    Parameters
    ----------
    decay : function of the number of the step, from 1 on
        What is left of the average; the rest is the weights of that step.
    """

    def __init__(self, decay: Callable[[int], float]) -> None:
        self._decay = decay
        self._steps = 0
        self._values: dict[str, Tensor] = {}

    @torch.no_grad()
    def follow(self, module: nn.Module) -> None:
        """Take one step towards the module's trained parameters; start anew when those are others."""
        moving = {name: p for name, p in module.named_parameters() if p.requires_grad}
        if self._values.keys() != moving.keys():
            self._values = {name: parameter.detach().clone() for name, parameter in moving.items()}
            self._steps = 1
            return
        self._steps += 1
        nearer = 1 - self._decay(self._steps)
        # One call for all of them: 130 small ones cost a tenth of a step.
        torch._foreach_lerp_(list(self._values.values()), list(moving.values()), nearer)

    def over(self, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Copies of tensors, averaged where there is an average."""
        return {name: self._values.get(name, tensor).detach().clone() for name, tensor in tensors.items()}

    def state(self) -> dict[str, Any]:
        """Everything the next step depends on, besides the decay."""
        return {"steps": self._steps, "values": dict(self._values)}

    def load_state(self, state: Mapping[str, Any], *, device: torch.device) -> None:
        """Go back to a state that :meth:`state` gave, on a device."""
        self._steps = state["steps"]
        self._values = {name: tensor.to(device).clone() for name, tensor in state["values"].items()}
