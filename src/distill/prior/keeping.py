"""The counting prior on disk: a few long arrays for all its lines, and strict reading of what a stranger may have made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from distill.codes.json_values import JSON, thawed
from distill.codes.limits import MOST_LEVELS
from distill.errors import BadModelFile, BadSetting
from distill.prior.contexts import Feature, Table, checked_table
from distill.prior.counting import Counts

__all__ = ["KIND", "read", "written"]

KIND = "backoff"
_KINDS = {
    "lines": np.int64,  # [L, 2]: contexts and counts of each line
    "strengths": np.float64,  # [L]
    "keys": np.int64,  # [sum of M]
    "widths": np.int16,  # [sum of M]: different codes after each context
    "codes": np.int16,  # [sum of P]
    "counts": np.int32,  # [sum of P]
}


def written(counts: Sequence[Counts], strengths: Sequence[float]) -> dict[str, npt.NDArray[Any]]:
    """Lay the counts of all lines end to end."""
    return {
        "lines": np.array([[len(line.keys), len(line.codes)] for line in counts], np.int64),
        "strengths": np.array(strengths, np.float64),
        "keys": np.concatenate([line.keys for line in counts]),
        "widths": np.concatenate([np.diff(line.starts) for line in counts]).astype(np.int16),
        "codes": np.concatenate([line.codes for line in counts]),
        "counts": np.concatenate([line.counts for line in counts]),
    }


def read(
    settings: JSON, tensors: Mapping[str, npt.NDArray[Any]]
) -> tuple[Table, int, list[Counts], list[float]]:
    """Take apart what :func:`written` joined: table, codebook size, counts and strengths.

    Raises
    ------
    BadModelFile
        If anything is not as it would have been written.
    """
    table, size = _settings(settings)
    if set(tensors) != set(_KINDS) or any(tensors[name].dtype != kind for name, kind in _KINDS.items()):
        raise _damaged("its arrays are not those of counts")
    arrays = {name: np.asarray(array) for name, array in tensors.items()}
    lines, strengths, widths = arrays["lines"], arrays["strengths"], arrays["widths"].astype(np.int64)
    num_lines = sum(map(len, table))
    fits = lines.shape == (num_lines, 2) and strengths.shape == (num_lines,)
    if not fits or not (lines > 0).all() or not (np.isfinite(strengths) & (strengths > 0)).all():
        raise _damaged("its lines are not those of its table")
    num_contexts, num_codes = lines.sum(0).tolist()
    if (
        arrays["keys"].shape != (num_contexts,)
        or widths.shape != (num_contexts,)
        or arrays["codes"].shape != (num_codes,)
        or arrays["counts"].shape != (num_codes,)
        or not (widths > 0).all()
        or not (arrays["counts"] > 0).all()
        or not ((arrays["codes"] >= 0) & (arrays["codes"] < size)).all()
    ):
        raise _damaged("its counts do not fit together")
    counts = []
    context = code = 0
    for contexts, codes in lines.tolist():
        here, there = slice(context, context + contexts), slice(code, code + codes)
        starts = np.concatenate([[0], np.cumsum(widths[here])])
        found = Counts(arrays["keys"][here], starts, arrays["codes"][there], arrays["counts"][there])
        if starts[-1] != codes or not found.in_order:
            raise _damaged("its counts are not in order")
        counts.append(found)
        context, code = here.stop, there.stop
    return table, size, counts, strengths.tolist()


def _settings(settings: JSON) -> tuple[Table, int]:
    values = thawed(settings)
    if not isinstance(values, dict) or set(values) != {"kind", "codebook_size", "table"}:
        raise _damaged("its settings are not those of counts")
    size, levels = values["codebook_size"], values["table"]
    if values["kind"] != KIND or type(size) is not int or not 2 <= size <= 2**15:
        raise _damaged("its settings are not those of counts")
    if not isinstance(levels, list) or not 1 <= len(levels) <= MOST_LEVELS:
        raise _damaged("its table is none")
    contexts = [context for level in levels for context in (level if isinstance(level, list) else [None])]
    if not all(isinstance(context, list) and all(map(_is_feature, context)) for context in contexts):
        raise _damaged("its table is none")
    table = tuple(tuple(tuple(Feature(*f) for f in context) for context in level) for level in levels)
    try:
        return checked_table(table, num_levels=len(table), codebook_size=size), size
    except BadSetting:
        raise _damaged("its table is none") from None


def _is_feature(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(part) is int for part in value)


def _damaged(what: str) -> BadModelFile:
    return BadModelFile(f"the prior in this model file is damaged: {what}; train the prior again.")
