"""All operations as a table of data, for ``distill edit --list``, the browser and the documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo

from distill.codes.limits import MOST_STEPS
from distill.codes.operation import InSteps, Operation, operations

__all__ = ["ListedArgument", "ListedOperation", "listing"]


@dataclass(frozen=True)
class ListedArgument:
    """One argument, as a person reads it.

    Attributes
    ----------
    name : str
        As it is written after ``--do``.
    allowed : str
        ``1 to 64``, ``first, last or common``, ``yes or no``, ``FILE``.
    usual : str
        What it is if it is left out; empty if it has to be given.
    required : bool
        Whether it has to be given.
    about : str
        What it does.
    """

    name: str
    allowed: str
    usual: str
    required: bool
    about: str


@dataclass(frozen=True)
class ListedOperation:
    """One operation, as a person reads it.

    Attributes
    ----------
    name, group, summary, hear, example : str
        As :class:`~distill.codes.operation.Operation` has them.
    arguments : tuple of ListedArgument
        Its own; ``from``, ``to``, ``levels``, ``every``, ``channels`` and ``seed`` belong to every operation.
    """

    name: str
    group: str
    summary: str
    arguments: tuple[ListedArgument, ...]
    example: str
    hear: str


def listing() -> tuple[ListedOperation, ...]:
    """List every operation, by group and name.

    Examples
    --------
    >>> [operation.name for operation in listing() if operation.group == "Cells"]
    ['cut', 'fill', 'set']
    """
    rows = [_listed(kind) for kind in operations().values()]
    return tuple(sorted(rows, key=lambda row: (row.group, row.name)))


def _listed(kind: type[Operation]) -> ListedOperation:
    properties = kind.model_json_schema().get("properties", {})
    arguments = tuple(
        _argument(word, kind.model_fields[field], properties[field])
        for word, field in kind.argument_names().items()
    )
    return ListedOperation(kind.name, kind.group, kind.summary(), arguments, kind.example, kind.hear)


def _argument(word: str, field: FieldInfo, schema: dict[str, Any]) -> ListedArgument:
    # What has a factory is empty if it is left out, so there is nothing to show; pydantic then gives no default.
    nothing = field.is_required() or field.default_factory is not None or field.default is None
    usual = "" if nothing else _shown(field.default)
    allowed = "FILE" if word in ("with", "A") else _allowed(schema)
    if InSteps.marks(field):
        allowed = f"{allowed} steps, or a time".removeprefix("a whole number ")
    return ListedArgument(word, allowed, usual, field.is_required(), field.description or "")


def _allowed(schema: dict[str, Any]) -> str:
    """Say in words what a JSON schema allows."""
    options = [part for part in schema.get("anyOf", ()) if part.get("type") != "null"]
    if options:
        return " or ".join(_allowed(part) for part in options)
    if "const" in schema:
        return _shown(schema["const"])
    if "enum" in schema:
        *most, last = (_shown(value) for value in schema["enum"])
        return f"{', '.join(most)} or {last}" if most else last
    kind = schema.get("type")
    if kind == "boolean":
        return "yes or no"
    if kind == "array":
        return f"{_allowed(schema.get('items', {}))}, with commas between".removeprefix(", ")
    if kind in ("integer", "number"):
        return _range(schema) or ("a whole number" if kind == "integer" else "a number")
    return "text" if kind == "string" else ""


def _range(schema: dict[str, Any]) -> str:
    lowest, highest = schema.get("minimum"), schema.get("maximum")
    if highest == MOST_STEPS:  # a bound for strangers' files, which tells a person nothing
        highest = None
    if lowest == -MOST_STEPS:
        lowest = None
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    start = _shown(lowest) if lowest is not None else (f"above {_shown(above)}" if above is not None else "")
    end = (
        f"to {_shown(highest)}"
        if highest is not None
        else (f"to below {_shown(below)}" if below is not None else "")
    )
    if start and not end:
        return f"{start} or more" if lowest is not None else start
    return f"{start} {end}".strip()


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ",".join(_shown(part) for part in value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)
