from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.errors import BadSetting
from distill.library.names import checked_name, spelling, unknown_sentence


@pytest.mark.parametrize(
    "name", ["a", "Glass Bells 2", "été", "07-rain_v1.2", "コンサート", "x" * 64, "字" * 64, "console"]
)
def test_a_name_is_taken_as_it_is(name: str) -> None:
    assert checked_name(name) == name


MARKED = ["น้ำตก", "हिन्दी", "कि", "தமிழ்", "বৃষ্টি", "e\u0332", "ก้" * 32]


@pytest.mark.parametrize("name", MARKED)
def test_vowel_signs_and_tone_marks_are_part_of_a_name(name: str) -> None:
    assert checked_name(name) == unicodedata.normalize("NFC", name)
    assert checked_name(unicodedata.normalize("NFD", name)) == checked_name(name)


@pytest.mark.parametrize("name", ["\u0e49ก", "a\ufe0f", "a\u034f", "ก้" * 33, "a\u200b"])
def test_a_mark_that_has_no_letter_or_is_not_seen_is_refused(name: str) -> None:
    with pytest.raises(BadSetting, match="cannot be named"):
        checked_name(name)


BARRED = [
    "",
    " a",
    "a ",
    ".a",
    "a.",
    "-a",
    "_a",
    "a/b",
    "a\\b",
    "..",
    "a:b",
    "a*",
    "a\nb",
    "\udcff",
    "\U0001f514",
]
BARRED += ["CON", "con", "nul.txt", "Com1", "a.distill", "a.DISTILL", "x" * 65, "x" * 100, "\U00010300" * 64]


@pytest.mark.parametrize("name", BARRED)
def test_a_name_that_some_system_refuses_is_refused(name: str) -> None:
    with pytest.raises(BadSetting) as caught:
        checked_name(name)
    shown = name if len(name) <= 80 else f"{name[:80]}..."
    assert str(caught.value) == (
        f"a model cannot be named {shown!r}; use up to 64 letters, digits, spaces, '-', '_' and '.', beginning "
        "with a letter or digit and not ending in a dot, a space or '.distill', and no name Windows keeps for "
        "itself (such as CON)."
    )


@given(st.text(max_size=70))
def test_whatever_is_taken_is_one_part_of_a_path(name: str) -> None:
    try:
        taken = checked_name(name)
    except BadSetting:
        return
    assert not set(taken) & set('/\\:*?"<>|\x00\n')
    assert 1 <= len(taken.encode()) <= 200
    assert checked_name(taken) == taken


def test_an_accent_is_the_same_however_it_is_written() -> None:
    assert checked_name("e\u0301te\u0301") == "\u00e9t\u00e9"
    assert spelling("E\u0301TE") == spelling("\u00e9te")


def test_the_nearest_names_are_told() -> None:
    assert unknown_sentence("belsl", ["Bells", "Rain", "Cello"]) == (
        "there is no model 'belsl'; did you mean 'Bells' or 'Cello'?"
    )
    assert unknown_sentence("xyz", ["Bells", "Rain"]) == (
        "there is no model 'xyz'; 'distill models list' shows the 2 there are."
    )
    assert unknown_sentence("xyz", []) == (
        "there is no model 'xyz', and none in the library yet; train one, or give a .distill file."
    )
