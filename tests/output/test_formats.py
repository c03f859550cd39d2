from __future__ import annotations

from pathlib import Path

import pytest

from distill.errors import BadSetting
from distill.output.formats import FORMATS, checked_encoding, format_called, format_of


@pytest.mark.parametrize("spelling", ["flac", "FLAC", ".flac", " Flac "])
def test_a_format_is_found_in_any_spelling(spelling: str) -> None:
    assert format_called(spelling) is FORMATS["flac"]


@pytest.mark.parametrize(
    ("name", "found"), [("a.WAV", "wav"), ("a.ogg", "ogg"), ("a.aac", None), ("wav", None)]
)
def test_a_name_says_its_format(name: str, found: str | None) -> None:
    assert format_of(Path(name)) is (FORMATS[found] if found else None)


def test_24_bit_is_usual_where_there_are_bits() -> None:
    assert [checked_encoding(one).depth for one in FORMATS.values()] == [24, 24, None, None]


REFUSED = [
    (
        "mp3",
        {"rate": 96_000},
        "a rate of 96000 Hz was asked for; MP3 is written at 44100 or 48000 Hz: "
        "choose one of these; WAV, FLAC and OGG go up to 192000.",
    ),
    (
        "wav",
        {"rate": 22_050},
        "a rate of 22050 Hz was asked for; WAV is written at 44100, 48000, 88200, 96000, 176400 or 192000 Hz: "
        "choose one of these.",
    ),
    (
        "flac",
        {"depth": 32},
        "a depth of 32 bits was asked for; FLAC has 16 or 24: choose one of these; WAV has 32 as well.",
    ),
    ("wav", {"depth": 20}, "a depth of 20 bits was asked for; WAV has 16, 24 or 32: choose one of these."),
    (
        "ogg",
        {"depth": 16},
        "a depth of 16 bits was asked for; OGG Vorbis has none: leave it out, or choose wav or flac.",
    ),
]


@pytest.mark.parametrize(("name", "asked", "sentence"), REFUSED)
def test_what_a_format_does_not_have_is_refused(name: str, asked: dict[str, int], sentence: str) -> None:
    with pytest.raises(BadSetting) as caught:
        checked_encoding(FORMATS[name], **asked)
    assert str(caught.value) == sentence


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(BadSetting) as caught:
        format_called("aac")
    assert str(caught.value) == "the format 'aac' was asked for; choose wav, flac, ogg or mp3."
