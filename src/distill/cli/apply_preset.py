"""``distill presets apply``: a sound, an edit or an export made with a preset, in one line."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from distill.cli.display import Display
from distill.cli.edits_told import tell_edited
from distill.cli.exports_told import tell_exported
from distill.cli.failing import first_interrupt_stops
from distill.cli.options import AsJson, Asked, Home, Seed
from distill.cli.telling import as_take, document, line
from distill.errors import BadSetting
from distill.progress import Cancel

if TYPE_CHECKING:
    from distill.api import Generated

__all__ = ["apply_preset"]


def apply_preset(
    name: Annotated[str, typer.Argument(help="A preset by name.")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="One or more .codes files for an edit, or any sounds to export.", metavar="FILE..."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="What to write.", show_default=False)
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="The model that makes the sound.", show_default=False)
    ] = None,
    seed: Seed = 0,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make a sound, an edit or an export with a preset; one for space or export shows its options if no file is given.

    [b]Examples[/b]

    distill presets apply wander --model bells -o wander.wav

    distill presets apply tresillo rain.codes -o rain-beat.wav

    distill presets apply orbit rain.wav -o rain-around.wav
    """
    from distill import api

    one = api.preset(name, home=home)
    exports = one.kind in {"space", "export"}
    if exports and not files:
        options = list(api.options_of(one))
        if as_json:
            document({"name": one.name, "kind": one.kind, "options": options})
        else:
            line(f"distill export FILE -o FILE {shlex.join(options)}")
        return
    if one.kind == "generation" and files:
        raise BadSetting(
            f"the preset {one.name!r} makes new sound and changes no file, so leave {str(files[0])!r} out; to go on from it: "
            f"distill generate --preset {shlex.quote(one.name)} --prefix FILE."
        )
    if output is None:
        raise BadSetting("say where to write the result: -o FILE, or -o FOLDER.")
    cancel = Cancel()
    made: list[Generated] = []
    with Display() as display, first_interrupt_stops(cancel):
        if exports:
            exported = api.export(
                files or [], output=output, preset=name, seed=seed, model=model, device=device, home=home,
                report=display, cancel=cancel,
            )  # fmt: skip
        elif one.kind == "edit":
            edited = api.edit(
                files or [], output=output, **one.settings, seed=seed, model=model, device=device, home=home,
                report=display, cancel=cancel,
            )  # fmt: skip
        else:
            made = api.generate(
                model=model, output=output, preset=name, seed=seed, device=device, home=home, report=display,
                cancel=cancel,
            )  # fmt: skip
    if exports:
        tell_exported(exported, as_json=as_json)
    elif one.kind == "edit":
        tell_edited(edited, as_json=as_json)
    elif as_json:
        document({"sounds": [{"path": it.path, "seed": it.seed, "take": it.take} for it in made]})
    for it in () if as_json else made:
        line(f"Wrote {it.path} ({it.seconds:.2f} s){as_take(it.take)}")
        for sentence in it.sentences:
            line(f"  {sentence}")
