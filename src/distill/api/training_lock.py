"""One process at a time in a training's folder.

A detached training has a lock of its own (:mod:`distill.api.detached.record`), but it only keeps a second one from being
started in the background; ``distill train --resume`` beside it would write the same checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from distill.holding import held
from distill.replacing import why_not

__all__ = ["training_alone"]

LOCKS = ".locks"  # beside the trainings: a training's own folder is emptied, moved and removed


@contextmanager
def training_alone(folder: Path, name: str) -> Iterator[None]:
    """Hold the folder of a training against every other process; a lock ends with its process, however that ends.

    Raises
    ------
    LibraryBusy
        If another process is at this training.
    NoSpace
        If the lock cannot be written.
    """
    with held(
        folder.parent / LOCKS / f"{folder.name}.lock",
        busy=f"another Distill is training {name!r}: wait until it has finished, or stop it; what it has reached is saved.",
        refused=lambda error: (
            f"nothing can be trained in {str(folder.parent)!r}: {why_not(error)}; "
            "choose another user folder with --home or DISTILL_HOME."
        ),
    ):
        yield
