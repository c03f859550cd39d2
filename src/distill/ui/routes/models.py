"""Which models there are, and which one is in use."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from distill import api
from distill.ui.studio import Studio

__all__ = ["router"]


class Choice(BaseModel):
    """Which model to take into use."""

    name: str = Field(max_length=300)


def router(studio: Studio) -> APIRouter:
    """Make the routes of the model in use."""
    routes = APIRouter(prefix="/models")

    def listed() -> dict[str, Any]:
        names = [entry.name for entry in api.models(home=studio.home) if not entry.damaged]
        return {"names": names, "current": studio.model}

    @routes.get("")
    def models() -> dict[str, Any]:
        return listed()

    @routes.post("/choose")
    def choose(choice: Choice) -> dict[str, Any]:
        studio.choose(choice.name)
        return listed()

    return routes
