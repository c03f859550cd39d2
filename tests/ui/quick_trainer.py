"""A page whose trainings are done in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.api.test_detached import until
from tests.api.tiny_trainer import tiny_trainer

if TYPE_CHECKING:
    from distill.ui import Running

__all__ = ["quick_trainer"]


@contextmanager
def quick_trainer(running: Running) -> Iterator[Running]:
    """Give a page a trainer of ten steps; one that still runs is ended on leaving."""
    training = running.studio.training
    training.program = tiny_trainer(steps=10)
    yield running
    if training.record.held():
        training.kill()
        until(lambda: not training.record.held())
