"""A file put on the page: written down as it comes, looked at under guard, and handed on by its address.

It lasts as long as the server; whatever is made of it keeps what it needs.
"""

from __future__ import annotations

import atexit
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from distill import api
from distill.codes import storage
from distill.errors import BadInput
from distill.ui.studio import Studio

__all__ = ["router"]

MOST_BYTES = 2 * 2**30
_BLOCK = 2**20
_MOST_NAME = 80  # characters


def router(studio: Studio) -> APIRouter:
    """Make the route of dropped files."""
    routes = APIRouter(prefix="/dropped")
    folder = Path(tempfile.mkdtemp(prefix="distill-dropped-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

    @routes.post("")
    async def dropped(request: Request) -> dict[str, Any]:
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            raise BadInput("a file of this size cannot be taken; choose a sound of at most 2 GiB.")
        async with request.form(max_files=1, max_fields=8) as form:
            file = form.get("files")
            if not isinstance(file, UploadFile):
                raise BadInput("no file came with this; choose a sound and try again.")
            path = folder / secrets.token_hex(8) / _safe(file.filename or "")
            path.parent.mkdir()
            with open(path, "wb") as kept:
                while block := await file.read(_BLOCK):
                    kept.write(block)
        return await run_in_threadpool(_looked_at, path)

    def _looked_at(path: Path) -> dict[str, Any]:
        try:
            is_codes = path.suffix.lower() == ".codes"
            seconds = storage.load(path).seconds if is_codes else api.outline(path, points=8).seconds
        except BaseException:
            path.unlink()
            raise
        return {"media": studio.media.put(path), "title": path.stem, "seconds": seconds}

    return routes


def _safe(name: str) -> str:
    """Return a file name that is one on every system and looks like what was given."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign if sign.isalnum() or sign in " ._-()" else "_" for sign in last).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return f"{(stem or 'sound')[:_MOST_NAME]}{dot}{ending[:10]}" if dot else f"{kept[:_MOST_NAME] or 'sound'}"
