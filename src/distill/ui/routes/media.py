"""Sounds and pictures by token: as files, as WAV that every browser can play, and as the outline of a waveform."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from distill import api
from distill.ui.studio import Studio

__all__ = ["router"]


def router(studio: Studio) -> APIRouter:
    """Make the routes of media."""
    routes = APIRouter(prefix="/media")

    @routes.get("/{token}")
    def file(token: str, download: bool = False) -> FileResponse:
        path = studio.media.path(token)
        return FileResponse(
            path,
            media_type=studio.media.kind(path),
            filename=path.name,
            content_disposition_type="attachment" if download else "inline",
            headers={"Cache-Control": "no-cache"},  # a file of the same path may have been written anew
        )

    @routes.get("/{token}/outline")
    def outline(token: str, points: Annotated[int, Query(ge=8, le=4000)] = 600) -> dict[str, Any]:
        drawn = api.outline(studio.media.path(token), points=points)
        return {"seconds": drawn.seconds, "low": drawn.low, "high": drawn.high}

    return routes
