"""The history: takes listed, starred, noted, made again, deleted and restored; comparing is in :mod:`distill.ui.routes.comparing`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from distill import api
from distill.library.take_files import Take
from distill.progress import Cancel, Report
from distill.ui.routes import comparing
from distill.ui.scratch import Scratch
from distill.ui.studio import Studio

__all__ = ["router"]


class Star(BaseModel):
    """Whether a take has one."""

    starred: bool


class Note(BaseModel):
    """What its owner says of a take."""

    note: str = Field(max_length=20_000)  # a longer one than may be kept is told so


class Limit(BaseModel):
    """How much room takes may need."""

    gib: float = Field(allow_inf_nan=False)


def router(studio: Studio) -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/takes")
    scratch = Scratch()

    def shown(take: Take) -> dict[str, Any]:
        known = take.record
        sound = take.sound
        about = {"number": take.number, "damaged": take.damaged, "sound": sound and studio.media.put(sound)}
        if known is None:
            return about
        keys = (
            "title", "model", "created", "seconds", "loudness", "loudness_unit", "starred", "note", "seed", "complete",
        )  # fmt: skip
        return about | {"verb": api.VERBS[known.verb]} | {key: getattr(known, key) for key in keys}

    def room_told() -> dict[str, Any]:
        room = api.room_of_takes(home=studio.home)
        return {
            "takes": room.num_takes,
            "bytes": room.size_bytes,
            "bin_bytes": room.bin_bytes,
            "limit_gib": room.limit_gib,
        }

    @routes.get("")
    def takes(
        search: Annotated[str, Query(max_length=300)] = "",
        starred: bool = False,
        before: Annotated[int | None, Query(ge=0)] = None,
        count: Annotated[int, Query(ge=1, le=200)] = 40,
    ) -> dict[str, Any]:
        """The newest first; ``before`` is the number of the last take that is there already."""
        found = api.takes(search=search, starred=starred, home=studio.home)[::-1]
        rest = [take for take in found if before is None or take.number < before]
        return {
            "takes": [shown(take) for take in rest[:count]],
            "total": len(found),
            "left": len(rest[count:]),
        }

    @routes.get("/room")
    def room() -> dict[str, Any]:
        return room_told()

    @routes.post("/room")
    def limit(asked: Limit) -> dict[str, Any]:
        api.limit_takes(asked.gib, home=studio.home)
        return room_told()

    @routes.get("/deleted")
    def deleted() -> list[dict[str, Any]]:
        return [shown(take) for take in reversed(api.deleted_takes(home=studio.home))]

    @routes.post("/deleted/empty")
    def empty() -> dict[str, Any]:
        return {"bytes": api.empty_bin("takes", home=studio.home)}

    routes.include_router(comparing.router(studio))

    @routes.get("/{number}")
    def take(number: int) -> dict[str, Any]:
        return shown(api.take(number, home=studio.home))

    @routes.get("/{number}/details")
    def details(number: int) -> dict[str, Any]:
        won, of = api.votes(home=studio.home)[1].get(number, (0, 0))
        return {"details": api.take_details(number, home=studio.home), "won": won, "of": of}

    @routes.post("/{number}/star")
    def star(number: int, asked: Star) -> dict[str, Any]:
        return shown(api.star_take(number, starred=asked.starred, home=studio.home))

    @routes.post("/{number}/note")
    def note(number: int, asked: Note) -> dict[str, Any]:
        return shown(api.note_take(number, asked.note, home=studio.home))

    @routes.post("/{number}/delete")
    def delete(number: int) -> dict[str, Any]:
        api.delete_take(number, home=studio.home)
        return {"number": number}

    @routes.post("/{number}/restore")
    def restore(number: int) -> dict[str, Any]:
        return shown(api.restore_take(number, home=studio.home))

    @routes.post("/{number}/replay")
    def replay(number: int) -> dict[str, Any]:
        api.take(number, home=studio.home).require_record()

        def work(report: Report, cancel: Cancel) -> dict[str, Any]:
            made = api.replay(
                number,
                output=scratch.folder() / "again.wav",
                device=studio.device,
                home=studio.home,
                report=report,
                cancel=cancel,
            )
            return {
                "sound": studio.media.put(made.path),
                "seconds": made.seconds,
                "same": made.same,
                "sentences": made.sentences,
            }

        return studio.jobs.start("replay", work).to_json()

    return routes
