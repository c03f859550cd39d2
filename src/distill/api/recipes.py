"""Recipes: everything it takes to make a generated sound again, as a JSON file beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distill.api.taking import digest_of
from distill.codes.grid import Codes
from distill.codes.limits import Grid
from distill.codes.material import Material
from distill.errors import BadSetting
from distill.prior.steered import Curve
from distill.replacing import replacing, why_not
from distill.version import VERSION

__all__ = ["Recipe"]

Technical: TypeAlias = Literal[
    "top_k", "coarse", "level_temperatures", "repetition", "continuity", "coherence"
]
_DIGEST = r"^([0-9a-f]{64})?$"
_LARGEST = 16 * 2**20  # bytes


class Recipe(BaseModel):
    """How a sound was made; fields as in :func:`distill.api.generating.generate`.

    Attributes
    ----------
    fingerprint : str
        Of the codec that made it: a retrained model of the same name makes another sound.
    beginning : Material or None
        The codes it went on from, of one channel.
    gain_db : float
        Level of the sound against the level the codec works at: that of the beginning.
    sha256, codes_sha256 : str
        Of the sound and the codes that it was written beside; empty if it was written by an older Distill, or apart.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    format: int = Field(1, ge=1, le=1)
    model: str = ""
    fingerprint: str = ""
    seconds: float = 8.0
    creativity: float | None = None
    focus: float | None = None
    diversity: float | None = None
    experimental: float | None = None
    sampling: dict[Technical, Any] = {}
    steering: dict[str, Curve] = {}
    guard_seconds: float | None = 1.0
    arrange: str | None = None
    part_seconds: float = 0.5
    beginning: Material | None = None
    gain_db: float = Field(0.0, ge=-120, le=120)
    seed: int = Field(0, ge=0)
    distill_version: str = VERSION
    sha256: str = Field("", pattern=_DIGEST)
    codes_sha256: str = Field("", pattern=_DIGEST)

    @classmethod
    def of(cls, **values: object) -> Recipe:
        """Make a recipe of what a person gave.

        Raises
        ------
        BadSetting
            Naming what cannot be used.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise BadSetting(
                f"no sound can be made of this: {_faults(error)}. Change what is named."
            ) from None

    @classmethod
    def load(cls, path: Path | str) -> Recipe:
        """Read a recipe from a file.

        Raises
        ------
        BadSetting
            If it cannot be read, or is none.
        """
        path = Path(path)
        try:
            if path.stat().st_size > _LARGEST:
                raise BadSetting(
                    f"{path.name!r} is larger than 16 MiB, which no recipe is; choose another file."
                )
            return cls.model_validate_json(path.read_bytes())
        except OSError as error:
            raise BadSetting(
                f"{path.name!r} cannot be read: {why_not(error)}; choose a recipe (.json)."
            ) from None
        except ValidationError as error:
            raise BadSetting(
                f"{path.name!r} is no recipe of Distill ({_faults(error)}); choose the .json file beside a generated sound."
            ) from None

    def alone(self) -> dict[str, Any]:
        """What it says of how the sound is made, without the files it lies beside."""
        return self.model_dump(mode="json", exclude={"sha256", "codes_sha256"})

    def beside(self, sound: Path, codes: Path) -> Recipe:
        """Say which files it lies beside: others may get their names later, and are not its."""
        return self.model_copy(update={"sha256": digest_of(sound), "codes_sha256": digest_of(codes)})

    def save(self, path: Path) -> None:
        """Write it down, whole or not at all.

        Raises
        ------
        NoSpace
            If the disk is full or the folder cannot be written.
        """
        with replacing(path) as file:
            file.write(json.dumps(self.model_dump(mode="json"), indent=1, sort_keys=True).encode())

    def named(self, model: str, fingerprint: str) -> Recipe:
        """Say which model follows the recipe.

        Raises
        ------
        BadSetting
            If it was written with another one.
        """
        if self.fingerprint and self.fingerprint != fingerprint:
            raise BadSetting(
                f"this recipe was written with another model than {model!r} is now (it was {self.model!r}); "
                "its sound cannot be made again without that model."
            )
        return self.model_copy(update={"model": model, "fingerprint": fingerprint})

    def going_on_from(self, codes: Codes) -> Recipe:
        """Let the sound go on from the mid of another."""
        beginning = Material.of_grid(codes.grid[:1], source=codes.source, fingerprint=codes.fingerprint)
        return self.model_copy(update={"beginning": beginning, "gain_db": codes.gain_db})

    def with_seed(self, seed: int) -> Recipe:
        """Return the same with another seed."""
        return self.model_copy(update={"seed": seed})

    def knobs(self) -> dict[str, Any]:
        """What :func:`distill.api.knobs.sampling_of` takes."""
        return {
            "creativity": self.creativity,
            "focus": self.focus,
            "diversity": self.diversity,
            "experimental": self.experimental,
            **{str(name): value for name, value in self.sampling.items()},
        }

    def past(self, num_levels: int) -> Grid:
        """The codes [K, S] that the sound goes on from; S is 0 if it begins by itself."""
        if self.beginning is None:
            return np.zeros((num_levels, 0), np.int16)
        past: Grid = self.beginning.grid[0].astype(np.int16)
        return past


def _faults(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc']) or 'it'}: {fault['msg'].lower()}"
        for fault in error.errors()[:4]
    )
