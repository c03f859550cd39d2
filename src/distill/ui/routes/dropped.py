"""A file put on the page to be worked with: looked at under guard, and handed on by its address.

It lasts as long as the server, or until many others came after it; whatever is made of it keeps what it needs.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool

from distill import api
from distill.codes import storage
from distill.ui.receiving import received
from distill.ui.scratch import Scratch
from distill.ui.studio import Studio

__all__ = ["router"]

MOST_BYTES = 2 * 2**30
MOST_KEPT = 40


def router(studio: Studio) -> APIRouter:
    """Make the route of dropped files."""
    routes = APIRouter(prefix="/dropped")
    scratch = Scratch(MOST_KEPT)

    def looked_at(sent: Path) -> dict[str, Any]:
        is_codes = sent.suffix.lower() == ".codes"
        seconds = storage.load(sent).seconds if is_codes else api.outline(sent, points=8).seconds
        kept = Path(shutil.move(sent, scratch.folder() / sent.name))
        return {"media": studio.media.put(kept), "title": kept.stem, "seconds": seconds}

    @routes.post("")
    async def dropped(request: Request, file: Annotated[str, Query(max_length=1000)] = "") -> dict[str, Any]:
        with await received(request, file, most_bytes=MOST_BYTES) as sent:
            return await run_in_threadpool(looked_at, sent.path)

    return routes
