"""``distill takes compare``, ``vote`` and ``votes``: two takes equally loud, blind if asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from distill.cli.display import Display
from distill.cli.failing import first_interrupt_stops
from distill.cli.options import AsJson, Asked, Home
from distill.cli.telling import document, error_console, line, table
from distill.progress import Cancel

__all__ = ["add_comparing"]

Take = Annotated[str, typer.Argument(help="The number of a take, or [b]last[/b].")]


def add_comparing(takes_app: typer.Typer) -> None:
    """Add the commands of this module to ``distill takes``."""
    for verb, command in (("compare", compare), ("vote", vote), ("votes", votes)):
        takes_app.command(verb)(command)


def compare(
    a: Take,
    b: Take,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder for the two sounds.")],
    blind: Annotated[
        bool, typer.Option("--blind", help="Call them X and Y; which is which is told after your vote.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="Of the order of X and Y.", show_default="a new one")
    ] = None,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write two takes with the same loudness, so that the louder one does not win for that alone.

    [b]Examples[/b]

    distill takes compare 12 15 -o listen/

    distill takes compare 12 15 --blind -o listen/
    """
    from distill import api

    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        made = api.compare(
            a,
            b,
            output=output,
            blind=blind,
            seed=seed,
            device=device,
            home=home,
            report=display,
            cancel=cancel,
        )
    if as_json:
        keys = ("paths", "takes", "loudness", "unit", "number")
        document({key: getattr(made, key) for key in keys})
        return
    for index, path in enumerate(made.paths):
        line(f"Wrote {path} ({made.loudness[index]:.1f} {made.unit})")
    if made.number is not None:
        line(f"Listen, then say which is better: distill takes vote {made.number} X (or Y, or neither)")


def vote(
    number: Annotated[int, typer.Argument(help="The number of a blind comparison.")],
    choice: Annotated[str, typer.Argument(help="X, Y or neither.", metavar="X|Y|neither")],
    note: Annotated[str, typer.Option("--note", help="Why.")] = "",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Vote on a blind comparison, and learn which take was which."""
    from distill import api

    one = api.vote(number, choice, note=note, home=home)
    if as_json:
        document(one.told() | {"winner": one.winner})
        return
    won = "neither" if one.winner is None else f"take {one.winner}"
    line(f"X was take {one.x}, Y was take {one.y}: you preferred {won}")


def votes(home: Home = None, as_json: AsJson = False) -> None:
    """List blind comparisons and which takes keep winning."""
    from distill import api

    found, wins, sentences = api.votes(home=home)
    if as_json:
        tally = [{"take": take, "won": won, "of": of} for take, (won, of) in sorted(wins.items())]
        document({"comparisons": [one.told() for one in found], "takes": tally, "sentences": sentences})
        return
    for sentence in sentences:
        error_console.print(sentence, style="red", markup=False, soft_wrap=True)
    if not found:
        line("There is no blind comparison yet: distill takes compare A B --blind -o FOLDER makes one.")
        return
    rows = []
    for one in found:
        told = one.told()
        hidden = one.vote is None
        rows.append(
            (
                str(one.number),
                "not told yet" if hidden else f"take {told['x']}",
                "not told yet" if hidden else f"take {told['y']}",
                "" if hidden else "neither" if one.winner is None else f"{one.vote}: take {one.winner}",
                one.created[:10],
                one.note,
            )
        )
    table(("comparison", "X", "Y", "vote", "made", "note"), rows)
    if wins:
        ranked = sorted(wins.items(), key=lambda item: (-item[1][0] / item[1][1], item[0]))
        table(("take", "won"), [(str(take), f"{won} of {of}") for take, (won, of) in ranked])
