"""Every random state a training step can draw from: read, put back, or leave as it was.

Python's ``random``, numpy's legacy generator and torch's generators on the CPU and on each accelerator.
Generators that a task owns itself belong to the task's own state. States are read as tensors and
numbers, so that a checkpoint needs no pickle.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import numpy as np
import torch

__all__ = ["read_random_state", "restore_random_state", "seed_everything", "undisturbed"]


def read_random_state() -> dict[str, Any]:
    """Read all random states, as a tree that :func:`distill.training.tree.flatten` takes."""
    version, internal, gauss_next = random.getstate()
    # numpy declares the tuple loosely
    kind, keys, position, has_gauss, gauss = cast(tuple[str, Any, int, int, float], np.random.get_state())
    state: dict[str, Any] = {
        "python": [version, torch.tensor(internal, dtype=torch.int64), gauss_next],
        "numpy": [
            str(kind),
            torch.from_numpy(keys.astype(np.int64)),
            int(position),
            int(has_gauss),
            float(gauss),
        ],
        "torch": torch.get_rng_state(),
    }
    if torch.cuda.is_available():
        state["cuda"] = list(torch.cuda.get_rng_state_all())
    if torch.backends.mps.is_available():
        state["mps"] = torch.mps.get_rng_state()
    return state


def restore_random_state(state: dict[str, Any]) -> None:
    """Put all random states back; those of devices that this machine lacks are left out.

    Parameters
    ----------
    state : dict
        From :func:`read_random_state`, possibly on another machine.
    """
    version, internal, gauss_next = state["python"]
    random.setstate((version, tuple(internal.tolist()), gauss_next))
    kind, keys, position, has_gauss, gauss = state["numpy"]
    np.random.set_state((kind, keys.numpy().astype(np.uint32), position, has_gauss, gauss))
    torch.set_rng_state(state["torch"])
    if "cuda" in state and torch.cuda.is_available():
        for index, one in enumerate(state["cuda"][: torch.cuda.device_count()]):
            torch.cuda.set_rng_state(one, index)
    if "mps" in state and torch.backends.mps.is_available():
        torch.mps.set_rng_state(state["mps"])


def seed_everything(seed: int) -> None:
    """Start all random states from one number.

    Dropout and initialisation draw from torch's global generators and cannot be handed another.
    """
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Do something that draws at random, and leave all random states as they were.

    Validation and previews run inside it, so that looking at a training does not change it.
    """
    state = read_random_state()
    try:
        yield
    finally:
        restore_random_state(state)
