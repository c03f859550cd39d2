from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.codes.edit_cases import FINGERPRINT, entries, sound

from distill.codes.operation import RESERVED, Context, make, operation, operations
from distill.errors import BadSetting, ForeignCodes


def test_every_operation_says_what_it_is_for() -> None:
    for name, kind in operations().items():
        assert kind.name == name
        assert kind.summary().endswith("."), name
        assert kind.hear.endswith("."), name
        assert len(kind.hear.split()) >= 5, name
        assert kind.group[:1].isupper(), name
        assert kind.example.split()[0] == name
        assert not set(kind.model_fields) & set(RESERVED), name
        assert all(field.description for field in kind.model_fields.values()), name


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("revers", "there is no operation 'revers'; did you mean reverse?"),
        ("zzz", "there is no operation 'zzz'; see them all with: distill edit --list"),
        ("", "there is no operation ''; see them all with: distill edit --list"),
    ],
)
def test_an_unknown_operation_is_refused_with_the_nearest_names(name: str, sentence: str) -> None:
    with pytest.raises(BadSetting) as caught:
        operation(name)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("name", "arguments", "fault"),
    [
        ("rotate", {}, "by is missing"),
        ("paste", {}, "with is missing"),
        ("rotate", {"by": "far"}, "by: input should be a valid integer, unable to parse string as an integer (given: 'far')"),
        ("rotate", {"by": 1, "far": 2}, "it knows no 'far' (it knows: by)"),
        ("reverse", {"by" * 99: 2}, f"it knows no {('by' * 99)[:40]!r} (it knows: none)"),
        ("thin", {"hold": 0}, "hold: input should be greater than or equal to 1 (given: 0)"),
        ("stretch", {"factor": float("nan")}, "factor: input should be a finite number (given: nan)"),
        ("insert", {}, "give either with=FILE or steps, and not both"),
        ("fill", {"like": "last", "code": 3}, "like and code contradict each other, so give one of them"),
        ("mirror", {"half": "third"}, "half: input should be 'first' or 'second' (given: 'third')"),
    ],
)  # fmt: skip
def test_arguments_that_cannot_be_are_named(name: str, arguments: dict[str, Any], fault: str) -> None:
    with pytest.raises(BadSetting) as caught:
        make(name, arguments)
    assert str(caught.value) == (
        f"{name} cannot be done: {fault}. It is used like this: {operation(name).example}"
    )


def test_usual_arguments_are_not_in_the_record() -> None:
    assert make("thin", {"hold": 2}).arguments() == {}
    assert make("thin", {"hold": 3}).arguments() == {"hold": 3}


def test_an_operation_that_needs_the_entries_asks_for_them() -> None:
    context = Context(sound(1, 2, 4), np.random.default_rng(0))
    with pytest.raises(BadSetting) as caught:
        _ = context.entries
    assert str(caught.value) == (
        "this edit needs to know what the model's entries stand for; give the model that made these codes."
    )


def test_entries_of_another_model_are_refused() -> None:
    codes = sound(1, 4, 4)
    assert Context(codes, np.random.default_rng(0), entries()).entries.fingerprint == FINGERPRINT
    for other in (entries(fingerprint="f" * 64), entries(num_levels=3), entries(size=8)):
        with pytest.raises(ForeignCodes):
            _ = Context(codes, np.random.default_rng(0), other).entries
