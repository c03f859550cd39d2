from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import regions, sound, sounds

from distill.codes.region import Region
from distill.codes.tempo import Tempo
from distill.codes.written_region import read_levels, read_region, written_region
from distill.errors import BadSetting

CODES = sound(2, 4, 188)  # 4.0 s
TEMPO = Tempo(120)  # a beat is 23.4375 steps


@pytest.mark.parametrize(
    ("words", "region"),
    [
        ({}, Region()),
        ({"start": "1.0", "stop": "2.0"}, Region(start=47, stop=94)),
        ({"start": "10st", "stop": "99"}, Region(start=10, stop=188)),
        ({"start": "1.000", "stop": "1.001"}, Region(start=47, stop=48)),
        ({"start": "1b", "stop": "1bar"}, Region(start=23, stop=94)),
        (
            {"levels": "2-3", "every": "2", "channels": "side"},
            Region(levels=(2, 3), every=2, channels="side"),
        ),
        ({"every": "1b"}, Region(every=23)),
        ({"levels": "all"}, Region()),
        ({"levels": "1-4"}, Region()),
        ({"start": "0.9", "stop": "1.6", "snap": 1.0}, Region(start=47, stop=70)),
        ({"start": "0.9", "stop": "1.1", "snap": 1.0}, Region(start=47, stop=70)),
        ({"start": "3.9", "snap": 1.0}, Region(start=164)),
        ({"locked": {1, 4}}, Region(levels=(2, 3))),
    ],
)
def test_a_region_is_read_from_words(words: dict[str, Any], region: Region) -> None:
    assert read_region(codes=CODES, tempo=TEMPO, **words) == region


@given(st.data())
def test_a_region_is_written_as_it_is_read(data: st.DataObject) -> None:
    codes = data.draw(sounds)
    region = data.draw(regions(codes))
    if region.stop is not None:
        region = region.model_copy(update={"stop": min(region.stop, codes.num_steps)})
    keys = {"from": "start", "to": "stop"}
    for step_rate in (None, codes.step_rate):
        words: dict[str, Any] = dict(
            word.split("=", 1) for word in written_region(region, step_rate=step_rate)
        )
        read = read_region(codes=codes, **{keys.get(key, key): value for key, value in words.items()})
        every_level = region.levels == tuple(range(1, codes.num_levels + 1))
        assert read == (region.model_copy(update={"levels": None}) if every_level else region)


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("1", (1,)),
        ("1-3", (1, 2, 3)),
        ("4,1", (1, 4)),
        ("1-2,2-3", (1, 2, 3)),
        (">=3", (3, 4)),
        ("<=1", (1,)),
        (">2", (3, 4)),
        ("<3", (1, 2)),
        ("all", None),
        ("Structure", (1,)),
        ("timbre, 4", (2, 4)),
        ("detail", (3, 4)),
        ("structure,timbre,detail", None),
    ],
)
def test_levels_are_read_in_every_spelling(text: str, levels: tuple[int, ...] | None) -> None:
    assert read_levels(text, 4) == levels


@pytest.mark.parametrize(
    "text", ["", "0", "5", "1-5", "3-1", "1,", ">=5", ">4", "<1", "<=0", "<=9", "one", "1.0", "1 2"]
)
def test_levels_that_are_not_there_are_refused(text: str) -> None:
    with pytest.raises(BadSetting) as caught:
        read_levels(text, 4)
    assert str(caught.value) == (
        f"levels={text} was given, and these codes have levels 1 to 4; write them like 1, 1-3, 1,4 or >=3."
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"start": "4.1"}, "from=4.1 lies outside this sound of 4.01 s; choose a time within it."),
        ({"start": "-1s"}, "from=-1s lies outside this sound of 4.01 s; choose a time within it."),
        ({"start": "2", "stop": "1"}, "to=1 does not come after from=2; choose a later end."),
        ({"start": "2", "stop": "2"}, "to=2 does not come after from=2; choose a later end."),
        ({"stop": "0"}, "to=0 does not come after the beginning; choose a later end."),
        ({"every": "0.4"}, "every=0.4 is less than a step; write a whole number of steps from 1 up."),
        ({"channels": "left"}, "channels=left was given; choose mid, side or both."),
        ({"snap": 1.0}, "snapping needs a tempo; give one (--tempo 120)."),
        (
            {"locked": {1, 2, 3, 4}},
            "all levels of this selection are locked (1, 2, 3, 4); unlock one, or select other levels.",
        ),
        (
            {"locked": {2, 5, 7}},
            "there is no level 5; this sound has 1 to 4, so choose among these.",
        ),
    ],
)
def test_a_region_that_cannot_be_is_refused(words: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadSetting) as caught:
        read_region(codes=CODES, **words)
    assert str(caught.value) == sentence
