"""Models of the library: open one, list and search them, show one's card. What moves them is in :mod:`distill.api.shelf`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy.typing as npt

from distill import device as devices
from distill.atlas import from_tensors
from distill.codec.model import Codec, expected_tensors
from distill.codes.entries import Entries, Note
from distill.codes.json_values import JSON
from distill.codes.limits import LONGEST_MODEL_NAME, is_model_name
from distill.errors import BadModelFile, BadSetting, UnknownModel
from distill.library.card import card, card_json
from distill.library.catalog import Catalog, ModelEntry
from distill.library.model_file import ModelFile
from distill.library.model_header import read_header
from distill.prior.collection_codes import CollectionCodes
from distill.prior.kept import KeptPrior
from distill.progress import Progress, Report, silent

__all__ = ["Model", "maker", "models", "open_model", "show"]


@dataclass(frozen=True, eq=False)
class Model:
    """A model that is ready to encode and decode.

    Attributes
    ----------
    name : str
    path : Path
    codec : Codec
        In evaluation mode, on the device that was chosen.
    statistics : mapping
        What was measured when it was trained; ``utilisation`` and ``perplexity`` by level among it.
    sentence : str
        Which device it is on, and why.
    entries : Entries or None
        What its entries sound like and what its owner calls them; None in a model that was never measured.
    file : ModelFile or None
        What it was read from.
    """

    name: str
    path: Path
    codec: Codec
    statistics: Mapping[str, JSON]
    sentence: str
    entries: Entries | None = None
    file: ModelFile | None = None

    @property
    def fingerprint(self) -> str:
        """What its codes belong to."""
        return self.codec.fingerprint()

    def measured(self, what: str) -> Entries:
        """Return what its entries sound like.

        Parameters
        ----------
        what : str
            What needs it, for the sentence: ``"this edit"``.

        Raises
        ------
        BadSetting
            If nobody has measured them.
        """
        if self.entries is None:
            raise BadSetting(
                f"the model {self.name!r} does not hold what its entries sound like, which {what} needs; train it again."
            )
        return self.entries

    def noted(self, notes: Mapping[tuple[int, int], Note]) -> Model:
        """Return the same with other names and notes of entries; what was built already stays so.

        Parameters
        ----------
        notes : mapping of (level, code) to Note
            All there are.
        """
        other = replace(self, entries=replace(self.measured("a name"), notes=notes))
        for built in {"collection_codes", "prior"} & set(self.__dict__):
            other.__dict__[built] = self.__dict__[built]
        return other

    @cached_property
    def collection_codes(self) -> CollectionCodes:
        """The codes of the sounds it was trained on, as far as it keeps them: none without a prior.

        Raises
        ------
        BadModelFile
            If they are damaged.
        """
        if self.file is None or not self.file.prior:
            return CollectionCodes(())
        codes, _ = CollectionCodes.read(
            _arrays(self.file),
            names=_names(self.file.collection),
            num_levels=self.codec.num_levels,
            codebook_size=self.codec.codebook_size,
        )
        return codes

    @cached_property
    def prior(self) -> KeptPrior:
        """What makes new codes; built when it is first asked for.

        Raises
        ------
        BadSetting
            If the model has none.
        BadModelFile
            If it is damaged.
        """
        if self.file is None or not self.file.prior:
            raise BadSetting(
                f"the model {self.name!r} has no prior, so it cannot make new sound; train it again, without --prior none."
            )
        return KeptPrior.read(
            self.file.prior,
            _arrays(self.file),
            names=_names(self.file.collection),
            num_levels=self.codec.num_levels,
            codebook_size=self.codec.codebook_size,
        )


def open_model(model: str | Path, *, home: Path | str | None = None, device: str = "auto") -> Model:
    """Open a model by its name in the library, or as a ``.distill`` file.

    Parameters
    ----------
    device : str
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.

    Raises
    ------
    UnknownModel
        If there is none of that name; the nearest names are told.
    BadModelFile
        If the file cannot be used.
    DeviceUnavailable
        If a device asked for by name is not there.
    """
    catalog = Catalog(home)
    path = catalog.find(model)
    _check_file_name(path.stem)
    file = catalog.open(path, expected=expected_tensors)
    chosen = devices.choose(device, measure=False)
    codec = Codec.from_tensors(file.codec_config, file.codec_tensors).to(chosen.torch)
    entries = from_tensors(codec, file.entries_tensors, file.notes)
    return Model(path.stem, path, codec, file.statistics, chosen.sentence, entries, file)


def _check_file_name(name: str) -> None:
    """Refuse what no codes could name as their model before anything is encoded with it."""
    if not is_model_name(name):
        shown = name if len(name) <= 80 else f"{name[:80]}..."
        raise BadModelFile(
            f"the model's file is called {shown!r}, and codes name their model in at most {LONGEST_MODEL_NAME} printable "
            "characters; give the file a shorter name, or import it under one: distill models import --name."
        )


def _arrays(file: ModelFile) -> dict[str, npt.NDArray[Any]]:
    return {name: tensor.numpy() for name, tensor in file.prior_tensors.items()}


def _names(collection: Mapping[str, JSON]) -> tuple[str, ...]:
    names = collection.get("names")
    if not isinstance(names, Sequence) or isinstance(names, str):
        return ()
    return tuple(str(name) for name in names)


def maker(name: str, fingerprint: str, *, home: Path | str | None = None) -> str | Path:
    """Return the model that made something: the one of that name, or the one of that fingerprint if it was renamed."""
    catalog = Catalog(home)
    try:
        path = catalog.find(name) if name else None
        if path is not None and fingerprint in ("", read_header(path).fingerprint):
            return name
    except (UnknownModel, BadModelFile):
        pass  # it may go by another name; if not, opening it says why not
    return catalog.named(fingerprint) or name


def models(*, search: str = "", home: Path | str | None = None, report: Report = silent) -> list[ModelEntry]:
    """List the models of the library in the order of their names, damaged ones too.

    Parameters
    ----------
    search : str
        Only those that have all of these words in their name, tags or card.
    report
        Is told what happened to the list's index, if anything did.
    """
    catalog = Catalog(home)
    looked = catalog.look()
    for sentence in looked.sentences:
        report(Progress("library", message=sentence))
    return catalog.list(search, looked=looked)


def show(model: str | Path, *, home: Path | str | None = None) -> tuple[str, dict[str, JSON]]:
    """Return a model's card, as plain text and as figures for scripts.

    Raises
    ------
    UnknownModel, BadModelFile
        As :func:`open_model`.
    """
    path = Catalog(home).find(model)
    header = read_header(path)
    return card(header, name=path.stem), card_json(header, name=path.stem)
