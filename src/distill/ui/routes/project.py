"""The DNA editor's project: two sounds as codes, opened, edited, kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from distill import api
from distill.api.changes import Change
from distill.codes import storage
from distill.codes.region import Region
from distill.codes.tempo import Tempo
from distill.errors import Superseded
from distill.progress import Cancel, Report
from distill.ui.answers import CompactJSON
from distill.ui.jobs import Job
from distill.ui.routes import project_sound
from distill.ui.routes.project_asked import (
    Edits,
    LevelSets,
    Opening,
    Rewriting,
    Slot,
    SlotName,
    Steps,
    Swap,
    TemplateSave,
    TemplateUse,
    Time,
)
from distill.ui.studio import Studio

__all__ = ["router"]

RECENT = 8  # takes that are offered to be opened


def router(studio: Studio) -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/project", default_response_class=CompactJSON)

    def state(slot: str) -> dict[str, Any]:
        return {"slot": slot} | studio.project.sound(slot).to_json()

    def changed(slot: str, change: Change) -> dict[str, Any]:
        return {"slot": slot} | change.to_json() | studio.project.sound(slot).history_json()

    def answer(slot: str, act: Callable[[], Change]) -> dict[str, Any] | CompactJSON:
        """Make a change and tell what it changed; made on an older revision it is refused, and the newer state told."""
        try:
            change = act()
        except Superseded as error:
            return CompactJSON({"error": str(error), "state": state(slot)}, status_code=409)
        return changed(slot, change)

    @routes.get("")
    def project() -> dict[str, Any]:
        there = studio.project.open_slots()
        return {
            "slots": {slot: state(slot) if slot in there else None for slot in ("A", "B")},
            "sentences": studio.project.sentences,
            "model": studio.model,
        }

    @routes.get("/takes")
    def takes() -> list[dict[str, Any]]:
        newest = [take for take in api.takes(home=studio.home) if take.record is not None][: -RECENT - 1 : -1]
        return [
            {"number": take.number, "title": take.record.title, "seconds": take.record.seconds}
            | {"model": take.record.model, "sound": studio.media.put(take.sound) if take.sound else None}
            for take in newest
            if take.record is not None
        ]

    @routes.post("/open")
    def open_sound(asked: Opening) -> dict[str, Any]:
        if asked.source.take is not None:
            studio.project.open_take(asked.slot, asked.source.take)
        elif asked.source.slot is not None:
            studio.project.open_slot(asked.slot, asked.source.slot)
        else:
            path = studio.media.path(str(asked.source.media).rpartition("/")[2])
            if asked.search:
                return search(asked.slot, path).to_json()
            studio.project.open_file(asked.slot, path, model=studio.model, search=0)
        return state(asked.slot)

    def search(slot: str, path: Path) -> Job:
        """Begin to open a sound with the nearest codes that are found."""
        model = studio.model

        def work(report: Report, cancel: Cancel) -> dict[str, Any]:
            studio.project.open_file(slot, path, model=model, report=report, cancel=cancel)
            return state(slot)

        busy = f"a sound is being opened as {slot} already; wait for that, or stop it first."
        return studio.jobs.start(f"open {slot}", work, alone=busy)

    @routes.post("/close")
    def close(asked: Slot) -> dict[str, Any]:
        studio.project.close(asked.slot)
        return {}

    @routes.post("/edit", response_model=None)
    def edit(asked: Edits) -> dict[str, Any] | CompactJSON:
        return answer(
            asked.slot,
            lambda: studio.project.do_records(asked.slot, asked.edits, label=asked.label, revision=asked.rev),
        )

    @routes.post("/undo", response_model=None)
    def undo(asked: Steps) -> dict[str, Any] | CompactJSON:
        return answer(asked.slot, lambda: studio.project.undo(asked.slot, asked.count, revision=asked.rev))

    @routes.post("/redo", response_model=None)
    def redo(asked: Steps) -> dict[str, Any] | CompactJSON:
        return answer(asked.slot, lambda: studio.project.redo(asked.slot, asked.count, revision=asked.rev))

    @routes.post("/swap")
    def swap(asked: Swap) -> dict[str, Any]:
        region = Region.from_json(asked.region)
        both = studio.project.swap(region, revisions=asked.revs)
        return {slot: changed(slot, change) for slot, change in both.items()}

    @routes.post("/copy")
    def copy(slot: SlotName, region: dict[str, Any]) -> dict[str, Any]:
        return studio.project.copied(slot, Region.from_json(region)).to_json()

    @routes.post("/levels")
    def levels(asked: LevelSets) -> dict[str, Any]:
        studio.project.set_levels(asked.slot, locked=asked.locked, muted=asked.muted, soloed=asked.soloed)
        return {}

    @routes.post("/tempo")
    def tempo(asked: Time) -> dict[str, Any]:
        given = None if asked.bpm is None else Tempo(asked.bpm, asked.beats_per_bar)
        studio.project.set_tempo(asked.slot, given, asked.snap)
        return {}

    @routes.get("/templates")
    def templates() -> list[dict[str, Any]]:
        return [
            {"name": one.name, "edits": len(one.edits), "damaged": one.damaged}
            for one in api.templates(home=studio.home)
        ]

    @routes.post("/templates/use", response_model=None)
    def use_template(asked: TemplateUse) -> dict[str, Any] | CompactJSON:
        return answer(
            asked.slot, lambda: studio.project.apply_template(asked.slot, asked.name, revision=asked.rev)
        )

    @routes.post("/templates/save")
    def save_template(asked: TemplateSave) -> dict[str, Any]:
        studio.project.save_template(asked.slot, asked.name, replace=asked.replace)
        return {}

    @routes.post("/regenerate")
    def regenerate(asked: Rewriting) -> dict[str, Any]:
        region = Region.from_json(asked.region)

        def work(report: Report, cancel: Cancel) -> dict[str, Any]:
            change, made = studio.project.regenerate(
                asked.slot, region, creativity=asked.creativity, seed=asked.seed, report=report, cancel=cancel
            )
            return changed(asked.slot, change) | {"sentences": [*change.sentences, *made.sentences]}

        return studio.jobs.start("regenerate", work).to_json()

    @routes.post("/keep")
    def keep(asked: Slot) -> dict[str, Any]:
        written = studio.project.keep(asked.slot)
        return {"take": written.take, "sentences": written.sentences}

    @routes.get("/codes/{slot}/told")
    def told_of_codes(slot: SlotName) -> dict[str, Any]:
        """Tell what the file of codes leaves out; the file itself has no room for a sentence."""
        return {"sentences": storage.fitting(studio.project.codes(slot))[1]}

    @routes.get("/codes/{slot}")
    def codes(slot: SlotName) -> Response:
        kept, _ = storage.fitting(studio.project.codes(slot))
        name = re.sub(r"[^A-Za-z0-9 _-]+", "_", studio.project.sound(slot).title)[:80] or "sound"
        return Response(
            storage.to_bytes(kept),
            media_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="{name}.codes"'},
        )

    @routes.get("/operations")
    def operations() -> list[dict[str, Any]]:
        return [asdict(form) for form in api.operation_forms()]

    project_sound.add(routes, studio)
    return routes
