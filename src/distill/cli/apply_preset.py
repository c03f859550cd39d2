"""``distill presets apply``: a sound or an edit made with a preset, in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from distill.cli.display import Display
from distill.cli.edits_told import tell_edited
from distill.cli.failing import first_interrupt_stops
from distill.cli.options import AsJson, Asked, Home, Seed
from distill.cli.telling import as_take, document, line
from distill.errors import BadSetting
from distill.progress import Cancel

__all__ = ["apply_preset"]


def apply_preset(
    name: Annotated[str, typer.Argument(help="A preset by name.")],
    codes: Annotated[
        list[Path] | None, typer.Argument(help="One or more .codes files, for an edit.", metavar="[CODES]...")
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
    """Make a sound, or an edit, with a preset; of space and export the options are shown.

    [b]Examples[/b]

    distill presets apply wander --model bells -o wander.wav

    distill presets apply tresillo rain.codes -o rain-beat.wav
    """
    from distill import api

    one = api.preset(name, home=home)
    if one.kind in {"space", "export"}:
        options = list(api.options_of(one))
        if as_json:
            document({"name": one.name, "kind": one.kind, "options": options})
        else:
            line(f"distill export FILE -o FILE {' '.join(options)}")
        return
    if output is None:
        raise BadSetting("say where to write the result: -o FILE, or -o FOLDER.")
    cancel = Cancel()
    with Display() as display, first_interrupt_stops(cancel):
        if one.kind == "edit":
            edited = api.edit(
                codes or [], output=output, **one.settings, seed=seed, model=model, device=device, home=home,
                report=display, cancel=cancel,
            )  # fmt: skip
            made = []
        else:
            made = api.generate(
                model=model, output=output, preset=name, seed=seed, device=device, home=home, report=display,
                cancel=cancel,
            )  # fmt: skip
            edited = []
    if edited:
        tell_edited(edited, as_json=as_json)
    elif as_json:
        document({"sounds": [{"path": it.path, "seed": it.seed, "take": it.take} for it in made]})
    for it in () if as_json else made:
        line(f"Wrote {it.path} ({it.seconds:.2f} s){as_take(it.take)}")
        for sentence in it.sentences:
            line(f"  {sentence}")
