"""The site: Gradio's page, the routes beside it, the guard around both."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # before Gradio is imported: it asks at once

import gradio as gr
from fastapi import APIRouter, FastAPI, Response
from fastapi.staticfiles import StaticFiles

from distill.ui.answers import answer_with_sentences
from distill.ui.look import HEAD, theme
from distill.ui.page import build
from distill.ui.routes import ROUTERS
from distill.ui.security import LOOPBACK, Guard
from distill.ui.studio import Studio

__all__ = ["STATIC", "site"]

STATIC = Path(__file__).parent / "static"
LARGEST_UPLOAD = "2gb"  # hours of sound; what is in it is decoded under guard


class _Modules(StaticFiles):
    """The page's own files, which a browser asks for again each time: after an upgrade, old modules never meet new ones."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer with a file, or with its not having changed."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def site(studio: Studio, *, hosts: tuple[str, ...] = LOOPBACK, password: str = "") -> FastAPI:
    """Put a studio's site together; inside a running event loop (:mod:`distill.ui.server` says why).

    Parameters
    ----------
    hosts, password
        As :class:`distill.ui.security.Guard`.
    """
    app = FastAPI(title="Distill", docs_url=None, redoc_url=None, openapi_url=None)
    answer_with_sentences(app)
    routes = APIRouter(prefix="/distill")
    for router in ROUTERS:
        routes.include_router(router(studio))
    app.include_router(routes)
    app.mount("/distill/static", _Modules(directory=STATIC), name="static")
    page = build(studio)
    page.queue(default_concurrency_limit=4, max_size=64)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=theme(),
        head=HEAD,
        footer_links=[],
        show_error=True,
        max_file_size=LARGEST_UPLOAD,
        blocked_paths=[str(studio.home)],
        ssr_mode=False,
        favicon_path=str(STATIC / "icon.png"),
    )
    app.add_middleware(Guard, hosts=hosts, password=password)
    return app
