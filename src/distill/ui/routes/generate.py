"""New sound: what to expect, making it, presets, and what was made."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from distill import api
from distill.api.generating import MOST_COUNT
from distill.errors import DistillError
from distill.prior.settings import Sampling
from distill.prior.steered import WORDS
from distill.ui.making import Making
from distill.ui.sources import Source, codes_or_sound
from distill.ui.studio import Studio

__all__ = ["router"]

MOST_POINTS = 400  # of a curve


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


Point = tuple[float, float]
Curve = Annotated[list[Point], Field(max_length=MOST_POINTS)]


class Wanted(_Body):
    """What shall be made, as :func:`distill.api.generate` takes it, which says in words what is impossible."""

    seconds: float
    count: int = Field(1, le=MOST_COUNT * 10)
    experimental: float | None = None
    creativity: float | None = None
    focus: float | None = None
    diversity: float | None = None
    sampling: dict[Annotated[str, Field(max_length=40)], Any] = Field({}, max_length=10)
    steering: dict[Annotated[str, Field(max_length=40)], Curve] = Field({}, max_length=len(WORDS))
    guard_seconds: float | None = 1.0
    arrange: str | None = Field(None, max_length=3000)
    part_seconds: float = 0.5
    seed: int = Field(0, ge=0, le=2**53)
    prefix: Source | None = None
    prefix_seconds: float | None = None


class NewPreset(_Body):
    """Settings to keep under a name."""

    name: str = Field(max_length=300)
    about: str = Field("", max_length=1000)
    settings: dict[Annotated[str, Field(max_length=40)], Any] = Field(max_length=20)
    replace: bool = False


class Named(_Body):
    """Which preset."""

    name: str = Field(max_length=300)


def router(studio: Studio) -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/generate")
    making = Making(studio)

    @routes.get("")
    def state() -> dict[str, Any]:
        places = (0.0, 0.5, 1.0)
        moved = [Sampling.experimental(place) for place in places]
        return {
            "words": list(WORDS),
            "slider": [
                {"at": place, "creativity": one.temperature, "diversity": one.top_p}
                for place, one in zip(places, moved, strict=True)
            ],
            "running": making.running(),
            "made": making.made(),
            "folder": str(studio.home / "made"),
        }

    @routes.get("/outlook")
    def outlook(seconds: float = 8.0) -> dict[str, Any]:
        if studio.model is None:
            return {"model": None, "possible": False, "sentences": []}
        try:
            told = api.prospect(studio.opened(), seconds=seconds)
        except DistillError as error:
            return {"model": studio.model, "possible": False, "sentences": [str(error)]}
        return {"model": studio.model, "possible": True, "sentences": list(told.sentences)}

    @routes.post("")
    def make(wanted: Wanted) -> dict[str, Any]:
        asked = wanted.model_dump(exclude={"prefix"})
        asked["steering"] = {word: tuple(curve) for word, curve in wanted.steering.items()}
        if wanted.prefix is not None:
            asked["prefix"] = codes_or_sound(studio, wanted.prefix)
        return {"job": making.start(asked).number}

    @routes.get("/runs/{number}")
    def run(number: int) -> dict[str, Any]:
        return making.how_goes(number)

    @routes.get("/presets")
    def presets() -> list[dict[str, Any]]:
        return [
            {"name": one.name, "about": one.about, "settings": dict(one.settings), "own": not one.is_shipped}
            for one in api.presets(kind="generation", home=studio.home)
            if not one.damaged
        ]

    @routes.post("/presets")
    def keep(new: NewPreset) -> list[dict[str, Any]]:
        api.save_preset(new.name, new.settings, about=new.about, replace=new.replace, home=studio.home)
        return presets()

    @routes.post("/presets/delete")
    def discard(named: Named) -> list[dict[str, Any]]:
        api.delete_preset(named.name, home=studio.home)
        return presets()

    return routes
