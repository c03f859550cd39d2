"""``distill edit``: codes by operations on regions; swap and blend are :mod:`distill.cli.two_sounds`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from distill.cli.display import Display
from distill.cli.edits_told import tell_edited, tell_histories, tell_operations, tell_templates
from distill.cli.failing import first_interrupt_stops
from distill.cli.options import (
    OTHER,
    TIME,
    AsJson,
    Asked,
    BeatsPerBar,
    Home,
    Lock,
    Maker,
    NoTake,
    Seed,
    Tempo,
)
from distill.errors import BadSetting
from distill.progress import Cancel

__all__ = ["edit"]


def edit(
    codes: Annotated[
        list[Path] | None,
        typer.Argument(
            help="One or more .codes files; all get the same edits.", metavar="CODES...", show_default=False
        ),
    ] = None,
    do: Annotated[
        list[str] | None,
        typer.Option(
            "--do",
            help="An operation and its arguments; may be given several times.",
            metavar='"OPERATION ARGS"',
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A .codes file, or a .wav to hear it at once; a folder for several.",
            show_default=False,
        ),
    ] = None,
    list_operations: Annotated[
        bool, typer.Option("--list", help="List every operation with an example and what to listen for.")
    ] = False,
    history: Annotated[
        bool,
        typer.Option("--history", help="Show the edits a .codes file has behind it.", rich_help_panel=OTHER),
    ] = False,
    undo: Annotated[
        int,
        typer.Option(
            "--undo", min=0, help="Take back so many of the last edits first.", rich_help_panel=OTHER
        ),
    ] = 0,
    replay: Annotated[
        Path | None,
        typer.Option(
            "--replay", help="Make the edits of this .codes file.", show_default=False, rich_help_panel=OTHER
        ),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            help="Make the edits that were kept under this name.",
            show_default=False,
            rich_help_panel=OTHER,
        ),
    ] = None,
    save_template: Annotated[
        str | None,
        typer.Option(
            "--save-template",
            help="Keep the edits of the result under this name; needs -o FILE.codes or a folder.",
            show_default=False,
            rich_help_panel=OTHER,
        ),
    ] = None,
    list_templates: Annotated[
        bool,
        typer.Option("--templates", help="List the edits that were kept by name.", rich_help_panel=OTHER),
    ] = False,
    lock: Lock = None,
    tempo: Tempo = None,
    beats_per_bar: BeatsPerBar = 4,
    snap: Annotated[
        str | None,
        typer.Option(
            "--snap",
            help="Times move to the nearest line: 1b, 1/4b, 1bar.",
            show_default=False,
            rich_help_panel=TIME,
        ),
    ] = None,
    model: Maker = None,
    seed: Seed = 0,
    no_take: NoTake = False,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Edit codes: set, reverse, stretch, randomise, make brighter: more than thirty operations, all told by --list.

    [b]Examples[/b]

    distill edit --list

    distill edit rain.codes --do "reverse from=1.0 to=2.0" --do "brighter amount=0.5 levels=2-8" -o dry.codes

    distill edit rain.codes --do "euclid hits=5 pulses=8 pulse=1/4b" --tempo 120 -o rain-beat.wav

    distill edit rain.codes --undo 1 -o before.codes

    distill edit drums/*.codes --replay rain.codes -o edited/
    """
    from distill import api

    if list_operations:
        tell_operations(api.operations(), as_json=as_json)
        return
    if list_templates:
        tell_templates(api.templates(home=home), as_json=as_json)
        return
    if not codes:
        raise BadSetting("name one or more .codes files, or see the operations with --list.")
    if history:
        tell_histories([(path, api.history(path)) for path in codes], as_json=as_json)
        return
    if output is None:
        raise BadSetting("say where to write the result: -o FILE.codes, -o FILE.wav, or -o FOLDER.")
    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        made = api.edit(
            codes,
            do or (),
            output=output,
            template=template,
            replay=replay,
            undo=undo,
            tempo=tempo,
            beats_per_bar=beats_per_bar,
            snap=snap,
            locked=lock or (),
            seed=seed,
            model=model,
            keep_as=save_template,
            keep_take=not no_take,
            device=device,
            home=home,
            report=display,
            cancel=cancel,
        )
    tell_edited(made, as_json=as_json)
