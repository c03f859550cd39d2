from __future__ import annotations

import json
import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.training.tree import Flat, flatten, unflatten

DTYPES = [
    torch.bool,
    torch.uint8,
    torch.int16,
    torch.int64,
    torch.float16,
    torch.bfloat16,
    torch.float32,
    torch.float64,
]


@st.composite
def tensors(draw: st.DrawFn) -> torch.Tensor:
    shape = draw(st.lists(st.integers(0, 3), max_size=3))
    values = torch.randn(shape, generator=torch.Generator().manual_seed(draw(st.integers(0, 99)))) * 50
    tensor = values.to(draw(st.sampled_from(DTYPES)))
    return tensor.transpose(0, -1) if draw(st.booleans()) and shape else tensor


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | tensors()
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


def same(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, torch.Tensor):
        return bool(a.dtype == b.dtype and a.shape == b.shape and a.tolist() == b.tolist())
    if isinstance(a, dict):
        return list(a) == list(b) and all(
            type(k) is type(m) and same(a[k], b[m]) for k, m in zip(a, b, strict=True)
        )
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, float):
        return bool(a.hex() == b.hex())
    return bool(a == b)


@given(trees)
@settings(max_examples=150, deadline=None)
def test_every_tree_comes_back_exactly_through_json(tree: object) -> None:
    flat = flatten(tree)
    layout = json.loads(json.dumps(flat.layout, sort_keys=True, allow_nan=False))
    assert same(unflatten(Flat(flat.tensors, layout)), tree)


@given(trees)
@settings(max_examples=50, deadline=None)
def test_parts_are_contiguous_and_own_their_storage(tree: object) -> None:
    parts = list(flatten(tree).tensors.values())
    assert all(part.is_contiguous() and part.device.type == "cpu" for part in parts)
    filled = [part.untyped_storage().data_ptr() for part in parts if part.numel()]
    assert len(set(filled)) == len(filled)


def test_parts_do_not_follow_later_changes() -> None:
    weight = torch.ones(2)
    flat = flatten({"weight": weight})
    weight += 1
    once = unflatten(flat)
    assert isinstance(once, dict)
    once["weight"] += 5
    assert flat.tensors["weight"].tolist() == [1.0, 1.0]


def test_a_tensor_that_occurs_twice_is_one_tensor_again() -> None:
    tied = torch.ones(2)
    flat = flatten({"in": tied, "out": [tied]})
    back = unflatten(flat)
    assert isinstance(back, dict)
    assert list(flat.tensors) == ["in"]
    assert back["in"] is back["out"][0]


def test_names_that_would_collide_stay_apart() -> None:
    tree = {"a": {"b": torch.zeros(1)}, "a/b": torch.ones(1)}
    assert same(unflatten(flatten(tree)), tree)


def test_a_parameter_loses_its_gradient_and_nothing_else() -> None:
    back = unflatten(flatten(torch.nn.Parameter(torch.full((2,), 3.0))))
    assert isinstance(back, torch.Tensor)
    assert not back.requires_grad
    assert back.tolist() == [3.0, 3.0]


def test_infinite_numbers_and_negative_zero_survive() -> None:
    back = unflatten(flatten([math.inf, -math.inf, math.nan, -0.0]))
    assert str(back) == "[inf, -inf, nan, -0.0]"


def test_an_adam_state_comes_back_exactly() -> None:
    net = torch.nn.Linear(3, 2)
    optimiser = torch.optim.AdamW(net.parameters(), lr=0.1 + 0.2)
    net(torch.ones(1, 3)).sum().backward()
    optimiser.step()
    assert same(unflatten(flatten(optimiser.state_dict())), optimiser.state_dict())


def test_what_is_no_state_is_refused_with_its_place() -> None:
    with pytest.raises(
        TypeError, match=r"^a state holds numbers, text and tensors; at rates/0 there is complex$"
    ):
        flatten({"rates": [1j]})
    with pytest.raises(TypeError, match=r"^a state's keys are str or int; at rates there is 0\.5$"):
        flatten({"rates": {0.5: 1}})


def test_a_foreign_layout_is_refused() -> None:
    with pytest.raises(ValueError, match="not a layout of ours"):
        unflatten(Flat({}, {"lambda": "x"}))
    with pytest.raises(ValueError, match="not a key and its value"):
        unflatten(Flat({}, {"dict": [[1.5, 2]]}))
    with pytest.raises(KeyError):
        unflatten(Flat({}, {"tensor": "gone"}))
