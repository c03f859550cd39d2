"""Codes that an edit carries with it: what is pasted, swapped in or blended with.

An edit's record must be enough to repeat it on another sound and on another day, so it does not point at a file: it
holds the codes themselves, packed. A second of eight levels takes about half a kilobyte. :func:`copied` is what an editor
calls *copy*; :mod:`distill.codes.laying` says which cells of a region they reach.
"""

from __future__ import annotations

import base64
import zlib
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from distill.codes.grid import Codes
from distill.codes.limits import Grid, check_shape
from distill.codes.region import Region
from distill.errors import BadCodes, ForeignCodes

__all__ = ["Material", "copied"]

# Characters: less than a .codes file takes, so that codes which can be edited can be saved.
_LONGEST = 32 * 2**20
_EFFORT = 1  # of 9: four times as fast as the usual 6, for codes that hardly deflate further


class Material(BaseModel):
    """A block of codes and where it came from.

    Examples
    --------
    >>> Material.of_grid(np.array([[[1, 2], [3, 4]]]), source="rain").grid.tolist()
    [[[1, 2], [3, 4]]]
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shape: tuple[int, int, int] = Field(description="channels, levels, steps")
    packed: str = Field(max_length=_LONGEST, description="the codes as 16-bit numbers, deflated, in base 64")
    source: str = Field("", max_length=1024, description="the sound they are of, for people")
    fingerprint: str = Field("", max_length=128, description="the codec they are of")

    @model_validator(mode="after")
    def _is_of_a_shape(self) -> Material:
        try:
            check_shape(*self.shape)  # operations count with it before they unpack the codes
        except BadCodes as error:
            raise ValueError(str(error)) from None
        return self

    @classmethod
    def of_grid(cls, grid: Grid, *, source: str = "", fingerprint: str = "") -> Material:
        """Pack a block [C, K, S].

        Raises
        ------
        BadCodes
            If it is more than an edit can carry: some six hours of stereo with eight levels.
        """
        data = np.ascontiguousarray(grid, dtype="<u2").tobytes()
        packed = base64.b64encode(zlib.compress(data, _EFFORT)).decode("ascii")
        channels, levels, steps = grid.shape
        if len(packed) > _LONGEST:
            raise BadCodes(
                f"{steps} steps of codes are more than an edit can carry ({_LONGEST // 2**20} MiB); cut the sound into "
                "shorter parts."
            )
        return cls(shape=(channels, levels, steps), packed=packed, source=source, fingerprint=fingerprint)

    @classmethod
    def of_codes(cls, codes: Codes) -> Material:
        """Pack all of a sound's codes.

        Raises
        ------
        BadCodes
            As :meth:`of_grid`.
        """
        return cls.of_grid(codes.grid, source=codes.source, fingerprint=codes.fingerprint)

    @cached_property
    def grid(self) -> Grid:
        """The block, int16 [C, K, S], read-only.

        Raises
        ------
        BadCodes
            If it cannot be unpacked: a record may come from a stranger.
        """
        channels, levels, steps = self.shape
        expected = 2 * channels * levels * steps
        try:
            inflate = zlib.decompressobj()
            data = inflate.decompress(base64.b64decode(self.packed, validate=True), expected + 1)
            whole = inflate.eof and not inflate.unused_data
        except (ValueError, zlib.error):  # binascii's error is a ValueError
            data, whole = b"", False
        if not whole or len(data) != expected:
            raise BadCodes("the codes that an edit carries are damaged; make the edit again.")
        block = np.frombuffer(data, "<u2")
        if block.size and int(block.max()) >= 2**15:
            raise BadCodes("the codes that an edit carries are damaged; make the edit again.")
        unpacked = block.astype(np.int16).reshape(self.shape)
        unpacked.setflags(write=False)
        return unpacked

    def require_fit(self, codes: Codes) -> None:
        """Make sure that these are codes of the same codec.

        Raises
        ------
        ForeignCodes, BadCodes
            If not.
        """
        if self.fingerprint and self.fingerprint != codes.fingerprint:
            raise ForeignCodes(
                f"the edit carries codes of {self.source[:40] or 'a sound'!r} by another model (fingerprint "
                f"{self.fingerprint[:8]!r}, this sound's is {codes.fingerprint[:8]!r}); use sounds of one model."
            )
        if int(self.grid.max(initial=0)) >= codes.codebook_size:
            raise BadCodes(
                f"the edit carries codes up to {int(self.grid.max())}, and this model has 0 to "
                f"{codes.codebook_size - 1}; "
                "use sounds of one model."
            )

    def to_json(self) -> dict[str, Any]:
        """As it stands in a record."""
        return self.model_dump(mode="json", exclude_defaults=True)


def copied(codes: Codes, region: Region) -> Material:
    """Copy what lies in a region's stretch of time, all levels and channels of it.

    Which levels a paste changes is said by *its* region, so that one copy serves for all of them.

    Raises
    ------
    BadSetting, BadCodes
        If the region has no cells there, or too many.
    """
    cells = region.cells(codes.grid.shape)
    block = codes.grid[:, :, cells.start : cells.stop]
    return Material.of_grid(block, source=codes.source, fingerprint=codes.fingerprint)
