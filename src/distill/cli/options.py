"""Options that several commands share, so that they are called and explained alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "OTHER",
    "TIME",
    "WHERE",
    "AsJson",
    "Asked",
    "BeatsPerBar",
    "From",
    "Home",
    "Level",
    "Levels",
    "Lock",
    "Maker",
    "Model",
    "NoTake",
    "Refine",
    "Search",
    "Seed",
    "Tempo",
    "To",
    "UnusedSeed",
]

SETTINGS = "This machine"
WHERE, TIME, OTHER = "Where", "Time in beats", "Lists of edits"


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
NoTake = Annotated[
    bool, typer.Option("--no-take", help="Do not keep it in the history.", rich_help_panel=SETTINGS)
]
Level = Annotated[
    int | None,
    typer.Option(
        "--up-to-level",
        help="Decode with the first levels only: 1 is the bare structure, each further one adds detail.",
        show_default="all",
    ),
]
Search = Annotated[
    int | None,
    typer.Option(
        "--search",
        min=0,
        max=1000,
        help="Rounds of a search for codes that come nearer to the sound; with 0 codes are there at once.",
        show_default="10, and 0 for sounds of the collection",
    ),
]
Refine = Annotated[
    int,
    typer.Option(
        "--refine",
        min=0,
        max=1000,
        help="Rounds of phase refinement: slower; noise moves more, tones get less clean. Try 8.",
    ),
]
Model = Annotated[
    str, typer.Option("--model", "-m", help="A model of your library by name, or a .distill file.")
]
Maker = Annotated[
    str | None,
    typer.Option(
        "--model", "-m", help="The model that made the codes, if it has another name now.", show_default=False
    ),
]
Tempo = Annotated[
    float | None,
    typer.Option(
        "--tempo",
        help="Beats a minute: times may then be 2b (beats) or 1bar.",
        show_default=False,
        rich_help_panel=TIME,
    ),
]
BeatsPerBar = Annotated[int, typer.Option("--beats-per-bar", help="Beats in a bar.", rich_help_panel=TIME)]
Lock = Annotated[
    list[int] | None,
    typer.Option(
        "--lock", help="A level that must stay as it is; may be given several times.", rich_help_panel=WHERE
    ),
]
Levels = Annotated[
    str | None,
    typer.Option(
        "--levels",
        help="1, 1-2, 1,4, >=3, or structure, timbre, detail.",
        show_default="all",
        rich_help_panel=WHERE,
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        help="Where it begins: 0.5 (seconds), 17st (steps), 2b, 1bar.",
        show_default="the beginning",
        rich_help_panel=WHERE,
    ),
]
To = Annotated[
    str | None, typer.Option("--to", help="Where it ends.", show_default="the end", rich_help_panel=WHERE)
]
