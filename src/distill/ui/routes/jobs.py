"""How work under way goes, and stopping it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from distill.ui.studio import Studio

__all__ = ["router"]


def router(studio: Studio) -> APIRouter:
    """Make the routes of jobs."""
    routes = APIRouter(prefix="/jobs")

    @routes.get("")
    def running(kind: str | None = None) -> list[dict[str, Any]]:
        return [job.to_json() for job in studio.jobs.running(kind)]

    @routes.get("/{number}")
    def job(number: int) -> dict[str, Any]:
        return studio.jobs.get(number).to_json()

    @routes.post("/{number}/stop")
    def stop(number: int) -> dict[str, Any]:
        asked = studio.jobs.get(number)
        asked.stop()
        return asked.to_json()

    return routes
