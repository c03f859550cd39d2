"""What one part of the page hands to another: a take, a sound of the editor, a file that was put on the page."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from distill import api
from distill.codes.grid import Codes
from distill.ui.studio import Studio

__all__ = ["Source", "codes_or_sound"]

_MEDIA = "/distill/media/"


class Source(BaseModel):
    """A sound that is already here; one of the three."""

    model_config = ConfigDict(extra="forbid")

    take: int | None = Field(None, ge=1, le=2**53)
    slot: Literal["A", "B"] | None = None
    media: str | None = Field(None, max_length=200)

    @model_validator(mode="after")
    def _one(self) -> Source:
        if sum(given is not None for given in (self.take, self.slot, self.media)) != 1:
            raise ValueError("say one of take, slot and media")
        return self


def codes_or_sound(studio: Studio, source: Source) -> Codes | Path:
    """Return what a source stands for: its codes where the model in use made them, else the file of its sound.

    Raises
    ------
    BadInput
        If it is not there (any more).
    """
    if source.media is not None:
        return studio.media.path(source.media.removeprefix(_MEDIA))
    if source.slot is not None:
        return studio.project.codes(source.slot)
    assert source.take is not None  # checked above
    take = api.take(source.take, home=studio.home)
    made_by = take.require_record().fingerprint
    if made_by == studio.opened().fingerprint or take.sound is None:
        return take.codes
    return take.sound
