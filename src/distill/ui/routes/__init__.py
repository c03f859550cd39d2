"""What panels ask for, as JSON under ``/distill``: one router a subject, each made for a studio."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from distill.ui.routes import (
    codebook,
    dropped,
    export,
    generate,
    jobs,
    library,
    media,
    models,
    project,
    takes,
    training,
)
from distill.ui.studio import Studio

__all__ = ["ROUTERS"]

ROUTERS: tuple[Callable[[Studio], APIRouter], ...] = (
    codebook.router,
    dropped.router,
    export.router,
    generate.router,
    jobs.router,
    library.router,
    media.router,
    models.router,
    project.router,
    takes.router,
    training.router,
)
