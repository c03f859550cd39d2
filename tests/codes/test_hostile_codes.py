from __future__ import annotations

import os
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.codes.code_files import HEADER, PAYLOAD, SMALL, damaged, file_of

from distill.codes import storage
from distill.codes.storage import from_bytes, load, to_bytes
from distill.errors import BadCodes


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


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "this is not a .codes file; choose one that Distill has written."),
        (b"RIFF" + bytes(40), "this is not a .codes file; choose one that Distill has written."),
        (b"DSTLCODE\x01\x00", damaged("it ends too early")),
        (
            file_of(HEADER, version=3),
            "this is a .codes file of version 3, and this Distill reads up to version 2; "
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


@pytest.mark.parametrize(("version", "most"), [(1, 4), (2, 48)])
def test_a_header_longer_than_the_file_is_refused(version: int, most: int) -> None:
    body = b"DSTLCODE" + struct.pack("<HI", version, 2**32 - 1)
    with pytest.raises(BadCodes) as caught:
        from_bytes(body + struct.pack("<I", zlib.crc32(body)))
    assert str(caught.value) == damaged(f"its header is longer than the file or {most} MiB")


@pytest.mark.parametrize("version", [1, 2])
def test_a_header_longer_than_its_version_takes_is_refused(
    version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(storage._LARGEST_HEADERS, version, 2**20)
    assert from_bytes(file_of(HEADER | {"source": "x" * 1000}, version=version)).source
    with pytest.raises(BadCodes) as caught:
        from_bytes(file_of(HEADER | {"source": "x" * 2**20}, version=version))
    assert str(caught.value) == damaged("its header is longer than the file or 1 MiB")


# Each small value costs some hundred bytes of memory, so they are counted before any is made.
@pytest.mark.parametrize("value", [b"[]", b"{}", b'{"a":1}', b"0"])
def test_a_long_header_of_many_small_values_is_refused(value: bytes) -> None:
    bomb = file_of(b"[" + (value + b",") * (16 * 2**20 // (len(value) + 1)) + b"0]", version=2)
    tracemalloc.start()
    try:
        with pytest.raises(BadCodes) as caught:
            from_bytes(bomb)
        assert str(caught.value) == damaged("its header holds more than 1048576 values")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000  # a copy of the header
    finally:
        tracemalloc.stop()


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


def test_a_name_that_the_system_cannot_look_up_is_refused(tmp_path: Path) -> None:
    name = f"{'x' * 300}.codes"
    with pytest.raises(BadCodes) as caught:
        load(tmp_path / name)
    assert str(caught.value) == f"{name!r} cannot be read: file name too long; choose a .codes file."


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
