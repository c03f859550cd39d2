"""Take a nested state apart into named tensors and JSON, and put it together again exactly.

Optimisers, averages and schedules keep their state in dictionaries of dictionaries, numbers and
tensors; safetensors keeps a flat table of tensors and strings. This module is the bridge, so that no
pickle is ever needed. Unlike :mod:`distill.training.checkpoint` it knows nothing of files.
"""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import torch

__all__ = ["Flat", "Json", "Tree", "flatten", "unflatten"]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
# What `flatten` takes: None, bool, int, float, str, tensors; dicts (keys str or int), lists, tuples of these.
Tree: TypeAlias = object


class Flat(NamedTuple):
    """A state taken apart.

    Attributes
    ----------
    tensors : dict of str to Tensor
        Copies in CPU memory, contiguous, each with storage of its own; nothing else refers to them.
    layout : Json
        Everything else, with the tensors' names where they stood. Sorted or not, JSON keeps it exactly:
        dictionaries are written as lists of pairs, so order and type of their keys survive.
    """

    tensors: dict[str, torch.Tensor]
    layout: Json


def flatten(tree: Tree) -> Flat:
    """Take a nested state apart; the parts are copies and do not follow later changes.

    A tensor object that occurs twice is kept once, and is one object again after :func:`unflatten`.

    Examples
    --------
    >>> flat = flatten({"rate": 0.1, "average": torch.zeros(2)})
    >>> list(flat.tensors)
    ['average']
    >>> unflatten(flat)["rate"]
    0.1

    Raises
    ------
    TypeError
        If something in the tree is of none of the kinds above.
    """
    tensors: dict[str, torch.Tensor] = {}
    # The tensor is kept beside its name: a freed one would hand its id to the next.
    seen: dict[int, tuple[str, torch.Tensor]] = {}

    def walk(node: object, path: str) -> Json:
        if node is None or isinstance(node, bool | str):
            return node
        if isinstance(node, int):
            return int(node)
        if isinstance(node, float):
            number = float(node)
            return number if math.isfinite(number) else {"float": repr(number)}  # JSON has no infinity
        if isinstance(node, torch.Tensor):
            if id(node) not in seen:
                name = path or "tensor"
                while name in tensors:  # {"a/b": t} beside {"a": {"b": t}}
                    name += "'"
                seen[id(node)] = (name, node)
                tensors[name] = node.detach().to("cpu", copy=True).contiguous()
            return {"tensor": seen[id(node)][0]}
        if isinstance(node, dict):
            pairs: list[Json] = []
            for key, value in node.items():
                if not isinstance(key, str | int):
                    raise TypeError(f"a state's keys are str or int; at {path or 'the top'} there is {key!r}")
                pairs.append([key, walk(value, f"{path}/{key}" if path else str(key))])
            return {"dict": pairs}
        if isinstance(node, list):
            return [
                walk(value, f"{path}/{place}" if path else str(place)) for place, value in enumerate(node)
            ]
        if isinstance(node, tuple):
            return {"tuple": walk(list(node), path)}
        raise TypeError(
            f"a state holds numbers, text and tensors; at {path or 'the top'} there is {type(node).__name__}"
        )

    return Flat(tensors, walk(tree, ""))


def unflatten(flat: Flat) -> Tree:
    """Put a state together again; its tensors are copies, so that `flat` can be used again.

    Raises
    ------
    KeyError
        If the layout names a tensor that is not there.
    ValueError
        If the layout was not made by :func:`flatten`.
    """
    copies: dict[str, torch.Tensor] = {}

    def walk(node: Json) -> Tree:
        if isinstance(node, list):
            return [walk(value) for value in node]
        if not isinstance(node, dict):
            return node
        match node:
            case {"tensor": str(name)}:
                if name not in copies:
                    copies[name] = flat.tensors[name].clone()
                return copies[name]
            case {"float": str(number)}:
                return float(number)
            case {"tuple": list(values)}:
                return tuple(walk(value) for value in values)
            case {"dict": list(pairs)}:
                return dict(walk_pair(pair) for pair in pairs)
        raise ValueError(f"not a layout of ours: {sorted(node)}")

    def walk_pair(pair: Json) -> tuple[str | int, Tree]:
        match pair:
            case [str() | int() as key, value]:
                return key, walk(value)
        raise ValueError(f"not a key and its value: {pair!r}")

    return walk(flat.layout)
