"""``distill edit``, ``swap`` and ``blend``: codes by operations on regions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from distill.cli.display import Display
from distill.cli.failing import first_interrupt_stops
from distill.cli.options import AsJson, Asked, Home, Seed
from distill.cli.telling import document, line, table
from distill.errors import BadSetting
from distill.progress import Cancel

if TYPE_CHECKING:
    from distill.api import Edited

__all__ = ["blend", "edit", "swap"]

WHERE, TIME, OTHER = "Where", "Time in beats", "Lists of edits"

Made = Annotated[
    str | None,
    typer.Option(
        "--model", "-m", help="The model that made the codes, if it has another name now.", show_default=False
    ),
]
Bpm = Annotated[
    float | None,
    typer.Option(
        "--tempo",
        help="Beats a minute: times may then be 2b (beats) or 1bar.",
        show_default=False,
        rich_help_panel=TIME,
    ),
]
PerBar = Annotated[int, typer.Option("--beats-per-bar", help="Beats in a bar.", rich_help_panel=TIME)]
Lock = Annotated[
    list[int] | None,
    typer.Option(
        "--lock", help="A level that must stay as it is; may be given several times.", rich_help_panel=WHERE
    ),
]
Levels = Annotated[
    str | None,
    typer.Option(
        "--levels",
        help="1, 1-2, 1,4, >=3, or structure, timbre, detail.",
        show_default="all",
        rich_help_panel=WHERE,
    ),
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        help="Where it begins: 0.5 (seconds), 17st (steps), 2b, 1bar.",
        show_default="the beginning",
        rich_help_panel=WHERE,
    ),
]
To = Annotated[
    str | None, typer.Option("--to", help="Where it ends.", show_default="the end", rich_help_panel=WHERE)
]
CodesOutput = Annotated[Path, typer.Option("--output", "-o", help="The .codes file to write.")]


def edit(
    codes: Annotated[
        list[Path] | None,
        typer.Argument(
            help="One or more .codes files; all get the same edits.", metavar="CODES...", show_default=False
        ),
    ] = None,
    do: Annotated[
        list[str] | None,
        typer.Option(
            "--do",
            help="An operation and its arguments; may be given several times.",
            metavar='"OPERATION ARGS"',
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A .codes file, or a .wav to hear it at once; a folder for several.",
            show_default=False,
        ),
    ] = None,
    list_operations: Annotated[
        bool, typer.Option("--list", help="List every operation with an example and what to listen for.")
    ] = False,
    history: Annotated[
        bool,
        typer.Option("--history", help="Show the edits a .codes file has behind it.", rich_help_panel=OTHER),
    ] = False,
    undo: Annotated[
        int,
        typer.Option(
            "--undo", min=0, help="Take back so many of the last edits first.", rich_help_panel=OTHER
        ),
    ] = 0,
    replay: Annotated[
        Path | None,
        typer.Option(
            "--replay", help="Make the edits of this .codes file.", show_default=False, rich_help_panel=OTHER
        ),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            help="Make the edits that were kept under this name.",
            show_default=False,
            rich_help_panel=OTHER,
        ),
    ] = None,
    save_template: Annotated[
        str | None,
        typer.Option(
            "--save-template",
            help="Keep the edits of the result under this name.",
            show_default=False,
            rich_help_panel=OTHER,
        ),
    ] = None,
    list_templates: Annotated[
        bool,
        typer.Option("--templates", help="List the edits that were kept by name.", rich_help_panel=OTHER),
    ] = False,
    lock: Lock = None,
    tempo: Bpm = None,
    beats_per_bar: PerBar = 4,
    snap: Annotated[
        str | None,
        typer.Option(
            "--snap",
            help="Times move to the nearest line: 1b, 1/4b, 1bar.",
            show_default=False,
            rich_help_panel=TIME,
        ),
    ] = None,
    model: Made = None,
    seed: Seed = 0,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Edit codes: set, copy, reverse, stretch, randomise, make brighter, and thirty things more.

    [b]Examples[/b]

    distill edit --list

    distill edit rain.codes --do "reverse from=1.0 to=2.0" --do "brighter amount=0.5 levels=2-8" -o dry.codes

    distill edit rain.codes --do "euclid hits=5 pulses=8" --tempo 120 -o rain-beat.wav

    distill edit rain.codes --undo 1 -o before.codes

    distill edit drums/*.codes --replay rain.codes -o edited/
    """
    from distill import api

    if list_operations:
        _tell_operations(api.operations(), as_json=as_json)
        return
    if list_templates:
        _tell_templates(api.templates(home=home), as_json=as_json)
        return
    if not codes:
        raise BadSetting("name one or more .codes files, or see the operations with --list.")
    if history:
        _tell_histories([(path, api.history(path)) for path in codes], as_json=as_json)
        return
    if output is None:
        raise BadSetting("say where to write the result: -o FILE.codes, -o FILE.wav, or -o FOLDER.")
    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        made = api.edit(
            codes,
            do or (),
            output=output,
            template=template,
            replay=replay,
            undo=undo,
            tempo=tempo,
            beats_per_bar=beats_per_bar,
            snap=snap,
            locked=lock or (),
            seed=seed,
            model=model,
            device=device,
            home=home,
            report=display,
            cancel=cancel,
        )
    kept = None
    if save_template is not None:
        source = made[0].path if made[0].path.suffix == ".codes" else None
        if source is None:
            raise BadSetting("a template is kept from codes; write the result as .codes with -o FILE.codes.")
        kept = api.save_template(save_template, source, home=home)
    _tell(made, as_json=as_json)
    if kept is not None and not as_json:
        line(f"Kept the edits as the template {save_template!r} in {kept}")


def swap(
    a: Annotated[Path, typer.Argument(help="A .codes file.", metavar="A.codes")],
    b: Annotated[Path, typer.Argument(help="Another one, of the same model.", metavar="B.codes")],
    output: CodesOutput,
    other_output: Annotated[
        Path | None, typer.Option("--other-output", help="Write B with A's codes, too.", show_default=False)
    ] = None,
    levels: Levels = None,
    start: From = None,
    stop: To = None,
    lock: Lock = None,
    tempo: Bpm = None,
    beats_per_bar: PerBar = 4,
    seed: Annotated[int, typer.Option("--seed", hidden=True)] = 0,
    device: Annotated[str, typer.Option("--device", hidden=True)] = "auto",
    home: Annotated[Path | None, typer.Option("--home", hidden=True)] = None,
    as_json: AsJson = False,
) -> None:
    """Give A the codes of B in a region: the texture of one, the rhythm of the other.

    [b]Examples[/b]

    distill swap voice.codes drums.codes --levels 1 -o voice-in-drum-rhythm.codes

    distill swap a.codes b.codes --from 0.5 --to 2.0 -o a-with-b.codes --other-output b-with-a.codes
    """
    from distill import api

    made = api.swap(
        a,
        b,
        output=output,
        other_output=other_output,
        levels=levels,
        start=start,
        stop=stop,
        tempo=tempo,
        beats_per_bar=beats_per_bar,
        locked=lock or (),
    )
    _tell(made, as_json=as_json)


def blend(
    a: Annotated[Path, typer.Argument(help="A .codes file.", metavar="A.codes")],
    b: Annotated[Path, typer.Argument(help="Another one, of the same model.", metavar="B.codes")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The .codes file to write, or a .wav to hear it at once.")
    ],
    amount: Annotated[float, typer.Option("--amount", help="0 is A, 1 is B.")] = 0.5,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            metavar="embed|alternate|choose|crossfade",
            help="Between both in sound; by turns; drawn by chance; from A into B.",
        ),
    ] = "embed",
    levels: Levels = None,
    start: From = None,
    stop: To = None,
    tempo: Bpm = None,
    beats_per_bar: PerBar = 4,
    model: Made = None,
    seed: Seed = 0,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Blend two sounds of one model.

    [b]Examples[/b]

    distill blend rain.codes voice.codes --amount 0.5 -o rain-voice.codes

    distill blend rain.codes voice.codes --method crossfade --from 1.0 --to 3.0 -o from-rain-to-voice.codes
    """
    from distill import api

    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        made = api.blend(
            a,
            b,
            output=output,
            amount=amount,
            method=method,
            levels=levels,
            start=start,
            stop=stop,
            tempo=tempo,
            beats_per_bar=beats_per_bar,
            seed=seed,
            model=model,
            device=device,
            home=home,
            report=display,
            cancel=cancel,
        )
    _tell([made], as_json=as_json)


def _tell(made: Sequence[Edited], *, as_json: bool) -> None:
    if as_json:
        keys = ("path", "seconds", "edits", "changed", "sentences")
        document({"files": [{key: getattr(one, key) for key in keys} for one in made]})
        return
    for one in made:
        edits = f"{len(one.edits)} edit{'' if len(one.edits) == 1 else 's'} in all"
        line(
            f"Wrote {one.path} ({one.seconds:.2f} s; {edits}, {100 * one.changed:.0f} % of the codes changed)"
        )
        for sentence in one.sentences:
            line(sentence)


def _tell_operations(operations: Sequence[Any], *, as_json: bool) -> None:
    if as_json:
        keys = ("name", "group", "summary", "example", "hear")
        of_argument = ("name", "allowed", "usual", "required", "about")
        listed = [
            {key: getattr(one, key) for key in keys}
            | {"arguments": [{key: getattr(own, key) for key in of_argument} for own in one.arguments]}
            for one in operations
        ]
        document({"operations": listed})
        return
    group = ""
    for one in operations:
        if one.group != group:
            group = one.group
            line(f"\n{group}", style="bold")
        line(f"\n  {one.name}: {one.summary}")
        for own in one.arguments:
            usual = " (needed)" if own.required else f" (usually {own.usual})" if own.usual else ""
            line(f"      {own.name}: {own.about}; {own.allowed}{usual}")
        line(f"      listen: {one.hear}", style="dim")
        line(f"      --do '{one.example}'")
    line(
        "\nEvery operation also takes from=TIME to=TIME levels=1-2 every=N channels=mid|side|both seed=N. "
        "A time is in seconds (1.5), steps (17st), or with --tempo in beats and bars (2b, 1bar)."
    )


def _tell_templates(found: Sequence[Any], *, as_json: bool) -> None:
    if as_json:
        document(
            {
                "templates": [
                    {"name": one.name, "edits": len(one.edits), "path": one.path, "damaged": one.damaged}
                    for one in found
                ]
            }
        )
        return
    if not found:
        line(
            "No edits are kept by name yet; keep some with: distill edit A.codes --do ... -o B.codes --save-template NAME"
        )
        return
    table(
        ("template", "edits", "operations"),
        [
            (
                one.name,
                "-" if one.damaged else str(len(one.edits)),
                one.damaged or ", ".join(edit.operation.name for edit in one.edits),
            )
            for one in found
        ],
    )


def _tell_histories(histories: Sequence[tuple[Path, Any]], *, as_json: bool) -> None:
    if as_json:
        keys = ("source", "model", "edits")
        document(
            {"files": [{"path": path} | {key: getattr(one, key) for key in keys} for path, one in histories]}
        )
        return
    for path, one in histories:
        line(f"{path}: {one.source or 'a sound'} by {one.model or 'a model without a name'}", style="bold")
        for number, text in enumerate(one.edits, start=1):
            line(f"{number:>4}  {text}")
        if not one.edits:
            line("      not edited")
