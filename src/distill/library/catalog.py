"""The models folder: which models there are, where each lies, and what it may be called.

A model's name in the library is its file's name. The folder is the truth; what the headers say is remembered in an index
(:mod:`distill.library.folder_index`), because a thousand of them take 0.6 s to read. Renaming, binning and the other verbs
that move whole files are in :mod:`distill.library.model_moves`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from distill.errors import BadModelFile, NameTaken, UnknownModel
from distill.home import expanded
from distill.home import home as user_folder
from distill.library.folder_index import FolderIndex, Looked
from distill.library.locking import LOCK_SECONDS, sweep, writing
from distill.library.model_entry import VERSION, ModelEntry, described, entry_of
from distill.library.model_file import ExpectedTensors, ModelFile, ModelHeader, load, read_header, save
from distill.library.names import SUFFIX, checked_name, spelling, unknown_sentence
from distill.replacing import why_not

__all__ = ["Catalog", "ModelEntry", "remove_other_spellings", "taken"]

_LOCK_SECONDS = LOCK_SECONDS


class Catalog:
    """The models below one user folder.

    Parameters
    ----------
    home : path, optional
        The user folder (:func:`distill.home.home`); models lie in ``models/`` below it.
    """

    def __init__(self, home: Path | str | None = None) -> None:
        self.folder = user_folder(home) / "models"

    def path(self, name: str) -> Path:
        """Return where a model of this name lies, or would lie.

        Raises
        ------
        BadSetting
            If no model can be called that.
        """
        return self.folder / f"{checked_name(name)}{SUFFIX}"

    def add(self, model: ModelFile, *, replace: bool = False) -> Path:
        """Put a model into the library under its own name.

        Raises
        ------
        NameTaken
            If there is one of that name and it is not to be replaced. Capitals do not tell names apart.
        BadSetting, BadModelFile, NoSpace
            If it cannot be called that, or cannot be saved.
        LibraryBusy
            If another process keeps writing to the library.
        """
        path = self.path(model.name)
        with self.writing():
            self.put(path, model, replace=replace)
        return path

    def put(self, path: Path, model: ModelFile, *, replace: bool) -> None:
        """As :meth:`add`, for who holds the library already."""
        twins = self.twins(path)
        if twins and not replace:
            raise taken(twins[0])
        save(path, model)
        remove_other_spellings(twins, path)

    def change(
        self, name_or_path: str | Path, change: Callable[[ModelFile], ModelFile], *, expected: ExpectedTensors
    ) -> Path:
        """Write a model anew in its own place, whole or not at all, as ``change`` makes it.

        Raises
        ------
        UnknownModel, BadModelFile
            As :meth:`open`.
        LibraryBusy, NoSpace
            As :meth:`add`.
        """
        path = self.find(name_or_path)
        with self.writing():
            save(path, change(load(path, expected=expected)))
        return path

    def find(self, name_or_path: str | Path) -> Path:
        """Return the file of a model that is given by its name, or as a ``.distill`` file.

        Raises
        ------
        UnknownModel
            If there is none; the nearest names are told.
        """
        said = str(name_or_path)
        given = expanded(name_or_path)
        bare = given.name == said  # no folder is named
        try:
            if (isinstance(name_or_path, Path) or not bare or given.suffix == SUFFIX) and given.is_file():
                return given
        except OSError as error:
            if not bare:  # else it may still be a name of the library
                raise UnknownModel(
                    f"{said!r} cannot be looked at: {why_not(error)}; choose a .distill file, or a model by its name."
                ) from None
        files = self._files()
        name = spelling(said.removesuffix(SUFFIX))
        for path in files:
            if bare and spelling(path.stem) == name:
                return path
        raise UnknownModel(unknown_sentence(said, [path.stem for path in files]))

    def open(self, name_or_path: str | Path, *, expected: ExpectedTensors) -> ModelFile:
        """Load a model that is given by its name, or as a ``.distill`` file.

        Parameters
        ----------
        expected
            As for :func:`distill.library.model_file.load`.

        Raises
        ------
        UnknownModel
            If there is none; the nearest names are told.
        BadModelFile
            If it cannot be used.
        """
        return load(self.find(name_or_path), expected=expected)

    def list(self, search: str = "", *, looked: Looked | None = None) -> list[ModelEntry]:
        """Return models in the order of their names, damaged ones too; reads no tensors.

        Parameters
        ----------
        search : str
            Only those that have all of these words in their name, tags or card; capitals do not count.
        looked : Looked, optional
            From :meth:`look`, if that was done already.
        """
        wanted = spelling(search).split()
        return [
            entry_of(path, about)
            for path, about in (looked or self.look()).about.items()
            if all(word in _searched(path, about) for word in wanted)
        ]

    def look(self) -> Looked:
        """Tell about all models what :func:`distill.library.model_entry.described` does, in the order of their names."""
        sweep(self.folder)
        files = sorted(self._files(), key=lambda path: (spelling(path.stem), path.stem))
        return FolderIndex(self.folder.parent, "models", described, version=VERSION).look(files)

    def named(self, fingerprint: str) -> str | None:
        """Return the name of the model that codes of a fingerprint belong to, whatever it is called; None: there is none."""
        for path, about in self.look().about.items():
            if about.get("fingerprint") == fingerprint:
                return path.stem
        return None

    def header(self, name: str) -> ModelHeader | None:
        """Return what a model says of itself that may not be there, or not be readable: None then."""
        for path in self.twins(self.path(name)):
            with suppress(BadModelFile):
                return read_header(path)
        return None

    def twins(self, path: Path) -> Sequence[Path]:
        """Return the models that are called as a file is, capitals aside."""
        return [other for other in self._files() if spelling(other.stem) == spelling(path.stem)]

    def _files(self) -> Sequence[Path]:
        try:
            with os.scandir(self.folder) as found:
                return [Path(item.path) for item in found if _is_model(item)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise UnknownModel(
                f"the models folder {str(self.folder)!r} cannot be read: {why_not(error)}; "
                "give yourself access to it, or move the user folder with DISTILL_HOME."
            ) from None

    def writing(self) -> AbstractContextManager[None]:
        """Hold the library against other processes that write to it.

        Raises
        ------
        LibraryBusy, NoSpace
            If another one keeps it, or the folder cannot be written.
        """
        return writing(self.folder, seconds=_LOCK_SECONDS)


def taken(twin: Path) -> NameTaken:
    """Say that a name is taken by a model."""
    return NameTaken(
        f"there is already a model named {twin.stem!r}; choose another name, or ask to replace it."
    )


def remove_other_spellings(twins: Sequence[Path], path: Path) -> None:
    """Remove what a new model replaced: where capitals count, it may be spelt otherwise."""
    for twin in twins:
        if not twin.samefile(path):
            twin.unlink()


def _is_model(item: os.DirEntry[str]) -> bool:
    return item.name.endswith(SUFFIX) and not item.name.startswith(".") and item.is_file()


def _searched(path: Path, about: Mapping[str, Any]) -> str:
    """All text of a model that is searched, spelt so that capitals do not count."""
    words = (path.stem, *about.get("tags", ()), about.get("card", ""))
    return spelling("\n".join(words))
