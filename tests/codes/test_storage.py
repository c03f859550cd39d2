from __future__ import annotations

import os
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from distill.codes import storage
from distill.codes.grid import Codes
from distill.codes.json_values import dumps
from distill.codes.storage import from_bytes, load, save, to_bytes
from distill.errors import BadCodes, NoSpace

FINGERPRINT = "1a2b3c4d" * 8
SMALL = Codes(
    np.array([[[0, 1, 2], [3, 4, 5]]]),
    codebook_size=6,
    fingerprint=FINGERPRINT,
    model="A",
    num_samples=2500,
    source="a.wav",
    gain_db=-1.5,
    edits=({"seed": 1, "operation": "mirror"},),
)
HEADER: dict[str, Any] = {
    "channels": 1,
    "codebook_size": 6,
    "deflated": False,
    "edits": [{"operation": "mirror", "seed": 1}],
    "fingerprint": FINGERPRINT,
    "gain_db": -1.5,
    "levels": 2,
    "model": "A",
    "num_samples": 2500,
    "source": "a.wav",
    "step_length": 1024,
    "step_rate": 46.875,
    "steps": 3,
}
PAYLOAD = bytes([0b000_001_01, 0b0_011_100_1, 0b01_000000])  # 0 1 2, 3 4 5 in three bits each, filled up


def file_of(header: bytes | dict[str, Any], payload: bytes = PAYLOAD, *, version: int = 1) -> bytes:
    """Bytes of a file with a checksum that is right."""
    text = header if isinstance(header, bytes) else dumps(header)
    body = b"DSTLCODE" + struct.pack("<HI", version, len(text)) + text + payload
    return body + struct.pack("<I", zlib.crc32(body))


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
    assert storage._packed(codes.grid, bits) == slow


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


# A checksum of 32 bits finds every burst of up to 32 bits: one changed byte never passes.
def test_every_changed_byte_is_found() -> None:
    data = to_bytes(SMALL)
    for position in range(len(data)):
        for flip in (0x01, 0x80, 0xFF):
            broken = bytearray(data)
            broken[position] ^= flip
            with pytest.raises(BadCodes):
                from_bytes(bytes(broken))


def test_every_truncation_is_found() -> None:
    data = to_bytes(SMALL)
    for length in range(len(data)):
        with pytest.raises(BadCodes):
            from_bytes(data[:length])


@given(st.data())
@settings(max_examples=300)
def test_behind_a_right_checksum_anything_is_codes_or_refused(data: st.DataObject) -> None:
    body = bytearray(to_bytes(SMALL)[:-4])
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(10, len(body) - 1))] = data.draw(st.integers(0, 255))
    whole = bytes(body) + struct.pack("<I", zlib.crc32(body))
    try:
        codes = from_bytes(whole)
    except BadCodes:
        return
    assert from_bytes(to_bytes(codes)) == codes


@given(
    st.fixed_dictionaries(
        {
            key: st.just(value)
            | st.none()
            | st.booleans()
            | st.integers(-(2**63), 2**63)
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.just([])
            | st.just({})
            | st.text("a\x00", max_size=3)
            for key, value in HEADER.items()
        }
    ),
    st.binary(max_size=8),
)
@settings(max_examples=300)
def test_a_header_of_anything_is_codes_or_refused(header: dict[str, Any], payload: bytes) -> None:
    try:
        codes = from_bytes(file_of(header, payload))
    except BadCodes:
        return
    assert from_bytes(to_bytes(codes)) == codes


def damaged(what: str) -> str:
    return f"this .codes file is damaged: {what}; use another copy, or encode the sound again."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "this is not a .codes file; choose one that Distill has written."),
        (b"RIFF" + bytes(40), "this is not a .codes file; choose one that Distill has written."),
        (b"DSTLCODE\x01\x00", damaged("it ends too early")),
        (
            file_of(HEADER, version=2),
            "this is a .codes file of version 2, and this Distill reads version 1; "
            "update Distill, or encode the sound again.",
        ),
        (file_of(HEADER)[:-1] + b"\x00", damaged("its checksum does not match")),
        (file_of(b""), damaged("in its header the text is not JSON")),
        (file_of(b'{"steps":1,"steps":1}'), damaged("in its header the key 'steps' appears twice")),
        (file_of(b'{"gain_db":NaN}'), damaged("in its header NaN is not a number JSON has")),
        (file_of(b'{"gain_db":-1e999}'), damaged("in its header a number is not finite")),
        (file_of(b"[" * 50_000), damaged("in its header values are nested deeper than 32")),
        (file_of(b"[]"), damaged("its header does not have the keys of this version")),
        (file_of(HEADER | {"colour": 1}), damaged("its header does not have the keys of this version")),
        (
            file_of({key: HEADER[key] for key in HEADER if key != "model"}),
            damaged("its header does not have the keys of this version"),
        ),
        (file_of(HEADER | {"steps": 3.0}), damaged("the sizes in its header are not whole numbers")),
        (file_of(HEADER | {"deflated": 0}), damaged("the sizes in its header are not whole numbers")),
        (file_of(HEADER | {"codebook_size": 2**16}), damaged("its codebook size is 65536")),
        (file_of(HEADER | {"edits": "none"}), damaged("its list of edits is no list")),
        (file_of(HEADER, PAYLOAD + b"\x00"), damaged("its codes take 4 bytes instead of 3")),
        (file_of(HEADER, PAYLOAD[:2]), damaged("its codes take 2 bytes instead of 3")),
        (file_of(HEADER, PAYLOAD[:2] + b"\x41"), damaged("there is something behind its last code")),
        (file_of(HEADER | {"deflated": True}), damaged("its codes cannot be inflated")),
        (
            file_of(HEADER | {"deflated": True}, zlib.compress(PAYLOAD) + b"\x00"),
            damaged("its codes do not end where they should"),
        ),
        (
            file_of(HEADER | {"deflated": True}, zlib.compress(PAYLOAD)[:-1]),
            damaged("its codes do not end where they should"),
        ),
        (
            file_of(HEADER, b"\xff\xff\xc0"),
            "code 7 at level 1, step 0 is outside 0 to 5; use codes of this model, or encode the sound again.",
        ),
        (
            file_of(HEADER | {"num_samples": 99}),
            "99 samples take 1 steps of 1024, and the grid has 3; give the length that belongs to the grid.",
        ),
    ],
)
def test_a_file_that_is_none_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(BadCodes) as caught:
        from_bytes(data)
    assert str(caught.value) == sentence


def test_a_header_longer_than_the_file_is_refused() -> None:
    body = b"DSTLCODE" + struct.pack("<HI", 1, 2**32 - 1)
    with pytest.raises(BadCodes) as caught:
        from_bytes(body + struct.pack("<I", zlib.crc32(body)))
    assert str(caught.value) == damaged("its header is longer than the file or 4 MiB")


# 60 MB of zeros deflate to 60 kB: what comes out is bounded by what the header's shape takes.
@pytest.mark.parametrize(
    "changes",
    [
        {"steps": 3},
        {"steps": 2**24, "levels": 8, "channels": 2},
        {"steps": 2**62},
        {"steps": -3},
        {"channels": 2**31, "levels": 2**31},
    ],
)
def test_a_bomb_takes_no_memory(changes: dict[str, int]) -> None:
    bomb = file_of(HEADER | {"deflated": True} | changes, zlib.compress(bytes(60_000_000)))
    tracemalloc.start()
    try:
        with pytest.raises(BadCodes):
            from_bytes(bomb)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_a_file_beyond_64_mib_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.codes"
    with open(path, "wb") as file:
        file.truncate(2**33)
    with pytest.raises(BadCodes) as caught:
        load(path)
    assert str(caught.value) == (
        "'a.codes': this is larger than 64 MiB, which no .codes file is; choose another file."
    )


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.codes"
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("this system has no named pipes")
        os.mkfifo(path)
    with pytest.raises(BadCodes) as caught:
        load(path)
    assert str(caught.value) == f"there is no file {str(path)!r}; choose a .codes file."


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.codes"
    path.write_bytes(to_bytes(SMALL)[:-1])
    with pytest.raises(BadCodes) as caught:
        load(path)
    assert str(caught.value) == "'a.codes': " + damaged("its checksum does not match")


def test_edits_beyond_4_mib_are_not_saved() -> None:
    with pytest.raises(BadCodes) as caught:
        to_bytes(SMALL.with_grid(SMALL.grid, edits=[{"name": "x" * (4 * 2**20)}]))
    assert str(caught.value) == (
        "the list of edits does not fit into a file (4 MiB at most); save the sound without it."
    )
