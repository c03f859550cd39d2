"""What the export dialog can set, as JSON; and the same as presets hold it, where a place and a loop are texts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from distill import api
from distill.output.loop_settings import LoopSettings
from distill.output.moving import Place
from distill.output.space import Space

__all__ = ["Settings", "settings_of"]

# What is out of range is refused by the export itself, in a sentence; here only what is no number at all.
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e9, le=1e9)]


class PlaceJSON(BaseModel):
    """As :class:`distill.output.moving.Place`."""

    seconds: Number = 0.0
    azimuth: Number = 0.0
    elevation: Number = 0.0
    distance: Number = 1.0


class SpaceJSON(BaseModel):
    """As :class:`distill.output.space.Space`; ``head`` is the name of a measured head that was added."""

    kind: Literal["mono", "stereo", "binaural"]
    position: Number = 0.0
    width: Number | None = None
    places: list[PlaceJSON] = Field([], max_length=1000)
    head: str = Field("", max_length=300)

    def space(self, home: Path) -> Space:
        """Return the place it means."""
        if self.kind != "binaural":
            return Space(self.kind, position=self.position, width=self.width)
        places = tuple(Place(**place.model_dump()) for place in self.places) or (Place(),)
        sofa = str(api.head(self.head, home=home).path) if self.head else None
        return Space("binaural", places=places, sofa=sofa)


class LoopJSON(BaseModel):
    """As :class:`distill.output.loop_settings.LoopSettings`."""

    bars: Number | None = None
    beats: Number | None = None
    seconds: Number | None = None
    bpm: Number | None = None
    beats_per_bar: int = Field(4, ge=1, le=64)
    start: Number | None = None
    crossfade: Number | None = None
    lead_in: bool = False

    def loop(self) -> LoopSettings:
        """Return the loop it asks for."""
        return LoopSettings(**self.model_dump())


class Settings(BaseModel):
    """As :func:`distill.api.export` takes them."""

    format: Literal["wav", "flac", "ogg", "mp3"] = "wav"
    rate: int = Field(48_000, ge=1, le=10_000_000)
    depth: int | None = Field(None, ge=1, le=1000)
    loudness: Number | None = None
    fade_in: Number = 0.0
    fade_out: Number = 0.0
    trim: bool = False
    tempo: Number | None = Field(None, gt=0)
    space: SpaceJSON | None = None
    loop: LoopJSON | None = None

    def options(self, home: Path) -> dict[str, Any]:
        """Return them as keywords of :func:`distill.api.export`.

        Raises
        ------
        BadInput
            Saying what of them cannot be.
        """
        return self.model_dump(exclude={"format", "space", "loop"}) | {
            "space": None if self.space is None else self.space.space(home),
            "loop": None if self.loop is None else self.loop.loop(),
        }

    def written(self, home: Path) -> dict[str, Any]:
        """Return those that are not as usual, as a preset for export keeps them.

        Raises
        ------
        BadInput
            As :meth:`options`.
        """
        options = self.options(home) | {"format": self.format}
        options["spatial"] = options.pop("space")
        del options["tempo"]  # belongs to one sound
        return {
            name: str(value) if name in ("spatial", "loop") else value
            for name, value in options.items()
            if value not in (None, False) and not (name in ("fade_in", "fade_out") and not value)
        }


def settings_of(kept: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """Return what a preset for export or space sets, as the dialog has it.

    Raises
    ------
    BadSetting
        If a text in it is no place or loop.
    """
    told = dict(kept)
    if "spatial" in told:
        told["space"] = _space_of(Space.read(told.pop("spatial")), home)
    if "loop" in told:
        loop = LoopSettings.read(told["loop"])
        told["loop"] = {name: getattr(loop, name) for name in LoopJSON.model_fields}
    return told


def _space_of(space: Space, home: Path) -> dict[str, Any]:
    names = {str(head.path): head.name for head in api.heads(home=home)}
    return {
        "kind": space.kind,
        "position": space.position,
        "width": space.width,
        "places": [{name: getattr(place, name) for name in PlaceJSON.model_fields} for place in space.places],
        "head": "" if space.sofa is None else names.get(space.sofa, ""),
    }
