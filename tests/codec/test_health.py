from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.codec.health import examine, remedy, usage
from distill.progress import LevelHealth


def counts(used: int, size: int, each: int = 100) -> list[int]:
    return [each] * used + [0] * (size - used)


def of(*used: int, size: int = 100) -> tuple[LevelHealth, ...]:
    return examine(np.array([counts(one, size) for one in used]))


@pytest.mark.parametrize(
    ("used", "verdict"),
    [(100, "green"), (71, "green"), (70, "yellow"), (30, "yellow"), (29, "red"), (1, "red"), (0, "red")],
)
def test_the_verdict_turns_at_its_boundaries(used: int, verdict: str) -> None:
    assert of(used)[0].verdict == verdict


def test_each_verdict_has_its_sentence() -> None:
    assert [level.sentence for level in of(80, 50, 10)] == [
        "Level 1 is healthy: it uses 80 of its 100 entries.",
        "Level 2 is usable: it uses 50 of its 100 entries; a smaller codebook would suit these sounds.",
        "Level 3 is nearly empty: it uses 10 of its 100 entries; train with a smaller --codebook-size.",
    ]


def test_few_codes_are_judged_by_what_they_can_reach() -> None:
    (level,) = examine(np.array([[1] * 8 + [0] * 92]))
    assert (level.verdict, level.utilisation, level.dead) == ("green", 0.08, 92)


@given(st.integers(1, 64), st.integers(1, 64))
def test_even_use_has_the_perplexity_of_its_entries(used: int, size: int) -> None:
    (level,) = of(min(used, size), size=size)
    assert level.perplexity == pytest.approx(min(used, size))
    assert 2**level.entropy_bits == pytest.approx(level.perplexity)
    assert level.dead == size - min(used, size)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=40))
def test_perplexity_lies_between_one_and_the_entries_in_use(row: list[int]) -> None:
    (level,) = examine(np.array([row]))
    used = sum(count > 0 for count in row)
    assert 1 - 1e-9 <= level.perplexity <= max(used, 1) + 1e-9


def test_usage_counts_every_code_of_every_channel() -> None:
    grid = np.array([[[0, 1, 1], [2, 2, 2]], [[3, 1, 0], [0, 0, 2]]])
    assert usage(grid, 4).tolist() == [[2, 3, 0, 1], [2, 0, 4, 0]]


def test_measured_figures_are_passed_on() -> None:
    levels = examine(np.array([[1, 1], [1, 1]]), commitment=np.array([0.5, 0.25]), norms=np.array([2.0, 1.0]))
    assert [(level.level, level.commitment, level.encoder_norm) for level in levels] == [
        (1, 0.5, 2.0),
        (2, 0.25, 1.0),
    ]


def test_a_level_in_the_red_shrinks_the_codebooks() -> None:
    found = remedy(of(100, 20, 100, 100, 100, 100, 100, 100), 100)
    assert found is not None
    assert (found.codebook_size, found.num_levels) == (50, 8)
    assert found.sentence == (
        "10% of the entries were never used, so the codebooks were shrunk from 100 to 50 entries and filled anew."
    )


def test_an_empty_last_level_under_a_full_first_one_is_dropped() -> None:
    found = remedy(of(90, 60, 9), 100)
    assert found is not None
    assert (found.codebook_size, found.num_levels) == (100, 2)
    assert found.sentence == (
        "Level 3 used only 9% of its entries while level 1 is full, so it was dropped; 2 levels go on."
    )


@pytest.mark.parametrize(("used", "ill"), [((75, 75), False), ((74, 75), True)])
def test_over_a_quarter_of_dead_entries_is_too_much(used: tuple[int, int], ill: bool) -> None:
    assert (remedy(of(*used), 100) is not None) == ill


USED = st.lists(st.integers(0, 64), min_size=2, max_size=8)


@given(USED)
def test_a_remedy_makes_exactly_one_thing_smaller_and_stays_possible(used: list[int]) -> None:
    found = remedy(of(*used, size=64), 64)
    if found is not None:
        assert (found.codebook_size, found.num_levels) in {(32, len(used)), (64, len(used) - 1)}
        assert found.num_levels >= 2


@given(USED)
def test_ill_codebooks_have_a_remedy_and_healthy_ones_none(used: list[int]) -> None:
    levels = of(*used, size=64)
    red = any(level.verdict == "red" for level in levels)
    ill = red or sum(level.dead for level in levels) > 0.25 * 64 * len(used)
    assert (remedy(levels, 64) is not None) == ill


@given(st.lists(st.integers(0, 16), min_size=2, max_size=2))
def test_the_smallest_codec_is_not_made_smaller(used: list[int]) -> None:
    assert remedy(of(*used, size=16), 16) is None


@given(USED)
def test_remedies_come_to_an_end(used: list[int]) -> None:
    size, levels, rounds = 64, len(used), 0
    while (found := remedy(of(*(min(one, size) for one in used[:levels]), size=size), size)) is not None:
        size, levels, rounds = found.codebook_size, found.num_levels, rounds + 1
        assert rounds < 12
