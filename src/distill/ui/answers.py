"""How routes answer: JSON, deflated where it is long, and one sentence whenever something cannot be done."""

from __future__ import annotations

import errno
import gzip
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from distill.errors import Cancelled, DistillError
from distill.unexpected import told

__all__ = ["CompactJSON", "answer_with_sentences"]

LONG_BYTES = 8192
EFFORT = 1  # of 9: a minute of stereo takes 3 ms


class CompactJSON(JSONResponse):
    """JSON as every browser takes it: by gzip if it is long (RFC 9110, 8.4.1.3), as it is otherwise."""

    def render(self, content: object) -> bytes:
        """Return what is sent."""
        plain = super().render(content)
        self.is_long = len(plain) >= LONG_BYTES
        return gzip.compress(plain, EFFORT, mtime=0) if self.is_long else plain

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        """Tell what was sent."""
        super().init_headers({**(headers or {}), **({"content-encoding": "gzip"} if self.is_long else {})})


def answer_with_sentences(app: FastAPI) -> None:
    """Turn whatever leaves a route into ``{"error": sentence}`` with status 400, or 500 for what is a fault of Distill."""

    @app.exception_handler(DistillError)
    async def refused(request: Request, error: DistillError) -> JSONResponse:
        return _sentence(400, str(error))

    @app.exception_handler(Cancelled)
    async def stopped(request: Request, error: Cancelled) -> JSONResponse:
        return _sentence(409, str(error) or "Stopped.")

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'][1:]))}: {fault['msg'].lower()}" for fault in error.errors()[:5]
        )
        return _sentence(422, f"this page asked for something impossible ({faults}); load it again.")

    @app.exception_handler(OSError)
    async def no_file(request: Request, error: OSError) -> JSONResponse:
        if error.errno == errno.ENOSPC:
            return _sentence(
                400, "the disk is full: make room, then try again; nothing was left half-written."
            )
        return _sentence(500, told(error))

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        return _sentence(500, told(error))


def _sentence(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status_code=status)
