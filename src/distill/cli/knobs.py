"""Options of new sound that ``generate`` and ``regenerate`` share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["FINE", "KNOBS", "Creativity", "Diversity", "Experimental", "Focus", "GuardSeconds", "NoGuard"]

KNOBS, FINE, HONESTY = "Knobs", "Fine adjustment", "Copying"

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
