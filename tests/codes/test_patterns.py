from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import counted, entries, sound

from distill.codes.editing import Edit, apply
from distill.codes.grid import Codes
from distill.codes.material import Material
from distill.codes.operation import make
from distill.codes.quiet import quietest_column
from distill.codes.region import Region
from distill.errors import BadSetting


def steps_of(codes: Codes, name: str, *, region: Region | None = None, **arguments: Any) -> list[int]:
    """The codes of level 1 after an edit."""
    known = entries(num_levels=codes.num_levels, size=codes.codebook_size)
    edited = apply(codes, [Edit(make(name, arguments), region or Region())], entries=known)
    return [int(code) for code in edited.grid[0, 0]]


def material(*codes: int, levels: int = 1) -> Material:
    return Material.of_grid(np.tile(np.array(codes), (1, levels, 1)))


def test_a_motif_is_the_beginning_of_the_region_again_and_again() -> None:
    region = Region(start=2, stop=9)
    assert steps_of(counted(10), "motif", steps=3, region=region) == [0, 1, 2, 3, 4, 2, 3, 4, 2, 9]


def test_a_motif_may_be_of_another_sound_and_less_of_it() -> None:
    assert steps_of(counted(5), "motif", motif=material(50, 51)) == [50, 51, 50, 51, 50]
    assert steps_of(counted(5), "motif", motif=material(50, 51), steps=1) == [50] * 5


@given(steps=st.integers(1, 12), every=st.integers(1, 4), start=st.integers(0, 10))
def test_a_motif_repeats_with_its_length_as_period(steps: int, every: int, start: int) -> None:
    codes = sound(1, 2, 30, seed=steps)
    region = Region(start=start, stop=start + 20, every=every)
    edited = apply(codes, [Edit(make("motif", {"steps": steps}), region)]).grid
    for step in range(start, start + 20, every):
        source = start + (step - start) % steps
        assert np.array_equal(edited[:, :, step], codes.grid[:, :, source])


def test_levels_that_a_motif_lacks_go_on() -> None:
    codes = counted(6, num_levels=3)
    edited = apply(codes, [Edit(make("motif", {"motif": material(50, 51, levels=2)}))]).grid[0]
    assert edited[:2].tolist() == [[50, 51] * 3] * 2
    assert edited[2].tolist() == [0, 1, 2, 3, 4, 5]


def test_hits_play_the_motif_and_rests_hold_or_keep() -> None:
    arguments: dict[str, Any] = {"hits": 3, "pulses": 8, "pulse": 2, "motif": material(50, 51, 52)}
    held = steps_of(counted(16), "euclid", rests="hold", **arguments)
    assert held == [50, 51, 52, 52, 52, 52, 50, 51, 52, 52, 52, 52, 50, 51, 52, 52]
    kept = steps_of(counted(16), "euclid", rests="keep", **arguments)
    assert kept == [50, 51, 52, 3, 4, 5, 50, 51, 52, 9, 10, 11, 50, 51, 52, 15]


def test_rests_are_mute_with_the_quietest_entries() -> None:
    known = entries(num_levels=2, size=256)
    column = quietest_column(known)
    assert known.of("loudness")[0, column[0]] == known.of("loudness")[0].min()
    codes = counted(8, num_levels=2)
    edit = Edit(make("euclid", {"hits": 1, "pulses": 2, "pulse": 2}))
    edited = apply(codes, [edit], entries=known).grid[0]
    assert edited[:, :2].tolist() == [[0, 1], [0, 1]]
    assert edited[:, 2:4].tolist() == [[int(code)] * 2 for code in column]


def test_a_hit_cuts_the_motif_of_the_one_before() -> None:
    arguments: dict[str, Any] = {"hits": 2, "pulses": 2, "pulse": 2, "motif": material(50, 51, 52)}
    assert steps_of(counted(6), "euclid", **arguments) == [50, 51] * 3


def test_pulses_that_are_no_whole_steps_do_not_drift() -> None:
    hits = steps_of(counted(60), "euclid", hits=1, pulses=1, pulse=5.9, motif=material(255), rests="keep")
    found = [step for step, code in enumerate(hits) if code == 255]
    assert found == [round(5.9 * number) for number in range(11)]


def test_a_rotation_brings_the_rhythm_later() -> None:
    arguments: dict[str, Any] = {"hits": 1, "pulses": 4, "pulse": 1, "motif": material(50), "rests": "keep"}
    assert steps_of(counted(4), "euclid", rotation=1, **arguments) == [0, 50, 2, 3]
    assert steps_of(counted(4), "euclid", rotation=-1, **arguments) == [0, 1, 2, 50]


def test_a_rhythm_without_hits_leaves_a_kept_sound_alone() -> None:
    assert steps_of(counted(4), "euclid", hits=0, pulses=4, pulse=1, rests="keep") == [0, 1, 2, 3]


def test_a_sequence_plays_the_regions_own_parts_in_order() -> None:
    assert steps_of(counted(12), "sequence", order="AB", steps=2) == [0, 1, 2, 3] * 3
    assert steps_of(counted(12), "sequence", order="b a . a", steps=3) == [3, 4, 5, 0, 1, 2, 6, 7, 8, 0, 1, 2]


def test_a_sequence_plays_given_motifs_as_long_as_they_are() -> None:
    motifs = {"A": material(50), "B": material(60, 61)}
    assert steps_of(counted(7), "sequence", order="AAB", motifs=motifs) == [50, 50, 60, 61, 50, 50, 60]
    fixed = steps_of(counted(7), "sequence", order="AB", motifs=motifs, steps=3)
    assert fixed == [50, 50, 50, 60, 61, 60, 50]


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        (
            "motif",
            {},
            "motif cannot be done: neither its steps nor a sound to take it from is given. "
            "It is used like this: motif steps=12 from=0 to=2.0",
        ),
        (
            "motif",
            {"steps": 9},
            "the motif would reach to step 9, and the region ends at step 8; take fewer steps, or a longer region.",
        ),
        (
            "motif",
            {"steps": 3, "motif": material(1)},
            "3 steps were to be taken of a motif that has 1; choose at most as many.",
        ),
        (
            "euclid",
            {"hits": 5, "pulses": 4, "pulse": 1},
            "5 hits were to fit into 4 pulses; choose at most as many hits as pulses.",
        ),
        (
            "sequence",
            {"order": "A?"},
            "the order 'A?' holds something else than letters and dots; "
            "write it like this: sequence order=AABA steps=24 from=0 to=4.0",
        ),
        (
            "sequence",
            {"order": "ABC", "motifs": {"B": material(1)}},
            "nobody says how long A, C is; give the steps of a slot, or a sound for each letter.",
        ),
    ],
)
def test_what_cannot_be_played_is_told(name: str, arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        steps_of(counted(8), name, **arguments)
    assert str(refusal.value) == sentence
