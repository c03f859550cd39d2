"""Codes in as few bits as they need, one behind the other: the payload of a ``.codes`` file."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid

__all__ = ["bits_of", "packed", "unpacked"]

_CHUNK = 2**18  # codes at a time: a multiple of 8, so that chunks begin on whole bytes


def bits_of(codebook_size: int) -> int:
    """Bits one code takes: ``ceil(log2(codebook_size))``."""
    return (codebook_size - 1).bit_length()


def packed(grid: Grid, bits: int) -> bytes:
    """Write the codes [C, K, S] one behind the other in ``bits`` bits each, the last byte filled up with zeros.

    Examples
    --------
    >>> packed(np.array([[[1, 2, 3]]]), 4).hex()
    '1230'
    """
    flat = grid.reshape(-1)
    parts = []
    for start in range(0, flat.size, _CHUNK):
        words = flat[start : start + _CHUNK].astype(">u2")
        rows = np.unpackbits(words.view(np.uint8)).reshape(-1, 16)  # [codes, 16], the highest bit first
        parts.append(np.packbits(rows[:, 16 - bits :]).tobytes())
    return b"".join(parts)


def unpacked(octets: bytes, shape: tuple[int, int, int], bits: int) -> npt.NDArray[np.int16]:
    """Undo :func:`packed`."""
    flat = np.empty(math.prod(shape), np.int16)
    every = np.frombuffer(octets, np.uint8)
    for start in range(0, flat.size, _CHUNK):
        stop = min(start + _CHUNK, flat.size)
        chunk = every[start * bits // 8 : -(-stop * bits // 8)]
        rows = np.zeros((stop - start, 16), np.uint8)
        rows[:, 16 - bits :] = np.unpackbits(chunk, count=(stop - start) * bits).reshape(-1, bits)
        flat[start:stop] = np.packbits(rows).view(">u2")
    return flat.reshape(shape)
