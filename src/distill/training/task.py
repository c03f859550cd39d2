"""What the training loop asks of whatever it trains: a codec, a prior, a test's single neuron.

The loop (:mod:`distill.training.loop`) knows steps, time, checkpoints and what can go wrong; a task
knows its network, data, optimiser and schedules. They meet here only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import torch

from distill.progress import LevelHealth

__all__ = ["LOSS", "Task", "Validation"]

LOSS = "loss"  # the one figure of a training step that the loop itself watches


@dataclass(frozen=True)
class Validation:
    """What a look at held-out sounds found.

    Attributes
    ----------
    score : float
        Lower is better; decides which weights are kept and when to stop early.
    figures : mapping of str to float
        Anything else worth showing.
    health : tuple of LevelHealth
        One record a level.
    may_stop : bool
        False while the schedule has something to come that this score cannot know of: then validations
        without a better score do not count towards stopping early.
    """

    score: float
    figures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    health: tuple[LevelHealth, ...] = ()
    may_stop: bool = True


class Task(Protocol):
    """Something that can be trained step by step, saved at any step, and put back.

    The loop promises: everything is called from one thread; ``validate`` and ``preview`` run between
    steps and leave the global random states as they were; what ``load_state`` and ``load_weights``
    receive is the task's to keep.
    """

    def train_step(self, step: int, batch_size: int, position: float) -> Mapping[str, float]:
        """Draw a batch, go forward and backward, let the optimiser move.

        What a step does must follow from ``step``, ``batch_size``, ``position``, the task's state and the
        random states, or training could not be resumed exactly. No gradient outlives it: a step
        that ran out of memory is tried again.

        Parameters
        ----------
        step : int >= 0
            Steps taken before this one: the sampler's position.
        batch_size : int >= 1
            Crops in the batch; the loop lowers it when memory runs out.
        position : float in 0..1
            Share of the training that is over, by steps or by time; schedules follow it.

        Returns
        -------
        mapping of str to float
            The losses by name; ``"loss"`` is their total. A new phase of a schedule that measures
            something else returns other names, and is not taken for a loss that went wild.

        Raises
        ------
        torch.OutOfMemoryError, RuntimeError, MemoryError
            When memory runs out, as torch tells it.
        """
        ...

    def validate(self, step: int) -> Validation:
        """Measure the weights as they would be kept, on what is held out."""
        ...

    def preview(self, step: int, folder: Path) -> tuple[Path, ...]:
        """Write something to look at and to listen to into `folder`; return the files."""
        ...

    def on_validation(self, step: int, validation: Validation) -> str | None:
        """Act on what was found, such as a codebook in the red; return a sentence if something was done.

        Not called after the last validation: a remedy needs steps to heal. When weights change name or shape (a smaller codebook), the loop lets go of the best weights so far.
        """
        ...

    def state(self) -> Mapping[str, Any]:
        """Return everything the next step depends on, in kinds that :func:`distill.training.tree.flatten` takes.

        Weights, optimiser, averages, quantizer statistics, own generators, phase of the schedule, rate.
        Its floating-point tensors are finite while training is healthy.
        """
        ...

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Take a state back, made by this task or by one built from the same configuration.

        Tensors arrive on the CPU. It must also cope with a state from before its own remedies.
        """
        ...

    def weights(self) -> Mapping[str, torch.Tensor]:
        """Return the tensors that are kept of the best validation; the loop copies them."""
        ...

    def load_weights(self, weights: Mapping[str, torch.Tensor]) -> None:
        """Take the best weights back, at the end."""
        ...

    def lower_rate(self, factor: float) -> None:
        """Multiply the learning rate by `factor` in 0..1, for good; the rate is part of the state."""
        ...
