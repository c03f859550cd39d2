"""Operations as forms: what a page needs to ask a person for an operation's arguments (:mod:`distill.codes.listing` tells them in words)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from distill.codes.limits import MOST_STEPS
from distill.codes.operation import InSteps, Operation, operations

__all__ = ["FormField", "OperationForm", "forms"]

Kind = Literal["choice", "switch", "whole", "number", "numbers", "text", "sound", "sounds"]


@dataclass(frozen=True)
class FormField:
    """One argument, as a control.

    Attributes
    ----------
    name : str
        As a record has it.
    kind : str
        A choice of ``options``, a switch, a whole number, a number, numbers with commas between, text, another sound, or
        several by their letters.
    about : str
    usual : JSON value
        What it is if it is left out; None where nothing is usual.
    required : bool
    in_steps : bool
        Whether it counts steps, so that a time may be given for it.
    options : tuple of str
    lowest, highest : float or None
    """

    name: str
    kind: Kind
    about: str
    usual: Any
    required: bool
    in_steps: bool = False
    options: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True)
class OperationForm:
    """One operation, as a form.

    Attributes
    ----------
    name, group, summary, hear, example : str
        As :class:`~distill.codes.operation.Operation` has them.
    whole_columns : bool
        Whether all levels must be selected.
    draws : bool
        Whether another seed gives another result.
    fields : tuple of FormField
    """

    name: str
    group: str
    summary: str
    hear: str
    example: str
    whole_columns: bool
    draws: bool
    fields: tuple[FormField, ...]


def forms() -> tuple[OperationForm, ...]:
    """Return the form of every operation, by group and name.

    Examples
    --------
    >>> [field.name for form in forms() if form.name == "shuffle" for field in form.fields]
    ['block']
    """
    made = [
        OperationForm(
            kind.name,
            kind.group,
            kind.summary(),
            kind.hear,
            kind.example,
            kind.needs_columns,
            kind.name in _DRAWN,
            _fields(kind),
        )
        for kind in operations().values()
    ]
    return tuple(sorted(made, key=lambda form: (form.group, form.name)))


_DRAWN = {"randomise", "shuffle", "crossfade", "blend"}


def _fields(kind: type[Operation]) -> tuple[FormField, ...]:
    properties = kind.model_json_schema().get("properties", {})
    return tuple(_field(kind, name, properties[name]) for name in kind.model_fields)


def _field(kind: type[Operation], name: str, schema: dict[str, Any]) -> FormField:
    field = kind.model_fields[name]
    parts = [part for part in schema.get("anyOf", ()) if part.get("type") != "null"]
    only = parts[0] if parts else schema
    usual = None if field.is_required() or field.default_factory is not None else field.default
    lowest, highest = only.get("minimum"), only.get("maximum")
    return FormField(
        name,
        _kind(kind, name, only),
        field.description or "",
        usual,
        field.is_required(),
        InSteps.marks(field),
        tuple(map(str, only.get("enum", ()))),
        None if lowest == -MOST_STEPS else lowest,
        None if highest == MOST_STEPS else highest,
    )


def _kind(kind: type[Operation], name: str, schema: dict[str, Any]) -> Kind:
    if name == kind.carries():
        return "sound"
    if name == kind.carries_by_letter():
        return "sounds"
    if "enum" in schema:
        return "choice"
    kinds: dict[str, Kind] = {"boolean": "switch", "integer": "whole", "number": "number", "array": "numbers"}
    return kinds.get(str(schema.get("type")), "text")
