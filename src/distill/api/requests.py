"""What was asked of a training, kept beside it, so that it can be resumed with no word repeated."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distill.config import Augmentation, Precision, Tier
from distill.errors import BadCollection, BadSetting, NameTaken, TrainingFailed
from distill.home import expanded
from distill.library.catalog import Catalog
from distill.library.names import spelling
from distill.replacing import replacing
from distill.training.fitting import fit
from distill.training.prior_fitting import Choice

__all__ = ["SOUNDS", "Request", "training_folder"]

FILE = "request.json"
SOUNDS = "sounds"  # where decoded sounds lie in a training's folder


def training_folder(catalog: Catalog, name: str) -> Path:
    """Where the training of a model lives; names are checked, and told apart, as in the library.

    Raises
    ------
    BadSetting
        If no model can be called that.
    """
    return catalog.folder.parent / "training" / spelling(catalog.path(name).stem)


class Request(BaseModel):
    """One training as it was asked for; every field as in :func:`distill.api.training.train`.

    ``replaces`` is the fingerprint of the model whose place it takes: the one of its name that was there when it was asked
    for, or its own from before.
    """

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
    prior: Choice | Literal["auto", "none"] = "auto"
    seed: int = Field(0, ge=0, lt=2**31)
    precision: Precision = "float32"
    is_started: bool = False
    is_finished: bool = False
    used_steps: int = 0
    used_seconds: float = 0.0
    # The loop's budget as it was at the first start: schedules follow it, so one that goes on must not be given another.
    loop_seconds: float | None = None
    replaces: str | None = Field(None, max_length=64)

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
        """Check a request; nothing is written or removed.

        Raises
        ------
        BadCollection, BadSetting
            As :meth:`checked`.
        NameTaken
            If a model or an unfinished training of that name is there, and ``replace`` was not given.
        """
        request = cls.checked(
            name=name, sounds=sounds, leave_out=tuple(leave_out), trim=dict(trim) if trim else None, **asked
        )
        if not replace:
            # Capitals do not tell models apart, neither here nor in the library.
            twins = [entry.name for entry in catalog.list() if spelling(entry.name) == spelling(name)]
            if twins:
                raise NameTaken(
                    f"there is already a model named {twins[0]!r}; choose another --name, train it --longer, "
                    "or --replace it."
                )
            if cls.is_in(folder) and not cls.read(folder, name).is_finished:
                raise NameTaken(
                    f"an unfinished training named {name!r} is there; go on with --resume, start afresh with "
                    "--replace, or choose another --name."
                )
        return request.in_place(catalog)

    @classmethod
    def checked(cls, *, sounds: Sequence[Path | str], **asked: object) -> Request:
        """Make a request of values that may be impossible.

        Raises
        ------
        BadCollection
            If no sound was named.
        BadSetting
            Naming every value that is impossible.
        """
        if not sounds:
            raise BadCollection("no sounds were given; name one or more folders or sound files to train on.")
        try:
            request = cls.model_validate({"sounds": _absolute(sounds), **asked})
        except ValidationError as error:
            faults = "; ".join(
                f"{fault['loc'][0]} is {fault['input']!r}: {fault['msg'].lower()}" for fault in error.errors()
            )
            raise BadSetting(
                f"this training cannot be started: {faults}. Change or leave out what is named."
            ) from None
        fit(num_sounds=1, seconds=1.0, codebook_size=request.codebook_size, num_levels=request.num_levels)
        return request

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Whether a training was ever begun in this folder."""
        return (folder / FILE).exists()

    @classmethod
    def load(cls, folder: Path, name: str, *, finished: bool) -> Request:
        """Read the request of a training that is to go on.

        Raises
        ------
        BadSetting
            If there is none, or it is not finished where it has to be, or the reverse.
        """
        if not cls.is_in(folder):
            raise BadSetting(
                f"there is no training named {name!r} to go on with; start one by naming its sounds."
            )
        request = cls.read(folder, name)
        if request.is_finished and not finished:
            raise BadSetting(
                f"the training {name!r} is finished; train it --longer, or start afresh with --replace."
            )
        if finished and not request.is_finished:
            raise BadSetting(f"the training {name!r} is not finished; go on with --resume first.")
        return request

    @classmethod
    def read(cls, folder: Path, name: str) -> Request:
        """Read the request of a training.

        Raises
        ------
        TrainingFailed
            If it cannot be read any more.
        """
        try:
            return cls.model_validate_json((folder / FILE).read_bytes())
        except (OSError, ValidationError) as error:
            raise TrainingFailed(
                f"what was asked of the training {name!r} can no longer be read ({type(error).__name__}); "
                "start it afresh with --replace."
            ) from None

    def require_same(self, sounds: Sequence[Path | str], **given: object) -> None:
        """Make sure that what is said again when a training goes on is what it was started with.

        Values of None and empty ones were not said.

        Raises
        ------
        BadSetting
            Naming what differs.
        """
        faults = ["other sounds"] if sounds and tuple(_absolute(sounds)) != self.sounds else []
        for name, value in given.items():
            asked = getattr(self, name)
            if value not in (None, (), {}) and value != asked:
                faults.append(f"{name} {asked!r}, not {value!r}")
        if faults:
            raise BadSetting(
                f"the training {self.name!r} was started with {'; '.join(faults)}: leave that out to go on, "
                "or start afresh with --replace."
            )

    def longer(self, *, minutes: float | None, steps: int | None) -> Request:
        """Ask for more of the same: so many minutes or steps on top, or as much again as its tier gives.

        Raises
        ------
        BadSetting
            If it is not more.
        """
        if any(more is not None and not more > 0 for more in (minutes, steps)):
            raise BadSetting("training can only get longer; give more than 0 minutes or steps.")
        total = self.used_steps + steps if steps is not None else None
        asked = {"minutes": minutes, "steps": total, "is_finished": False, "loop_seconds": None}
        return self.checked(**self.model_dump() | asked)

    def in_place(self, catalog: Catalog) -> Request:
        """Note whose place its model takes, which is that of its name; a request from before this was noted has not said."""
        if "replaces" in self.model_fields_set:
            return self
        there = catalog.header(self.name)
        return self.model_copy(update={"replaces": None if there is None else there.fingerprint})

    def on(self, precision: Precision) -> Request:
        """Fix the arithmetic of a training at its first start: a resumed one keeps it."""
        if self.is_started:
            return self
        return self.model_copy(update={"precision": precision, "is_started": True})

    def within(self, loop_seconds: float | None) -> Request:
        """Fix the time that the loop is given."""
        return self.model_copy(update={"loop_seconds": loop_seconds})

    def finished(self, steps: int, seconds: float, *, made: str) -> Request:
        """Note what was used, and the fingerprint of the model that was made: training longer replaces that one."""
        noted = {"is_finished": True, "used_steps": steps, "used_seconds": seconds, "replaces": made}
        return self.model_copy(update=noted)

    def save(self, folder: Path, *, afresh: bool = False) -> None:
        """Write it down beside the training, whole or not at all.

        Parameters
        ----------
        afresh : bool
            Remove what an older training has left there, besides the sounds that were just decoded.
        """
        for old in folder.iterdir() if afresh else ():
            if old.is_dir() and old.name != SOUNDS:
                shutil.rmtree(old, ignore_errors=True)
            elif old.is_file():
                with suppress(OSError):  # a folder that cannot be written says so below
                    old.unlink()
        with replacing(folder / FILE) as file:
            file.write(json.dumps(self.model_dump(mode="json"), indent=1, sort_keys=True).encode())


def _absolute(sounds: Sequence[Path | str]) -> list[str]:
    return [str(expanded(sound).absolute()) for sound in sounds]
