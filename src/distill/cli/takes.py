"""``distill takes``: the history of every sound that was made; what sets two side by side is in :mod:`distill.cli.comparing`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from distill.cli.display import Display
from distill.cli.failing import first_interrupt_stops
from distill.cli.options import AsJson, Asked, Home, Maker
from distill.cli.telling import document, line, said, table, tell_binned
from distill.progress import Cancel

if TYPE_CHECKING:
    from distill.api import Room
    from distill.library.take_files import Take

__all__ = ["takes_app"]

takes_app = typer.Typer(rich_markup_mode="rich")
Number = Annotated[str, typer.Argument(help="The number of a take, or [b]last[/b].", metavar="NUMBER")]
COLUMNS = ("take", "", "title", "made by", "model", "length", "loudness", "seed", "made", "note")


@takes_app.callback(invoke_without_command=True)
def takes(context: typer.Context) -> None:
    """Every sound you made: list, star, note, find, make again, compare."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@takes_app.command("list")
def list_takes(
    starred: Annotated[bool, typer.Option("--starred", help="Only those with a star.")] = False,
    last: Annotated[int, typer.Option("--last", min=1, help="Only so many of the newest.")] = 50,
    binned: Annotated[bool, typer.Option("--bin", help="List the deleted ones instead.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """List takes, the newest last, and the room they need."""
    from distill import api

    if binned:
        tell_binned("takes", api.binned_takes(home=home), as_json=as_json)
        return
    found = api.takes(starred=starred, home=home, report=said)
    room = api.room_of_takes(home=home)
    if as_json:
        document({"takes": [one.to_json() for one in found[-last:]], "room": _figures(room)})
        return
    if not found:
        line("There is no take yet: every sound of distill generate, resynth, decode and edit becomes one.")
        return
    if len(found) > last:
        line(f"The newest {last} of {len(found)}; --last N shows more", style="dim")
    table(COLUMNS, [_row(one) for one in found[-last:]])
    line(_said_of(room), style="dim")


@takes_app.command("search")
def search_takes(
    words: Annotated[
        list[str],
        typer.Argument(help="Words of the title, note, model, source or path; all have to be there."),
    ],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Find takes by what is known of them."""
    from distill import api

    found = api.takes(search=" ".join(words), home=home, report=said)
    if as_json:
        document({"takes": [one.to_json() for one in found]})
    elif found:
        table(COLUMNS, [_row(one) for one in found])
    else:
        line(
            f"No take has {' and '.join(repr(word) for word in words)} in its title, note, model, source or path."
        )


@takes_app.command("show")
def show_take(number: Number, home: Home = None, as_json: AsJson = False) -> None:
    """Show all that is known of a take, and where its files are."""
    from distill import api

    one = api.take(number, home=home)
    if as_json:
        document(one.to_json())
        return
    if one.damaged:
        line(one.damaged, style="red")
    for key, value in one.to_json().items():
        if value not in (None, "", False):
            line(f"{key.replace('_', ' ')}: {value}")


@takes_app.command("star")
def star_take(
    number: Number,
    off: Annotated[bool, typer.Option("--off", help="Take the star away.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Give a take a star: it stays when old takes make room for new ones."""
    from distill import api

    one = api.star_take(number, starred=not off, home=home)
    _tell(one, f"Take {one.number} has {'no star' if off else 'a star'}", as_json=as_json)


@takes_app.command("note")
def note_take(
    number: Number,
    text: Annotated[str, typer.Argument(help="The note; an empty one removes it.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Write a note on a take."""
    from distill import api

    one = api.note_take(number, text, home=home)
    _tell(
        one,
        f"Take {one.number} has {'the note' if text.strip() else 'no note'} {text.strip()}".rstrip(),
        as_json=as_json,
    )


@takes_app.command("replay")
def replay_take(
    number: Number,
    output: Annotated[Path, typer.Option("--output", "-o", help="The WAV file to write.")],
    model: Maker = None,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make a take again from its codes, and tell whether it is the same bit for bit.

    [b]Example[/b]

    distill takes replay 12 -o again.wav
    """
    from distill import api

    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        made = api.replay(
            number, output=output, model=model, device=device, home=home, report=display, cancel=cancel
        )
    if as_json:
        keys = ("path", "take", "seconds", "same", "sentences")
        document({key: getattr(made, key) for key in keys})
        return
    line(f"Wrote {made.path} ({made.seconds:.2f} s), take {made.take} again")
    for sentence in made.sentences:
        line(f"  {sentence}")


@takes_app.command("delete")
def delete_takes(
    numbers: Annotated[list[str], typer.Argument(help="One or more numbers of takes.", metavar="NUMBER...")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Move takes to the bin; files that were written elsewhere stay."""
    from distill import api

    gone = api.delete_takes(numbers, home=home)
    if as_json:
        document({"bin": [{"name": one.name, "path": one.path} for one in gone]})
        return
    for one in gone:
        number = int(one.name)
        line(f"Take {number} is in the bin: {one.path}\ndistill takes restore {number} brings it back")


@takes_app.command("restore")
def restore_take(number: Number, home: Home = None, as_json: AsJson = False) -> None:
    """Bring a take back from the bin."""
    from distill import api

    one = api.restore_take(number, home=home)
    _tell(one, f"Take {one.number} is back in {one.folder}", as_json=as_json)


@takes_app.command("limit")
def limit_takes(
    gib: Annotated[
        float | None, typer.Argument(help="How much room takes may need, in GiB.", metavar="GIB")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Show how much room takes need, and set how much they may need."""
    from distill import api

    room = api.room_of_takes(home=home) if gib is None else api.limit_takes(gib, home=home)
    if as_json:
        document({"room": _figures(room)})
    else:
        line(_said_of(room))


def _tell(one: Take, sentence: str, *, as_json: bool) -> None:
    if as_json:
        document(one.to_json())
    else:
        line(sentence)


def _row(one: Take) -> list[str | Text]:
    record = one.record
    if record is None:
        return [str(one.number), "", Text("damaged", style="red"), "", "", "", "", "", "", one.damaged or ""]
    loudness = "" if record.loudness is None else f"{record.loudness:.1f} {record.loudness_unit}"
    return [
        str(one.number),
        Text("★" if record.starred else "", style="yellow"),
        record.title,
        record.verb,
        record.model,
        f"{record.seconds:.1f} s",
        loudness,
        "" if record.seed is None else str(record.seed),
        record.created[:16].replace("T", " "),
        record.note,
    ]


def _figures(room: Room) -> dict[str, float | None]:
    keys = ("num_takes", "size_bytes", "bin_bytes", "limit_gib")
    return {key: getattr(room, key) for key in keys}


def _said_of(room: Room) -> str:
    limit = (
        "how much each may need is not known any more, so none makes room: say it again with distill takes limit."
        if room.limit_gib is None
        else f"each may need {room.limit_gib:g} GiB (distill takes limit)."
    )
    return (
        f"{room.num_takes} takes need {room.size_bytes / 1e6:.1f} MB, those in the bin {room.bin_bytes / 1e6:.1f} MB; "
        + limit
    )
