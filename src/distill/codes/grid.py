"""Codes: a sound as a grid of codes, with all it takes to find its model and to become sound again.

A value: immutable, compared by content, numpy only. :mod:`distill.codes.storage` writes it to a file;
the codec that makes and decodes it lies above and is named here by its fingerprint alone.

Channel 0 is the mid (the only one of a mono sound), channel 1 the side. Levels are counted from 1, as
in the interface; steps from 0, as in every region.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from distill.codes.json_values import JSON, JSONError, frozen, thawed
from distill.codes.limits import Grid, check_length, checked_grid, checked_values
from distill.errors import BadCodes, BadSetting, ForeignCodes

__all__ = ["Codes"]


@dataclass(frozen=True, eq=False)
class Codes:
    """The codes of one sound.

    Attributes
    ----------
    grid : int16 array [C, K, S]
        Read-only and private: any integers are taken and copied. ``torch.from_numpy`` wants
        ``grid.astype(np.int64)``, a copy that may be written.
    codebook_size : int
        Entries at every level; codes lie in ``0 .. codebook_size - 1``.
    fingerprint : str
        Of the codec that made them, in lower-case hexadecimal.
    model : str
        Name of the model, for people; empty while it has none.
    num_samples : int
        Exact length of the sound; ``S == ceil(num_samples / step_length)``.
    source : str
        Name of the sound, for people; characters that cannot be shown become U+FFFD.
    step_rate : float
        Steps a second.
    step_length : int
        Samples in a step; ``step_rate * step_length`` is 48,000 Hz.
    gain_db : float in -120..120
        Level of the sound against the level the codec works at; decoding multiplies by it.
    edits : tuple of mappings
        The edits that led here, oldest first, as frozen JSON values.

    Raises
    ------
    BadCodes
        If the grid is empty or misshapen, a code is out of range, or a value is impossible.

    Examples
    --------
    >>> codes = Codes(np.zeros((1, 4, 47), int), codebook_size=256, fingerprint="1a2b3c4d",
    ...               model="bells", num_samples=48_000)
    >>> codes.num_levels, codes.num_steps, codes.seconds
    (4, 47, 1.0)
    """

    grid: Grid
    _: KW_ONLY
    codebook_size: int
    fingerprint: str
    model: str
    num_samples: int
    source: str = ""
    step_rate: float = 46.875
    step_length: int = 1024
    gain_db: float = 0.0
    edits: tuple[Mapping[str, JSON], ...] = ()

    def __post_init__(self) -> None:
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        values = checked_values(given) | {
            "grid": checked_grid(self.grid, self.codebook_size),
            "edits": _frozen_edits(self.edits),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)  # the dataclass is frozen for everyone else
        check_length(self.num_samples, self.step_length, self.num_steps)

    @property
    def num_channels(self) -> int:
        """Channels C: 1, or 2 for mid and side."""
        return int(self.grid.shape[0])

    @property
    def num_levels(self) -> int:
        """Levels K."""
        return int(self.grid.shape[1])

    @property
    def num_steps(self) -> int:
        """Steps S."""
        return int(self.grid.shape[2])

    @property
    def seconds(self) -> float:
        """Length of the sound in seconds."""
        return self.num_samples / (self.step_rate * self.step_length)

    def with_grid(self, grid: npt.ArrayLike, *, edits: Sequence[Mapping[str, JSON]] | None = None) -> Codes:
        """Return the same sound with other codes.

        Parameters
        ----------
        grid : integers [C', K', S']
            A grid of another length makes the sound ``S' * step_length`` samples long.
        edits : sequence of mappings, optional
            The whole list of edits that led to ``grid``; unchanged if left out.

        Raises
        ------
        BadCodes
            As the constructor.
        """
        checked = checked_grid(grid, self.codebook_size)
        num_steps = checked.shape[2]
        return replace(
            self,
            grid=checked,
            num_samples=self.num_samples if num_steps == self.num_steps else num_steps * self.step_length,
            edits=self.edits if edits is None else tuple(edits),
        )

    def up_to_level(self, level: int) -> Codes:
        """Return the first ``level`` levels alone, without a list of edits (it tells of all levels).

        Raises
        ------
        BadSetting
            If there is no such level.
        """
        if not 1 <= level <= self.num_levels:
            raise BadSetting(
                f"there is no level {level}; these codes have levels 1 to {self.num_levels}, so choose one of these."
            )
        return replace(self, grid=self.grid[:, :level], edits=())

    def region(self, start_step: int, stop_step: int) -> Codes:
        """Return steps ``start_step`` to before ``stop_step``, without a list of edits (it tells of all steps).

        The last step keeps the exact length of the sound.

        Raises
        ------
        BadSetting
            If the region is empty or reaches outside the grid.
        """
        if not 0 <= start_step < stop_step <= self.num_steps:
            raise BadSetting(
                f"steps {start_step} to {stop_step} are no region of this sound; choose a start before "
                f"the end, within 0 to {self.num_steps}."
            )
        stop_sample = min(stop_step * self.step_length, self.num_samples)
        return replace(
            self,
            grid=self.grid[:, :, start_step:stop_step],
            num_samples=stop_sample - start_step * self.step_length,
            edits=(),
        )

    def require_model(self, fingerprint: str, model_name: str) -> None:
        """Make sure that a model is the one that made these codes.

        Raises
        ------
        ForeignCodes
            If it is another one.
        """
        if fingerprint != self.fingerprint:
            maker = f"the model {self.model!r}" if self.model else "a model without a name"
            raise ForeignCodes(
                f"these codes were made by {maker} (fingerprint {self.fingerprint[:8]}), "
                f"this is {model_name!r} ({fingerprint[:8]}); use the model that made them, or encode the sound again."
            )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Codes):
            return NotImplemented
        return np.array_equal(self.grid, other.grid) and all(
            getattr(self, field.name) == getattr(other, field.name) for field in fields(self)[1:]
        )

    def __hash__(self) -> int:
        return hash((self.fingerprint, self.num_samples, self.grid.shape, self.grid.tobytes()))

    def __reduce__(self) -> tuple[Any, ...]:
        # read-only mappings cannot be pickled or deep-copied; plain values can
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return _rebuilt, (values | {"edits": thawed(self.edits)},)


def _rebuilt(values: dict[str, Any]) -> Codes:
    return Codes(**values)


def _frozen_edits(edits: Sequence[Mapping[str, JSON]]) -> tuple[Mapping[str, JSON], ...]:
    try:
        kept = frozen(edits)
    except JSONError as fault:
        raise BadCodes(f"the list of edits cannot be kept: {fault}; make the edits again.") from None
    if not isinstance(kept, tuple) or not all(isinstance(edit, Mapping) for edit in kept):
        raise BadCodes("the list of edits cannot be kept: it is not a list of records; make the edits again.")
    return kept
