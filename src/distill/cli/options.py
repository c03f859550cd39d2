"""Options that several commands share, so that they are called and explained alike."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AsJson", "Asked", "Home", "Level", "Model", "Refine", "Seed", "UnusedSeed"]

SETTINGS = "This machine"


class DeviceName(enum.StrEnum):
    """Where to work."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


AsJson = Annotated[
    bool,
    typer.Option(
        "--json", help="Print one JSON document instead of text, for scripts.", rich_help_panel=SETTINGS
    ),
]
Asked = Annotated[
    DeviceName,
    typer.Option(
        "--device",
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
Seed = Annotated[
    int, typer.Option("--seed", min=0, help="The same seed and settings give the same result again.")
]
# Encoding and decoding draw nothing; scripts may give every command the same options all the same.
UnusedSeed = Annotated[int, typer.Option("--seed", min=0, hidden=True)]
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
