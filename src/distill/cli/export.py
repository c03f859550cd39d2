"""``distill export``: sounds and codes as files for the studio."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from distill.cli.display import Display
from distill.cli.export_options import (
    Comment,
    Depth,
    DitherSeed,
    FadeIn,
    FadeOut,
    Format,
    Loop,
    Loudness,
    Rate,
    Spatial,
    Tempo,
    Title,
    Trim,
    WithPreset,
)
from distill.cli.exports_told import tell_exported
from distill.cli.failing import first_interrupt_stops
from distill.cli.options import AsJson, Asked, Home, Maker
from distill.progress import Cancel

__all__ = ["export"]


def export(
    sounds: Annotated[
        list[Path], typer.Argument(help="Sound files or .codes files.", metavar="FILE...", show_default=False)
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="A .wav, .flac, .ogg or .mp3 file for one sound, a folder for any number."
        ),
    ],
    preset: WithPreset = None,
    format: Format = None,
    rate: Rate = None,
    depth: Depth = None,
    loudness: Loudness = None,
    trim: Trim = None,
    spatial: Spatial = None,
    loop: Loop = None,
    fade_in: FadeIn = None,
    fade_out: FadeOut = None,
    title: Title = None,
    comment: Comment = "",
    tempo: Tempo = None,
    model: Maker = None,
    seed: DitherSeed = 0,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write sounds as files that go into a session as they are, with true peaks limited to -1 dBTP.

    Model, seed and recipe of a generated sound are written into its file.

    [b]Examples[/b]

    distill export new.wav -o new.flac --trim --fade-out 0.5

    distill export takes/*.codes -o session/ --rate 96000

    distill export new.wav -o new.mp3 --loudness -14 --title "Glass bells"

    distill export new.wav -o session/ --preset streaming --preset wide

    distill export drums.codes -o drums16.wav --rate 44100 --depth 16 --loop bars=2 --tempo 120

    distill export new.wav -o around.wav --spatial "binaural:path=0:-90:0:1;8:90:20:2"
    """
    from distill import api

    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        files = api.export(
            sounds,
            output=output, preset=preset, format=format, rate=rate, depth=depth, loudness=loudness, trim=trim,
            space=spatial, loop=loop, fade_in=fade_in, fade_out=fade_out, title=title, comment=comment, tempo=tempo,
            model=model, seed=seed, device=device, home=home, report=display, cancel=cancel,
        )  # fmt: skip
    tell_exported(files, as_json=as_json)
