"""``distill presets``: settings kept by name, for new sound, edits, space and export; :mod:`distill.cli.apply_preset` uses them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from distill.cli.options import AsJson, Home
from distill.cli.telling import document, line, table, tell_bin_room
from distill.errors import BadSetting

if TYPE_CHECKING:
    from distill.library.preset_files import Preset

__all__ = ["presets_app"]

presets_app = typer.Typer(rich_markup_mode="rich")
Name = Annotated[str, typer.Argument(help="A preset by name.")]
Kind = Annotated[
    str | None,
    typer.Option(
        "--kind", metavar="generation|edit|space|export", help="What it is for.", show_default=False
    ),
]


@presets_app.callback(invoke_without_command=True)
def presets(context: typer.Context) -> None:
    """Settings by name: list, save, apply, rename, delete."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@presets_app.command("list")
def list_presets(kind: Kind = None, home: Home = None, as_json: AsJson = False) -> None:
    """List presets: your own, then those that come with Distill."""
    from distill import api

    found = api.presets(kind=kind, home=home)
    if as_json:
        room = asdict(api.room_of_bin("presets", home=home))
        document({"presets": [_figures(one) for one in found], "bin": room})
        return
    rows = []
    for one in found:
        told = Text(one.damaged, style="red") if one.damaged else Text(one.about or _settings(one))
        rows.append((one.name, one.kind or "damaged", "with Distill" if one.is_shipped else "yours", told))
    table(("preset", "for", "from", "about"), rows)
    tell_bin_room("presets", api.room_of_bin("presets", home=home))


@presets_app.command("show")
def show_preset(name: Name, home: Home = None, as_json: AsJson = False) -> None:
    """Show what a preset sets."""
    from distill import api

    one = api.preset(name, home=home)
    if as_json:
        document(_figures(one))
        return
    line(f"{one.name}, for {one.kind}" + (f": {one.about}" if one.about else ""))
    for key, value in one.settings.items():
        line(f"  {key.replace('_', ' ')}: {_said(value)}")


@presets_app.command("save")
def save_preset(
    name: Name,
    kind: Kind = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A setting, such as creativity=1.2; may be given several times.",
        ),
    ] = None,
    do: Annotated[
        list[str] | None,
        typer.Option("--do", help="An edit, as for distill edit; may be given several times."),
    ] = None,
    steer: Annotated[
        list[str] | None, typer.Option("--steer", metavar="WORD=AMOUNT", help="As for distill generate.")
    ] = None,
    recipe: Annotated[
        Path | None,
        typer.Option(
            "--recipe", help="Take the settings of this sound: the .json beside it.", show_default=False
        ),
    ] = None,
    take: Annotated[
        str | None, typer.Option("--take", help="Take the settings of this take.", show_default=False)
    ] = None,
    about: Annotated[str, typer.Option("--about", help="One sentence on what to expect.")] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of one of that name.")
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Keep settings under a name.

    [b]Examples[/b]

    distill presets save slow --set creativity=0.7 --set coherence=0.9 --steer density=-1

    distill presets save that-one --take 12

    distill presets save skip --kind edit --do "stutter steps=6"
    """
    from distill import api

    settings: dict[str, Any] = {}
    if take is not None:
        recipe = api.take(take, home=home).recipe
        if recipe is None:
            raise BadSetting(
                f"take {take} has no recipe, because it was not made by distill generate; choose another."
            )
    if recipe is not None:
        settings |= api.settings_of_recipe(recipe)
    if do:
        settings["do"] = do
    if steer:
        settings["steering"] = dict(api.read_curve(text) for text in steer)
    settings |= dict(_setting(text) for text in setting or ())
    chosen = kind or ("edit" if do else "generation")
    one = api.save_preset(name, settings, kind=chosen, about=about, replace=replace, home=home)
    _tell(one, f"Kept {one.name} for {one.kind} in {one.path}", as_json=as_json)


@presets_app.command("rename")
def rename_preset(
    name: Name,
    new: Annotated[str, typer.Argument(help="What to call it.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Give a preset another name."""
    from distill import api

    one = api.rename_preset(name, new, home=home)
    _tell(one, f"{one.name} lies in {one.path}", as_json=as_json)


@presets_app.command("delete")
def delete_preset(name: Name, home: Home = None, as_json: AsJson = False) -> None:
    """Move a preset to the bin."""
    from distill import api

    one = api.delete_preset(name, home=home)
    if as_json:
        document({"name": one.name, "path": one.path})
    else:
        line(f"{one.name} is in the bin: {one.path}\ndistill presets restore {one.name!r} brings it back")


@presets_app.command("restore")
def restore_preset(name: Name, home: Home = None, as_json: AsJson = False) -> None:
    """Bring a deleted preset back from the bin."""
    from distill import api

    one = api.restore_preset(name, home=home)
    _tell(one, f"{one.name} is back in {one.path}", as_json=as_json)


def _tell(one: Preset, sentence: str, *, as_json: bool) -> None:
    if as_json:
        document(_figures(one))
    else:
        line(sentence)


def _figures(one: Preset) -> dict[str, Any]:
    keys = ("name", "kind", "about", "settings", "path", "is_shipped", "damaged")
    return {key: getattr(one, key) for key in keys}


def _settings(one: Preset) -> str:
    return ", ".join(f"{key} {_said(value)}" for key, value in one.settings.items())


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _setting(text: str) -> tuple[str, Any]:
    """Read ``NAME=VALUE``: a number, yes or no, or a word."""
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise BadSetting(f"{text[:40]!r} is no setting; write NAME=VALUE, such as creativity=1.2.")
    try:
        return name.strip().replace("-", "_"), {"yes": True, "no": False}.get(value, json.loads(value))
    except (ValueError, RecursionError):  # a word, or brackets within brackets without end
        return name.strip().replace("-", "_"), {"yes": True, "no": False}.get(value, value)
