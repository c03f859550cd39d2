"""``distill demo``: the whole path, from a few built-in sounds to a page to look at and listen to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from distill.cli.display import Display
from distill.cli.failing import first_interrupt_stops
from distill.cli.options import AsJson, Asked, Home, Seed
from distill.cli.telling import document, line
from distill.progress import Cancel

__all__ = ["demo"]


def demo(
    folder: Annotated[
        Path, typer.Argument(help="Where the sounds and the page are written; made if missing.")
    ] = Path("demo-out"),
    minutes: Annotated[float, typer.Option(help="How long to train, in minutes.")] = 3.0,
    seed: Seed = 0,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Hear what Distill does, in a few minutes: train on built-in sounds and write a page to listen to.

    A dozen sounds made by formula are turned into a model, decoded level by level, swapped,
    blended and edited. The model stays in your library.

    [b]Example[/b]

    distill demo my-first-look --minutes 2
    """
    from distill import api

    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        shown = api.demo(
            folder, minutes=minutes, home=home, seed=seed, device=device, report=display, cancel=cancel
        )
    if as_json:
        document(
            {
                "page": shown.page,
                "folder": shown.folder,
                "model": shown.model,
                "utilisation": [level.utilisation for level in shown.trained.health],
                "perplexity": [level.perplexity for level in shown.trained.health],
                "sentences": shown.sentences,
            }
        )
        return
    line(f"Open this page in your browser: {shown.page}")
    for sentence in shown.sentences:
        line(sentence)
