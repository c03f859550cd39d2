"""What an edit does: one small class an operation, found by its name.

An operation is a frozen set of arguments, checked when it is made, and one pure function: grid and cells in, grid out.
It knows no region (that is the record's), no file and no codec; what it needs to know of how entries sound reaches it
as :class:`Context`. Subclasses register themselves; :func:`operation` finds one by name, :func:`operations` lists them for
help texts, the command line and the browser.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from distill.codes.entries import Entries
from distill.codes.grid import Codes
from distill.codes.limits import Grid
from distill.codes.region import Cells
from distill.errors import BadSetting

__all__ = ["Context", "Operation", "make", "operation", "operations"]

_KNOWN: dict[str, type[Operation]] = {}


@dataclass(frozen=True)
class Context:
    """What an operation may know besides the grid.

    Attributes
    ----------
    codes : Codes
        The sound as it stands before the edit: its codebook size, its codec, its time.
    rng : Generator
        Seeded by the record: all randomness of an operation comes from here.
    known : Entries or None
        The model's entries, for operations that think in sound; :attr:`entries` asks for them.
    """

    codes: Codes
    rng: np.random.Generator
    known: Entries | None = None

    @property
    def entries(self) -> Entries:
        """The model's entries.

        Raises
        ------
        BadSetting
            If nobody passed them in.
        """
        if self.known is None:
            raise BadSetting(
                "this edit needs to know what the model's entries stand for; give the model that made these codes."
            )
        return self.known


class Operation(BaseModel, ABC):
    """One kind of edit. The docstring's first line is what ``distill edit --list`` says about it.

    Attributes
    ----------
    name : str
        How records, scripts and people call it.
    hear : str
        What to listen for, in one sentence.
    example : str
        As it is written after ``--do``.
    group : str
        Heading it is listed under.
    needs_columns : bool
        Whether steps may come or go, so that all levels and channels must be in the region.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: ClassVar[str]
    hear: ClassVar[str]
    example: ClassVar[str]
    group: ClassVar[str]
    needs_columns: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "name" in vars(cls):  # others are what several operations have in common
            assert cls.name not in _KNOWN, cls.name
            _KNOWN[cls.name] = cls

    @abstractmethod
    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Return the grid [C, K, S'] after the edit; the one given is read-only.

        ``S'`` differs from ``S`` only if the operation :attr:`needs_columns`.
        """

    def arguments(self) -> dict[str, Any]:
        """Its arguments as JSON values, without those that are as usual."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @classmethod
    def summary(cls) -> str:
        """The first line of the docstring."""
        return (cls.__doc__ or "").strip().splitlines()[0]


def operations() -> Mapping[str, type[Operation]]:
    """All operations by name."""
    import distill.codes.all_operations  # noqa: F401  # registers them

    return dict(sorted(_KNOWN.items()))


def operation(name: str) -> type[Operation]:
    """Find an operation.

    Raises
    ------
    BadSetting
        If there is none of that name; the nearest names are told.
    """
    known = operations()
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "see them all with: distill edit --list"
    raise BadSetting(f"there is no operation {name[:40]!r}; {hint}")


def make(name: str, arguments: Mapping[str, Any]) -> Operation:
    """Build an operation from a record's arguments.

    Raises
    ------
    BadSetting
        Naming every argument that is missing, unknown or impossible.
    """
    kind = operation(name)
    try:
        return kind.model_validate(dict(arguments))
    except ValidationError as error:
        faults = "; ".join(_fault(fault, kind) for fault in error.errors())
        raise BadSetting(f"{name} cannot be done: {faults}. It is used like this: {kind.example}") from None


def _fault(fault: Any, kind: type[Operation]) -> str:
    place = ".".join(str(part) for part in fault["loc"])
    known = ", ".join(kind.model_fields) or "none"
    if fault["type"] == "missing":
        return f"{place} is missing"
    if fault["type"] == "extra_forbidden":
        return f"it knows no {place} (it knows: {known})"
    shown = repr(fault["input"])
    said = fault["msg"].removeprefix("Value error, ")
    said = said[:1].lower() + said[1:]
    return f"{place + ': ' if place else ''}{said}" + (f" (given: {shown[:40]})" if place else "")
