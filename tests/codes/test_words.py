from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.codes.entries import DESCRIPTORS, Entries
from distill.codes.lookup import Lookup
from distill.codes.words import describe_change, describe_sound, groups, words

Floats = npt.NDArray[np.floating]

USUAL = {
    "brightness": 0.0, "warmth": 0.0, "loudness": -30.0, "bandwidth": 2.0, "noisiness": 0.45, "roughness": 0.3,
    "tension": 0.2, "onset": 0.0,
}  # fmt: skip
SPREAD = {
    "brightness": 1.0, "warmth": 6.0, "loudness": 8.0, "bandwidth": 0.6, "noisiness": 0.2, "roughness": 0.1,
    "tension": 0.1, "onset": 8.0,
}  # fmt: skip


def row(**values: float) -> Floats:
    return np.array([values.get(name, USUAL[name]) for name in DESCRIPTORS])


def level() -> Floats:
    """A level whose entries lie to both sides of the usual, each descriptor by itself."""
    draw = np.random.default_rng(0)
    spread = np.array([SPREAD[name] for name in DESCRIPTORS])
    values: Floats = (
        row() + spread * np.linspace(-2, 2, 65)[draw.permuted(np.tile(np.arange(65), (8, 1)), axis=1).T]
    )
    return values


def sound(**values: float) -> str:
    return describe_sound(row(**values), level())


def change(**values: float) -> str:
    usual = dict.fromkeys(DESCRIPTORS, 0.0) | values
    spread = np.array([SPREAD[name] for name in DESCRIPTORS]) / 4
    differences = spread * np.linspace(-2, 2, 64)[:, None] * np.where(np.arange(8) % 2, 1, -1)
    return describe_change(np.array([usual[name] for name in DESCRIPTORS]), differences)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"brightness": 1.5}, "bright steady texture"),
        ({"brightness": -1.5}, "dark steady texture"),
        ({"warmth": 9}, "warm steady texture"),
        ({"warmth": -9}, "thin steady texture"),
        ({"loudness": -18}, "loud steady texture"),
        ({"loudness": -42}, "soft steady texture"),
        ({"bandwidth": 3}, "wide steady texture"),
        ({"bandwidth": 1}, "narrow steady texture"),
        ({"roughness": 0.45}, "rough steady texture"),
        ({"roughness": 0.1}, "smooth steady texture"),
        ({"tension": 0.35}, "tense steady texture"),
        ({"tension": 0.05}, "settled steady texture"),
        ({"noisiness": 0.8}, "steady noise"),
        ({"noisiness": 0.1}, "steady tone"),
        ({"onset": 14}, "attack"),
        ({"onset": -14}, "tail"),
        ({"onset": 14, "brightness": 1.5, "noisiness": 0.8}, "bright noisy attack"),
        ({"onset": -14, "noisiness": 0.1}, "clear tail"),
        ({"brightness": -1.5, "noisiness": 0.1}, "dark steady tone"),
        ({"loudness": -80}, "silence"),
        ({}, "steady texture"),
        ({"onset": 3}, "texture"),
    ],
)
def test_every_word_of_a_sound_has_its_cause(values: dict[str, float], said: str) -> None:
    assert sound(**values) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"brightness": 1}, "brightens"),
        ({"brightness": -1}, "darkens"),
        ({"warmth": 6}, "adds warmth"),
        ({"warmth": -6}, "takes warmth"),
        ({"loudness": 6}, "lifts the level"),
        ({"loudness": -6}, "lowers the level"),
        ({"bandwidth": 1}, "widens"),
        ({"bandwidth": -1}, "narrows"),
        ({"noisiness": 0.3}, "adds noise"),
        ({"noisiness": -0.3}, "clears noise"),
        ({"roughness": 0.2}, "roughens"),
        ({"roughness": -0.2}, "smooths"),
        ({"tension": 0.2}, "adds tension"),
        ({"tension": -0.2}, "eases tension"),
        ({"onset": 9}, "sharpens attacks"),
        ({"onset": -9}, "blunts attacks"),
        ({"brightness": 1, "noisiness": 0.3}, "adds air"),
        ({"brightness": 1, "noisiness": 0.3, "warmth": -6}, "adds air"),
        ({"brightness": -1, "tension": 0.2}, "adds tension, darkens"),
        ({}, "hardly changes anything"),
    ],
)
def test_every_word_of_a_change_has_its_cause(values: dict[str, float], said: str) -> None:
    assert change(**values) == said


def test_nothing_is_said_that_nobody_can_hear() -> None:
    """All entries alike but for a thousandth: ranks would still find a brightest."""
    tiny = row() + 0.001 * (level() - row())
    assert {describe_sound(values, tiny) for values in tiny} == {"steady texture"}
    assert {describe_change(values - row(), tiny - row()) for values in tiny} == {"hardly changes anything"}


@given(st.lists(st.floats(-100, 100), min_size=8, max_size=8))
def test_there_are_at_most_two_words_and_a_noun(values: list[float]) -> None:
    assert 1 <= len(describe_sound(np.array(values), level()).split()) <= 3
    assert 1 <= len(describe_change(np.array(values), level() - row()).split(", ")) <= 2


def made(descriptors: Floats, usage: npt.NDArray[Any] | None = None) -> Entries:
    shape = descriptors.shape[:2]
    tables = np.zeros((*shape, 2), np.float32)
    projection = np.zeros((shape[0], 2, 4), np.float32)
    return Entries(
        fingerprint="ab" * 32,
        lookup=Lookup(tables, projection, projection.transpose(0, 2, 1)),
        usage=np.ones(shape, np.int64) if usage is None else usage.astype(np.int64),
        descriptors=descriptors.astype(np.float32),
        slopes=np.zeros((8, 4), np.float32),
        positions=np.zeros((*shape, 2), np.float32),
    )


def test_level_1_is_described_as_sounds_and_the_others_as_changes() -> None:
    both = made(np.stack([level(), level() - row()]))
    assert words(both, 1)[5] == describe_sound(both.descriptors[0, 5], both.descriptors[0])
    assert words(both, 2)[5] == describe_change(both.descriptors[1, 5], both.descriptors[1])


def test_entries_that_nothing_uses_are_no_measure_for_the_others() -> None:
    values = level().astype(np.float32)
    usage = np.ones((1, 65))
    usage[0, 40:] = 0
    values[40:, 0] = 50.0  # would make everything else dark
    found = words(made(values[None], usage), 1)
    assert found[:40] == [describe_sound(one, values[:40]) for one in values[:40]]


def clusters() -> tuple[Entries, npt.NDArray[Any]]:
    """Four kinds of sound, ten of each, shuffled."""
    kinds = [
        row(brightness=1.5, noisiness=0.9), row(brightness=-1.5, noisiness=0.1), row(loudness=-80), row(onset=20)
    ]  # fmt: skip
    draw = np.random.default_rng(1)
    which = draw.permutation(np.repeat(np.arange(4), 10))
    jitter = 0.02 * draw.standard_normal((40, 8)) * np.array([SPREAD[name] for name in DESCRIPTORS])
    usage = draw.integers(0, 50, (1, 40))
    return made((np.stack(kinds)[which] + jitter)[None], usage), which


def test_groups_hold_what_sounds_alike() -> None:
    entries, which = clusters()
    found = groups(entries, 1, count=4)
    assert sorted(code for group in found for code in group.codes) == list(range(40))
    assert [len(set(which[list(group.codes)])) for group in found] == [1, 1, 1, 1]
    assert {group.words for group in found} >= {"silence"}


def test_groups_and_their_entries_are_in_the_order_of_use() -> None:
    entries, _ = clusters()
    found = groups(entries, 1, count=4)
    use = entries.usage[0]
    totals = [int(use[list(group.codes)].sum()) for group in found]
    assert totals == sorted(totals, reverse=True)
    for group in found:
        assert [int(use[code]) for code in group.codes] == sorted(
            use[list(group.codes)].tolist(), reverse=True
        )


def test_no_two_groups_are_called_alike() -> None:
    found = groups(made(level()[None]), 1, count=12)
    assert len({group.words for group in found}) == len(found)


def test_equal_entries_are_one_group() -> None:
    assert [group.codes for group in groups(made(np.tile(row(), (1, 5, 1))), 1)] == [(0, 1, 2, 3, 4)]
