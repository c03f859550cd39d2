"""Adam for a single tensor: what :class:`torch.optim.Adam` does, to the bit, where a person waits for the first step.

The first optimiser of torch that a program makes loads torch's compiler, which nothing here uses: 1.8 s on a slow processor, as
long as a search of five seconds takes. Trainings last minutes and use torch's own.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["Adam"]

_EPSILON = 1e-8


class Adam:
    """Algorithm 1 of Kingma and Ba (2015).

    Parameters
    ----------
    values : Tensor
        What is optimised, in place.
    betas : (float, float) in 0..1
        Decays of the averages of gradients and of their squares.
    """

    def __init__(self, values: Tensor, *, betas: tuple[float, float]) -> None:
        self._values, self._betas = values, betas
        self._mean = torch.zeros_like(values)
        self._square = torch.zeros_like(values)
        self._steps = 0

    @torch.no_grad()
    def step(self, gradient: Tensor, *, rate: float) -> None:
        """Follow a gradient of the values' shape."""
        first, second = self._betas
        self._steps += 1
        self._mean.lerp_(gradient, 1 - first)
        self._square.mul_(second).addcmul_(gradient, gradient, value=1 - second)
        spread = (self._square.sqrt() / (1 - second**self._steps) ** 0.5).add_(_EPSILON)
        self._values.addcdiv_(self._mean, spread, value=-rate / (1 - first**self._steps))
