"""``distill export``: sounds and codes as files for the studio."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from distill.cli.display import Display
from distill.cli.failing import first_interrupt_stops
from distill.cli.options import AsJson, Asked, Home, Maker
from distill.cli.telling import document, line, table
from distill.progress import Cancel

if TYPE_CHECKING:
    from distill.api import Exported

__all__ = ["export"]

FILE, SOUND, TAGS = "The file", "The sound", "What the file says about itself"


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
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="wav|flac|ogg|mp3",
            autocompletion=lambda: ["wav", "flac", "ogg", "mp3"],
            help="Format of the files in a folder.",
            show_default="wav",
            rich_help_panel=FILE,
        ),
    ] = None,
    rate: Annotated[
        int,
        typer.Option(
            "--rate",
            help="44100, 48000, 88200, 96000, 176400 or 192000 Hz; MP3 has the first two.",
            rich_help_panel=FILE,
        ),
    ] = 48_000,
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth",
            help="16 (dithered), 24 or 32 bit (floating point, WAV only).",
            show_default="24",
            rich_help_panel=FILE,
        ),
    ] = None,
    loudness: Annotated[
        float | None,
        typer.Option(
            "--loudness",
            help="Make it so loud, in LUFS: -14 as streaming services play, -23 as broadcast does.",
            show_default="as it is",
            rich_help_panel=SOUND,
        ),
    ] = None,
    trim: Annotated[
        bool, typer.Option("--trim", help="Cut silence off both ends.", rich_help_panel=SOUND)
    ] = False,
    spatial: Annotated[
        str | None,
        typer.Option(
            "--spatial",
            metavar="PLACE",
            help="Where it is: mono, stereo:position=-0.3,width=0.8, binaural:azimuth=30,elevation=0,distance=1.5 (add "
            "sofa=FILE for a measured head), or binaural:path=0:-90:0:1;4:90:0:1 to move.",
            show_default="as it is",
            rich_help_panel=SOUND,
        ),
    ] = None,
    loop: Annotated[
        str | None,
        typer.Option(
            "--loop",
            metavar="LENGTH",
            help="Make it a seamless loop with loop points: auto, bars=4,bpm=120 or seconds=2.5; also start=, crossfade=, "
            "meter=, lead-in=yes.",
            show_default=False,
            rich_help_panel=SOUND,
        ),
    ] = None,
    fade_in: Annotated[
        float, typer.Option("--fade-in", help="Seconds to fade in.", rich_help_panel=SOUND)
    ] = 0.0,
    fade_out: Annotated[
        float, typer.Option("--fade-out", help="Seconds to fade out.", rich_help_panel=SOUND)
    ] = 0.0,
    title: Annotated[
        str | None,
        typer.Option("--title", help="Its title.", show_default="the file's name", rich_help_panel=TAGS),
    ] = None,
    comment: Annotated[str, typer.Option("--comment", help="A comment.", rich_help_panel=TAGS)] = "",
    tempo: Annotated[
        float | None,
        typer.Option(
            "--tempo",
            help="Beats a minute, for programs that stretch loops.",
            show_default=False,
            rich_help_panel=TAGS,
        ),
    ] = None,
    model: Maker = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the dither of 16 bit files.")] = 0,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write sounds as files that go into a session as they are: true peaks stay under -1 dBTP.

    Model, seed and recipe of a generated sound are written into its file.

    [b]Examples[/b]

    distill export new.wav -o new.flac --trim --fade-out 0.5

    distill export takes/*.codes -o session/ --rate 96000

    distill export new.wav -o new.mp3 --loudness -14 --title "Glass bells"

    distill export drums.codes -o drums16.wav --rate 44100 --depth 16 --loop bars=2 --tempo 120

    distill export new.wav -o around.wav --spatial "binaural:path=0:-90:0:1;8:90:20:2"
    """
    from distill import api

    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        files = api.export(
            sounds,
            output=output,
            format=format,
            rate=rate,
            depth=depth,
            loudness=loudness,
            fade_in=fade_in,
            fade_out=fade_out,
            trim=trim,
            space=spatial,
            loop=loop,
            title=title,
            comment=comment,
            tempo=tempo,
            model=model,
            seed=seed,
            device=device,
            home=home,
            report=display,
            cancel=cancel,
        )
    if as_json:
        document({"files": [asdict(file) for file in files]})
        return
    table(
        ["file", "format", "length", "true peak", "loudness"],
        [
            (
                str(file.path),
                _encoding(file),
                f"{file.seconds:.2f} s",
                *(_level(*one) for one in _levels(file)),
            )
            for file in files
        ],
    )
    for file in files:
        for sentence in file.sentences:
            line(f"{file.path.name}: {sentence}")


def _encoding(file: Exported) -> str:
    depth = {None: "", 32: ", 32 bit float"}.get(file.depth, f", {file.depth} bit")
    return f"{file.format}, {file.rate / 1000:g} kHz{depth}"


def _levels(file: Exported) -> tuple[tuple[float, str], ...]:
    return (file.true_peak_dbtp, "dBTP"), (file.lufs, "LUFS")


def _level(value: float, unit: str) -> str:
    return "silent" if value == float("-inf") else f"{value:.1f} {unit}"
