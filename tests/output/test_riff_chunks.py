"""Chunks byte for byte, each written out by hand from its specification."""

from __future__ import annotations

import struct
from datetime import datetime

import pytest

from distill.output.riff_chunks import acid, bext, chunk, info, smpl
from distill.output.tags import LoopPoints, Tags

TAGS = Tags(
    title="Glöckchen",
    date=datetime(2026, 11, 5, 12, 3, 59),
    model="bells",
    seed=7,
    software="Distill 1.1",
    tempo=120.0,
    loops=(LoopPoints(100, 48_100), LoopPoints(0, 10)),
)


def test_a_chunk_of_odd_length_gets_a_zero_that_is_not_counted() -> None:
    assert chunk(b"abcd", b"123") == b"abcd\x03\x00\x00\x00123\x00"
    assert chunk(b"abcd", b"12") == b"abcd\x02\x00\x00\x0012"


def test_smpl_holds_the_loop_points() -> None:
    assert (
        smpl(TAGS, sample_rate=48_000)
        == bytes.fromhex(
            "736d706c 54000000"  # "smpl", 84 bytes
            "00000000 00000000"  # maker, product
            "61510000"  # 20,833 ns a sample
            "3c000000 00000000"  # unity note 60, no fraction
            "00000000 00000000"  # no SMPTE
            "02000000 00000000"  # two loops, no more data
            "00000000 00000000 64000000 e3bb0000 00000000 00000000"  # forward, 100 .. 48,099, no fraction, for ever
            "01000000 00000000 00000000 09000000 00000000 00000000"
        )
    )


def test_acid_holds_tempo_and_beats() -> None:
    loop = Tags(tempo=120.0, loops=(LoopPoints(0, 192_000),))
    assert acid(loop, num_samples=192_000, sample_rate=48_000) == bytes.fromhex(
        "61636964 18000000"  # "acid", 24 bytes
        "04000000"  # a loop that may be stretched
        "3c00 0080 00000000"  # root note 60, unknown, unknown
        "08000000"  # 8 beats
        "0400 0400 0000f042"  # 4/4, 120.0
    )


@pytest.mark.parametrize(
    ("loops", "tempo", "num_samples", "stretched"),
    [
        ([(0, 96_000)], 120.0, 96_000, True),
        ([(0, 118_763)], 97.0, 118_763, True),  # four beats are 118,762.9 samples
        ([(0, 24_000)], 120.0, 24_000, True),  # one beat
        ([(16_000, 112_000)], 120.0, 112_000, False),  # a lead-in
        ([(0, 12_000)], 120.0, 12_000, False),  # half a beat
        ([(0, 96_100)], 120.0, 96_100, False),  # a free length
        ([(0, 48_000)], 120.0, 96_000, False),  # something behind the loop
        ([(0, 96_000), (0, 48_000)], 120.0, 96_000, False),
        ([], 120.0, 96_000, False),
    ],
)
def test_only_a_loop_of_whole_beats_without_lead_in_is_told_to_be_stretched(
    loops: list[tuple[int, int]], tempo: float, num_samples: int, stretched: bool
) -> None:
    tags = Tags(tempo=tempo, loops=tuple(LoopPoints(*loop) for loop in loops))
    made = acid(tags, num_samples=num_samples, sample_rate=48_000)
    flags, beats, told = struct.unpack_from("<I8xI4xf", made, 8)
    assert flags == (4 if stretched else 1)
    assert told == tempo
    if stretched:
        assert beats / num_samples * 48_000 * 60 == pytest.approx(tempo, abs=1e-3)


def test_info_holds_texts_in_utf8() -> None:
    assert info(TAGS) == (
        b"LIST\x74\x00\x00\x00INFO"
        b"INAM\x0b\x00\x00\x00Gl\xc3\xb6ckchen\0\0"
        b"ICRD\x0b\x00\x00\x002026-11-05\0\0"
        b"ISFT\x0c\x00\x00\x00Distill 1.1\0"
        b"ICMT\x2c\x00\x00\x00Made with Distill 1.1, model bells, seed 7.\0"
    )


def test_bext_is_that_of_the_broadcasters() -> None:
    made = bext(TAGS, sample_rate=48_000, num_channels=2, depth=24, lufs=-14.04, dbtp=-1.0)
    history = b"A=PCM,F=48000,W=24,M=stereo,T=Distill 1.1\r\n"
    fields = (
        (b"bext", 4),
        (struct.pack("<I", 602 + len(history)), 4),
        (b"Glockchen. Made with Distill 1.1, model bells, seed 7.", 256),  # ASCII is all it has
        (b"Distill 1.1", 32),
        (b"", 32),
        (b"2026-11-05", 10),
        (b"12:03:59", 8),
        (b"", 8),
        (b"\2\0", 2),
        (b"", 64),
        (struct.pack("<5h", -1404, 0x7FFF, -100, 0x7FFF, 0x7FFF), 10),
        (b"", 180),
    )
    expected = b"".join(value.ljust(width, b"\0") for value, width in fields) + history
    assert made == expected + b"\0" * (len(history) % 2)


def test_bext_is_as_long_before_anything_is_measured() -> None:
    before = bext(TAGS, sample_rate=48_000, num_channels=1, depth=16)
    after = bext(TAGS, sample_rate=48_000, num_channels=1, depth=16, lufs=-20.0, dbtp=-3.0)
    assert len(before) == len(after)
    assert before[8 + 412 : 8 + 422] == struct.pack("<h", 0x7FFF) * 5


def test_what_is_not_known_has_no_chunk() -> None:
    assert smpl(Tags(), sample_rate=48_000) == b""
    assert acid(Tags(), num_samples=48_000, sample_rate=48_000) == b""
    assert b"INAM" not in info(Tags())


@pytest.mark.parametrize("length", [1_000, 2_500])
def test_a_long_comment_ends_between_two_letters(length: int) -> None:
    made = info(Tags(comment="ü" * length))
    start = made.index(b"ICMT") + 8
    text = made[start : made.index(b"\0", start)]
    assert set(text.decode().split(" Made")[0]) == {"ü"}
    assert len(text) <= 2_000
