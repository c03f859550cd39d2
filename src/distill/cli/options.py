"""Options that several commands share, so that they are called and explained alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AsJson", "Asked", "Home", "Level", "Model", "Refine", "Seed", "UnusedSeed"]

SETTINGS = "This machine"


AsJson = Annotated[
    bool,
    typer.Option(
        "--json", help="Print one JSON document instead of text, for scripts.", rich_help_panel=SETTINGS
    ),
]
# Not a choice of words for Typer: the api knows which of them this machine has, and says so.
Asked = Annotated[
    str,
    typer.Option(
        "--device",
        metavar="auto|cpu|cuda|mps",
        autocompletion=lambda: ["auto", "cpu", "cuda", "mps"],
        help="Where to work: an NVIDIA GPU is [b]cuda[/b], an Apple GPU [b]mps[/b].",
        rich_help_panel=SETTINGS,
    ),
]
Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="The folder of your models, instead of ~/.distill or DISTILL_HOME.",
        show_default=False,
        rich_help_panel=SETTINGS,
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="The same seed and settings give the same result again.")]
# Encoding and decoding draw nothing; scripts may give every command the same options all the same.
UnusedSeed = Annotated[int, typer.Option("--seed", hidden=True)]
Level = Annotated[
    int | None,
    typer.Option(
        "--up-to-level",
        help="Decode with the first levels only: 1 is the bare structure, each further one adds detail.",
        show_default="all",
    ),
]
Refine = Annotated[
    int,
    typer.Option(
        "--refine", min=0, max=1000, help="Rounds of phase refinement: slower; may help steady tones."
    ),
]
Model = Annotated[
    str, typer.Option("--model", "-m", help="A model of your library by name, or a .distill file.")
]
