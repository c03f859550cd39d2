"""Options of ``distill export`` and ``distill takes export``, which are called and explained alike."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = [
    "Comment",
    "Depth",
    "DitherSeed",
    "FadeIn",
    "FadeOut",
    "Format",
    "Loop",
    "Loudness",
    "Rate",
    "Spatial",
    "Tempo",
    "Title",
    "Trim",
    "WithPreset",
]

FILE, SOUND, TAGS = "The file", "The sound", "What the file says about itself"

WithPreset = Annotated[
    list[str] | None,
    typer.Option(
        "--preset",
        help="Settings by name, for export or space; what you give here wins over them. May be given several times: the "
        "last wins. [b]distill presets list[/b] shows them.",
        show_default=False,
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="wav|flac|ogg|mp3",
        autocompletion=lambda: ["wav", "flac", "ogg", "mp3"],
        help="Format of the files in a folder.",
        show_default="wav",
        rich_help_panel=FILE,
    ),
]
Rate = Annotated[
    int | None,
    typer.Option(
        "--rate",
        help="44100, 48000, 88200, 96000, 176400 or 192000 Hz; MP3 has the first two.",
        show_default="48000",
        rich_help_panel=FILE,
    ),
]
Depth = Annotated[
    int | None,
    typer.Option(
        "--depth",
        help="16 (dithered), 24 or 32 bit (floating point, WAV only).",
        show_default="24",
        rich_help_panel=FILE,
    ),
]
Loudness = Annotated[
    float | None,
    typer.Option(
        "--loudness",
        help="Make it so loud, in LUFS: -14 as streaming services play, -23 as broadcast does.",
        show_default="as it is",
        rich_help_panel=SOUND,
    ),
]
Trim = Annotated[
    bool | None,
    typer.Option(
        "--trim/--no-trim",
        help="Cut silence off both ends.",
        show_default="no-trim",
        rich_help_panel=SOUND,
    ),
]
Spatial = Annotated[
    str | None,
    typer.Option(
        "--spatial",
        metavar="PLACE",
        help="Where it is: mono, stereo:position=-0.3,width=0.8, binaural:azimuth=30,elevation=0,distance=1.5 (add "
        "sofa=FILE for a measured head), or binaural:path=0:-90:0:1;4:90:0:1 to move.",
        show_default="as it is",
        rich_help_panel=SOUND,
    ),
]
Loop = Annotated[
    str | None,
    typer.Option(
        "--loop",
        metavar="LENGTH",
        help="Make it a seamless loop with loop points: auto, bars=4,bpm=120 or seconds=2.5; also start=, crossfade=, "
        "meter=, lead-in=yes.",
        show_default=False,
        rich_help_panel=SOUND,
    ),
]
FadeIn = Annotated[
    float | None,
    typer.Option("--fade-in", help="Seconds to fade in.", show_default="0", rich_help_panel=SOUND),
]
FadeOut = Annotated[
    float | None,
    typer.Option("--fade-out", help="Seconds to fade out.", show_default="0", rich_help_panel=SOUND),
]
Title = Annotated[
    str | None,
    typer.Option(
        "--title",
        help="Its title.",
        show_default="the file's name, or the take's title",
        rich_help_panel=TAGS,
    ),
]
Comment = Annotated[
    str, typer.Option("--comment", help="A comment.", show_default="the note of a take", rich_help_panel=TAGS)
]
Tempo = Annotated[
    float | None,
    typer.Option(
        "--tempo",
        help="Beats a minute, for programs that stretch loops.",
        show_default=False,
        rich_help_panel=TAGS,
    ),
]
DitherSeed = Annotated[int, typer.Option("--seed", help="Of the dither of 16 bit files.")]
