"""The command line's entry point: which commands there are, and in which order help shows them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from distill.cli.apply_preset import apply_preset
from distill.cli.codebook import codebook
from distill.cli.comparing import add_comparing
from distill.cli.demo import demo
from distill.cli.doctor import doctor
from distill.cli.editing import edit
from distill.cli.emptying import add_emptying
from distill.cli.export import export
from distill.cli.failing import Telling
from distill.cli.generate import generate
from distill.cli.model_moves import add_moves
from distill.cli.models import models_app
from distill.cli.presets import presets_app
from distill.cli.regenerate import regenerate
from distill.cli.sounds import decode, encode, resynth
from distill.cli.takes import takes_app
from distill.cli.takes_export import add_export
from distill.cli.train import train
from distill.cli.two_sounds import blend, swap
from distill.cli.ui import ui

__all__ = ["app", "main"]

START, SOUNDS, NEW, EDITING, LIBRARY = (
    "Start here",
    "Sounds and codes",
    "New sound",
    "Sound DNA",
    "Your library",
)

app = typer.Typer(
    name="distill",
    cls=Telling,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Each command explains itself: [b]distill train --help[/b]. Everything stays on this machine.",
)
app.command(rich_help_panel=START)(demo)
app.command(rich_help_panel=START)(train)
app.command(rich_help_panel=START)(ui)
app.command(rich_help_panel=START)(doctor)
app.command(rich_help_panel=SOUNDS)(resynth)
app.command(rich_help_panel=SOUNDS)(encode)
app.command(rich_help_panel=SOUNDS)(decode)
app.command(rich_help_panel=SOUNDS)(export)
app.command(rich_help_panel=NEW)(generate)
app.command(rich_help_panel=NEW)(regenerate)
app.command(rich_help_panel=EDITING)(edit)
app.command(rich_help_panel=EDITING)(swap)
app.command(rich_help_panel=EDITING)(blend)
app.command(rich_help_panel=EDITING)(codebook)
add_moves(models_app)
app.add_typer(models_app, name="models", rich_help_panel=LIBRARY)
add_comparing(takes_app)
add_export(takes_app)
for kind, commands in (("models", models_app), ("takes", takes_app), ("presets", presets_app)):
    add_emptying(commands, kind)
app.add_typer(takes_app, name="takes", rich_help_panel=LIBRARY)
presets_app.command("apply")(apply_preset)
app.add_typer(presets_app, name="presets", rich_help_panel=LIBRARY)


def _version(asked: bool) -> None:
    if asked:
        from distill.version import VERSION

        typer.echo(f"distill {VERSION}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def distill(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Train a generative audio model on your own sounds, and explore it as a grid of codes."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no umlaut still gets the rest of the sentence.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    app()
