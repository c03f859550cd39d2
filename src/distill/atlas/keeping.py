"""Entries as tensors of a model file, and back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from distill.atlas.hearing import lookup_of
from distill.codec.model import Codec
from distill.codes.entries import Entries, Note

__all__ = ["from_tensors", "to_tensors"]


def to_tensors(entries: Entries) -> dict[str, Tensor]:
    """What was measured, by its name in :class:`Entries`; the lookup is the codec's own, the notes are JSON."""
    names = Entries.shapes(*entries.lookup.vectors.shape)
    arrays = {name: getattr(entries, name) for name in names}
    missing = [name for name, array in arrays.items() if array is None]
    assert not missing, f"measured by distill.atlas all of it, and {missing} are missing"
    return {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in arrays.items()}


def from_tensors(
    codec: Codec, tensors: Mapping[str, Tensor], notes: Mapping[tuple[int, int], Note]
) -> Entries | None:
    """Undo :func:`to_tensors`; None where there is nothing, as in a model that was never measured."""
    if not tensors:
        return None
    return Entries(
        fingerprint=codec.fingerprint(),
        lookup=lookup_of(codec),
        notes=notes,
        **{name: tensor.cpu().numpy() for name, tensor in tensors.items()},
    )
