"""``distill models rename``, ``tag``, ``delete``, ``restore``, ``import`` and ``export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from distill.cli.options import AsJson, Home
from distill.cli.telling import document, line
from distill.errors import BadSetting

if TYPE_CHECKING:
    from distill.api import Moved

__all__ = ["add_moves"]

Name = Annotated[str, typer.Argument(help="A model of your library by name.")]
Replace = Annotated[bool, typer.Option("--replace", help="Put it in the place of one of that name.")]


def add_moves(models_app: typer.Typer) -> None:
    """Add the commands of this module to ``distill models``."""
    for verb, command in (
        ("rename", rename_model),
        ("tag", tag_model),
        ("licence", license_model),
        ("delete", delete_models),
        ("restore", restore_model),
        ("import", import_models),
        ("export", export_model),
    ):
        models_app.command(verb)(command)


def rename_model(
    model: Name,
    name: Annotated[str, typer.Argument(help="What to call it.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Give a model another name; sounds made with the old one still find it.

    [b]Example[/b]

    distill models rename bells "glass bells"
    """
    from distill import api

    _tell([api.rename_model(model, name, home=home)], "{name} lies in {path}", as_json=as_json)


def tag_model(
    model: Name,
    add: Annotated[list[str] | None, typer.Option("--add", help="A tag; may be given several times.")] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", help="A tag to take away; may be given several times.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Add tags to a model, or take some away; they travel in its file.

    [b]Example[/b]

    distill models tag bells --add glass --add live --remove draft
    """
    from distill import api

    if not (add or remove):
        raise BadSetting("no tag was given; say which with --add TAG or --remove TAG.")
    tags = api.tag_model(model, add=add or (), remove=remove or (), home=home)
    if as_json:
        document({"name": model, "tags": tags})
    else:
        line(f"{model} has the tags {', '.join(tags)}" if tags else f"{model} has no tags")


def license_model(
    model: Name,
    note: Annotated[
        str,
        typer.Argument(help='Who may use it and how, in a sentence; "" for the usual one.', metavar="NOTE"),
    ],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Say who may use a model; its card shows it, and it travels in its file.

    [b]Example[/b]

    distill models licence bells "My own recordings; CC BY 4.0, name Ada Lind."
    """
    from distill import api

    kept = api.license_model(model, note, home=home)
    if as_json:
        document({"name": model, "licence": kept})
    else:
        line(f"Licence of {model}: {kept}")


def delete_models(
    names: Annotated[list[str], typer.Argument(help="One or more models by name.", metavar="NAME...")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Move models to the bin, from where they can be restored.

    [b]Example[/b]

    distill models delete bells
    """
    from distill import api

    gone = api.delete_models(names, home=home)
    _tell(
        gone, "{name} is in the bin: {path}\ndistill models restore '{name}' brings it back", as_json=as_json
    )


def restore_model(
    name: Annotated[str, typer.Argument(help="A deleted model by name; the last deleted of that name.")],
    as_name: Annotated[
        str | None, typer.Option("--name", help="What to call it now.", show_default="as before")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Bring a deleted model back from the bin."""
    from distill import api

    _tell([api.restore_model(name, as_name=as_name, home=home)], "{name} is back in {path}", as_json=as_json)


def import_models(
    files: Annotated[list[Path], typer.Argument(help="One or more .distill files.", metavar="FILE...")],
    name: Annotated[
        str | None, typer.Option("--name", help="What to call it.", show_default="as its file")
    ] = None,
    replace: Replace = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Copy models into your library; only whole ones of this version are taken.

    [b]Example[/b]

    distill models import ~/Downloads/choir.distill
    """
    from distill import api

    if name is not None and len(files) > 1:
        raise BadSetting(
            f"{len(files)} files were given and one name; import them one at a time to name them."
        )
    taken = [api.import_model(file, name=name, replace=replace, home=home) for file in files]
    _tell(taken, "{name} is in your library: {path}", as_json=as_json)


def export_model(
    model: Annotated[str, typer.Argument(help="A model of your library by name.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="A .distill file, or a folder.")],
    replace: Replace = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Copy a model to a file, to keep it elsewhere or to give it away.

    [b]Example[/b]

    distill models export bells -o /Volumes/Backup/
    """
    from distill import api

    _tell(
        [api.export_model(model, output, replace=replace, home=home)],
        "Copied {name} to {path}",
        as_json=as_json,
    )


def _tell(moved: list[Moved], sentence: str, *, as_json: bool) -> None:
    if as_json:
        document(
            {"models": [{"name": one.name, "path": one.path, "sentences": one.sentences} for one in moved]}
        )
        return
    for one in moved:
        line(sentence.replace("{name}", one.name).replace("{path}", str(one.path)))
        for told in one.sentences:
            line(told)
