"""What the command line does when something goes wrong: one sentence, an exit code, never a traceback.

====  ============================================================================
code  when
====  ============================================================================
0     all went well
1     something unexpected happened; its traceback is in a file below ``home/logs``
2     what was handed over cannot be used: a :class:`DistillError`, a wrong option
130   the person stopped it
====  ============================================================================
"""

from __future__ import annotations

import errno
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import typer
from rich.text import Text
from typer.core import TyperGroup

from distill.cli.telling import document, error_console
from distill.errors import Cancelled, DistillError
from distill.home import home as user_folder
from distill.progress import Cancel
from distill.unexpected import told

__all__ = ["Telling", "first_interrupt_stops"]

# Typer has no name of its own for a wrong option or argument; BadParameter is one kind of it.
_WrongUse: Any = typer.BadParameter.__base__


class Telling(TyperGroup):
    """The group of all commands; whatever leaves a command is turned into a sentence here."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]  # Typer hides its Context's base
        """Run a command; Ctrl-C leaves it as :class:`Cancelled`, before Typer gives it another meaning."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Cancelled("Stopped at once.") from None

    def main(self, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
        """Run the command line and leave the process with an exit code."""
        given = list(sys.argv[1:] if args is None else args)
        options["standalone_mode"] = False
        try:
            code = super().main(args, *rest, **options)
        except Exception as error:
            code = _tell(error, given)
        sys.exit(code if isinstance(code, int) else 0)


def _tell(error: Exception, given: Sequence[str]) -> int:
    """Say what happened; return the exit code."""
    code, style = 2, "red"
    if isinstance(error, DistillError):
        sentence = str(error)
    elif isinstance(error, (Cancelled, typer.Abort)):
        code, style, sentence = 130, "yellow", str(error) or "Stopped."
    elif isinstance(error, _WrongUse):
        sentence = _wrong_use(error)
    elif isinstance(error, OSError) and error.errno == errno.ENOSPC:
        sentence = "the disk is full: make room, then try again; nothing was left half-written."
    else:
        code, sentence = 1, told(error, _home(given))
    if "--json" in given:
        document({"error": sentence})
    error_console.print(Text(sentence, style=style), soft_wrap=True)
    return code


def _wrong_use(error: Any) -> str:
    command = error.ctx.command_path if error.ctx is not None else "distill"
    sentence = " ".join(error.format_message().split()).rstrip(".").replace("Value error, ", "")
    joint = " " if sentence.endswith("?") else "; "
    return f"{sentence}{joint}'{command} --help' shows what can be given."


def _home(given: Sequence[str]) -> Path:
    """Find the user folder among arguments that may not have been understood."""
    for argument, following in zip(given, [*given[1:], ""], strict=True):
        if argument == "--home" and following:
            return user_folder(following)
        if argument.startswith("--home="):
            return user_folder(argument.removeprefix("--home="))
    return user_folder()


@contextmanager
def first_interrupt_stops(cancel: Cancel) -> Iterator[None]:
    """Turn the first Ctrl-C into a request to stop at the next safe point; the second stops at once.

    Training has its own, which saves (:func:`distill.training.interrupt.first_interrupt_saves`).
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        if cancel.requested:
            raise KeyboardInterrupt
        cancel.request()

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)
