from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from tests.codes.code_files import FINGERPRINT, HEADER, PAYLOAD, SMALL, file_of

from distill.codes import storage
from distill.codes.editing import Edit, apply, undone
from distill.codes.grid import Codes
from distill.codes.operation import make
from distill.codes.packing import packed
from distill.codes.region import Region
from distill.codes.storage import from_bytes, load, save, to_bytes
from distill.errors import BadCodes, NoSpace


@st.composite
def any_codes(draw: st.DrawFn) -> Codes:
    size = draw(st.integers(2, 1024))
    shape = draw(st.tuples(st.integers(1, 2), st.integers(1, 8), st.integers(1, 40)))
    record = st.dictionaries(
        st.sampled_from(["operation", "seed", "arguments"]), st.integers() | st.text(max_size=5)
    )
    return Codes(
        draw(npst.arrays(np.int16, shape, elements=st.integers(0, size - 1))),
        codebook_size=size,
        fingerprint=draw(st.text("0123456789abcdef", min_size=8, max_size=64)),
        model=draw(st.text("abc é", min_size=1, max_size=8)),
        num_samples=shape[2] * 1024 - draw(st.integers(0, 1023)),
        source=draw(st.text(max_size=8)),
        gain_db=draw(st.floats(-120, 120)),
        edits=tuple(draw(st.lists(record.filter(_in_64_bits), max_size=2))),
    )


def _in_64_bits(record: dict[str, Any]) -> bool:
    return all(abs(value) < 2**63 for value in record.values() if isinstance(value, int)) and not any(
        0xD800 <= ord(char) < 0xE000 for value in record.values() if isinstance(value, str) for char in value
    )


def test_a_hand_sized_grid_has_these_bytes() -> None:
    text = (
        b'{"channels":1,"codebook_size":6,"deflated":false,"edits":[{"operation":"mirror","seed":1}],'
        b'"fingerprint":"' + b"1a2b3c4d" * 8 + b'","gain_db":-1.5,"levels":2,"model":"A","num_samples":2500,'
        b'"source":"a.wav","step_length":1024,"step_rate":46.875,"steps":3}'
    )
    body = b"DSTLCODE" + b"\x01\x00" + bytes([len(text) % 256, len(text) // 256, 0, 0]) + text + PAYLOAD
    assert to_bytes(SMALL) == body + zlib.crc32(body).to_bytes(4, "little")
    assert from_bytes(file_of(HEADER)) == SMALL


@given(any_codes())
def test_codes_come_back_as_they_were(codes: Codes) -> None:
    data = to_bytes(codes)
    assert from_bytes(data) == codes
    assert to_bytes(from_bytes(data)) == data


@given(any_codes())
@settings(max_examples=30)
def test_codes_are_packed_as_a_slow_writer_packs_them(codes: Codes) -> None:
    bits = (codes.codebook_size - 1).bit_length()
    text = "".join(f"{code:0{bits}b}" for code in codes.grid.reshape(-1).tolist())
    text += "0" * (-len(text) % 8)
    slow = bytes(int(text[start : start + 8], 2) for start in range(0, len(text), 8))
    assert packed(codes.grid, bits) == slow


@pytest.mark.parametrize("codebook_size", [2, 3, 200, 256, 1000, 1024])
def test_long_grids_are_packed_in_chunks_without_seams(codebook_size: int) -> None:
    rng = np.random.default_rng(codebook_size)
    grid = rng.integers(0, codebook_size, (2, 8, 2**15 + 3))  # two chunks and a bit
    codes = Codes(
        grid,
        codebook_size=codebook_size,
        fingerprint=FINGERPRINT,
        model="A",
        num_samples=grid.shape[2] * 1024,
    )
    data = to_bytes(codes)
    assert len(data) <= grid.size * (codebook_size - 1).bit_length() / 8 + 400
    assert np.array_equal(from_bytes(data).grid, grid)


def test_repetition_takes_less_room() -> None:
    loop = np.tile(np.arange(256), 40)[None, None]
    codes = Codes(loop, codebook_size=256, fingerprint=FINGERPRINT, model="A", num_samples=loop.size * 1024)
    assert len(to_bytes(codes)) < loop.size / 10
    assert from_bytes(to_bytes(codes)) == codes


def test_a_file_is_saved_and_loaded(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.codes"
    save(SMALL, str(path))
    assert path.read_bytes() == to_bytes(SMALL)
    assert load(path) == load(str(path)) == SMALL
    assert os.listdir(path.parent) == ["a.codes"]


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder").write_bytes(b"")
    with pytest.raises(NoSpace, match=r"^could not write 'a.codes' in "):
        save(SMALL, tmp_path / "folder" / "a.codes")


def test_only_a_list_of_edits_beyond_4_mib_needs_the_second_version() -> None:
    for length, version in ((1000, 1), (4 * 2**20, 2)):
        codes = SMALL.with_grid(SMALL.grid, edits=[{"name": "x" * length}])
        data = to_bytes(codes)
        assert data[8:10] == bytes([version, 0])
        assert from_bytes(data) == codes


@pytest.mark.parametrize(
    "edits", [[{"name": "x" * (48 * 2**20)}], [{"steps": [0] * 2**20}]], ids=["too long", "too many values"]
)
def test_codes_whose_list_of_edits_is_too_long_fit_without_it(edits: list[dict[str, Any]]) -> None:
    codes = SMALL.with_grid(SMALL.grid, edits=edits)
    with pytest.raises(BadCodes) as caught:
        to_bytes(codes)
    assert str(caught.value) == (
        "the list of edits does not fit into a file (48 MiB and 1048576 values at most); save the sound without it."
    )
    fit, (sentence,) = storage.fitting(codes)
    assert from_bytes(to_bytes(fit)) == SMALL.with_grid(SMALL.grid, edits=[])
    assert sentence.startswith(
        "The list of edits does not fit into a file (48 MiB and 1048576 values at most), so it was left out"
    )
    assert storage.fitting(SMALL) == (SMALL, ())


def test_edits_of_an_hour_of_stereo_are_saved_and_undone() -> None:
    grid = np.random.default_rng(0).integers(0, 1024, (2, 8, 168_750))
    codes = Codes(
        grid, codebook_size=1024, fingerprint=FINGERPRINT, model="A", num_samples=grid.shape[2] * 1024
    )
    edited = apply(
        codes, [Edit(make("reverse", {})), Edit(make("set", {"code": 3}), Region(start=5, stop=9))]
    )
    assert storage.fitting(edited) == (edited, ())
    opened = from_bytes(to_bytes(edited))
    assert opened == edited
    assert undone(opened, 2) == codes
