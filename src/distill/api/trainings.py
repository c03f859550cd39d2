"""The trainings of a user folder, and what a training would be, before it is one."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from distill.api.requests import Request, training_folder
from distill.api.training_lock import training_alone
from distill.config import Tier
from distill.errors import BadSetting, TrainingFailed
from distill.library.catalog import Catalog
from distill.training.fitting import TIERS, Fit, fit

__all__ = ["Training", "forget_training", "proposal", "trainings"]


@dataclass(frozen=True)
class Training:
    """A training that was begun here.

    Attributes
    ----------
    name : str
        Of its model.
    folder : Path
    finished : bool
        Then it can be trained longer; otherwise it can go on.
    tier : str
    changed : float
        When something was last saved, in seconds since 1970.
    """

    name: str
    folder: Path
    finished: bool
    tier: Tier
    changed: float


def trainings(*, home: Path | str | None = None) -> tuple[Training, ...]:
    """Return the trainings that can go on or be trained longer, the newest first; what cannot be read is passed over."""
    folder = Catalog(home).folder.parent / "training"
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name.startswith(".") or not Request.is_in(path):
            continue
        try:
            request = Request.read(path, path.name)
            changed = max(item.stat().st_mtime for item in path.iterdir())
        except (OSError, TrainingFailed):
            continue
        found.append(Training(request.name, path, request.is_finished, request.tier, changed))
    return tuple(sorted(found, key=lambda training: training.changed, reverse=True))


def forget_training(name: str, *, home: Path | str | None = None) -> None:
    """Remove a training with its checkpoints; a model that came of it stays.

    Raises
    ------
    BadSetting
        If there is none of that name.
    LibraryBusy
        If another process is at it.
    """
    folder = training_folder(Catalog(home), name)
    if not Request.is_in(folder):
        raise BadSetting(f"there is no training named {name!r}; it may have been removed before.")
    with training_alone(folder, name):
        shutil.rmtree(folder, ignore_errors=True)


def proposal(
    *,
    num_sounds: int,
    seconds: float,
    tier: Tier = "draft",
    codebook_size: int | None = None,
    num_levels: int | None = None,
) -> tuple[Fit, float]:
    """Return the sizes that a training would have by itself, and the minutes its tier may take.

    Raises
    ------
    BadSetting
        If a size that was asked for is impossible.
    """
    proposed = fit(num_sounds=num_sounds, seconds=seconds, codebook_size=codebook_size, num_levels=num_levels)
    return proposed, TIERS[tier].minutes
