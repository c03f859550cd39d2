"""``empty-bin`` of models, takes and presets: the one command that removes something for good, so it asks first."""

from __future__ import annotations

from typing import Annotated

import typer

from distill.cli.options import AsJson, Home
from distill.cli.telling import document, line
from distill.errors import BadSetting

__all__ = ["add_emptying"]

Yes = Annotated[bool, typer.Option("--yes", help="Do it: what was in the bin is then gone for good.")]


def add_emptying(app: typer.Typer, kind: str) -> None:
    """Add ``empty-bin`` to the commands of models, takes or presets."""

    def empty_bin(yes: Yes = False, home: Home = None, as_json: AsJson = False) -> None:
        from distill import api

        if not yes:
            raise BadSetting(f"the {kind} in the bin would be gone for good; say --yes if you want that.")
        freed = api.empty_bin(kind, home=home)
        if as_json:
            document({"freed_bytes": freed})
        else:
            line(f"The bin of {kind} is empty; that made room for {freed / 1e6:.1f} MB")

    empty_bin.__doc__ = f"Remove the {kind} in the bin for good."
    app.command("empty-bin")(empty_bin)
