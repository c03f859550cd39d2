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
from typing import Annotated, Any, ClassVar, Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from distill.codes.entries import Entries
from distill.codes.grid import Codes
from distill.codes.limits import Grid
from distill.codes.material import Material
from distill.codes.region import Cells
from distill.errors import BadSetting, ForeignCodes

__all__ = ["RESERVED", "Context", "InSteps", "Operation", "Steps", "make", "operation", "operations"]

# What is written after --do besides an operation's own arguments; no argument may be called so.
RESERVED = ("from", "to", "levels", "every", "channels", "seed", "with", "at")

_KNOWN: dict[str, type[Operation]] = {}


@dataclass(frozen=True)
class InSteps:
    """Marks an argument that is counted in steps: a time may be written for it."""

    @classmethod
    def marks(cls, field: FieldInfo) -> bool:
        """Whether a field of an operation is so marked, even an optional one."""
        marks = [*field.metadata, *(mark for part in get_args(field.annotation) for mark in get_args(part))]
        return any(isinstance(mark, cls) for mark in marks)


Steps = Annotated[int, InSteps()]


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
        ForeignCodes
            If they are another model's.
        """
        if self.known is None:
            raise BadSetting(
                "this edit needs to know what the model's entries stand for; give the model that made these codes."
            )
        known, codes = self.known, self.codes
        codes.require_model(known.fingerprint, "the model given")
        size, levels = known.lookup.codebook_size, known.lookup.num_levels
        if size != codes.codebook_size or levels < codes.num_levels:
            raise ForeignCodes(
                f"these codes have {codes.num_levels} levels of {codes.codebook_size} entries, and the model given "
                f"{levels} of {size}; use the model that made them, or encode the sound again."
            )
        return known


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
        Whether steps come or go, so that all levels and channels must be in the region.
        (:attr:`changes_length` for those that have a choice.)
    stays_inside : bool
        Whether cells outside the region are left as they are.
    takes : "whole", "length" or "place"
        What ``with=FILE`` gives to an operation that carries codes: the other sound from its beginning to its end; as
        much of it as the region is long; what lies there at the region's own place.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: ClassVar[str]
    hear: ClassVar[str]
    example: ClassVar[str]
    group: ClassVar[str]
    needs_columns: ClassVar[bool] = False
    stays_inside: ClassVar[bool] = True
    takes: ClassVar[Literal["whole", "length", "place"]] = "whole"

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "name" not in cls.__dict__:  # a base that some operations share
            return
        assert cls.name not in _KNOWN, cls.name
        assert not set(cls.model_fields) & set(RESERVED), cls.name
        _KNOWN[cls.name] = cls

    @property
    def changes_length(self) -> bool:
        """Whether this one makes steps come or go."""
        return type(self).needs_columns

    @abstractmethod
    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        """Return the grid [C, K, S'] after the edit; the one given is read-only.

        ``S'`` differs from ``S`` only if the operation :attr:`changes_length`.
        """

    def arguments(self) -> dict[str, Any]:
        """Its arguments as JSON values, without those that are as usual."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @classmethod
    def carries(cls) -> str | None:
        """The argument that carries codes (it is written ``with=FILE``), if there is one."""
        for name, field in cls.model_fields.items():
            if field.annotation in (Material, Material | None):
                return name
        return None

    @classmethod
    def carries_by_letter(cls) -> str | None:
        """The argument that carries several, each by a letter (they are written ``A=FILE B=FILE``), if there is one."""
        for name, field in cls.model_fields.items():
            if get_args(field.annotation) == (str, Material):
                return name
        return None

    @classmethod
    def argument_names(cls) -> dict[str, str]:
        """How each argument is written after ``--do``, and the field it is."""
        written = {cls.carries(): "with", cls.carries_by_letter(): "A"}
        return {written.get(field, field): field for field in cls.model_fields}

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
    near = get_close_matches(name[:40], known, n=3, cutoff=0.6)
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
    written = {field: name for name, field in kind.argument_names().items()}
    first, *rest = fault["loc"] or ("",)
    place = ".".join(str(part)[:40] for part in (written.get(first, first), *rest))
    if fault["type"] == "missing":
        return f"{place} is missing"
    if fault["type"] == "extra_forbidden":
        return f"it knows no {place!r} (it knows: {', '.join(written.values()) or 'none'})"
    said = fault["msg"].removeprefix("Value error, ")
    said = said[:1].lower() + said[1:]
    return f"{place + ': ' if place else ''}{said}" + (f" (given: {_shown(fault['input'])})" if place else "")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
