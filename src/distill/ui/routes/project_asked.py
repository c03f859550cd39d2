"""What the page asks of the project: one class for each kind of request, which refuses what no page of ours would send."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from distill.ui.sources import Source

__all__ = [
    "Edits",
    "LevelSets",
    "Opening",
    "Rewriting",
    "Slot",
    "SlotName",
    "Steps",
    "Swap",
    "TemplateSave",
    "TemplateUse",
    "Time",
]

SlotName = Literal["A", "B"]
Revision = Annotated[int, Field(ge=0)]
Levels = Annotated[list[Annotated[int, Field(ge=1, le=8)]], Field(max_length=8)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Opening(_Asked):
    """Open a sound; a search for nearer codes is work that the page follows."""

    slot: SlotName
    source: Source
    search: bool = False


class Slot(_Asked):
    """A slot."""

    slot: SlotName


class Edits(_Asked):
    """Edits that were made on a revision, as records."""

    slot: SlotName
    rev: Revision
    edits: list[dict[str, Any]] = Field(min_length=1, max_length=256)
    label: str = Field("", max_length=200)


class Steps(_Asked):
    """Gestures to take back, or to do again."""

    slot: SlotName
    rev: Revision
    count: int = Field(1, ge=1, le=1_000_000)


class Swap(_Asked):
    """A region to exchange between both."""

    region: dict[str, Any]
    revs: dict[str, Revision] = Field(max_length=2)


class LevelSets(_Asked):
    """Levels from 1."""

    slot: SlotName
    locked: Levels
    muted: Levels
    soloed: Levels


class Time(_Asked):
    """A tempo and the lines that selections move to."""

    slot: SlotName
    bpm: float | None = None
    beats_per_bar: int = 4
    snap: float | None = None


class TemplateUse(_Asked):
    """A template to make."""

    slot: SlotName
    rev: Revision
    name: str = Field(max_length=80)


class TemplateSave(_Asked):
    """A name for the edits of a sound."""

    slot: SlotName
    name: str = Field(max_length=80)
    replace: bool = False


class Rewriting(_Asked):
    """A selection to regenerate."""

    slot: SlotName
    region: dict[str, Any]
    creativity: float | None = Field(None, ge=0, le=2)
    seed: int = Field(0, ge=0, le=2**53)
