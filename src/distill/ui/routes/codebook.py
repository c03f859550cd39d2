"""Entries of the model in use: words, maps, sounds, names, and how often each is used."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from distill import api
from distill.codes.level_names import level_name
from distill.errors import ForeignCodes
from distill.ui.sources import Source, codes_or_sound
from distill.ui.studio import Studio

__all__ = ["router"]


class Naming(BaseModel):
    """A name or a note for an entry; the api says in words what cannot be kept."""

    model_config = ConfigDict(extra="forbid")

    # Of the model whose entry is meant: another one may be in use by now.
    fingerprint: str = Field(max_length=200)
    level: int
    code: int
    name: str | None = Field(None, max_length=2000)
    text: str | None = Field(None, max_length=10_000)


class Of(BaseModel):
    """Whose use is asked for; that of the collection if no sound is named."""

    model_config = ConfigDict(extra="forbid")

    source: Source | None = None


def router(studio: Studio) -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/codebook")

    @routes.get("")
    def codebook(level: int = 1) -> dict[str, Any]:
        opened = studio.opened()
        found = api.codebook(opened, level=level, sort="code")
        levels = opened.codec.num_levels
        return {
            "model": found.model,
            "fingerprint": opened.fingerprint,
            "level": level,
            "levels": [level_name(number, levels) for number in range(1, levels + 1)],
            "sentence": found.sentence,
            "groups": [{"words": group.words, "codes": list(group.codes)} for group in found.groups],
            "entries": [
                {
                    "code": line.code,
                    "share": line.share,
                    "words": line.words,
                    "name": line.note.name,
                    "note": line.note.text,
                    "figures": {name: round(value, 4) for name, value in line.figures.items()},
                    "x": round(line.position[0], 4),
                    "y": round(line.position[1], 4),
                }
                for line in found.lines
            ],
        }

    @routes.get("/similar/{level}/{code}")
    def similar(level: int, code: int) -> list[int]:
        return [line.code for line in api.similar(studio.opened(), level, code).lines[1:]]

    @routes.get("/sound/{level}/{code}")
    def sound(level: int, code: int, slot: Literal["A", "B"] | None = None) -> Response:
        """Of the model in use, or of the one that a sound in the editor is of."""
        model = studio.opened() if slot is None else studio.project.model_of(studio.project.codes(slot))
        samples = api.entry_samples(model, level, code)[0]
        return Response(samples.astype("<f4").tobytes(), media_type="application/octet-stream")

    @routes.post("/name")
    def name(naming: Naming) -> dict[str, Any]:
        opened = studio.opened()
        if naming.fingerprint != opened.fingerprint:
            raise ForeignCodes(
                f"the model {opened.name} was taken into use meanwhile, in another window perhaps, and this entry is of another "
                "one; take that one into use again, then name the entry."
            )
        note = api.name_entry(
            opened.path, naming.level, naming.code, name=naming.name, text=naming.text, home=studio.home
        )
        notes = dict(opened.measured("a name").notes) | {(naming.level, naming.code): note}
        studio.renoted(opened.noted(notes))
        return {"name": note.name, "note": note.text}

    @routes.post("/usage")
    def usage(of: Of) -> dict[str, Any]:
        file = None if of.source is None else codes_or_sound(studio, of.source)
        counts = api.entry_usage(studio.opened(), sound=file)
        return {"counts": counts.tolist()}

    return routes
