"""Lists of edits kept by name, to be made on other sounds (``template=`` of :func:`distill.api.edit`)."""

from __future__ import annotations

from pathlib import Path

from distill.codes import storage
from distill.codes.editing import edits_of
from distill.library.templates import Template, Templates

__all__ = ["delete_template", "save_template", "templates"]


def save_template(
    name: str, codes: Path | str, *, replace: bool = False, home: Path | str | None = None
) -> Path:
    """Keep the edits of a ``.codes`` file under a name, to be made on other sounds.

    Raises
    ------
    BadSetting, BadCodes, NameTaken, NoSpace
        One sentence each.
    """
    return Templates(home).save(name, edits_of(storage.load(codes)), replace=replace)


def templates(*, home: Path | str | None = None) -> list[Template]:
    """List the templates of the user folder, damaged ones too."""
    return Templates(home).list()


def delete_template(name: str, *, home: Path | str | None = None) -> None:
    """Delete a template.

    Raises
    ------
    BadInput
        If there is none of that name.
    """
    Templates(home).delete(name)
