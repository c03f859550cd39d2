"""``distill models list``, ``search`` and ``show``: what is in the library; what moves models is in :mod:`distill.cli.model_moves`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from distill.cli.options import AsJson, Home
from distill.cli.telling import document, line, said, table, tell_bin_room, tell_binned

if TYPE_CHECKING:
    from distill.library.catalog import ModelEntry

__all__ = ["models_app"]

models_app = typer.Typer(rich_markup_mode="rich")


@models_app.callback(invoke_without_command=True)
def models(context: typer.Context) -> None:
    """List your models, show what each was made from, and keep them in order."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@models_app.command("list")
def list_models(
    binned: Annotated[bool, typer.Option("--bin", help="List the deleted ones instead.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """List the models of your library, and the room that deleted ones need."""
    from distill import api

    if binned:
        tell_binned("models", api.binned_models(home=home), as_json=as_json)
        return
    entries = api.models(home=home, report=said)
    room = api.room_of_bin("models", home=home)
    if as_json:
        document({"models": [asdict(entry) for entry in entries], "bin": asdict(room)})
        return
    if entries:
        _tell(entries, as_json=False)
    else:
        line("There is no model yet: distill train FOLDER --name NAME makes one, and so does distill demo.")
    tell_bin_room("models", room)


@models_app.command("search")
def search_models(
    words: Annotated[
        list[str], typer.Argument(help="Words of its name, tags or card; all have to be there.")
    ],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Find models by their names, tags and cards.

    [b]Example[/b]

    distill models search glass ambient
    """
    from distill import api

    entries = api.models(search=" ".join(words), home=home, report=said)
    if not entries and not as_json:
        line(f"No model has {' and '.join(repr(word) for word in words)} in its name, tags or card.")
        return
    _tell(entries, as_json=as_json)


def _tell(entries: list[ModelEntry], *, as_json: bool) -> None:
    if as_json:
        document({"models": [asdict(entry) for entry in entries]})
        return
    columns = ("name", "tier", "levels", "entries", "sounds", "length", "size", "made", "tags")
    table(columns, [_row(entry) for entry in entries])
    for entry in entries:
        if entry.damaged:
            line(f"{entry.name}: {entry.damaged}", style="red")


def _row(entry: ModelEntry) -> list[str | Text]:
    if entry.damaged:
        return [entry.name, Text("damaged", style="red"), "", "", "", "", _size(entry.size_bytes), "", ""]
    length = "" if entry.seconds is None else f"{entry.seconds / 60:.1f} min"
    figures = (entry.num_levels, entry.codebook_size, entry.num_sounds)
    return [
        entry.name,
        entry.tier or "",
        *("" if figure is None else str(figure) for figure in figures),
        length,
        _size(entry.size_bytes),
        (entry.created or "")[:10],
        ", ".join(entry.tags),
    ]


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.1f} MB"


@models_app.command("show")
def show_model(
    name: Annotated[str, typer.Argument(help="A model by name, or a .distill file.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Show a model's card: its sounds, its size, how well it does, how long it took.

    [b]Example[/b]

    distill models show bells
    """
    from distill import api

    text, figures = api.show(name, home=home)
    if as_json:
        document(figures)
    else:
        line(text)
