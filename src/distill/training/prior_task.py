"""Training a network that predicts codes, as the loop sees it.

A step draws crops, spoils some of the codes that the network predicts from (a share of them is taken away or
replaced by another sound's), and asks for the codes as they were. Small collections are remembered within minutes: spoilt
codes, dropout and the averaged weights that are kept all work against it, and the score, bits a code on what is
held out, ends training when it gets no better.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from distill.config import NetworkTraining
from distill.prior.interface import Floats, Prior, bits_per_code
from distill.prior.network import Network
from distill.prior.network_prior import NetworkPrior
from distill.training.averages import steady
from distill.training.learner import Learner
from distill.training.optimiser import Optimisers
from distill.training.prior_feed import CodeCrops, HeldOut, Parts, evenly, usage
from distill.training.schedule import cosine_share
from distill.training.task import LOSS, Validation

__all__ = ["PriorTask", "held_out_log_probs"]

MOST_JUDGED = 2000  # steps of each of own and held-out: enough to judge by, and judged in half a second
TAKEN_SHARE = 0.5  # of the spoilt codes that are taken away; the others are replaced


class PriorTask:
    """The :class:`distill.training.task.Task` that trains a :class:`Network`.

    Parameters
    ----------
    network : Network
        On the device it is to be trained on, with the dropout that it is to be trained with.
    parts : Parts
        What is learnt from, and what is held out; without the latter it is judged by its own.
    settings : NetworkTraining
    seed : int
        Every draw of a step follows from the seed and the step, dropout's from the global random state.
    """

    def __init__(self, network: Network, parts: Parts, *, settings: NetworkTraining, seed: int) -> None:
        self.network = network.train()
        self.settings, self.seed = settings, seed
        size = network.config.codebook_size
        self.crops = CodeCrops(parts.train, crop_steps=settings.crop_steps, codebook_size=size, seed=seed)
        whole = [HeldOut(grid, 0) for grid in parts.own]
        self.own = evenly(whole, most_steps=MOST_JUDGED)
        self.held_out = evenly(parts.held_out, most_steps=MOST_JUDGED) or self.own
        with torch.no_grad():  # it begins by predicting how often a code occurs, and learns the rest
            counts = torch.from_numpy(usage(parts.train, size) + 0.5)
            network.bias.copy_((counts / counts.mean(1, keepdim=True)).log())
        self.rate_factor = 1.0
        # Vectors are left alone: decay would pull the network's certainty down, not its complexity.
        left_alone = ("bias", "level")
        decayed = {n: p.ndim > 1 and n not in left_alone for n, p in network.named_parameters()}
        groups = [
            {
                "params": [p for n, p in network.named_parameters() if decayed[n] is wanted],
                "weight_decay": settings.weight_decay if wanted else 0.0,
            }
            for wanted in (True, False)
        ]
        adam = torch.optim.AdamW(groups, lr=settings.learning_rate, betas=(0.9, 0.98), fused=True)
        self.learner = Learner(network, Optimisers((adam, 1.0)), decay=steady(settings.averaging))

    def train_step(self, step: int, batch_size: int, position: float) -> Mapping[str, float]:
        """Take one step."""
        rate = self.settings.learning_rate * self.rate_factor * cosine_share(position)
        columns = torch.from_numpy(self.crops(step, batch_size))
        spoilt = self._spoilt(columns, step).to(self._device)
        logits, _ = self.network(spoilt[:, :-1], spoilt[:, 1:])  # [K, B, T, N]
        loss = F.cross_entropy(
            logits.flatten(0, 2),
            columns[:, 1:].permute(2, 0, 1).flatten().to(self._device),
            ignore_index=self.network.config.codebook_size,
            label_smoothing=self.settings.label_smoothing,
        )
        self.learner.follow(loss, rate=rate)
        return {LOSS: float(loss.detach())}

    def _spoilt(self, columns: Tensor, step: int) -> Tensor:
        """Codes [B, 1 + T, K] of which some are no code, or one from elsewhere in the batch at the same level."""
        draw = torch.Generator().manual_seed((self.seed * 1_000_003 + step) % 2**63)
        flat = columns.flatten(0, 1)
        fate = torch.rand(flat.shape, generator=draw)
        elsewhere = flat.gather(0, torch.randint(len(flat), flat.shape, generator=draw))
        nothing = torch.full_like(flat, self.network.config.codebook_size)
        corruption = self.settings.corruption
        other = torch.where(fate < TAKEN_SHARE * corruption, nothing, elsewhere)
        # What lies before and behind a sound stays what it is.
        spoilt = torch.where((fate < corruption) & (flat != nothing), other, flat)
        return spoilt.view(columns.shape)

    @property
    def _device(self) -> torch.device:
        return self.network.bias.device

    def prior(self) -> NetworkPrior:
        """Return what would be kept if training ended now."""
        network = copy.deepcopy(self.network)
        network.load_state_dict(self.weights())
        return NetworkPrior(network)

    def validate(self, step: int) -> Validation:
        """Bits a code on held-out steps, beside those on steps that are learnt from."""
        prior = self.prior()
        own, held_out = (bits_per_code(held_out_log_probs(prior, part)) for part in (self.own, self.held_out))
        return Validation(
            score=held_out, figures={"own": own, "held_out": held_out, "perplexity": 2**held_out}
        )

    def on_validation(self, step: int, validation: Validation) -> str | None:
        """Nothing to mend."""
        return None

    def preview(self, step: int, folder: Path) -> tuple[Path, ...]:
        """Nothing to hear before the end."""
        return ()

    def weights(self) -> dict[str, Tensor]:
        """Averaged where there are averages: what would be kept if training ended now."""
        return self.learner.weights()

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Take kept weights back."""
        self.learner.load_weights(weights)

    def lower_rate(self, factor: float) -> None:
        """Multiply the learning rate by ``factor`` from now on."""
        self.rate_factor *= factor

    def state(self) -> dict[str, Any]:
        """Everything the next step depends on, besides the step itself."""
        return {
            "network": dict(self.network.state_dict()),
            "learner": self.learner.state(),
            "rate_factor": self.rate_factor,
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go back to a state that :meth:`state` gave."""
        self.network.load_state_dict(state["network"])
        self.learner.load_state(state["learner"], device=self._device)
        self.rate_factor = state["rate_factor"]


def held_out_log_probs(prior: Prior, held_out: Sequence[HeldOut]) -> Floats:
    """Natural logarithm of the probability of every held-out code, [K, S] over all of them."""
    return np.concatenate([prior.log_prob(one.grid)[:, one.first :] for one in held_out], axis=1)
