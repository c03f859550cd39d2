from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from distill.prior.factor import FactorOracle, relatives

symbols = st.lists(st.integers(0, 2), min_size=1, max_size=24)


def shared(sequence: Sequence[int], one: int, other: int) -> int:
    """How many symbols before two places are the same, looked up one by one."""
    length = 0
    while length < min(one, other) and sequence[one - 1 - length] == sequence[other - 1 - length]:
        length += 1
    return length


@settings(deadline=None)
@given(symbols)
def test_the_oracle_knows_every_part_of_its_sequence(sequence: list[int]) -> None:
    oracle = FactorOracle.of(sequence)
    for start in range(len(sequence)):
        state = 0
        for symbol in sequence[start:]:
            state = oracle.forward[state][symbol]  # a KeyError if it does not
        assert state >= len(sequence) - start  # each step leads at least one place on


@settings(deadline=None)
@given(symbols)
def test_linked_places_share_as_much_past_as_is_said(sequence: list[int]) -> None:
    oracle = FactorOracle.of(sequence)
    for state, (link, repeated) in enumerate(zip(oracle.suffix, oracle.repeated, strict=True)):
        assert link < state
        assert link < 0 or shared(sequence, state, link) >= repeated


@settings(deadline=None)
@given(symbols, st.integers(1, 4))
def test_relatives_share_the_past_that_was_asked_for(sequence: list[int], length: int) -> None:
    families = relatives(FactorOracle.of(sequence), length).tolist()
    for one in range(len(families)):
        for other in range(one):
            if families[one] == families[other]:
                assert shared(sequence, one, other) >= length


@settings(deadline=None)
@given(symbols)
def test_all_places_with_the_same_symbol_before_are_relatives(sequence: list[int]) -> None:
    families = relatives(FactorOracle.of(sequence), 1).tolist()[1:]
    assert [a == b for a in families for b in families] == [a == b for a in sequence for b in sequence]
