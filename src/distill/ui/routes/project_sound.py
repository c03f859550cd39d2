"""What the editor hears and draws: samples as they are, behind a line of JSON that says what they are.

::

    4 bytes    length of the header, u32, little-endian like all numbers here
    ...        header: JSON, {version, first, count, total, channels, rate}
    ...        padding of spaces in the header, so that samples begin at a multiple of 4
    ...        samples as float32, one channel behind the other
"""

from __future__ import annotations

import asyncio
import json
import struct
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
from fastapi import APIRouter, Query
from fastapi.responses import Response

from distill import api
from distill.api.library import maker
from distill.audio.clip import SAMPLE_RATE, Samples
from distill.ui.studio import Studio

__all__ = ["add"]

SlotName = Literal["A", "B"]
Result = TypeVar("Result")


def add(routes: APIRouter, studio: Studio) -> None:
    """Add the routes."""

    async def within(executor: Executor, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(executor, work)

    @routes.get("/sound/{slot}")
    async def sound(
        slot: SlotName, have: Annotated[int, Query(ge=0)] = 0, original: bool = False
    ) -> Response:
        heard = await within(studio.ear, lambda: studio.project.hear(slot, have=have, original=original))
        about = {"version": heard.number, "first": heard.first, "total": heard.total}
        return _samples(heard.samples, about)

    @routes.get("/strip/{slot}")
    async def strip(slot: SlotName) -> dict[str, Any]:
        drawn = await within(studio.eye, lambda: studio.project.strip(slot))
        bands, columns = drawn.spectrogram.shape
        return {
            "seconds": drawn.outline.seconds,
            "low": drawn.outline.low,
            "high": drawn.outline.high,
            "spectrogram": b64encode(drawn.spectrogram.tobytes()).decode("ascii"),
            "bands": bands,
            "columns": columns,
        }

    @routes.get("/entries/{slot}")
    def entries(slot: SlotName) -> list[dict[str, Any]]:
        codes = studio.project.sound(slot).sound
        # Opened by the name it has now, which another tab may have changed, and with the entries' names it has now.
        model = studio.opened(str(maker(codes.model, codes.fingerprint, home=studio.home)))
        codes.require_model(model.fingerprint, model.name)
        return [level.to_json() for level in api.palette(model)]


def _samples(samples: Samples, about: dict[str, Any]) -> Response:
    header = json.dumps(
        about | {"count": samples.shape[1], "channels": samples.shape[0], "rate": SAMPLE_RATE}
    ).encode()
    header += b" " * (-len(header) % 4)
    body = struct.pack("<I", len(header)) + header + np.ascontiguousarray(samples, dtype="<f4").tobytes()
    return Response(body, media_type="application/octet-stream", headers={"Cache-Control": "no-store"})
