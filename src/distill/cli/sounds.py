"""``distill resynth``, ``encode`` and ``decode``: sounds and codes through a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from distill.cli.display import Display
from distill.cli.failing import first_interrupt_stops
from distill.cli.options import AsJson, Asked, Home, Level, Maker, Model, NoTake, Refine, Search, UnusedSeed
from distill.cli.telling import as_take, document, line
from distill.progress import Cancel

if TYPE_CHECKING:
    from distill.api import Written

__all__ = ["decode", "encode", "resynth"]

Output = Annotated[Path, typer.Option("--output", "-o", help="The WAV file to write.")]


def resynth(
    sound: Annotated[Path, typer.Argument(help="A sound file; it need not be one of the collection.")],
    model: Model,
    output: Output,
    up_to_level: Level = None,
    search: Search = None,
    refine: Refine = 0,
    seed: UnusedSeed = 0,
    no_take: NoTake = False,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Send a sound through a model: into codes and back. Any sound takes on the collection's timbre.

    [b]Examples[/b]

    distill resynth voice.wav --model bells -o voice-as-bells.wav

    distill resynth voice.wav --model bells -o outline.wav --up-to-level 1

    distill resynth voice.wav --model bells -o nearer.wav --search 20
    """
    from distill import api

    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        written = api.resynth(
            sound,
            model=model,
            output=output,
            up_to_level=up_to_level,
            search=search,
            refine=refine,
            keep_take=not no_take,
            device=device,
            home=home,
            report=display,
            cancel=cancel,
        )
    _tell(written, as_json=as_json)


def encode(
    sounds: Annotated[list[Path], typer.Argument(help="One or more sound files.", metavar="SOUND...")],
    model: Model,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="A .codes file for one sound, a folder for any number.")
    ],
    search: Search = None,
    seed: UnusedSeed = 0,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Turn sounds into codes, to be edited and decoded.

    [b]Examples[/b]

    distill encode rain.wav --model bells -o rain.codes

    distill encode drums/*.wav --model bells -o codes/ --search 0
    """
    from distill import api

    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        files = api.encode(
            sounds,
            model=model,
            output=output,
            search=search,
            device=device,
            home=home,
            report=display,
            cancel=cancel,
        )
    if as_json:
        document({"files": files})
        return
    for file in files:
        line(f"Wrote {file}")


def decode(
    codes: Annotated[Path, typer.Argument(help="A .codes file.")],
    output: Output,
    model: Maker = None,
    up_to_level: Level = None,
    refine: Refine = 0,
    seed: UnusedSeed = 0,
    no_take: NoTake = False,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Turn codes back into sound: 48 kHz, 24 bit.

    [b]Example[/b]

    distill decode rain.codes -o rain.wav --up-to-level 3
    """
    from distill import api

    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        written = api.decode(
            codes,
            output=output,
            model=model,
            up_to_level=up_to_level,
            refine=refine,
            keep_take=not no_take,
            device=device,
            home=home,
            report=display,
            cancel=cancel,
        )
    _tell(written, as_json=as_json)


def _tell(written: Written, *, as_json: bool) -> None:
    if as_json:
        keys = ("path", "seconds", "sentences", "take")
        document({key: getattr(written, key) for key in keys})
        return
    line(f"Wrote {written.path} ({written.seconds:.2f} s){as_take(written.take)}")
    for sentence in written.sentences:
        line(sentence)
