"""JSON values as the file formats use them: frozen in memory, one spelling on disk, strict when read.

Unlike plain :mod:`json`, reading refuses what JSON itself forbids or leaves open (a key given twice,
NaN and Infinity, numbers beyond 64 bits, nesting without end), and writing always gives the same bytes
for the same value (RFC 8785 in spirit: sorted keys, no spaces, UTF-8).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NoReturn, TypeAlias

__all__ = ["JSON", "JSONError", "dumps", "frozen", "loads", "thawed", "written"]

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"

_DEEPEST = 32  # lists and mappings inside one another
_INTEGERS = (-(2**63), 2**64 - 1)


class JSONError(ValueError):
    """Why something is no JSON value of ours, as a clause for an error sentence."""


def frozen(value: object, *, depth: int = 0) -> JSON:
    """Copy a JSON value into one that cannot be changed: tuples and read-only mappings.

    Raises
    ------
    JSONError
        If it holds anything but null, booleans, 64-bit integers, finite numbers, Unicode text, lists
        and mappings with text as keys, or nests deeper than 32.

    Examples
    --------
    >>> frozen({"region": [0, 8]})
    mappingproxy({'region': (0, 8)})
    """
    if depth > _DEEPEST:
        raise JSONError(f"values are nested deeper than {_DEEPEST}")
    if isinstance(value, str):  # first, for there are most of them
        return _text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if not _INTEGERS[0] <= value <= _INTEGERS[1]:
            raise JSONError("a whole number does not fit into 64 bits")
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise JSONError("a number is not finite")
        return float(value)
    if isinstance(value, Mapping):
        copy: dict[str, JSON] = {}
        for key, part in value.items():
            if not isinstance(key, str):
                raise JSONError(f"a key is {type(key).__name__}, not text")
            copy[_text(key)] = frozen(part, depth=depth + 1)
        return MappingProxyType(copy)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return tuple([frozen(part, depth=depth + 1) for part in value])
    raise JSONError(f"a value is {type(value).__name__}, which JSON does not have")


def thawed(value: JSON) -> Any:
    """Copy a frozen value into plain lists and dictionaries, for :mod:`json` and for changing."""
    if isinstance(value, Mapping):
        return {key: thawed(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [thawed(part) for part in value]
    return value


def dumps(value: object) -> bytes:
    """Write a JSON value with sorted keys and no spaces, in UTF-8.

    Raises
    ------
    JSONError
        As :func:`frozen`.

    Examples
    --------
    >>> dumps({"b": 1, "a": [0.5, None]})
    b'{"a":[0.5,null],"b":1}'
    """
    return written(frozen(value))


def written(value: JSON) -> bytes:
    """Write a value that :func:`frozen` returned, as :func:`dumps` does, without looking through it again."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=dict)
    return text.encode()


def loads(data: bytes) -> Any:
    """Read JSON strictly.

    Raises
    ------
    JSONError
        If it is not UTF-8, not JSON, holds a key twice, NaN, Infinity or a number beyond 64 bits, or
        nests without end.

    Examples
    --------
    >>> loads(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ...
    distill.codes.json_values.JSONError: the key 'a' appears twice
    """
    try:
        return json.loads(
            data.decode(),
            object_pairs_hook=_without_twins,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_integer,
        )
    except JSONError:
        raise
    except RecursionError:
        raise JSONError(f"values are nested deeper than {_DEEPEST}") from None
    except ValueError:  # JSONDecodeError and UnicodeDecodeError alike
        raise JSONError("the text is not JSON") from None


def _text(value: str) -> str:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise JSONError("a text holds characters outside Unicode") from None
    return str(value)


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key, value in pairs:
        if key in mapping:
            raise JSONError(f"the key {key[:40]!r} appears twice")
        mapping[key] = value
    return mapping


def _refuse_constant(name: str) -> NoReturn:
    raise JSONError(f"{name} is not a number JSON has")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise JSONError("a number is not finite")
    return number


def _integer(text: str) -> int:
    # 20 digits and a sign reach every 64-bit number; longer texts would cost quadratic time
    if len(text) > 21 or not _INTEGERS[0] <= int(text) <= _INTEGERS[1]:
        raise JSONError("a whole number does not fit into 64 bits")
    return int(text)
