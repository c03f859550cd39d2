"""Templates: lists of edits without a sound, kept by name, to be made on any sound of the model again.

Each is a small JSON file in ``templates/`` of the user folder, written whole or not at all; like the models, they have no
index to get out of step with the folder. A damaged one is told with the others and harms none of them.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from distill.codes.editing import ORIGINAL, Edit
from distill.codes.json_values import JSONError, dumps, loads
from distill.errors import BadCodes, BadInput, BadSetting, NameTaken
from distill.home import home as user_folder
from distill.library.names import checked_name, spelling
from distill.library.own_files import files_in
from distill.replacing import replacing, why_not

__all__ = ["Template", "Templates"]

FORMAT = 1
SUFFIX = ".json"
_LARGEST = 64 * 2**20  # bytes
_KEYS = {"distill_template", "edits"}


@dataclass(frozen=True)
class Template:
    """One template, as a list shows it.

    Attributes
    ----------
    name : str
    path : Path
    edits : tuple of Edit
        Empty if the file is damaged.
    damaged : str or None
        One sentence on why it cannot be used.
    """

    name: str
    path: Path
    edits: tuple[Edit, ...] = ()
    damaged: str | None = None


class Templates:
    """The templates below one user folder.

    Parameters
    ----------
    home : path, optional
        The user folder (:func:`distill.home.home`).
    """

    def __init__(self, home: Path | str | None = None) -> None:
        self.folder = user_folder(home) / "templates"

    def check(self, name: str, edits: Sequence[Edit]) -> None:
        """Make sure that :meth:`save` would keep these edits, as far as can be told before: what it raises but for NoSpace."""
        self._twins(self._named(name), replace=False)
        _text(edits)

    def save(self, name: str, edits: Sequence[Edit], *, replace: bool = False) -> Path:
        """Keep edits under a name. Codes that they carry (of a swap, a motif) are kept with them.

        Raises
        ------
        BadSetting
            If a template cannot be called that, and if there is no edit to keep, or more than can be read again.
        NameTaken
            If there is one of that name that is not to be replaced. Capitals do not tell names apart.
        NoSpace
            If it cannot be written.
        """
        path = self._named(name)
        text = _text(edits)
        twins = self._twins(path, replace=replace)
        with replacing(path) as file:
            file.write(text + b"\n")
        for twin in twins:
            if not twin.samefile(path):  # where capitals count, a replaced one may be spelt otherwise
                twin.unlink()
        return path

    def load(self, name: str) -> tuple[Edit, ...]:
        """Return the edits of a template.

        Raises
        ------
        BadInput
            If there is none of that name (the nearest are told), or its file is damaged.
        """
        return _read(self._find(name))

    def list(self) -> list[Template]:
        """Return all templates in the order of their names, damaged ones too."""
        found = []
        for path in sorted(self._files(), key=lambda path: (spelling(path.stem), path.stem)):
            try:
                found.append(Template(path.stem, path, _read(path)))
            except BadInput as error:
                found.append(Template(path.stem, path, damaged=str(error)))
        return found

    def delete(self, name: str) -> None:
        """Delete a template, a damaged one too.

        Raises
        ------
        BadInput
            If there is none of that name, or it cannot be deleted.
        """
        path = self._find(name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise BadInput(
                f"the template {path.stem!r} could not be deleted: {why_not(error)}; "
                f"give yourself write access to {str(self.folder)!r}."
            ) from None

    def _named(self, name: str) -> Path:
        return self.folder / f"{checked_name(name, kind='template')}{SUFFIX}"

    def _twins(self, path: Path, *, replace: bool) -> Sequence[Path]:
        """Find the files of the same name; there may be none, unless they are to be replaced."""
        twins = [other for other in self._files() if spelling(other.stem) == spelling(path.stem)]
        if twins and not replace:
            raise NameTaken(
                f"there is already a template named {twins[0].stem!r}; choose another name, or ask to replace it."
            )
        return twins

    def _find(self, name: str) -> Path:
        files = {spelling(path.stem): path for path in self._files()}
        if spelling(name) in files:
            return files[spelling(name)]
        near = difflib.get_close_matches(spelling(name), files, n=3, cutoff=0.5)
        if near:
            hint = f"did you mean {' or '.join(repr(files[key].stem) for key in near)}?"
        elif files:
            hint = f"there are {', '.join(sorted(path.stem for path in files.values())[:10])}; choose one of these."
        else:
            hint = "none was kept yet, so keep the edits of a sound first."
        raise BadInput(f"there is no template {name[:80]!r}; {hint}")

    def _files(self) -> Sequence[Path]:
        return files_in(self.folder, SUFFIX, what="templates")


def _read(path: Path) -> tuple[Edit, ...]:
    """Read a file, which may come from a stranger."""
    shown = f"the template {path.stem!r}"
    try:
        if path.stat().st_size > _LARGEST:
            raise JSONError("it is larger than any template")
        about = loads(path.read_bytes())
    except (OSError, JSONError) as error:
        why = why_not(error) if isinstance(error, OSError) else str(error)
        raise BadInput(f"{shown} cannot be read: {why}; delete it, or use another copy.") from None
    if not isinstance(about, dict) or set(about) != _KEYS or not isinstance(about["edits"], list):
        raise BadInput(f"{shown} is none of Distill's; delete it, or use another copy.")
    if about["distill_template"] != FORMAT:
        raise BadInput(
            f"{shown} is of format {str(about['distill_template'])[:20]}, and this Distill reads format {FORMAT}; "
            "update Distill to use it."
        )
    records = about["edits"]
    if not records or not all(
        isinstance(record, dict) and record.get("operation") != ORIGINAL for record in records
    ):
        raise BadInput(f"{shown} holds no list of edits; delete it, or use another copy.")
    try:
        return tuple(Edit.from_json(record) for record in records)
    except (BadSetting, BadCodes) as error:
        raise BadInput(f"{shown} cannot be used: {error}") from None


def _text(edits: Sequence[Edit]) -> bytes:
    if not edits:
        raise BadSetting("there is no edit to keep in this template; make an edit first.")
    try:
        text = dumps({"distill_template": FORMAT, "edits": [edit.to_json() for edit in edits]})
    except JSONError as fault:
        raise BadSetting(f"these edits cannot be kept: {fault}; make them again.") from None
    if len(text) >= _LARGEST:
        raise BadSetting(
            f"these edits are more than a template can hold ({_LARGEST // 2**20} MiB); keep fewer of them."
        )
    return text
