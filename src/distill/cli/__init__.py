"""The command line: a thin shell over :mod:`distill.api`.

Typer and Rich are imported here; torch, numpy and the rest only inside the command that needs them.
"""

from distill.cli.app import app, main

__all__ = ["app", "main"]
