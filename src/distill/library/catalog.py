"""The models folder: which models there are, where each lies, and what it may be called.

A model's name in the library is its file's name; there is no index to get out of step with the folder.
Reading the headers of a thousand models takes about 0.6 s, so they are read every time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from distill.errors import BadModelFile, LibraryBusy, NameTaken, NoSpace, UnknownModel
from distill.home import home as user_folder
from distill.library.card import num_sounds, number, text
from distill.library.model_file import ExpectedTensors, ModelFile, load, save
from distill.library.model_header import read_header
from distill.library.names import SUFFIX, checked_name, spelling, unknown_sentence
from distill.replacing import why_not

__all__ = ["Catalog", "ModelEntry"]

_LOCK_SECONDS = 10.0


@dataclass(frozen=True)
class ModelEntry:
    """One model of the library, as a list shows it; what a damaged file does not tell is None.

    Attributes
    ----------
    name : str
    path : Path
    size_bytes : int
    seconds : float or None
        Length of the collection it was trained on.
    num_sounds : int or None
        Sounds in that collection.
    num_levels, codebook_size : int or None
    tier : str or None
    created : str or None
        Date and time, ISO 8601.
    damaged : str or None
        One sentence on why the file cannot be used.
    """

    name: str
    path: Path
    size_bytes: int
    seconds: float | None = None
    num_sounds: int | None = None
    num_levels: int | None = None
    codebook_size: int | None = None
    tier: str | None = None
    created: str | None = None
    damaged: str | None = None


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
        with self._writing():
            twins = [other for other in self._files() if spelling(other.stem) == spelling(path.stem)]
            if twins and not replace:
                raise NameTaken(
                    f"there is already a model named {twins[0].stem!r}; choose another name, or ask to replace it."
                )
            save(path, model)
            for twin in twins:
                if not twin.samefile(path):  # where capitals count, a replaced model may be spelt otherwise
                    twin.unlink()
        return path

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
        with self._writing():
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
        given = Path(name_or_path).expanduser()
        bare = given.name == said  # no folder is named
        if (isinstance(name_or_path, Path) or not bare or given.suffix == SUFFIX) and given.is_file():
            return given
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

    def list(self) -> list[ModelEntry]:
        """Return all models in the order of their names, damaged ones too; reads no tensors."""
        return [
            _entry(path) for path in sorted(self._files(), key=lambda path: (spelling(path.stem), path.stem))
        ]

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

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the library against other processes that write to it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / ".lock", timeout=_LOCK_SECONDS):
                yield
        except Timeout:
            raise LibraryBusy(
                f"another process has been writing to the library in {str(self.folder)!r} for over "
                f"{_LOCK_SECONDS:.0f} s; wait until it is done, then try again."
            ) from None
        except OSError as error:
            raise NoSpace(
                f"could not write to the library in {str(self.folder)!r}: {why_not(error)}; "
                "make room or move the user folder with DISTILL_HOME, then try again."
            ) from None


def _is_model(item: os.DirEntry[str]) -> bool:
    return item.name.endswith(SUFFIX) and not item.name.startswith(".") and item.is_file()


def _entry(path: Path) -> ModelEntry:
    try:
        header = read_header(path)
    except BadModelFile as error:
        size = path.stat().st_size if path.exists() else 0  # it may have gone since the folder was read
        return ModelEntry(path.stem, path, size, damaged=str(error))
    return ModelEntry(
        name=path.stem,
        path=path,
        size_bytes=header.size_bytes,
        seconds=number(header.collection.get("seconds")),
        num_sounds=num_sounds(header),
        num_levels=header.codec_config.num_levels,
        codebook_size=header.codec_config.codebook_size,
        tier=text(header.statistics.get("tier")),
        created=text(header.statistics.get("created")),
    )
