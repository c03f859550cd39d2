"""``distill codebook``: what a model's entries sound like, to read, to hear and to see."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from distill.cli.display import Display
from distill.cli.failing import first_interrupt_stops
from distill.cli.options import AsJson, Asked, Home, UnusedSeed
from distill.cli.telling import document, line, table
from distill.errors import BadSetting
from distill.progress import Cancel

if TYPE_CHECKING:
    from distill.api import Codebook, EntryLine

__all__ = ["codebook"]

HEAR, NAMES = "To hear and to see", "Your own names"


def codebook(
    model: Annotated[str, typer.Argument(help="A model of your library by name, or a .distill file.")],
    level: Annotated[
        int, typer.Option("--level", "-l", help="Which level: 1 is the structure, deeper ones add detail.")
    ] = 1,
    sort: Annotated[
        str,
        typer.Option(
            "--sort",
            help="In which order: usage, code, brightness, warmth, loudness, bandwidth, noisiness, roughness, "
            "tension or onset.",
        ),
    ] = "usage",
    rows: Annotated[int, typer.Option("--rows", min=0, help="How many entries to show; 0 shows all.")] = 20,
    similar: Annotated[
        int | None,
        typer.Option("--similar", help="Show the entries nearest to this one.", show_default=False),
    ] = None,
    entry: Annotated[
        int | None,
        typer.Option(
            "--entry", help="Write the sound of this entry to -o.", rich_help_panel=HEAR, show_default=False
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="The WAV file for --entry.", rich_help_panel=HEAR, show_default=False
        ),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(
            "--sheet",
            help="Write all entries of the level one after another to a WAV file.",
            rich_help_panel=HEAR,
            show_default=False,
        ),
    ] = None,
    heatmap: Annotated[
        Path | None,
        typer.Option(
            "--heatmap",
            help="Draw the use of all entries to a PNG file.",
            rich_help_panel=HEAR,
            show_default=False,
        ),
    ] = None,
    drawn_map: Annotated[
        Path | None,
        typer.Option(
            "--map",
            help="Draw the entries of the level as a map, where near ones sound alike, to a PNG file.",
            rich_help_panel=HEAR,
            show_default=False,
        ),
    ] = None,
    sound: Annotated[
        Path | None,
        typer.Option(
            "--sound",
            help="A sound or .codes file whose use the heat map shows.",
            rich_help_panel=HEAR,
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        tuple[int, str] | None,
        typer.Option(
            "--name", metavar="ENTRY NAME", help="Name an entry.", rich_help_panel=NAMES, show_default=False
        ),
    ] = None,
    note: Annotated[
        tuple[int, str] | None,
        typer.Option(
            "--note",
            metavar="ENTRY TEXT",
            help="Write a note on an entry.",
            rich_help_panel=NAMES,
            show_default=False,
        ),
    ] = None,
    seed: UnusedSeed = 0,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """List what the entries of a model sound like; hear them, see their use, name them.

    [b]Examples[/b]

    distill codebook bells

    distill codebook bells --entry 17 -o entry17.wav

    distill codebook bells --sheet entries.wav --heatmap use.png --map map.png

    distill codebook bells --level 2 --name 17 "glassy hit"
    """
    from distill import api

    if entry is not None and output is None:
        raise BadSetting(f"the sound of entry {entry} needs a file; say which with -o FILE.wav.")
    if output is not None and entry is None:
        raise BadSetting("-o is for the sound of one entry; say which with --entry NUMBER.")
    if sound is not None and heatmap is None:
        raise BadSetting(
            "--sound is for the heat map of one sound; say where to draw it with --heatmap FILE.png."
        )
    done: dict[str, Any] = {}
    said: list[str] = []
    for number, values in ((name, "name"), (note, "text")):
        if number is not None:
            kept = api.name_entry(model, level, number[0], **{values: number[1]}, home=home)
            done["named"] = [
                *done.get("named", []),
                {"level": level, "code": number[0], values: getattr(kept, values)},
            ]
            what = {"name": "name", "text": "note"}[values]
            shown = getattr(kept, values)
            said.append(
                f"The {what} of entry {number[0]} of level {level} is now: {shown}"
                if shown
                else f"Entry {number[0]} of level {level} has no {what} any more."
            )
    if entry is not None and output is not None:
        written = api.entry_sound(model, level, entry, output=output, device=device, home=home)
        done["sound"] = {"path": written.path, "seconds": written.seconds}
        said.append(f"Wrote {written.path} ({written.seconds:.2f} s)")
    if sheet is not None:
        made = api.contact_sheet(model, level, output=sheet, device=device, home=home)
        done["sheet"] = {
            "path": made.path,
            "seconds": made.seconds,
            "starts": [{"seconds": start, "code": code} for start, code in made.starts],
        }
        said.append(
            f"Wrote {made.path} ({made.seconds:.2f} s, {len(made.starts)} entries, the most used first)"
        )
    if heatmap is not None:
        cancel = Cancel()
        with Display() as display, first_interrupt_stops(cancel):
            drawn = api.heatmap(
                model, output=heatmap, sound=sound, device=device, home=home, report=display, cancel=cancel
            )
        done["heatmap"] = drawn
        said.append(f"Wrote {drawn}")
    if drawn_map is not None:
        done["map"] = api.entry_map(model, level, output=drawn_map, device=device, home=home)
        said.append(f"Wrote {done['map']}")
    if done and similar is None:
        if as_json:
            document(done)
        for sentence in () if as_json else said:
            line(sentence)
        return
    found = (
        api.codebook(model, level=level, sort=sort, device=device, home=home)
        if similar is None
        else api.similar(model, level, similar, device=device, home=home)
    )
    if as_json:
        document(done | _figures(found))
        return
    for sentence in said:
        line(sentence)
    _show(found, rows if similar is None else 0)


def _show(found: Codebook, rows: int) -> None:
    line(found.sentence)
    shown = found.lines[: rows or None]
    with_notes = any(one.note.text for one in shown)
    columns = ["entry", "use", "sounds like" if found.level == 1 else "what it does", "your name"]
    table(
        [*columns, *(["your note"] if with_notes else [])],
        [_row(one, with_notes=with_notes) for one in shown],
    )
    if len(shown) < len(found.lines):
        line(f"and {len(found.lines) - len(shown)} more: --rows 0 shows all.")


def _row(one: EntryLine, *, with_notes: bool) -> list[str | Text]:
    use: str | Text = f"{100 * one.share:.1f} %" if one.share else Text("never", style="yellow")
    notes = [one.note.text.replace("\n", " ")] if with_notes else []
    return [str(one.code), use, one.words, one.note.name, *notes]


def _figures(found: Codebook) -> dict[str, Any]:
    return {
        "model": found.model,
        "level": found.level,
        "level_name": found.level_name,
        "sentence": found.sentence,
        "entries": [
            {
                "code": one.code,
                "share": one.share,
                "words": one.words,
                "name": one.note.name,
                "note": one.note.text,
                **one.figures,
            }
            for one in found.lines
        ],
        "groups": [{"words": group.words, "codes": group.codes} for group in found.groups],
    }
