"""Tell a training that went wrong from one that is going on: wild losses, no memory, a lost device.

What to do about it is the loop's business (:mod:`distill.training.loop`).
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch

from distill.training.task import LOSS

__all__ = ["LossWatch", "is_device_loss", "is_out_of_memory", "not_finite"]

WINDOW = 100  # steps whose median is the usual loss
WARM_UP = 20  # steps before a median means anything
BLAST = 10.0  # times the usual loss


@dataclass
class LossWatch:
    """Remembers the last losses and says when one is impossible.

    A loss is impossible when it is NaN or infinite, or when the total is more than ten times the median
    of the last hundred. When the names of the losses change, another phase of the schedule measures
    something else, and the memory starts afresh.

    Examples
    --------
    >>> watch = LossWatch()
    >>> watch.complaint({"loss": 1.0}) is None
    True
    >>> watch.complaint({"loss": float("nan")})
    'the loss stopped being a number'
    """

    names: list[str] = field(default_factory=list)
    totals: list[float] = field(default_factory=list)

    def complaint(self, losses: Mapping[str, float]) -> str | None:
        """Say what is wrong with one step's losses, or remember them."""
        wild = [name for name, value in losses.items() if not math.isfinite(value)]
        if wild:
            return f"the {wild[0]} stopped being a number"
        names = sorted(losses)
        if names != self.names:
            self.names, self.totals = names, []
        total = float(losses[LOSS])
        if len(self.totals) >= WARM_UP:
            usual = statistics.median(self.totals)
            if usual > 0 and total > BLAST * usual:
                return f"the loss jumped from about {usual:.3g} to {total:.3g}"
        self.totals = [*self.totals[1 - WINDOW :], total]
        return None


def not_finite(tensors: Mapping[str, torch.Tensor]) -> str | None:
    """Name the first tensor that holds a NaN or an infinity, if any."""
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            return name
    return None


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory ran out, on whatever device."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    said = str(error).lower()  # MPS and CPU say it in a plain RuntimeError
    return isinstance(error, RuntimeError) and (
        "out of memory" in said or "can't allocate memory" in said or "not enough memory" in said
    )


def is_device_loss(error: BaseException) -> bool:
    """Whether an error says that the accelerator itself failed, so that nothing on it can be read."""
    if isinstance(error, torch.AcceleratorError):
        return True
    said = str(error)
    return isinstance(error, RuntimeError) and ("CUDA error" in said or "MPS backend" in said)
