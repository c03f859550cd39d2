"""Options of new sound: the knobs, the fine adjustment, and how much may be copied."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = [
    "FINE",
    "Arrange",
    "Coarse",
    "Coherence",
    "Continuity",
    "Creativity",
    "Diversity",
    "Experimental",
    "Focus",
    "GuardSeconds",
    "LevelTemperature",
    "NoGuard",
    "Part",
    "Repetition",
    "Steer",
    "TopK",
]

KNOBS, FINE, COLLAGE, HONESTY = "Knobs", "Fine adjustment", "Collage", "Copying"

Creativity = Annotated[
    float | None,
    typer.Option(
        "--creativity", "--temperature",
        help="Above 0, up to 2: lower is calmer, higher more surprising.",
        show_default="0.9", rich_help_panel=KNOBS,
    ),
]  # fmt: skip
Focus = Annotated[
    float | None,
    typer.Option(
        "--focus",
        help="0 to 100: 0 draws from all that is possible, 100 only the likeliest.",
        show_default="0", rich_help_panel=KNOBS,
    ),
]  # fmt: skip
Diversity = Annotated[
    float | None,
    typer.Option(
        "--diversity", "--top-p",
        help="Above 0, up to 1: the share of what is likely that is drawn from.",
        show_default="0.95", rich_help_panel=KNOBS,
    ),
]  # fmt: skip
Experimental = Annotated[
    float | None,
    typer.Option(
        "--experimental",
        help="One slider for all knobs: 0 is faithful, 0.5 usual, 1 experimental; a knob that is set wins.",
        show_default="0.5", rich_help_panel=KNOBS,
    ),
]  # fmt: skip
Steer = Annotated[
    list[str] | None,
    typer.Option(
        "--steer",
        help="WORD=AMOUNT, or WORD=SECONDS:AMOUNT,...: brightness, warmth, loudness, roughness, tension or density, "
        "from -3 to 3; may be given several times.",
        metavar="WORD=AMOUNT",
        rich_help_panel=KNOBS,
    ),
]
TopK = Annotated[
    int | None,
    typer.Option(
        "--top-k",
        help="Draw only from so many codes; in place of --focus.",
        show_default="all",
        rich_help_panel=FINE,
    ),
]
Coarse = Annotated[
    float | None,
    typer.Option(
        "--coarse",
        help="Temperature of the first level, in parts of the last one's.",
        show_default="0.85",
        rich_help_panel=FINE,
    ),
]
LevelTemperature = Annotated[
    list[float] | None,
    typer.Option(
        "--level-temperature", help="One for each level, in place of --creativity.", rich_help_panel=FINE
    ),
]
Repetition = Annotated[
    float | None,
    typer.Option(
        "--repetition",
        help="0 to 1: how much going round in a circle is discouraged.",
        show_default="0.5",
        rich_help_panel=FINE,
    ),
]
Continuity = Annotated[
    float | None,
    typer.Option(
        "--continuity",
        help="Recombination: 0 to 1, how likely it goes straight on.",
        show_default="0.9",
        rich_help_panel=FINE,
    ),
]
Coherence = Annotated[
    float | None,
    typer.Option(
        "--coherence",
        help="0 to 1: how closely a sound keeps to the few of the collection that it is drawn from.",
        show_default="0.5",
        rich_help_panel=FINE,
    ),
]
Arrange = Annotated[
    str | None,
    typer.Option(
        "--arrange",
        help="Draw nothing, but put parts of the collection into another order: shuffle, or a letter a part, such as AABA.",
        metavar="shuffle|AABA",
        show_default=False,
        rich_help_panel=COLLAGE,
    ),
]
Part = Annotated[
    float,
    typer.Option(
        "--part", help="Seconds of a part, at least; it ends at an attack.", rich_help_panel=COLLAGE
    ),
]
GuardSeconds = Annotated[
    float,
    typer.Option(
        "--guard",
        help="Nothing of this length, in seconds, is copied from the collection.",
        rich_help_panel=HONESTY,
    ),
]
NoGuard = Annotated[
    bool, typer.Option("--no-guard", help="Let it copy as it likes.", rich_help_panel=HONESTY)
]
