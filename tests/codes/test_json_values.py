from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.codes.json_values import JSONError, dumps, frozen, loads, thawed

leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc\u00e9", max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values)
def test_a_value_comes_back_from_its_bytes(value: Any) -> None:
    assert loads(dumps(value)) == value
    assert thawed(frozen(value)) == value


@given(st.dictionaries(st.text(max_size=4), st.integers(0, 9), min_size=2, max_size=5))
def test_the_order_of_keys_does_not_matter(mapping: dict[str, int]) -> None:
    assert dumps(mapping) == dumps(dict(reversed(mapping.items())))


def test_a_frozen_value_cannot_be_changed_from_inside_or_outside() -> None:
    original: dict[str, Any] = {"a": [1, {"b": 2}]}
    kept: Any = frozen(original)
    original["a"][1]["b"] = 3
    assert thawed(kept) == {"a": [1, {"b": 2}]}
    with pytest.raises(TypeError):
        kept["a"] = 0
    with pytest.raises(TypeError):
        kept["a"][0] = 0


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        (b'{"a":1,"a":1}', "the key 'a' appears twice"),
        (b'[{"x":{"b":1,"b":2}}]', "the key 'b' appears twice"),
        (b"[NaN]", "NaN is not a number JSON has"),
        (b"[-Infinity]", "-Infinity is not a number JSON has"),
        (b"[1e999]", "a number is not finite"),
        (b"18446744073709551616", "a whole number does not fit into 64 bits"),
        (b"1" * 100_000, "a whole number does not fit into 64 bits"),
        (b"[" * 100_000, "values are nested deeper than 32"),
        (b"{", "the text is not JSON"),
        (b'"\xff"', "the text is not JSON"),
        (b"", "the text is not JSON"),
    ],
)
def test_reading_refuses(text: bytes, clause: str) -> None:
    with pytest.raises(JSONError) as caught:
        loads(text)
    assert str(caught.value) == clause


@pytest.mark.parametrize(
    ("value", "clause"),
    [
        (math.nan, "a number is not finite"),
        ([math.inf], "a number is not finite"),
        (2**64, "a whole number does not fit into 64 bits"),
        ({1: 2}, "a key is int, not text"),
        ({"a": b"bytes"}, "a value is bytes, which JSON does not have"),
        ({"a": {1, 2}}, "a value is set, which JSON does not have"),
        ("\ud800", "a text holds characters outside Unicode"),
    ],
)
def test_freezing_refuses(value: object, clause: str) -> None:
    with pytest.raises(JSONError) as caught:
        frozen(value)
    assert str(caught.value) == clause


def test_freezing_refuses_what_contains_itself() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(JSONError, match=r"^values are nested deeper than 32$"):
        frozen(endless)


def test_32_nested_lists_are_kept_and_33_are_not() -> None:
    text = b"[" * 33 + b"]" * 33
    assert dumps(frozen(json.loads(text))) == text
    with pytest.raises(JSONError):
        frozen(json.loads(b"[" + text + b"]"))
