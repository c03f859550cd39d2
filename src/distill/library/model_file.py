"""The model file, format 2: everything a model is, in one safetensors file that never runs code.

::

    tensors      codec.*     names, shapes and types follow from the configuration
                 entries.*   what was measured of the entries (:class:`distill.codes.entries.Entries`); may be missing
    metadata     distill     JSON with sorted keys:
        format      2
        name        what the model was called when it was trained
        codec       CodecConfig
        statistics  how it turned out        collection  what it was trained on
        training    how it was trained
        notes       the owner's names for entries; may be missing
        sha256      codec: fingerprint over configuration and tensors; entries: over theirs, if there are any;
                    about: over all other keys

The same model always gives the same bytes. What comes before the tensors is read and checked by
:mod:`distill.library.model_header`; where files lie and what they are called is the catalog's business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from distill.codes.entries import Entries
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
from distill.replacing import replacing, why_not

if TYPE_CHECKING:  # torch takes a second to load, and listing models needs none of it
    import torch

__all__ = ["ExpectedTensors", "ModelFile", "ModelHeader", "codec_fingerprint", "load", "read_header", "save"]

ExpectedTensors: TypeAlias = "Callable[[CodecConfig], Mapping[str, tuple[tuple[int, ...], torch.dtype]]]"

_CODEC, _ENTRIES = "codec.", "entries."


@dataclass(frozen=True, eq=False)
class ModelFile:
    """A model as it is kept.

    Attributes
    ----------
    name : str
        1 to 64 printable characters.
    codec_config : CodecConfig
    tensors : dict of str to Tensor
        Float32 or int64, by full name: ``codec.`` and the codec's own name for it, ``entries.`` and what was measured.
    statistics, collection, training : mappings of JSON values
        How it turned out, what it was trained on, and how.
    notes : mapping of (level, code) to Note
        The owner's names for entries.
    """

    name: str
    codec_config: CodecConfig
    tensors: dict[str, torch.Tensor]
    statistics: Mapping[str, JSON]
    collection: Mapping[str, JSON]
    training: Mapping[str, JSON]
    notes: Notes = field(default_factory=dict)

    @property
    def codec_tensors(self) -> dict[str, torch.Tensor]:
        """The codec's tensors by its own names for them, without ``codec.``."""
        return self._section(_CODEC)

    @property
    def entries_tensors(self) -> dict[str, torch.Tensor]:
        """What was measured of the entries, without ``entries.``; empty in a model that never was."""
        return self._section(_ENTRIES)

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
        fault = _fault(name, tensor)
        if fault:
            raise _unsaved(model, fault)
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
                entries_digest=_digest(model.entries_tensors),
                notes=model.notes,
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
        _require(header, expected, shown)
        try:
            data = start + file.read(header.size_bytes - len(start))
        except OSError as error:
            raise damaged(shown, f"it cannot be read to its end ({why_not(error)})") from None
    try:
        tensors = from_bytes(data)
    except SafetensorError:
        raise damaged(shown, "its tensors cannot be read") from None
    for name, tensor in tensors.items():
        fault = _fault(name, tensor)
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
    )
    if model.fingerprint != header.fingerprint or _digest(model.entries_tensors) != header.entries_digest:
        raise damaged(shown, "its tensors do not match their digest")
    return model


def _require(header: ModelHeader, expected: ExpectedTensors, shown: str) -> None:
    """Refuse a file whose tensors are not exactly those that its configuration calls for."""
    names = {"torch.float32": "F32", "torch.int64": "I64"}
    wanted = {
        _CODEC + name: (names.get(str(dtype)), shape)
        for name, (shape, dtype) in expected(header.codec_config).items()
    }
    found = {name: (info.dtype, info.shape) for name, info in header.tensors.items()}
    if any(name.startswith(_ENTRIES) for name in found):
        config = header.codec_config
        shapes = Entries.shapes(config.num_levels, config.codebook_size, config.latent_dim)
        wanted |= {
            _ENTRIES + name: ("I64" if name == "usage" else "F32", shape) for name, shape in shapes.items()
        }
    if wanted == found:
        return
    name = min(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if name not in found:
        raise damaged(shown, f"the tensor {name!r} is missing")
    if name not in wanted:
        raise damaged(shown, f"the tensor {name[:80]!r} does not belong to this codec")
    raise damaged(
        shown, f"the tensor {name!r} has type and shape {found[name]}, and its codec has {wanted[name]}"
    )


def _fault(name: str, tensor: torch.Tensor) -> str | None:
    """Say what is wrong with a tensor, if anything is."""
    import torch

    if not name.startswith((_CODEC, _ENTRIES)):
        return f"the tensor {name[:80]!r} does not belong to a codec"
    if tensor.dtype not in (torch.float32, torch.int64):
        return f"the tensor {name!r} is {tensor.dtype}, neither float32 nor int64"
    if not bool(torch.isfinite(tensor).all()):
        return f"the tensor {name!r} holds values that are not finite"
    if name == f"{_ENTRIES}usage" and bool((tensor < 0).any()):
        return f"the tensor {name!r} counts less than none"
    return None


def _digest(tensors: Mapping[str, torch.Tensor]) -> str:
    """SHA-256 over the tensors of a section; empty if there is none."""
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        digest.update(f"\n{name} {tuple(tensor.shape)} {tensor.dtype}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest() if tensors else ""


def _unsaved(model: ModelFile, why: str) -> BadModelFile:
    return BadModelFile(f"the model {model.name!r} cannot be saved: {why}; train it again.")
