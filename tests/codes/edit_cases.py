"""Sounds, entries and strategies that the tests of edits share."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

from distill.codes.entries import DESCRIPTORS, Entries
from distill.codes.grid import Codes
from distill.codes.lookup import Lookup
from distill.codes.material import Material
from distill.codes.operation import Operation, make
from distill.codes.region import Region
from distill.errors import BadSetting

FINGERPRINT = "1a2b3c4d" * 8
SIZE = 16  # entries a level
MOST_LEVELS = 4  # of the sounds made here


def sound(*shape: int, seed: int = 0, size: int = SIZE, **changes: Any) -> Codes:
    """Random codes of shape [C, K, S], the last step not quite full."""
    grid = np.random.default_rng(seed).integers(0, size, shape)
    values: dict[str, Any] = {
        "codebook_size": size,
        "fingerprint": FINGERPRINT,
        "model": "A",
        "num_samples": shape[2] * 1024 - 100,
    }
    return Codes(grid, **(values | changes))


def counted(num_steps: int, num_levels: int = 1) -> Codes:
    """A mono sound whose codes at every level are 0, 1, 2 .."""
    grid = np.tile(np.arange(num_steps), (1, num_levels, 1))
    return sound(1, num_levels, num_steps, size=256).with_grid(grid)


def lookup(num_levels: int = MOST_LEVELS, size: int = SIZE, *, seed: int = 0, width: int = 12) -> Lookup:
    """Random tables of three dimensions, projected into ``width``."""
    rng = np.random.default_rng(seed)
    return Lookup(
        rng.normal(size=(num_levels, size, 3)).astype(np.float32),
        rng.normal(size=(num_levels, 3, width)).astype(np.float32),
        rng.normal(size=(num_levels, width, 3)).astype(np.float32),
    )


def entries(num_levels: int = MOST_LEVELS, size: int = SIZE, **changes: Any) -> Entries:
    """Entries of a model that nobody trained."""
    rng = np.random.default_rng(1)
    count = len(DESCRIPTORS)
    values: dict[str, Any] = {
        "fingerprint": FINGERPRINT,
        "lookup": lookup(num_levels, size),
        "usage": rng.integers(0, 50, (num_levels, size)),
        "descriptors": rng.normal(size=(num_levels, size, count)).astype(np.float32),
        "slopes": rng.normal(size=(count, 12)).astype(np.float32),
        "positions": rng.random((num_levels, size, 2)).astype(np.float32),
    }
    return Entries(**(values | changes))


sounds = st.builds(
    sound,
    st.integers(1, 2),
    st.integers(1, MOST_LEVELS),
    st.integers(1, 24),
    seed=st.integers(0, 2**16),
)


@st.composite
def regions(draw: st.DrawFn, codes: Codes, *, whole_columns: bool = False) -> Region:
    """A region that has cells in a sound."""
    start = draw(st.integers(0, codes.num_steps - 1))
    stop = draw(st.none() | st.integers(start + 1, codes.num_steps + 3))
    every = draw(st.just(1) | st.integers(1, 5))
    if whole_columns:
        return Region(start=start, stop=stop, every=every)
    levels = draw(st.none() | st.sets(st.integers(1, codes.num_levels), min_size=1))
    channels = draw(st.sampled_from(["both", "mid", "side"] if codes.num_channels == 2 else ["both", "mid"]))
    return Region(
        start=start,
        stop=stop,
        levels=None if levels is None else tuple(sorted(levels)),
        every=every,
        channels=channels,
    )


def materials() -> st.SearchStrategy[Material]:
    """Codes of another sound by the same model."""
    return sounds.map(Material.of_codes)


def carrying(kind: type[Operation]) -> set[str]:
    """The arguments of an operation that carry codes of other sounds."""
    return {name for name in (kind.carries(), kind.carries_by_letter()) if name is not None}


@st.composite
def made(draw: st.DrawFn, kind: type[Operation], *, alone: bool = False) -> Operation:
    """An operation with arguments that its declaration allows; alone: without codes of other sounds."""
    properties = kind.model_json_schema().get("properties", {})
    arguments: dict[str, Any] = {}
    for name, schema in properties.items():
        field = kind.model_fields[name]
        if not field.is_required() and ((alone and name in carrying(kind)) or draw(st.booleans())):
            continue
        if name == kind.carries():
            arguments[name] = draw(materials())
        elif name == kind.carries_by_letter():
            arguments[name] = draw(st.dictionaries(st.sampled_from("ABC"), materials(), max_size=2))
        else:
            arguments[name] = draw(_value(schema))
    if kind.name == "insert":  # either the one or the other
        arguments.pop("steps" if arguments.get("material") else "material", None)
        if not arguments.get("material") and not arguments.get("steps"):
            arguments["steps"] = 3
    if kind.name == "fill" and arguments.get("code") is not None:
        arguments.pop("like", None)
    try:
        return make(kind.name, arguments)
    except BadSetting:  # allowed one by one, and not together
        reject()


def _value(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "anyOf" in schema:
        return st.one_of([_value(part) for part in schema["anyOf"]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    if schema["type"] == "array":
        return st.lists(_value(schema["items"]), min_size=schema.get("minItems", 0), max_size=4)
    if schema["type"] == "integer":
        highest = min(schema.get("maximum", SIZE - 1), 30)
        return st.integers(max(schema.get("minimum", 0), -30), highest)
    if schema["type"] == "number":
        return st.floats(schema.get("minimum", -2.0), min(schema.get("maximum", 2.0), 8.0))
    return {"boolean": st.booleans(), "null": st.none(), "string": st.text("AB.", min_size=1, max_size=5)}[
        schema["type"]
    ]
