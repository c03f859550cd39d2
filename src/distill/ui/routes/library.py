"""Models of the library: cards, names, tags, licences, the bin, and files that come and go."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from distill import api
from distill.errors import BadModelFile, UnknownModel
from distill.library.catalog import ModelEntry
from distill.library.model_header import LARGEST_FILE
from distill.ui.receiving import received
from distill.ui.studio import Studio

__all__ = ["router"]

_MOST_TAGS = 40  # shown to choose from

Name = Annotated[str, Field(max_length=1000)]


class Model(BaseModel):
    """A model by its name."""

    name: Name


class Rename(Model):
    """.. and what it is to be called."""

    new: Name


class Tags(Model):
    """.. and its tags that come and go."""

    add: list[Name] = Field([], max_length=50)
    remove: list[Name] = Field([], max_length=50)


class Licence(Model):
    """.. and who may use it."""

    note: str = Field(max_length=20_000)


class Restore(Model):
    """.. and another name, if its own is taken."""

    new: Name | None = None


def router(studio: Studio) -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/library")

    def shown(entry: ModelEntry, current: str | None) -> dict[str, Any]:
        about: dict[str, Any] = {
            "name": entry.name,
            "bytes": entry.size_bytes,
            "current": entry.name == current,
            "damaged": entry.damaged,
        }
        if entry.damaged:
            return about
        try:
            text, figures = api.show(entry.path, home=studio.home)
        except BadModelFile as error:  # since the index was written
            return about | {"damaged": str(error)}
        return about | {"figures": figures, "lines": _lines(text)}

    def one(name: str) -> dict[str, Any]:
        entry = next((entry for entry in api.models(home=studio.home) if entry.name == name), None)
        return {"name": name, "gone": True} if entry is None else shown(entry, studio.model)

    @routes.get("")
    def models(
        search: Annotated[str, Query(max_length=300)] = "",
        tag: Annotated[str, Query(max_length=300)] = "",
        order: Literal["name", "newest", "largest"] = "newest",
        start: Annotated[int, Query(ge=0)] = 0,
        count: Annotated[int, Query(ge=1, le=200)] = 24,
    ) -> dict[str, Any]:
        found = api.models(search=search, home=studio.home)
        every = found if not search else api.models(home=studio.home)
        tags = Counter(word for entry in every for word in entry.tags)
        if tag:
            found = [entry for entry in found if tag in entry.tags]
        if order == "newest":
            found.sort(key=lambda entry: entry.created or "", reverse=True)
        elif order == "largest":
            found.sort(key=lambda entry: entry.size_bytes, reverse=True)
        current = studio.model
        return {
            "models": [shown(entry, current) for entry in found[start : start + count]],
            "found": len(found),
            "total": len(every),
            "bytes": sum(entry.size_bytes for entry in every),
            "tags": [word for word, _ in tags.most_common(_MOST_TAGS)],
        }

    @routes.post("/rename")
    def rename(asked: Rename) -> dict[str, Any]:
        moved = api.rename_model(asked.name, asked.new, home=studio.home)
        return one(moved.name) | {"sentences": moved.sentences}

    @routes.post("/tag")
    def tag(asked: Tags) -> dict[str, Any]:
        api.tag_model(asked.name, add=asked.add, remove=asked.remove, home=studio.home)
        return one(asked.name)

    @routes.post("/licence")
    def licence(asked: Licence) -> dict[str, Any]:
        api.license_model(asked.name, asked.note, home=studio.home)
        return one(asked.name)

    @routes.post("/delete")
    def delete(asked: Model) -> dict[str, Any]:
        return {"name": api.delete_model(asked.name, home=studio.home).name}

    @routes.get("/deleted")
    def deleted() -> list[dict[str, Any]]:
        there = {entry.name.casefold() for entry in api.models(home=studio.home)}
        lying = [one.name for one in reversed(api.binned_models(home=studio.home))]
        counted = Counter(lying)  # of several of one name, the last deleted comes back first
        return [
            {"name": name, "copies": counted[name], "taken": name.casefold() in there}
            for name in dict.fromkeys(lying)
        ]

    @routes.post("/deleted/restore")
    def restore(asked: Restore) -> dict[str, Any]:
        return one(api.restore_model(asked.name, as_name=asked.new, home=studio.home).name)

    @routes.get("/deleted/room")
    def room() -> dict[str, Any]:
        lying = api.room_of_bin("models", home=studio.home)
        return {"num": lying.num, "bytes": lying.size_bytes}

    @routes.post("/deleted/empty")
    def empty() -> dict[str, Any]:
        return {"bytes": api.empty_bin("models", home=studio.home)}

    @routes.post("/import")
    async def import_(
        request: Request,
        file: Annotated[str, Query(max_length=1000)],
        name: Annotated[str | None, Query(max_length=1000)] = None,
        replace: bool = False,
    ) -> dict[str, Any]:
        with await received(request, file, most_bytes=LARGEST_FILE) as sent:
            moved = await run_in_threadpool(
                api.import_model, sent.path, name=name or None, replace=replace, home=studio.home
            )
        return await run_in_threadpool(one, moved.name)

    @routes.post("/export")
    def export(asked: Model) -> dict[str, Any]:
        """Where the page can fetch the file of a model."""
        path = next((entry.path for entry in api.models(home=studio.home) if entry.name == asked.name), None)
        if path is None:  # never a file by its path
            raise UnknownModel(f"there is no model {asked.name[:80]!r} in the library; load the page again.")
        return {"address": f"{studio.media.put(path)}?download=true", "file": path.name}

    return routes


def _lines(card: str) -> list[tuple[str, str]]:
    """Take a card apart: what each line is about, and what it says."""
    lines = (line.partition(": ") for line in card.splitlines()[1:])
    return [(label, said) for label, _, said in lines]
