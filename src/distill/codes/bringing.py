"""What an operation takes along from another sound: all of it, as much as its region is long, or what lies at its place."""

from __future__ import annotations

from distill.codes.grid import Codes
from distill.codes.limits import shown_text
from distill.codes.material import Material
from distill.codes.operation import Operation
from distill.codes.region import Region
from distill.errors import BadSetting

__all__ = ["brought"]


def brought(
    kind: type[Operation],
    other: Codes,
    codes: Codes,
    region: Region,
    *,
    name: str = "",
    first: int | None = None,
    shown: str = "",
) -> Material:
    """Cut out of another sound what an operation on a region takes (:attr:`~distill.codes.operation.Operation.takes`).

    Parameters
    ----------
    name : str
        What the other sound is called if its codes do not say: its file.
    first : int, optional
        The other sound's step to begin with; the region's own place, or the beginning, if left out.
    shown : str
        How that place was written, for the sentence.

    Raises
    ------
    BadSetting
        If the place lies outside the other sound.
    ForeignCodes
        If it is another model's.
    """
    other.require_model(codes.fingerprint, codes.model)
    cells = region.cells(codes.grid.shape)
    if first is None:
        first = cells.start if kind.takes == "place" else 0
    if not 0 <= first < other.num_steps:
        place = shown or f"the region at {first / codes.step_rate:.2f} s"
        raise BadSetting(
            f"{place} lies outside the other sound of {other.seconds:.2f} s; choose a place within it."
        )
    stop = (
        other.num_steps if kind.takes == "whole" else min(other.num_steps, first + cells.stop - cells.start)
    )
    source = other.source or shown_text(name[-1024:])
    return Material.of_grid(other.grid[:, :, first:stop], source=source, fingerprint=other.fingerprint)
