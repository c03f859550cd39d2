"""What a grid of codes may be: the limits, and the checks that keep :class:`~distill.codes.grid.Codes` to them.

The limits hold for grids in memory and in files alike, so that whatever can be made can be saved, and a
file cannot ask for more memory than a sound could.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any
from unicodedata import category

import numpy as np
import numpy.typing as npt

from distill.audio.clip import SAMPLE_RATE
from distill.errors import BadCodes

__all__ = [
    "LONGEST_MODEL_NAME",
    "MOST_CODES",
    "MOST_LEVELS",
    "MOST_SEED",
    "MOST_STEPS",
    "Grid",
    "check_length",
    "check_shape",
    "checked_grid",
    "checked_values",
    "is_model_name",
    "shown_text",
]

Grid = npt.NDArray[np.integer[Any]]

MOST_LEVELS = 8
MOST_SEED = 2**63 - 1  # of an edit, and of drawing new codes
MOST_STEPS = 2**24  # 99 hours
MOST_CODES = 2**26  # over all channels and levels: a day of stereo at 8 levels
LONGEST_MODEL_NAME = 64  # characters
_LARGEST_CODEBOOK = 2**15  # so that every code fits into int16
_FURTHEST_DB = 120.0
_UNSHOWN = {"Cc", "Cs", "Zl", "Zp"}  # controls, lone surrogates, line and paragraph ends


def checked_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a :class:`Codes` holds besides grid and edits, as plain Python values.

    Characters of the source's name that cannot be shown become U+FFFD: file names may hold any bytes.

    Raises
    ------
    BadCodes
        Naming every value that no encoder of ours would give.
    """
    size, fingerprint, model, source = (
        values[key] for key in ("codebook_size", "fingerprint", "model", "source")
    )
    num_samples, step_length = values["num_samples"], values["step_length"]
    step_rate, gain_db = values["step_rate"], values["gain_db"]
    faults = []
    if not _is_integer(size) or not 2 <= size <= _LARGEST_CODEBOOK:
        faults.append(
            f"the codebook size is {_shown(size)}, not a whole number from 2 to {_LARGEST_CODEBOOK}"
        )
    if not isinstance(fingerprint, str) or not re.fullmatch(r"[0-9a-f]{8,128}", fingerprint):
        faults.append("the fingerprint is not 8 to 128 digits of lower-case hexadecimal")
    if not is_model_name(model):
        faults.append(f"the model's name is not a text of at most {LONGEST_MODEL_NAME} printable characters")
    if not isinstance(source, str) or len(source) > 1024:
        faults.append("the sound's name is not a text of at most 1024 characters")
    if not _is_integer(num_samples) or num_samples < 1:
        faults.append(f"the length is {_shown(num_samples)}, not a whole number of samples from 1 up")
    if not _is_integer(step_length) or not 1 <= step_length <= SAMPLE_RATE:
        faults.append(
            f"the step length is {_shown(step_length)}, not a whole number of samples from 1 to {SAMPLE_RATE}"
        )
    elif not _is_number(step_rate) or not math.isclose(step_rate * step_length, SAMPLE_RATE, rel_tol=1e-6):
        faults.append(f"{_shown(step_rate)} steps a second of {step_length} samples are not {SAMPLE_RATE} Hz")
    if not _is_number(gain_db) or not abs(gain_db) <= _FURTHEST_DB:
        faults.append(
            f"the level is {_shown(gain_db)} dB, not a number from -{_FURTHEST_DB:.0f} to {_FURTHEST_DB:.0f}"
        )
    if faults:
        raise BadCodes(f"these codes cannot be used: {'; '.join(faults)}; encode the sound again.")
    return {
        "codebook_size": int(size),
        "fingerprint": str(fingerprint),
        "model": str(model),
        "source": shown_text(source),
        "num_samples": int(num_samples),
        "step_length": int(step_length),
        "step_rate": float(step_rate),
        "gain_db": float(gain_db),
    }


def is_model_name(name: object) -> bool:
    """Tell whether codes can name this as the model that made them."""
    return isinstance(name, str) and name.isprintable() and len(name) <= LONGEST_MODEL_NAME


def shown_text(text: str) -> str:
    """Put U+FFFD for characters that cannot be shown: file names may hold any bytes."""
    return "".join("\ufffd" if category(char) in _UNSHOWN else char for char in text)


def checked_grid(grid: npt.ArrayLike, codebook_size: int) -> Grid:
    """Copy a grid [C, K, S] into memory that nobody can write to, if it is one.

    Raises
    ------
    BadCodes
        If the shape is not one of ours, or an element is not a code.
    """
    try:
        array = np.asarray(grid)
    except ValueError:
        raise BadCodes("the rows of this grid differ in length; give one of shape [C, K, S].") from None
    if array.ndim != 3:
        raise BadCodes(
            f"a grid has 3 dimensions (channels, levels, steps), this one has shape {array.shape}; "
            "give one of shape [C, K, S]."
        )
    C, K, S = array.shape
    if S == 0:
        raise BadCodes("these codes are empty; a sound has at least one step, so encode a sound first.")
    check_shape(C, K, S)
    if not np.issubdtype(array.dtype, np.integer):
        raise BadCodes(f"codes are whole numbers, these are {array.dtype}; give an integer array.")
    if array.min() < 0 or array.max() >= codebook_size:
        channel, level, step = np.argwhere((array < 0) | (array >= codebook_size))[0].tolist()
        raise BadCodes(
            f"code {array[channel, level, step]} at level {level + 1}, step {step}"
            f"{' of the side' if channel else ''} is outside 0 to {codebook_size - 1}; "
            "use codes of this model, or encode the sound again."
        )
    # a view of bytes: unlike an array of its own, it can never be made writeable again
    return np.frombuffer(array.astype(np.int16, copy=False).tobytes(), np.int16).reshape(C, K, S)


def check_shape(num_channels: int, num_levels: int, num_steps: int) -> None:
    """Refuse a shape beyond the limits, before anything of that shape is made.

    Raises
    ------
    BadCodes
        If it is beyond them.
    """
    if num_channels not in (1, 2) or not 1 <= num_levels <= MOST_LEVELS:
        raise BadCodes(
            f"the grid has {num_channels} channels and {num_levels} levels; 1 or 2 channels (mid, side) and "
            f"1 to {MOST_LEVELS} levels are allowed, so encode the sound again."
        )
    num_codes = num_channels * num_levels * num_steps
    if not 1 <= num_steps <= MOST_STEPS or num_codes > MOST_CODES:
        raise BadCodes(
            f"the grid has {num_steps} steps and {num_codes} codes; 1 to {MOST_STEPS} steps and at most "
            f"{MOST_CODES} codes are allowed, so cut the sound into shorter parts."
        )


def check_length(num_samples: int, step_length: int, num_steps: int) -> None:
    """Make sure that a sound's length belongs to its number of steps.

    Raises
    ------
    BadCodes
        If ``num_steps`` is not ``ceil(num_samples / step_length)``.
    """
    needed = -(-num_samples // step_length)
    if needed != num_steps:
        raise BadCodes(
            f"{num_samples} samples take {needed} steps of {step_length}, and the grid has {num_steps}; "
            "give the length that belongs to the grid."
        )


def _is_integer(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
