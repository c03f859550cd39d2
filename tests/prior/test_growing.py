from __future__ import annotations

import numpy as np
import pytest
from tests.prior.collections_by_hand import Codes, random_sounds

from distill.errors import BadCollection, Cancelled
from distill.prior.backoff import fit
from distill.prior.contexts import Feature, checked_table
from distill.prior.growing import grown_table
from distill.prior.interface import bits_per_code
from distill.progress import Cancel, Progress


def waltzes(count: int, *, seed: int = 0) -> list[Codes]:
    """Sounds whose first level repeats with period three, now and then broken; the second is what the first was before."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        first = np.tile(rng.integers(0, 6, 3), 20)
        first = np.where(rng.random(60) < 0.1, rng.integers(0, 6, 60), first)
        found.append(np.array([first, np.roll(first, 1)], np.int16))
    return found


def test_what_tells_most_is_found() -> None:
    table = grown_table(waltzes(8), codebook_size=6)
    assert table[0][:2] == ((), (Feature(3, 0),))
    assert table[1][:2] == ((), (Feature(1, 0),))


def test_a_grown_table_tells_held_out_sounds_better() -> None:
    sounds, held_out = waltzes(8), np.concatenate(waltzes(3, seed=1), axis=1)
    grown = fit(sounds, codebook_size=6, table=grown_table(sounds, codebook_size=6))
    assert bits_per_code(grown.log_prob(held_out)) < 0.9 * bits_per_code(
        fit(sounds, codebook_size=6).log_prob(held_out)
    )


@pytest.mark.parametrize("size", [5, 2**15])
def test_a_grown_table_can_be_counted(size: int) -> None:
    table = grown_table(random_sounds(3), codebook_size=size)
    assert checked_table(table, num_levels=3, codebook_size=size) == table
    assert all(len({frozenset(context) for context in contexts}) == len(contexts) for contexts in table)


def test_from_chance_nothing_grows() -> None:
    grids = [np.random.default_rng(seed).integers(0, 4, (2, 80)) for seed in range(6)]
    assert grown_table(grids, codebook_size=4) == (((),), ((),))


def test_a_cancel_stops_between_levels() -> None:
    cancel, told = Cancel(), list[Progress]()

    def stop(event: Progress) -> None:
        told.append(event)
        cancel.request()

    with pytest.raises(Cancelled):
        grown_table(random_sounds(0), codebook_size=5, report=stop, cancel=cancel)
    assert [event.done for event in told] == [1]


def test_nothing_to_grow_from_is_refused() -> None:
    with pytest.raises(BadCollection):
        grown_table([], codebook_size=5)
