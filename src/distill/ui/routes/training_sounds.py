"""The sounds to train on: brought, listed, heard, left out, trimmed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from distill import api
from distill.audio.files import read
from distill.errors import BadCollection, BadInput
from distill.home import expanded
from distill.progress import Cancel, Report
from distill.ui.studio import Studio
from distill.ui.uploads import LARGEST_BYTES, new_collection, receive
from distill.ui.wav import wav_bytes

__all__ = ["router"]

LOOK = "look"  # the kind of job
LONGEST_PART = 60.0  # seconds that are heard at once
DEMO = "Built-in sounds"

SoundId = Annotated[str, Field(pattern="^[0-9a-f]{24}$")]


class Places(BaseModel):
    """Folders and files on this machine."""

    paths: list[Annotated[str, Field(min_length=1, max_length=4096)]] = Field(min_length=1, max_length=100)


class Use(BaseModel):
    """Sounds to use, or to leave out."""

    ids: list[SoundId] = Field(max_length=10_000)
    used: bool


class Trim(BaseModel):
    """The part of a sound to use; without one, all of it."""

    id: SoundId
    part: tuple[float, float] | None = None


def router(studio: Studio) -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/sounds")
    gathering = studio.gathering

    def look() -> dict[str, Any]:
        for job in studio.jobs.running(LOOK):
            job.stop()

        def work(report: Report, cancel: Cancel) -> Mapping[str, Any]:
            gathering.look(report, cancel)
            return {}

        return studio.jobs.start(LOOK, work).to_json()

    @routes.get("")
    def listed() -> dict[str, Any]:
        looking = studio.jobs.running(LOOK)
        if not gathering.looked and not looking:
            looking = [studio.jobs.get(look()["job"])]
        return gathering.to_json() | {"job": looking[-1].number if looking else None}

    @routes.post("/add")
    def add(places: Places) -> dict[str, Any]:
        gathering.add([_there(path) for path in places.paths])
        return look()

    @routes.post("/demo")
    def demo() -> dict[str, Any]:
        folder = gathering.folder / DEMO
        api.demo_collection(folder)
        gathering.clear()
        gathering.add([folder])
        return look()

    @routes.post("/upload")
    async def upload(
        request: Request,
        name: Annotated[str, Query(min_length=1, max_length=4096)],
        collection: Annotated[str, Query(max_length=300)] = "",
    ) -> dict[str, Any]:
        if _length(request) > LARGEST_BYTES:
            raise BadInput(
                f"a file of more than {LARGEST_BYTES // 2**30} GB was dropped; cut it into parts, or give the path of "
                "its folder instead."
            )
        folder = await run_in_threadpool(gathering.collection, collection, new_collection)
        path = await receive(folder, name, request.stream())
        return {"name": path.name}

    @routes.post("/look")
    def look_again() -> dict[str, Any]:
        return look()

    @routes.post("/clear")
    def clear() -> dict[str, Any]:
        for job in studio.jobs.running(LOOK):
            job.stop()
        gathering.clear()
        return gathering.to_json()

    @routes.post("/use")
    def use(choice: Use) -> dict[str, Any]:
        gathering.use(choice.ids, choice.used)
        return gathering.to_json()

    @routes.post("/trim")
    def trim(choice: Trim) -> dict[str, Any]:
        gathering.trim(choice.id, choice.part)
        return gathering.to_json()

    @routes.get("/{sound}/outline")
    def outline(sound: str) -> dict[str, Any]:
        drawn = gathering.heard(sound).outline
        if drawn is None:
            return {"seconds": gathering.seconds(sound), "low": [], "high": []}
        return {"seconds": drawn.seconds, "low": drawn.low, "high": drawn.high}

    @routes.get("/{sound}")
    def heard(
        sound: str,
        start: Annotated[float, Query(ge=0, le=200_000, allow_inf_nan=False)] = 0.0,
    ) -> Response:
        end = min(start + LONGEST_PART, gathering.seconds(sound))
        clip = read(gathering.path(sound), start_seconds=min(start, max(0.0, end - 0.1)), end_seconds=end)
        return Response(wav_bytes(clip), media_type="audio/wav", headers={"cache-control": "no-cache"})

    return routes


def _there(text: str) -> Path:
    """Return a folder or file of this machine that a person typed or pasted."""
    path = expanded(text.strip().strip("'\""))
    if "\0" in text or not path.is_absolute():
        raise BadCollection(
            f"{text!r} is not the whole path of a folder; write it from the start, such as {str(Path.home() / 'Music')!r}."
        )
    try:
        if path.exists():
            return path
    except OSError:
        pass
    raise BadCollection(f"there is no folder or file {text!r} on this machine; check its name and place.")


def _length(request: Request) -> int:
    try:
        return int(request.headers.get("content-length", "0"))
    except ValueError:
        return 0
