"""``distill takes export``: takes as files for the studio, with the options of ``distill export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from distill.cli.display import Display
from distill.cli.export_options import (
    Comment,
    Depth,
    DitherSeed,
    FadeIn,
    FadeOut,
    Format,
    Loop,
    Loudness,
    Rate,
    Spatial,
    Tempo,
    Title,
    Trim,
    WithPreset,
)
from distill.cli.exports_told import tell_exported
from distill.cli.failing import first_interrupt_stops
from distill.cli.options import AsJson, Asked, Home, Maker
from distill.progress import Cancel

__all__ = ["add_export"]


def add_export(takes_app: typer.Typer) -> None:
    """Add the command of this module to ``distill takes``."""
    takes_app.command("export")(export_takes)


def export_takes(
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="A folder, or for one take a .wav, .flac, .ogg or .mp3 file."),
    ],
    numbers: Annotated[
        list[str] | None,
        typer.Argument(help="Numbers of takes, or [b]last[/b].", metavar="NUMBER...", show_default=False),
    ] = None,
    starred: Annotated[bool, typer.Option("--starred", help="All takes with a star.")] = False,
    every: Annotated[bool, typer.Option("--all", help="All takes there are.")] = False,
    preset: WithPreset = None,
    format: Format = None,
    rate: Rate = None,
    depth: Depth = None,
    loudness: Loudness = None,
    trim: Trim = None,
    spatial: Spatial = None,
    loop: Loop = None,
    fade_in: FadeIn = None,
    fade_out: FadeOut = None,
    title: Title = None,
    comment: Comment = "",
    tempo: Tempo = None,
    model: Maker = None,
    seed: DitherSeed = 0,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write takes as files that go into a session as they are, called by number and title.

    Title, note, date, model, seed and recipe of each are written into its file.

    [b]Examples[/b]

    distill takes export 12 15 -o session/ --rate 96000

    distill takes export --starred -o album/ --preset cd
    """
    from distill import api

    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        files = api.export_takes(
            numbers or [], starred=starred, every=every,
            output=output, preset=preset, format=format, rate=rate, depth=depth, loudness=loudness, trim=trim,
            space=spatial, loop=loop, fade_in=fade_in, fade_out=fade_out, title=title, comment=comment, tempo=tempo,
            model=model, seed=seed, device=device, home=home, report=display, cancel=cancel,
        )  # fmt: skip
    tell_exported(files, as_json=as_json)
