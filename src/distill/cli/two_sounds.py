"""``distill swap`` and ``blend``: two sounds of one model, put together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from distill.cli.display import Display
from distill.cli.edits_told import tell_edited
from distill.cli.failing import first_interrupt_stops
from distill.cli.options import (
    AsJson,
    Asked,
    BeatsPerBar,
    From,
    Home,
    Levels,
    Lock,
    Maker,
    NoTake,
    Seed,
    Tempo,
    To,
)
from distill.progress import Cancel

__all__ = ["blend", "swap"]

CodesOutput = Annotated[Path, typer.Option("--output", "-o", help="The .codes file to write.")]


def swap(
    a: Annotated[Path, typer.Argument(help="A .codes file.", metavar="A.codes")],
    b: Annotated[Path, typer.Argument(help="Another one, of the same model.", metavar="B.codes")],
    output: CodesOutput,
    other_output: Annotated[
        Path | None, typer.Option("--other-output", help="Write B with A's codes, too.", show_default=False)
    ] = None,
    levels: Levels = None,
    start: From = None,
    stop: To = None,
    lock: Lock = None,
    tempo: Tempo = None,
    beats_per_bar: BeatsPerBar = 4,
    seed: Annotated[int, typer.Option("--seed", hidden=True)] = 0,
    device: Annotated[str, typer.Option("--device", hidden=True)] = "auto",
    home: Annotated[Path | None, typer.Option("--home", hidden=True)] = None,
    as_json: AsJson = False,
) -> None:
    """Give A the codes of B in a region: level 1 brings most of B's rhythm and much of its colour.

    [b]Examples[/b]

    distill swap voice.codes drums.codes --levels 1 -o voice-in-drum-rhythm.codes

    distill swap a.codes b.codes --from 0.5 --to 2.0 -o a-with-b.codes --other-output b-with-a.codes
    """
    from distill import api

    made = api.swap(
        a,
        b,
        output=output,
        other_output=other_output,
        levels=levels,
        start=start,
        stop=stop,
        tempo=tempo,
        beats_per_bar=beats_per_bar,
        locked=lock or (),
    )
    tell_edited(made, as_json=as_json)


def blend(
    a: Annotated[Path, typer.Argument(help="A .codes file.", metavar="A.codes")],
    b: Annotated[Path, typer.Argument(help="Another one, of the same model.", metavar="B.codes")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The .codes file to write, or a .wav to hear it at once.")
    ],
    amount: Annotated[float, typer.Option("--amount", help="0 is A, 1 is B.")] = 0.5,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            metavar="embed|alternate|choose|crossfade",
            help="Between both in sound; by turns; drawn by chance; from A into B.",
        ),
    ] = "embed",
    levels: Levels = None,
    start: From = None,
    stop: To = None,
    tempo: Tempo = None,
    beats_per_bar: BeatsPerBar = 4,
    model: Maker = None,
    seed: Seed = 0,
    no_take: NoTake = False,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Blend two sounds of one model.

    [b]Examples[/b]

    distill blend rain.codes voice.codes --amount 0.5 -o rain-voice.codes

    distill blend rain.codes voice.codes --method crossfade --from 1.0 --to 3.0 -o from-rain-to-voice.codes
    """
    from distill import api

    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        made = api.blend(
            a,
            b,
            output=output,
            amount=amount,
            method=method,
            levels=levels,
            start=start,
            stop=stop,
            tempo=tempo,
            beats_per_bar=beats_per_bar,
            seed=seed,
            model=model,
            keep_take=not no_take,
            device=device,
            home=home,
            report=display,
            cancel=cancel,
        )
    tell_edited([made], as_json=as_json)
