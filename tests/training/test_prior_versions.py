from __future__ import annotations

import numpy as np
import pytest
from tests.signals import pluck
from tests.training.synthetic import store_of

from distill import render
from distill.codec.model import Codec
from distill.collection.augment import Variation
from distill.training.prior_versions import with_versions

LENGTH = 9 * 1024


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Variation]:
    """What is drawn to vary sounds by, in turn."""
    found: list[Variation] = []
    draw = Variation.draw

    def noting(*given: object) -> Variation:
        found.append(draw(*given))  # type: ignore[arg-type]
        return found[-1]

    monkeypatch.setattr(Variation, "draw", noting)
    return found


def test_sounds_of_one_length_are_varied_differently(tiny_codec: Codec, drawn: list[Variation]) -> None:
    store = store_of([pluck(LENGTH, hz=220.0, seed=0)] * 3)
    plain = render.encode_rows(tiny_codec, [store[0]], num_samples=LENGTH, gain_db=0.0).grid[0]
    made = with_versions(tiny_codec, store, [plain] * 3, store.rms_db, seed=0)
    number = len(drawn) // 3
    assert number > 1
    assert len({repr(variation) for variation in drawn}) == len(drawn)
    assert all(versions[0] is plain and len(versions) == 1 + number for versions in made)
    assert len({grid.tobytes() for versions in made for grid in versions[1:]}) > number


def test_a_seed_varies_a_collection_the_same_again(tiny_codec: Codec) -> None:
    store = store_of([pluck(LENGTH, hz=220.0, seed=seed) for seed in range(2)])
    plain = [np.zeros((tiny_codec.num_levels, 9), np.int16)] * 2
    first, again, other = (
        with_versions(tiny_codec, store, plain, store.rms_db, seed=seed) for seed in (0, 0, 1)
    )
    assert [grid.tobytes() for one in first for grid in one] == [
        grid.tobytes() for one in again for grid in one
    ]
    assert [grid.tobytes() for one in first for grid in one] != [
        grid.tobytes() for one in other for grid in one
    ]
