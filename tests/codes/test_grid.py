from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from distill.codes.grid import Codes
from distill.errors import BadCodes, BadSetting, ForeignCodes

FINGERPRINT = "1a2b3c4d" * 8


def codes_of(grid: npt.ArrayLike, **changes: Any) -> Codes:
    """Codes around a grid, as long as it is."""
    shape = np.shape(np.asarray(grid, dtype=object))
    values: dict[str, Any] = {
        "codebook_size": 256,
        "fingerprint": FINGERPRINT,
        "model": "A",
        "num_samples": max(1, shape[-1] if shape else 1) * 1024,
    }
    return Codes(grid, **(values | changes))  # type: ignore[arg-type]


grids = npst.arrays(
    np.int32,
    st.tuples(st.integers(1, 2), st.integers(1, 8), st.integers(1, 12)),
    elements=st.integers(0, 255),
)


def test_a_grid_knows_its_shape_and_length() -> None:
    codes = codes_of(np.zeros((2, 8, 3), int), num_samples=2049)
    assert (codes.num_channels, codes.num_levels, codes.num_steps) == (2, 8, 3)
    assert codes.seconds == 2049 / 48_000


def test_the_grid_is_a_private_copy_that_nobody_can_write_to() -> None:
    given_grid = np.zeros((1, 2, 3), np.int64)
    codes = codes_of(given_grid)
    given_grid[:] = 9
    assert codes.grid.max() == 0
    assert codes.grid.dtype == np.int16
    with pytest.raises(ValueError, match="read-only"):
        codes.grid[0, 0, 0] = 1
    with pytest.raises(ValueError, match="WRITEABLE"):
        codes.grid.setflags(write=True)
    with pytest.raises(AttributeError):
        codes.gain_db = 3.0  # type: ignore[misc]


@given(grids)
def test_codes_are_equal_by_value_through_copies_and_pickles(grid: npt.NDArray[np.int32]) -> None:
    codes = codes_of(grid, edits=({"operation": "mirror", "region": [0, 1]},))
    for twin in (
        codes_of(grid.tolist(), edits=codes.edits),
        copy.deepcopy(codes),
        pickle.loads(pickle.dumps(codes)),
    ):
        assert twin == codes
        assert hash(twin) == hash(codes)
    other = grid.copy()
    other[0, 0, 0] = (other[0, 0, 0] + 1) % 256
    assert codes.with_grid(other) != codes


@pytest.mark.parametrize(
    "change", [{"gain_db": 1.0}, {"source": "b"}, {"model": "B"}, {"fingerprint": "f" * 64}, {"edits": ({},)}]
)
def test_codes_that_differ_in_one_value_differ(change: dict[str, Any]) -> None:
    assert codes_of(np.zeros((1, 1, 1), int)) != codes_of(np.zeros((1, 1, 1), int), **change)


def test_codes_are_not_equal_to_other_things() -> None:
    assert codes_of([[[0]]]) != 0


def test_a_grid_of_the_same_length_keeps_the_exact_length() -> None:
    codes = codes_of([[[1, 2, 3]]], num_samples=2050)
    assert codes.with_grid([[[3, 2, 1]]]).num_samples == 2050


def test_a_grid_of_another_length_is_whole_steps_long() -> None:
    codes = codes_of([[[1, 2, 3]]], num_samples=2050)
    assert codes.with_grid([[[1, 2, 3, 4]]]).num_samples == 4096


def test_edits_are_kept_unless_others_are_given() -> None:
    codes = codes_of([[[1]]], edits=({"operation": "fill"},))
    assert codes.with_grid([[[2]]]).edits == codes.edits
    assert codes.with_grid([[[2]]], edits=[]).edits == ()


def test_edits_are_frozen() -> None:
    edit: dict[str, Any] = {"arguments": {"steps": [1, 2]}}
    codes: Any = codes_of([[[1]]], edits=[edit])
    edit["arguments"]["steps"].append(3)
    assert codes.edits[0]["arguments"]["steps"] == (1, 2)
    with pytest.raises(TypeError):
        codes.edits[0]["arguments"]["steps"] = ()


@given(grids, st.data())
def test_the_first_levels_are_the_first_rows(grid: npt.NDArray[np.int32], data: st.DataObject) -> None:
    level = data.draw(st.integers(1, grid.shape[1]))
    first = codes_of(grid, num_samples=grid.shape[2] * 1024 - 1).up_to_level(level)
    assert np.array_equal(first.grid, grid[:, :level])
    assert first.num_samples == grid.shape[2] * 1024 - 1


@given(grids, st.integers(0, 1023), st.data())
def test_regions_put_together_are_the_whole(
    grid: npt.NDArray[np.int32], short: int, data: st.DataObject
) -> None:
    codes = codes_of(grid, num_samples=grid.shape[2] * 1024 - short)
    cut = data.draw(st.integers(0, codes.num_steps))
    parts = [codes.region(a, b) for a, b in ((0, cut), (cut, codes.num_steps)) if a < b]
    assert np.array_equal(np.concatenate([part.grid for part in parts], axis=2), codes.grid)
    assert sum(part.num_samples for part in parts) == codes.num_samples


@pytest.mark.parametrize("level", [0, 3, -1])
def test_a_level_that_is_not_there_is_refused(level: int) -> None:
    with pytest.raises(BadSetting) as caught:
        codes_of(np.zeros((1, 2, 3), int)).up_to_level(level)
    assert str(caught.value) == (
        f"there is no level {level}; these codes have levels 1 to 2, so choose one of these."
    )


@pytest.mark.parametrize(("start", "stop"), [(0, 0), (2, 1), (-1, 2), (0, 4)])
def test_a_region_that_is_not_there_is_refused(start: int, stop: int) -> None:
    with pytest.raises(BadSetting) as caught:
        codes_of(np.zeros((1, 2, 3), int)).region(start, stop)
    assert str(caught.value) == (
        f"steps {start} to {stop} are no region of this sound; choose a start before the end, within 0 to 3."
    )


def test_the_model_that_made_them_is_let_through() -> None:
    codes = codes_of([[[0]]])
    codes.require_model(FINGERPRINT, "renamed")
    assert codes.model != "renamed"  # it is known by its fingerprint alone


def test_another_model_is_refused() -> None:
    with pytest.raises(ForeignCodes) as caught:
        codes_of([[[0]]]).require_model("5e6f7a8b" * 8, "B")
    assert str(caught.value) == (
        "these codes were made by the model 'A' (fingerprint 1a2b3c4d), this is 'B' (5e6f7a8b); "
        "use the model that made them, or encode the sound again."
    )


def test_codes_of_a_nameless_model_say_so() -> None:
    with pytest.raises(
        ForeignCodes, match=r"^these codes were made by a model without a name \(fingerprint 1a2b3c4d\)"
    ):
        codes_of([[[0]]], model="").require_model("5e6f7a8b" * 8, "B")


def out_of_range() -> npt.NDArray[np.int32]:
    grid = np.zeros((2, 4, 20), np.int32)
    grid[0, 2, 17] = 512
    return grid


@pytest.mark.parametrize(
    ("grid", "sentence"),
    [
        (
            out_of_range(),
            "code 512 at level 3, step 17 is outside 0 to 255; use codes of this model, or encode the sound again.",
        ),
        (
            out_of_range()[::-1],
            "code 512 at level 3, step 17 of the side is outside 0 to 255; "
            "use codes of this model, or encode the sound again.",
        ),
        (
            [[[0, -1]]],
            "code -1 at level 1, step 1 is outside 0 to 255; use codes of this model, or encode the sound again.",
        ),
        (
            np.full((1, 1, 1), 2**63, np.uint64),
            "code 9223372036854775808 at level 1, step 0 is outside 0 to 255; "
            "use codes of this model, or encode the sound again.",
        ),
        (
            np.zeros((1, 4, 0), int),
            "these codes are empty; a sound has at least one step, so encode a sound first.",
        ),
        (
            [[0, 1]],
            "a grid has 3 dimensions (channels, levels, steps), this one has shape (1, 2); give one of shape [C, K, S].",
        ),
        ([[[0, 1], [0]]], "the rows of this grid differ in length; give one of shape [C, K, S]."),
        (np.zeros((1, 1, 1)), "codes are whole numbers, these are float64; give an integer array."),
        (np.zeros((1, 1, 1), bool), "codes are whole numbers, these are bool; give an integer array."),
        (
            np.zeros((3, 4, 1), int),
            "the grid has 3 channels and 4 levels; 1 or 2 channels (mid, side) and 1 to 8 levels are allowed, "
            "so encode the sound again.",
        ),
        (
            np.zeros((1, 9, 1), int),
            "the grid has 1 channels and 9 levels; 1 or 2 channels (mid, side) and 1 to 8 levels are allowed, "
            "so encode the sound again.",
        ),
        (
            np.broadcast_to(np.int16(0), (1, 1, 2**24 + 1)),
            "the grid has 16777217 steps and 16777217 codes; 1 to 16777216 steps and at most 67108864 codes "
            "are allowed, so cut the sound into shorter parts.",
        ),
    ],
)
def test_a_grid_that_is_none_is_refused(grid: npt.ArrayLike, sentence: str) -> None:
    with pytest.raises(BadCodes) as caught:
        Codes(grid, codebook_size=256, fingerprint=FINGERPRINT, model="A", num_samples=1024)  # type: ignore[arg-type]
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"codebook_size": 1}, "the codebook size is 1, not a whole number from 2 to 32768"),
        ({"codebook_size": 256.0}, "the codebook size is 256.0, not a whole number from 2 to 32768"),
        ({"fingerprint": "A" * 64}, "the fingerprint is not 8 to 128 digits of lower-case hexadecimal"),
        ({"fingerprint": 7}, "the fingerprint is not 8 to 128 digits of lower-case hexadecimal"),
        ({"model": "x" * 65}, "the model's name is not a text of at most 64 printable characters"),
        ({"model": "\x1b[31m"}, "the model's name is not a text of at most 64 printable characters"),
        ({"source": None}, "the sound's name is not a text of at most 1024 characters"),
        ({"num_samples": 0}, "the length is 0, not a whole number of samples from 1 up"),
        ({"num_samples": True}, "the length is True, not a whole number of samples from 1 up"),
        ({"step_length": 0}, "the step length is 0, not a whole number of samples from 1 to 48000"),
        ({"step_rate": math.inf}, "inf steps a second of 1024 samples are not 48000 Hz"),
        ({"step_length": 512}, "46.875 steps a second of 512 samples are not 48000 Hz"),
        ({"gain_db": math.nan}, "the level is nan dB, not a number from -120 to 120"),
        ({"gain_db": 120.5}, "the level is 120.5 dB, not a number from -120 to 120"),
        (
            {"gain_db": "x" * 100},
            f"the level is '{'x' * 39}... dB, not a number from -120 to 120",
        ),
        (
            {"gain_db": None, "model": None},
            "the model's name is not a text of at most 64 printable characters; "
            "the level is None dB, not a number from -120 to 120",
        ),
    ],
)
def test_an_impossible_value_is_refused(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(BadCodes) as caught:
        codes_of([[[0]]], **change)
    assert str(caught.value) == f"these codes cannot be used: {fault}; encode the sound again."


@pytest.mark.parametrize("num_samples", [1024, 2049])
def test_a_length_that_does_not_belong_to_the_grid_is_refused(num_samples: int) -> None:
    with pytest.raises(BadCodes) as caught:
        codes_of([[[0, 0]]], num_samples=num_samples)
    assert str(caught.value) == (
        f"{num_samples} samples take {-(-num_samples // 1024)} steps of 1024, and the grid has 2; "
        "give the length that belongs to the grid."
    )


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ([{"amount": math.nan}], "a number is not finite"),
        ([{"array": np.zeros(2)}], "a value is ndarray, which JSON does not have"),
        (["mirror"], "it is not a list of records"),
        ({"operation": "mirror"}, "it is not a list of records"),
    ],
)
def test_edits_that_are_no_records_are_refused(edits: Any, why: str) -> None:
    with pytest.raises(BadCodes) as caught:
        codes_of([[[0]]], edits=edits)
    assert str(caught.value) == f"the list of edits cannot be kept: {why}; make the edits again."


def test_numpy_numbers_become_plain_ones() -> None:
    codes = codes_of([[[0]]], num_samples=np.int64(1024), gain_db=np.float32(1.5))
    assert type(codes.num_samples) is int
    assert type(codes.gain_db) is float


def test_a_name_keeps_its_letters_and_loses_what_would_command_a_terminal() -> None:
    assert (
        codes_of([[[0]]], source="Bächle \U0001f3b5\n\x1b\udcff.wav").source
        == "Bächle \U0001f3b5\ufffd\ufffd\ufffd.wav"
    )
