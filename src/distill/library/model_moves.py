"""Models renamed, tagged, deleted to the bin, restored, imported and exported: files that move whole.

Nothing here looks into weights but importing, which takes only what could be opened. Every step is one move or one
replacement, so that at every moment a model is where it was or where it goes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from distill.errors import BadModelFile, BadSetting, NameTaken, UnknownModel
from distill.library.bin import Bin, Binned, move
from distill.library.catalog import Catalog, remove_other_spellings, taken
from distill.library.licence_note import write_licence
from distill.library.model_file import ExpectedTensors, ModelFile, load
from distill.library.model_header import open_model, read_header
from distill.library.model_tags import write_tags
from distill.library.names import SUFFIX
from distill.replacing import replacing

__all__ = ["binned", "delete", "export", "import_", "rename", "restore", "succeed", "tag"]


def rename(catalog: Catalog, model: str, name: str) -> Path:
    """Give a model of the library another name.

    Raises
    ------
    UnknownModel, BadSetting, NameTaken, NoSpace, LibraryBusy
        One sentence each; then it is called as before.
    """
    target = catalog.path(name)
    with catalog.writing():
        path = _own(catalog, model)
        twins = [twin for twin in catalog.twins(target) if not twin.samefile(path)]
        if twins:
            raise NameTaken(
                f"there is already a model named {twins[0].stem!r}; choose another name, or rename or delete that one first."
            )
        move(path, target)
    return target


def tag(
    catalog: Catalog, model: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()
) -> tuple[str, ...]:
    """Add tags to a model and remove others; return those it has then.

    Raises
    ------
    UnknownModel, BadModelFile, BadSetting, NoSpace, LibraryBusy
        One sentence each; then it has the tags it had.
    """
    with catalog.writing():
        return write_tags(_own(catalog, model), add=add, remove=remove)


def license(catalog: Catalog, model: str, note: str) -> str:
    """Say who may use a model; return the note as it is kept.

    Raises
    ------
    UnknownModel, BadModelFile, BadSetting, NoSpace, LibraryBusy
        One sentence each; then it says what it said.
    """
    with catalog.writing():
        return write_licence(_own(catalog, model), note)


def delete(catalog: Catalog, *models: str) -> list[Binned]:
    """Move models to the bin, if all of them are there.

    Raises
    ------
    UnknownModel, NoSpace, LibraryBusy
        One sentence each; those that were not moved are still there.
    """
    with catalog.writing():
        paths = dict.fromkeys(_own(catalog, model) for model in models)
        return [_bin(catalog).put(path) for path in paths]


def binned(catalog: Catalog) -> list[Binned]:
    """Return the models in the bin, the last deleted last."""
    return _bin(catalog).list()


def restore(catalog: Catalog, name: str, *, as_name: str | None = None) -> Path:
    """Bring the last deleted model of a name back.

    Raises
    ------
    BadInput
        If there is none in the bin.
    NameTaken
        If there is a model of that name again; ``as_name`` gives it another.
    """
    place = _bin(catalog)
    one = place.find(name.removesuffix(SUFFIX))
    target = catalog.path(one.name if as_name is None else as_name)
    with catalog.writing():
        twins = catalog.twins(target)
        if twins:
            raise NameTaken(
                f"there is a model named {twins[0].stem!r} again; restore it under another name, with --name."
            )
        return place.take_out(one, target)


def import_(
    catalog: Catalog, file: Path, *, name: str | None = None, replace: bool = False, expected: ExpectedTensors
) -> Path:
    """Copy a ``.distill`` file into the library, if it can be opened.

    Parameters
    ----------
    name : str, optional
        What to call it; as its file, if left out.

    Raises
    ------
    BadModelFile
        If it is old, newer, foreign or damaged.
    BadSetting, NameTaken, NoSpace, LibraryBusy
        If it cannot be called that, or not be written.
    """
    load(file, expected=expected)  # every tensor and digest: nothing damaged gets into the library
    target = catalog.path(file.stem if name is None else name)
    with catalog.writing():
        twins = catalog.twins(target)
        if any(twin.samefile(file) for twin in twins):
            raise BadSetting(f"{str(file)!r} is in the library already, as {twins[0].stem!r}.")
        if twins and not replace:
            raise taken(twins[0])
        _copy(file, target)
        remove_other_spellings(twins, target)
    return target


def export(catalog: Catalog, model: str, output: Path, *, replace: bool = False) -> Path:
    """Copy a model to a file of its owner's: ``output`` itself, or the model's name inside a folder.

    Raises
    ------
    UnknownModel, BadSetting, NameTaken, NoSpace
        One sentence each; then nothing is written.
    """
    path = catalog.find(model)
    folder = os.path.isdir(output)
    if output.suffix != SUFFIX and output.suffix and not folder:
        raise BadSetting(
            f"the model was to be written to {output.name!r}; give a file name that ends in {SUFFIX}, or a folder."
        )
    target = output if output.suffix == SUFFIX and not folder else output / path.name
    if os.path.exists(target):  # of a place nobody may look at, writing tells why not
        if target.samefile(path):
            raise BadSetting(f"{str(target)!r} is the model itself; choose another place to copy it to.")
        if not replace:
            raise NameTaken(f"there is already a file {str(target)!r}; choose another, or ask to replace it.")
    _copy(path, target)
    return target


def succeed(catalog: Catalog, model: ModelFile, *, replaces: str | None) -> tuple[Path, list[Binned]]:
    """Put a newly trained model into the place of the one it replaces; any other that has its name by now goes to the bin.

    Parameters
    ----------
    replaces : str or None
        Fingerprint of the only model it may replace; None: there was none.

    Raises
    ------
    BadSetting, BadModelFile, NoSpace, LibraryBusy
        One sentence each; then all models are where they were.
    """
    path, place, gone = catalog.path(model.name), _bin(catalog), []
    with catalog.writing(), ExitStack() as undo:
        for other in catalog.twins(path):
            if not _is(other, replaces):
                gone.append(place.put(other))
                undo.callback(place.take_out, gone[-1], other)
        catalog.put(path, model, replace=True)
        undo.pop_all()
    return path, gone


def _is(path: Path, fingerprint: str | None) -> bool:
    try:
        return read_header(path).fingerprint == fingerprint
    except BadModelFile:  # whatever it was
        return False


def _bin(catalog: Catalog) -> Bin:
    return Bin(catalog.folder.parent, "models")


def _own(catalog: Catalog, model: str) -> Path:
    """Return the file of a model that has to lie in the library, whatever else is called like it."""
    if Path(model).name == model:  # a name, not a place
        for twin in catalog.twins(catalog.folder / f"{model.removesuffix(SUFFIX)}{SUFFIX}"):
            return twin
    path = catalog.find(model)
    if not path.resolve().is_relative_to(catalog.folder.resolve()):
        raise UnknownModel(
            f"{str(path)!r} is not in the library, and only models of the library can be renamed, tagged or deleted; "
            "import it first: distill models import."
        )
    return path


def _copy(source: Path, target: Path) -> None:
    with open_model(source) as whole, replacing(target) as file:
        shutil.copyfileobj(whole, file, 2**20)
