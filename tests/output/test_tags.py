from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.errors import BadSetting
from distill.output.tagging import id3_bytes, vorbis_comments
from distill.output.tags import LoopPoints, Tags


@given(st.text())
def test_every_text_becomes_one_line_that_utf8_and_zero_ended_fields_hold(text: str) -> None:
    title = Tags(title=text).title
    assert title.encode().decode() == title
    assert not set(title) & set("\0\r\n\t")
    assert Tags(title=title).title == title


def test_a_file_name_that_is_no_text_is_spelt_as_far_as_it_goes() -> None:
    assert Tags(title=Path("caf\udce9").stem).title == "caf\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("code", [0xD83D, 0xD800, 0xDC7F, 0xDCE9, 0xDD00, 0xDFFF])
def test_any_lone_surrogate_is_replaced(code: int) -> None:
    assert Tags(title=f"a{chr(code)}b").title == "a\N{REPLACEMENT CHARACTER}b"


def test_the_comment_says_where_a_sound_comes_from() -> None:
    assert Tags(software="Distill 1", comment="For Anna.").about == "For Anna. Made with Distill 1."
    assert (
        Tags(software="Distill 1", model="bells", seed=0).about == "Made with Distill 1, model bells, seed 0."
    )


@given(
    start=st.integers(0, 10**6), length=st.integers(1, 10**6), rate=st.sampled_from([44_100, 96_000, 192_000])
)
def test_loop_points_stay_where_they_are_in_time(start: int, length: int, rate: int) -> None:
    (loop,) = Tags(loops=(LoopPoints(start, start + length + 1),)).at_rate(48_000, rate).loops
    assert abs(loop.start * 48_000 - start * rate) <= 24_000  # half a sample
    assert abs(loop.stop * 48_000 - (start + length + 1) * rate) <= 24_000


def test_vorbis_comments_hold_everything() -> None:
    tags = Tags(
        title="鐘", model="bells", seed=3, recipe="{}", software="D", tempo=97.5, loops=(LoopPoints(5, 25),)
    )
    assert vorbis_comments(tags) == {
        "TITLE": "鐘",
        "COMMENT": "Made with D, model bells, seed 3.",
        "ENCODER": "D",
        "BPM": "97.5",
        "DISTILL_MODEL": "bells",
        "DISTILL_SEED": "3",
        "DISTILL_RECIPE": "{}",
        "LOOPSTART": "5",
        "LOOPLENGTH": "20",
    }


def test_an_id3_tag_is_of_version_4_and_in_utf8() -> None:
    made = id3_bytes(Tags(title="é", software=""))
    assert made[:5] == b"ID3\4\0"
    # frame, size, flags, encoding 3 = UTF-8, text
    assert b"TIT2\0\0\0\4\0\0\3\xc3\xa9\0" in made


@pytest.mark.parametrize("tempo", [0.0, -5.0, float("nan"), 1e9])
def test_an_impossible_tempo_is_refused(tempo: float) -> None:
    with pytest.raises(BadSetting) as caught:
        Tags(tempo=tempo)
    assert str(caught.value) == f"a tempo of {tempo:g} was given; choose 1 to 999 beats a minute."


def test_an_impossible_bar_is_refused() -> None:
    with pytest.raises(BadSetting) as caught:
        Tags(beats_per_bar=0)
    assert str(caught.value) == "0 beats in a bar were given; choose 1 to 64."
