"""The model file, format 2: everything a model is, in one safetensors file that never runs code.

::

    tensors      codec.*     names, shapes and types follow from the configuration
                 entries.*   what was measured of the entries (:class:`distill.codes.entries.Entries`); may be missing
                prior.*     what makes new codes (:class:`distill.prior.kept.KeptPrior`); may be missing
    metadata     distill     JSON with sorted keys:
        format      2
        name        what the model was called when it was trained
        codec       CodecConfig
        statistics  how it turned out        collection  what it was trained on
        training    how it was trained
        notes       the owner's names for entries; may be missing
        prior       what the prior says of itself; missing where there is none
        tags        what its owner files it under; missing where there are none
        sha256      codec: fingerprint over configuration and tensors; entries, prior: over theirs, if there are
                    any; about: over all other keys

The same model always gives the same bytes. What comes before the tensors is read and checked by
:mod:`distill.library.model_header`, which tensors there may be is :mod:`distill.library.model_tensors`; where files lie and what they are called is the catalog's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from distill.codes.json_values import JSON, JSONError
from distill.codes.notes import Notes
from distill.config import CodecConfig
from distill.errors import BadModelFile
from distill.library.description import Description, damaged, description_text
from distill.library.model_header import (
    LARGEST_FILE,
    LARGEST_HEADER,
    METADATA_KEY,
    ModelHeader,
    open_model,
    read_header,
    read_start,
)
from distill.library.model_tensors import CODEC, ENTRIES, PRIOR, ExpectedTensors, digest_of, fault_of, require
from distill.replacing import replacing, why_not

if TYPE_CHECKING:  # torch takes a second to load, and listing models needs none of it
    import torch

__all__ = ["ExpectedTensors", "ModelFile", "ModelHeader", "codec_fingerprint", "load", "read_header", "save"]


@dataclass(frozen=True, eq=False)
class ModelFile:
    """A model as it is kept.

    Attributes
    ----------
    name : str
        1 to 64 printable characters.
    codec_config : CodecConfig
    tensors : dict of str to Tensor
        By full name: ``codec.`` and the codec's own name for it, ``entries.`` and what was measured (both float32 or
        int64), ``prior.`` and what makes new codes.
    statistics, collection, training : mappings of JSON values
        How it turned out, what it was trained on, and how.
    notes : mapping of (level, code) to Note
        The owner's names for entries.
    prior : mapping of JSON values
        What the prior says of itself; empty where there is none.
    tags : tuple of str
        What its owner files it under (:mod:`distill.library.model_tags`).
    """

    name: str
    codec_config: CodecConfig
    tensors: dict[str, torch.Tensor]
    statistics: Mapping[str, JSON]
    collection: Mapping[str, JSON]
    training: Mapping[str, JSON]
    notes: Notes = field(default_factory=dict)
    prior: Mapping[str, JSON] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    @property
    def codec_tensors(self) -> dict[str, torch.Tensor]:
        """The codec's tensors by its own names for them, without ``codec.``."""
        return self._section(CODEC)

    @property
    def entries_tensors(self) -> dict[str, torch.Tensor]:
        """What was measured of the entries, without ``entries.``; empty in a model that never was."""
        return self._section(ENTRIES)

    @property
    def prior_tensors(self) -> dict[str, torch.Tensor]:
        """What makes new codes, without ``prior.``; empty in a model without a prior."""
        return self._section(PRIOR)

    def _section(self, prefix: str) -> dict[str, torch.Tensor]:
        return {
            name.removeprefix(prefix): tensor
            for name, tensor in self.tensors.items()
            if name.startswith(prefix)
        }

    @property
    def fingerprint(self) -> str:
        """What codes of this model belong to; hashes all tensors each time."""
        return codec_fingerprint(self.codec_config, self.codec_tensors)


def codec_fingerprint(config: CodecConfig, tensors: Mapping[str, torch.Tensor]) -> str:
    """Hash a codec's configuration and its tensors (names without ``codec.``), 64 hexadecimal digits."""
    from distill.codec.model import fingerprint_of

    return fingerprint_of(config, tensors)


def save(path: Path | str, model: ModelFile) -> None:
    """Write a model to a file, whole or not at all.

    Raises
    ------
    BadModelFile
        If the model holds what :func:`load` would refuse: tensors of other types or names, values that
        are not finite, statistics that are not JSON, more than 4 GiB.
    NoSpace
        If the disk is full or the folder cannot be written.
    """
    from safetensors.torch import save as to_bytes

    # safetensors' own save_file leaves a file only its owner can read, and hides why a write failed
    tensors = {name: tensor.detach().cpu().clone().contiguous() for name, tensor in model.tensors.items()}
    if sum(tensor.numel() * tensor.element_size() for tensor in tensors.values()) >= LARGEST_FILE:
        raise _unsaved(model, "it is larger than 4 GiB")
    for name, tensor in tensors.items():
        fault = fault_of(name, tensor)
        if fault:
            raise _unsaved(model, fault)
    if bool(model.prior) != bool(model.prior_tensors):
        raise _unsaved(model, "its prior is described and not there, or there and not described")
    if not model.name.isprintable() or not 1 <= len(model.name) <= 64:
        raise _unsaved(model, "its name is not 1 to 64 printable characters")
    try:
        text = description_text(
            Description(
                name=model.name,
                codec_config=model.codec_config,
                statistics=model.statistics,
                collection=model.collection,
                training=model.training,
                fingerprint=model.fingerprint,
                entries_digest=digest_of(model.entries_tensors),
                prior_digest=digest_of(model.prior_tensors),
                notes=model.notes,
                prior=model.prior,
                tags=model.tags,
            )
        )
    except JSONError as fault:
        raise _unsaved(model, f"in its description {fault}") from None
    data = to_bytes(tensors, metadata={METADATA_KEY: text})
    if int.from_bytes(data[:8], "little") > LARGEST_HEADER:
        raise _unsaved(model, "its description is larger than 16 MiB")
    with replacing(path) as file:
        file.write(data)


def load(path: Path | str, *, expected: ExpectedTensors) -> ModelFile:
    """Read a model from a file that may come from a stranger.

    Parameters
    ----------
    path
        A ``.distill`` file.
    expected
        Tells from the configuration which tensors there must be: name without ``codec.``, shape, type
        (:func:`distill.codec.model.expected_tensors`). Nothing of the file's is built before it agrees.

    Raises
    ------
    BadModelFile
        If the file is missing, old, newer, foreign or damaged; one sentence says which.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load as from_bytes

    shown = Path(path).name
    with open_model(path) as file:
        header, start = read_start(file, shown)
        require(header, expected, shown)
        try:
            data = start + file.read(header.size_bytes - len(start))
        except OSError as error:
            raise damaged(shown, f"it cannot be read to its end ({why_not(error)})") from None
    try:
        tensors = from_bytes(data)
    except SafetensorError:
        raise damaged(shown, "its tensors cannot be read") from None
    for name, tensor in tensors.items():
        fault = fault_of(name, tensor)
        if fault:
            raise damaged(shown, fault)
    model = ModelFile(
        header.name,
        header.codec_config,
        tensors,
        header.statistics,
        header.collection,
        header.training,
        header.notes,
        header.prior,
        header.tags,
    )
    sections = (
        (model.fingerprint, header.fingerprint),
        (digest_of(model.entries_tensors), header.entries_digest),
        (digest_of(model.prior_tensors), header.prior_digest),
    )
    if any(found != claimed for found, claimed in sections):
        raise damaged(shown, "its tensors do not match their digest")
    return model


def _unsaved(model: ModelFile, why: str) -> BadModelFile:
    return BadModelFile(f"the model {model.name!r} cannot be saved: {why}; train it again.")
