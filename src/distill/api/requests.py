"""What was asked of a training, kept beside it, so that it can be resumed with no word repeated."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distill.config import Augmentation, Precision, Tier
from distill.errors import BadCollection, BadSetting, NameTaken, TrainingFailed
from distill.library.catalog import Catalog
from distill.replacing import replacing
from distill.training.fitting import fit

__all__ = ["Request", "training_folder"]

FILE = "request.json"


def training_folder(catalog: Catalog, name: str) -> Path:
    """Where the training of a model lives; the name is checked as the library checks it.

    Raises
    ------
    BadSetting
        If no model can be called that.
    """
    return catalog.folder.parent / "training" / catalog.path(name).stem


class Request(BaseModel):
    """One training as it was asked for; every field as in :func:`distill.api.training.train`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    sounds: tuple[str, ...]
    tier: Tier = "draft"
    minutes: float | None = Field(None, gt=0, le=10_080)
    steps: int | None = Field(None, ge=1, le=100_000_000)
    codebook_size: int | None = None
    num_levels: int | None = None
    leave_out: tuple[str, ...] = ()
    trim: dict[str, tuple[float, float]] | None = None
    augmentation: Augmentation | None = None
    seed: int = Field(0, ge=0, lt=2**31)
    precision: Precision = "float32"
    is_started: bool = False
    is_finished: bool = False
    used_steps: int = 0
    used_seconds: float = 0.0

    @classmethod
    def new(
        cls,
        catalog: Catalog,
        folder: Path,
        name: str,
        sounds: Sequence[Path | str],
        *,
        replace: bool,
        leave_out: Sequence[str],
        trim: Mapping[str, tuple[float, float]] | None,
        **asked: object,
    ) -> Request:
        """Check a request and make room for it.

        Raises
        ------
        BadCollection
            If no sound was named.
        BadSetting
            Naming every value that is impossible.
        NameTaken
            If a model or an unfinished training of that name is there, and ``replace`` was not given.
        """
        if not sounds:
            raise BadCollection("no sounds were given; name one or more folders or sound files to train on.")
        try:
            request = cls.model_validate(
                {
                    "name": name,
                    "sounds": [str(Path(sound).expanduser().absolute()) for sound in sounds],
                    "leave_out": tuple(leave_out),
                    "trim": dict(trim) if trim else None,
                    **asked,
                }
            )
        except ValidationError as error:
            faults = "; ".join(
                f"{fault['loc'][0]} is {fault['input']!r}: {fault['msg'].lower()}" for fault in error.errors()
            )
            raise BadSetting(
                f"this training cannot be started: {faults}. Change or leave out what is named."
            ) from None
        fit(num_sounds=1, seconds=1.0, codebook_size=request.codebook_size, num_levels=request.num_levels)
        if not replace:
            if any(entry.name == name for entry in catalog.list()):
                raise NameTaken(
                    f"there is already a model named {name!r}; choose another --name, train it --longer, or --replace it."
                )
            if (folder / FILE).exists():
                raise NameTaken(
                    f"an unfinished training named {name!r} is there; go on with --resume, start afresh with "
                    "--replace, or choose another --name."
                )
        shutil.rmtree(folder, ignore_errors=True)
        return request

    @classmethod
    def load(cls, folder: Path, name: str, *, finished: bool) -> Request:
        """Read the request of a training that is to go on.

        Raises
        ------
        BadSetting
            If there is none, or it is not finished where it has to be, or the reverse.
        """
        try:
            request = cls.model_validate_json((folder / FILE).read_bytes())
        except FileNotFoundError:
            raise BadSetting(
                f"there is no training named {name!r} to go on with; start one by naming its sounds."
            ) from None
        except (OSError, ValidationError) as error:
            raise TrainingFailed(
                f"what was asked of the training {name!r} can no longer be read ({type(error).__name__}); "
                "start it afresh with --replace."
            ) from None
        if request.is_finished and not finished:
            raise BadSetting(
                f"the training {name!r} is finished; train it --longer, or start afresh with --replace."
            )
        if finished and not request.is_finished:
            raise BadSetting(f"the training {name!r} is not finished; go on with --resume first.")
        return request

    def longer(self, *, minutes: float | None, steps: int | None) -> Request:
        """Ask for more of the same: so many minutes or steps on top, or as much again as its tier gives."""
        if (minutes is not None and minutes <= 0) or (steps is not None and steps <= 0):
            raise BadSetting("training can only get longer; give more than 0 minutes or steps.")
        total = self.used_steps + steps if steps is not None else None
        return self.model_copy(update={"minutes": minutes, "steps": total, "is_finished": False})

    def on(self, precision: Precision) -> Request:
        """Fix the arithmetic of a training at its first start: a resumed one keeps it."""
        if self.is_started:
            return self
        return self.model_copy(update={"precision": precision, "is_started": True})

    def finished(self, steps: int, seconds: float) -> Request:
        """Note what was used."""
        return self.model_copy(update={"is_finished": True, "used_steps": steps, "used_seconds": seconds})

    def save(self, folder: Path) -> None:
        """Write it down beside the training, whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(folder / FILE) as file:
            file.write(json.dumps(self.model_dump(mode="json"), indent=1, sort_keys=True).encode())
