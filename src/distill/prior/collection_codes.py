"""The collection's codes, which a model file keeps beside its prior, and by which a sound of the collection is known again.

They are read apart from the prior, as encoding needs them alone: a network is not built to open a sound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid
from distill.errors import BadModelFile

__all__ = ["CollectionCodes", "damaged"]

_CODES, _LENGTHS = "collection.codes", "collection.lengths"
_SAME_CODES = 0.9


@dataclass(frozen=True, eq=False)
class CollectionCodes:
    """The codes of each file of a collection.

    Attributes
    ----------
    grids : tuple of int16 arrays [K, S]
        The mid of each.
    """

    grids: tuple[Grid, ...]

    def may_hold(self, num_steps: int) -> bool:
        """Whether a sound of the collection has so many steps."""
        return any(grid.shape[1] == num_steps for grid in self.grids)

    def holds(self, grid: Grid) -> bool:
        """Whether a sound of the collection has these codes [K, S], but for the few that another processor rounds to others."""
        return any(
            known.shape == grid.shape and float(np.mean(known == grid)) >= _SAME_CODES for known in self.grids
        )

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """Lay the files end to end."""
        return {
            _CODES: np.concatenate(self.grids, axis=1).astype(np.int16),
            _LENGTHS: np.array([grid.shape[1] for grid in self.grids], np.int64),
        }

    @classmethod
    def read(
        cls,
        tensors: Mapping[str, npt.NDArray[Any]],
        *,
        names: Sequence[str],
        num_levels: int,
        codebook_size: int,
    ) -> tuple[Self, dict[str, npt.NDArray[Any]]]:
        """Undo :meth:`tensors`; what else is among them comes second.

        Parameters
        ----------
        names : sequence of str
            What the collection's files are called.
        num_levels, codebook_size : int
            Of the codec whose codes they are.

        Raises
        ------
        BadModelFile
            If they are not as they would have been written.
        """
        others = dict(tensors)
        codes, lengths = others.pop(_CODES, None), others.pop(_LENGTHS, None)
        if codes is None or lengths is None:
            raise damaged("its arrays are not those of a prior")
        if codes.dtype != np.int16 or lengths.dtype != np.int64 or codes.ndim != 2 or lengths.ndim != 1:
            raise damaged("its collection is no row of codes")
        if codes.shape[0] != num_levels or len(lengths) != len(names) or not len(lengths):
            raise damaged("its collection does not fit the model")
        if lengths.min() < 1 or lengths.max() > codes.shape[1] or lengths.sum() != codes.shape[1]:
            raise damaged("its collection's files do not fill it")
        if codes.min() < 0 or codes.max() >= codebook_size:
            raise damaged("its collection holds codes that the model does not have")
        return cls(tuple(np.split(codes, np.cumsum(lengths)[:-1], axis=1))), others


def damaged(what: str) -> BadModelFile:
    """Say what is wrong with what a model file holds of its prior."""
    return BadModelFile(f"the prior in this model file is damaged: {what}; train the model again.")
