from __future__ import annotations

import random

import numpy as np
import pytest
import torch

from distill.training.random_state import (
    read_random_state,
    restore_random_state,
    seed_everything,
    undisturbed,
)
from distill.training.tree import flatten, unflatten


def draws() -> tuple[float, ...]:
    # gauss and standard_normal keep a second draw back, which is part of their state
    return (
        random.random(),
        random.gauss(0, 1),
        float(np.random.random()),
        float(np.random.standard_normal()),
        float(torch.randn(())),
    )


def test_all_draws_repeat_after_a_round_trip_through_tensors_and_json() -> None:
    with undisturbed():
        draws()
        kept = flatten(read_random_state())
        first = draws()
        state = unflatten(kept)
        assert isinstance(state, dict)
        restore_random_state(state)
        assert draws() == first


def test_a_seed_sets_every_generator() -> None:
    with undisturbed():
        seed_everything(2**40 + 5)
        first = draws()
        seed_everything(2**40 + 5)
        assert draws() == first
        seed_everything(6)
        assert not set(draws()) & set(first)


def look_and_fail() -> None:
    with undisturbed():
        draws()
        raise ValueError("failed")


def test_looking_disturbs_nothing_even_when_it_fails() -> None:
    with undisturbed():
        seed_everything(1)
        expected = draws()
        seed_everything(1)
        with pytest.raises(ValueError, match="failed"):
            look_and_fail()
        assert draws() == expected
