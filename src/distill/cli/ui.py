"""``distill ui``: the page in the browser."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from distill.cli.options import Asked, Home
from distill.cli.telling import line
from distill.errors import BadSetting

__all__ = ["ui"]


def ui(
    port: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=65535,
            help="The port; the next free one from 7860 on if not given.",
            show_default=False,
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(help="The address to listen on; any besides this machine's own needs a password.")
    ] = "127.0.0.1",
    password: Annotated[
        str,
        typer.Option(
            envvar="DISTILL_PASSWORD",
            help="Ask for this password; better given as DISTILL_PASSWORD than here, where others may see it.",
            show_default=False,
        ),
    ] = "",
    open_page: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in the browser.")] = True,
    device: Asked = "auto",
    home: Home = None,
) -> None:
    """Open the page in your browser: train, edit sound DNA, generate, compare, export.

    It runs on this machine alone, until you press Ctrl-C here.

    [b]Example[/b]

    distill ui --port 7861
    """
    try:
        import gradio  # noqa: F401  # only whether it is there
    except ImportError:
        raise BadSetting(
            "the page needs Gradio, which is not installed; in the folder Distill was installed from, run: "
            'pip install -c constraints.txt -e ".[ui]"'
        ) from None
    from distill.ui import Running, serve

    def ready(running: Running) -> None:
        line(f"The page is at {running.url} (Ctrl-C ends it).")
        if open_page and not os.environ.get("CI"):
            typer.launch(running.url)

    try:
        serve(home=home, host=host, port=port, password=password, device=device, ready=ready)
    except KeyboardInterrupt:
        line("Ended; everything is saved.")
