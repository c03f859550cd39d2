"""``distill generate``: new sound from a model's prior."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from distill.cli.display import Display
from distill.cli.failing import first_interrupt_stops
from distill.cli.knobs import (
    Arrange,
    Coarse,
    Coherence,
    Continuity,
    Creativity,
    Diversity,
    Experimental,
    Focus,
    GuardSeconds,
    LevelTemperature,
    NoGuard,
    Part,
    Repetition,
    Steer,
    TopK,
)
from distill.cli.options import AsJson, Asked, Home, NoTake, Seed
from distill.cli.telling import as_take, document, line
from distill.progress import Cancel

if TYPE_CHECKING:
    from distill.api import Generated

__all__ = ["generate"]


def generate(
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="A .wav file, or a folder for several; codes and recipe go beside it."
        ),
    ],
    model: Annotated[
        str | None,
        typer.Option(
            "--model", "-m", help="A model of your library by name, or a .distill file.", show_default=False
        ),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option("--seconds", help="How long, up to half an hour.", show_default="8.0")
    ] = None,
    count: Annotated[int, typer.Option("--count", help="How many sounds; each has the next seed.")] = 1,
    prefix: Annotated[
        Path | None,
        typer.Option("--prefix", help="A sound, or a .codes file, to go on from.", show_default=False),
    ] = None,
    recipe: Annotated[
        Path | None,
        typer.Option(
            "--recipe", help="The .json beside a generated sound: make it again.", show_default=False
        ),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            help="Settings by name; options that are given win over them. [b]distill presets list[/b] shows them.",
            show_default=False,
        ),
    ] = None,
    creativity: Creativity = None,
    focus: Focus = None,
    diversity: Diversity = None,
    experimental: Experimental = None,
    steer: Steer = None,
    top_k: TopK = None,
    coarse: Coarse = None,
    level_temperature: LevelTemperature = None,
    repetition: Repetition = None,
    continuity: Continuity = None,
    coherence: Coherence = None,
    arrange: Arrange = None,
    part: Part = 0.5,
    guard: GuardSeconds = 1.0,
    no_guard: NoGuard = False,
    seed: Seed = 0,
    no_take: NoTake = False,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make new sound that comes from a model's collection and is not a copy of it.

    [b]Examples[/b]

    distill generate --model bells -o new.wav

    distill generate --model bells --seconds 20 --count 5 --creativity 1.1 -o takes/

    distill generate --model bells --prefix start.wav --seconds 6 -o went-on.wav

    distill generate --model bells --steer brightness=0:-1,8:1 --steer density=0.5 -o rising.wav

    distill generate --model bells --arrange AABA --part 0.4 --seconds 12 -o collage.wav

    distill generate --model bells --preset wander -o wander.wav

    distill generate --recipe new.json -o again.wav
    """  # fmt: skip
    from distill import api

    technical: dict[str, Any] = {
        "top_k": top_k,
        "coarse": coarse,
        "level_temperatures": tuple(level_temperature) if level_temperature else None,
        "repetition": repetition,
        "continuity": continuity,
        "coherence": coherence,
    }
    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        made = api.generate(
            model=model,
            output=output,
            seconds=seconds,
            count=count,
            creativity=creativity,
            focus=focus,
            diversity=diversity,
            experimental=experimental,
            sampling={name: value for name, value in technical.items() if value is not None},
            steering=dict(api.read_curve(text) for text in steer or ()),
            prefix=prefix,
            guard_seconds=None if no_guard else guard,
            arrange=arrange,
            part_seconds=part,
            recipe=recipe,
            preset=preset,
            seed=seed,
            keep_take=not no_take,
            device=device,
            home=home,
            report=display,
            cancel=cancel,
        )
    if as_json:
        document({"sounds": [_figures(one) for one in made]})
        return
    for one in made:
        line(
            f"Wrote {one.path} ({one.seconds:.2f} s), with its codes and recipe beside it{as_take(one.take)}"
        )
        for sentence in one.sentences:
            line(f"  {sentence}")


def _figures(made: Generated) -> dict[str, Any]:
    return {
        "path": made.path,
        "codes": made.codes,
        "recipe": made.recipe,
        "seconds": made.seconds,
        "seed": made.seed,
        "complete": made.complete,
        "take": made.take,
        **made.novelty.to_json(),
        "sentences": made.sentences,
    }
