"""``distill regenerate``: a part of a sound rewritten by its model's prior."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from distill.cli.display import Display
from distill.cli.failing import first_interrupt_stops
from distill.cli.knobs import FINE, Creativity, Diversity, Experimental, Focus, GuardSeconds, NoGuard
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
from distill.cli.telling import as_take, document, line
from distill.progress import Cancel

__all__ = ["regenerate"]


def regenerate(
    codes: Annotated[Path, typer.Argument(help="A .codes file.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The .codes file to write, or a .wav to hear it at once.")
    ],
    levels: Levels = None,
    start: From = None,
    stop: To = None,
    lock: Lock = None,
    tempo: Tempo = None,
    beats_per_bar: BeatsPerBar = 4,
    creativity: Creativity = None,
    focus: Focus = None,
    diversity: Diversity = None,
    experimental: Experimental = None,
    tries: Annotated[
        int,
        typer.Option(
            "--tries", help="The try whose edges fit best stays; more take longer.", rich_help_panel=FINE
        ),
    ] = 16,
    guard: GuardSeconds = 1.0,
    no_guard: NoGuard = False,
    model: Maker = None,
    seed: Seed = 0,
    no_take: NoTake = False,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Rewrite a part of a sound so that it fits what is there on both sides; all else stays as it is.

    New sound is mono, so of a stereo sound only the mid is rewritten, and its side stays.

    [b]Examples[/b]

    distill regenerate rain.codes --from 1.0 --to 2.0 -o other-rain.codes

    distill regenerate rain.codes --levels 1-2 --from 0.5 --to 1.5 --creativity 1.2 -o other-rain.wav
    """
    from distill import api

    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        made = api.regenerate(
            codes,
            output=output,
            start=start,
            stop=stop,
            levels=levels,
            tempo=tempo,
            beats_per_bar=beats_per_bar,
            locked=lock or (),
            creativity=creativity,
            focus=focus,
            diversity=diversity,
            experimental=experimental,
            guard_seconds=None if no_guard else guard,
            candidates=tries,
            seed=seed,
            model=model,
            keep_take=not no_take,
            device=device,
            home=home,
            report=display,
            cancel=cancel,
        )
    if as_json:
        figures = {"seam_bits": made.seam_bits, "paste_bits": made.paste_bits, **made.novelty.to_json()}
        document({**asdict(made.edited), **figures, "take": made.take, "sentences": made.sentences})
        return
    line(f"Wrote {made.edited.path} ({made.edited.seconds:.2f} s){as_take(made.take)}")
    for sentence in made.sentences:
        line(f"  {sentence}")
