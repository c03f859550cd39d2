"""Models of the library moved about: renamed, tagged, deleted to a bin and restored, imported and exported."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from distill.api.current import choose_model
from distill.api.requests import Request, training_folder
from distill.api.training_lock import training_alone
from distill.codec.model import expected_tensors
from distill.errors import BadSetting, DistillError, LibraryBusy, NoSpace
from distill.home import expanded
from distill.library import model_moves
from distill.library.bin import KINDS, Bin, Binned
from distill.library.catalog import Catalog
from distill.library.settings import load_settings

__all__ = [
    "BinRoom",
    "Moved",
    "binned_models",
    "delete_model",
    "delete_models",
    "empty_bin",
    "export_model",
    "import_model",
    "license_model",
    "rename_model",
    "restore_model",
    "room_of_bin",
    "tag_model",
]


@dataclass(frozen=True)
class Moved:
    """A model that was moved or copied.

    Attributes
    ----------
    name : str
        What it is called now.
    path : Path
        Where it lies now.
    sentences : tuple of str
        What its owner should know.
    """

    name: str
    path: Path
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class BinRoom:
    """What a bin needs on the disk.

    Attributes
    ----------
    num, size_bytes : int
        Of what lies in it.
    """

    num: int
    size_bytes: int


def rename_model(model: str, name: str, *, home: Path | str | None = None) -> Moved:
    """Give a model another name; codes, recipes and takes made with the old one still find it by its fingerprint.

    Its finished training goes along, so that ``train --longer`` finds it under the new name; and if it is in use, it stays so.

    Raises
    ------
    UnknownModel, BadSetting, NameTaken, NoSpace, LibraryBusy
        One sentence each; then it is called as before.
    """
    catalog = Catalog(home)
    old = catalog.find(model).stem
    path = model_moves.rename(catalog, model, name)
    sentences = _training_too(catalog, old, path.stem)
    if load_settings(home)[0].model == old:
        try:
            choose_model(path.stem, home=home)
        except (LibraryBusy, NoSpace) as error:  # it is renamed by now
            sentences += (f"It is no longer the model in use: {error}",)
    return Moved(path.stem, path, sentences)


def tag_model(
    model: str, *, add: Sequence[str] = (), remove: Sequence[str] = (), home: Path | str | None = None
) -> tuple[str, ...]:
    """Add tags to a model, or remove some; they are kept in its file. Returns all it has then.

    Raises
    ------
    UnknownModel, BadModelFile, BadSetting, NoSpace, LibraryBusy
        One sentence each; then it has the tags it had.
    """
    return model_moves.tag(Catalog(home), model, add=add, remove=remove)


def license_model(model: str, note: str, *, home: Path | str | None = None) -> str:
    """Say who may use a model, in a note that its card shows and its file keeps; an empty one brings the usual sentence back.

    Raises
    ------
    UnknownModel, BadModelFile, BadSetting, NoSpace, LibraryBusy
        One sentence each; then it says what it said.
    """
    return model_moves.license(Catalog(home), model, note)


def delete_model(model: str, *, home: Path | str | None = None) -> Moved:
    """Move a model to the bin, from where :func:`restore_model` brings it back.

    Raises
    ------
    UnknownModel, NoSpace, LibraryBusy
        One sentence each; then it is still there.
    """
    return delete_models([model], home=home)[0]


def delete_models(models: Sequence[str], *, home: Path | str | None = None) -> list[Moved]:
    """Move several models to the bin, if all of them are there.

    Raises
    ------
    UnknownModel, NoSpace, LibraryBusy
        One sentence each; those that were not moved are still there.
    """
    return [Moved(one.name, one.path) for one in model_moves.delete(Catalog(home), *models)]


def binned_models(*, home: Path | str | None = None) -> list[Binned]:
    """List the models in the bin, the last deleted last."""
    return model_moves.binned(Catalog(home))


def restore_model(name: str, *, as_name: str | None = None, home: Path | str | None = None) -> Moved:
    """Bring the last deleted model of a name back from the bin.

    Raises
    ------
    BadInput, BadSetting, NameTaken, NoSpace, LibraryBusy
        One sentence each; then it is still in the bin.
    """
    path = model_moves.restore(Catalog(home), name, as_name=as_name)
    return Moved(path.stem, path)


def import_model(
    file: Path | str, *, name: str | None = None, replace: bool = False, home: Path | str | None = None
) -> Moved:
    """Copy a ``.distill`` file into the library, if all of it can be opened.

    Raises
    ------
    BadModelFile, BadSetting, NameTaken, NoSpace, LibraryBusy
        One sentence each; then the library is as it was.
    """
    path = model_moves.import_(
        Catalog(home), expanded(file), name=name, replace=replace, expected=expected_tensors
    )
    return Moved(path.stem, path)


def export_model(
    model: str, output: Path | str, *, replace: bool = False, home: Path | str | None = None
) -> Moved:
    """Copy a model to a ``.distill`` file, or into a folder.

    Raises
    ------
    UnknownModel, BadSetting, NameTaken, NoSpace
        One sentence each; then nothing is written.
    """
    path = model_moves.export(Catalog(home), model, expanded(output), replace=replace)
    return Moved(path.stem, path)


def empty_bin(kind: str, *, home: Path | str | None = None) -> int:
    """Remove what lies in the bin for good: ``"models"``, ``"takes"`` or ``"presets"``; returns the bytes that frees.

    Raises
    ------
    BadSetting
        If there is no such bin.
    NoSpace, LibraryBusy
        If it cannot be written.
    """
    return _bin(kind, home).empty()


def room_of_bin(kind: str, *, home: Path | str | None = None) -> BinRoom:
    """Tell what the bin of ``"models"``, ``"takes"`` or ``"presets"`` needs on the disk.

    Raises
    ------
    BadSetting
        If there is no such bin.
    """
    place = _bin(kind, home)
    return BinRoom(len(place.list()), place.size_bytes())


def _bin(kind: str, home: Path | str | None) -> Bin:
    if kind not in KINDS:
        raise BadSetting(f"there is no bin of {kind[:40]!r}; choose {', '.join(KINDS)}.")
    return Bin(home, kind)


def _training_too(catalog: Catalog, old: str, new: str) -> tuple[str, ...]:
    """Let the training of a renamed model go by its new name; say so where it cannot."""
    before, after = training_folder(catalog, old), training_folder(catalog, new)
    if not Request.is_in(before):
        return ()
    stays = (f"Its training stays under the name {old!r}",)
    if before != after and after.exists():
        return (f"{stays[0]}, because there is one named {new!r}.",)
    try:
        request = Request.load(before, old, finished=True)
    except DistillError:
        # Another process may be at it, and it is resumed with no word repeated: its name among them.
        return (f"{stays[0]}, because it is not finished.",)
    try:
        with training_alone(before, old):
            before.rename(after)
            request.model_copy(update={"name": new}).save(after)
        return ()
    except LibraryBusy:
        return (f"{stays[0]}, because it is being trained.",)
    except NoSpace:  # the model has its new name by now, whatever becomes of its training
        with suppress(OSError):
            after.rename(before)
    except OSError:
        pass
    return (f"{stays[0]}, because its folder could not be moved.",)
