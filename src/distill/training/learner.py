"""From a loss to the next weights: what ends every step of training a network, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from distill.training.averages import WeightAverages
from distill.training.optimiser import Optimisers

__all__ = ["Learner"]

MOST_NORM = 1.0  # gradients are clipped to this norm


class Learner:
    """Lets a module follow the gradients of its losses, and averages its weights.

    Parameters
    ----------
    module : nn.Module
        Its parameters that require gradients now are trained, and no others.
    optimiser : Optimisers
        Of these parameters.
    decay : function of the number of the step, from 1 on
        What is left of the averaged weights at that step (:mod:`distill.training.averages`).
    """

    def __init__(self, module: nn.Module, optimiser: Optimisers, *, decay: Callable[[int], float]) -> None:
        self.module, self.optimiser = module, optimiser
        self._trained = [p for p in module.parameters() if p.requires_grad]
        self._decay = decay
        self._averages = WeightAverages(decay)

    def follow(self, loss: Tensor, *, rate: float) -> None:
        """Go one step down a loss. No gradient outlives it: a step that ran out of memory is tried again.

        Nothing moves where the gradient is not finite. The training loop sees a loss that is not; a gradient alone may
        also be lost.
        """
        self.optimiser.set_rate(rate)
        try:
            loss.backward()  # type: ignore[no-untyped-call]
            norm = nn.utils.clip_grad_norm_(self._trained, MOST_NORM)
            if torch.isfinite(norm):
                self.optimiser.step()
                self._averages.follow(self.module)
        finally:
            self.optimiser.zero_grad()

    def weights(self) -> dict[str, Tensor]:
        """Averaged where there are averages, live elsewhere: what would be kept if training ended now."""
        return self._averages.over(self.module.state_dict())

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Take kept weights back; their averages begin anew."""
        self.module.load_state_dict(dict(weights))
        self._averages = WeightAverages(self._decay)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Give the module its averaged weights for a while, and let it be one that is used, not trained."""
        live = {name: tensor.clone() for name, tensor in self.module.state_dict().items()}
        self.module.load_state_dict(self.weights())
        self.module.eval()
        try:
            yield
        finally:
            self.module.load_state_dict(live)
            self.module.train()

    def state(self) -> dict[str, Any]:
        """Everything the next step depends on, besides the module's own tensors."""
        return {"averages": self._averages.state(), "optimiser": self.optimiser.state_dict()}

    def load_state(self, state: Mapping[str, Any], *, device: torch.device) -> None:
        """Go back to a state that :meth:`state` gave, on the module's device."""
        self._averages.load_state(state["averages"], device=device)
        self.optimiser.load_state_dict(state["optimiser"])
