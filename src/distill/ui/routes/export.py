"""Export of anything that can be heard: measured and heard first, then written to ``exports/`` of the user folder."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from distill import api
from distill.codes import storage
from distill.errors import BadSetting
from distill.library.preset_files import Preset
from distill.library.take_files import Take
from distill.output.formats import FORMATS
from distill.progress import Cancel, Report
from distill.ui.receiving import received
from distill.ui.routes.export_settings import Settings, settings_of
from distill.ui.routes.generate import Named
from distill.ui.scratch import Scratch
from distill.ui.sources import Source, codes_or_sound
from distill.ui.studio import Studio
from distill.ui.uploads import safe_name

__all__ = ["router", "sound_of"]

LARGEST_HEAD = 512 * 2**20  # bytes, as distill.output.sofa reads them


class Asked(BaseModel):
    """What to export, and how."""

    source: Source
    title: str = Field("", max_length=300)
    settings: Settings = Settings()


class NewPreset(BaseModel):
    """Settings to keep under a name."""

    name: str = Field(max_length=300)
    kind: Literal["export", "space"]
    settings: Settings
    replace: bool = False


def sound_of(studio: Studio, source: Source, folder: Path) -> Take | Path:
    """Return what a source stands for, as :func:`distill.api.export` takes it.

    Parameters
    ----------
    folder : Path
        Where the codes of a sound that is open in the editor are written.

    Raises
    ------
    BadInput
        If it is not there.
    """
    if source.take is not None:
        return api.take(source.take, home=studio.home)
    sound = codes_or_sound(studio, source)
    if isinstance(sound, Path):
        return sound
    path = folder / f"{safe_name(studio.project.sound(source.slot or 'A').title)}.codes"
    # What is exported is heard alone, so the list of edits, which may be too long for a file, stays behind.
    storage.save(replace(sound, edits=()), path)
    return path


def router(studio: Studio) -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/export")
    scratch = Scratch()
    folder = studio.home / "exports"
    naming = threading.Lock()

    def written(
        sound: Take | Path, asked: Asked, output: Path, report: Report, cancel: Cancel
    ) -> api.Exported:
        (made,) = api.export(
            sound,
            output=output,
            title=asked.title or None,
            **asked.settings.options(studio.home),
            device=studio.device,
            home=studio.home,
            report=report,
            cancel=cancel,
        )
        return made

    def told(made: api.Exported) -> dict[str, Any]:
        # Silence has a loudness of minus infinity, which JSON has no word for.
        finite = {
            name: value if abs(value := getattr(made, name)) < 1e6 else None
            for name in ("seconds", "true_peak_dbtp", "lufs")
        }
        return finite | {
            "sound": studio.media.put(made.path),
            "file": made.path.name,
            "bytes": made.path.stat().st_size,
            "sentences": made.sentences,
        }

    @routes.get("")
    def choices() -> dict[str, Any]:
        formats = [
            {"name": one.name, "title": one.title, "depths": sorted(one.depths), "rates": one.rates}
            for one in FORMATS.values()
        ]
        heads = [head.name for head in api.heads(home=studio.home)]
        return {"formats": formats, "heads": heads, "presets": presets(), "folder": str(folder)}

    @routes.post("/preview")
    def preview(asked: Asked) -> dict[str, Any]:
        """Make the file where it is only heard, and measure it."""

        def work(report: Report, cancel: Cancel) -> dict[str, Any]:
            folder = scratch.folder()
            sound = sound_of(studio, asked.source, folder)
            return told(written(sound, asked, folder / f"preview.{asked.settings.format}", report, cancel))

        return studio.jobs.start("export-preview", work).to_json()

    @routes.post("")
    def export(asked: Asked) -> dict[str, Any]:
        def work(report: Report, cancel: Cancel) -> dict[str, Any]:
            sound = sound_of(studio, asked.source, scratch.folder())
            usual = sound.stem if isinstance(sound, Path) else sound.require_record().title
            with naming:  # two exports of one title at once get a name each
                target = api.free_export_path(
                    asked.title or usual, folder=folder, format=asked.settings.format
                )
                made = written(sound, asked, target, report, cancel)
            return told(made) | {"path": str(target)}

        return studio.jobs.start("export", work).to_json()

    def shown(preset: Preset) -> dict[str, Any]:
        return {
            "name": preset.name,
            "kind": preset.kind,
            "about": preset.about,
            "own": not preset.is_shipped,
            "settings": settings_of(preset.settings, studio.home),
        }

    @routes.get("/presets")
    def presets() -> list[dict[str, Any]]:
        found = []
        for kind in ("export", "space"):
            for one in api.presets(kind=kind, home=studio.home):
                if one.damaged:
                    continue
                with suppress(
                    BadSetting
                ):  # a text in it that is no place or loop: its file may come from a stranger
                    found.append(shown(one))
        return found

    @routes.post("/presets")
    def save(asked: NewPreset) -> dict[str, Any]:
        settings = asked.settings.written(studio.home)
        if asked.kind == "space":
            settings = {key: value for key, value in settings.items() if key == "spatial"}
        return shown(
            api.save_preset(asked.name, settings, kind=asked.kind, replace=asked.replace, home=studio.home)
        )

    @routes.post("/presets/delete")
    def delete(asked: Named) -> list[dict[str, Any]]:
        api.delete_preset(asked.name, home=studio.home)
        return presets()

    @routes.post("/heads")
    async def add_head(request: Request, file: Annotated[str, Query(max_length=1000)]) -> dict[str, Any]:
        """Take a SOFA file."""
        with await received(request, file, most_bytes=LARGEST_HEAD) as sent:
            new = await run_in_threadpool(api.add_head, sent.path, home=studio.home)
        return {"name": new.name, "heads": [head.name for head in api.heads(home=studio.home)]}

    return routes
