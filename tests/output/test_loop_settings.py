from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.errors import BadSetting
from distill.output.loop_settings import LoopSettings

seconds = st.floats(0.001, 29)


@given(
    length=st.sampled_from(["bars", "beats", "seconds", None]),
    amount=st.floats(0.01, 1000),
    bpm=st.floats(20, 400),
    meter=st.integers(1, 64),
    start=st.none() | seconds,
    crossfade=st.none() | seconds,
    lead_in=st.booleans(),
)
def test_what_is_written_is_read_again(
    length: str | None,
    amount: float,
    bpm: float,
    meter: int,
    start: float | None,
    crossfade: float | None,
    lead_in: bool,
) -> None:
    settings = LoopSettings(
        bars=amount if length == "bars" else None,
        beats=amount if length == "beats" else None,
        seconds=amount if length == "seconds" else None,
        bpm=None if length == "seconds" else bpm,
        beats_per_bar=meter,
        start=start,
        crossfade=crossfade,
        lead_in=lead_in,
    )
    assert LoopSettings.read(str(settings)) == settings


def test_auto_and_nothing_ask_for_the_best_loop() -> None:
    assert LoopSettings.read("auto") == LoopSettings.read(" ") == LoopSettings()
    assert str(LoopSettings()) == "auto"


def test_bars_have_as_many_beats_as_the_meter_says() -> None:
    assert LoopSettings.read("bars=2,bpm=90,meter=3").num_beats == 6
    assert LoopSettings.read("beats=5,bpm=90,meter=3").num_beats == 5


REFUSED = {
    "bpm=0": "a tempo of 0 beats a minute was given; choose one from 20 to 400.",
    "bpm=nan": "bpm is 'nan'; give a number.",
    "bpm=fast": "bpm is 'fast'; give a number.",
    "bars=2": "a length in bars needs a tempo; give one, like bpm=120, or a length in seconds.",
    "bars=2,beats=8,bpm=120": "bars and beats were given together; a loop has one length, so give one of them.",
    "seconds=2,bpm=120": "a length in seconds and a tempo were given together; give bars or beats with a tempo.",
    "bars=0,bpm=120": "a loop of 0 bars was given; choose more than 0 and at most 1024.",
    "beats=-1,bpm=120": "a loop of -1 beats was given; choose more than 0 and at most 65536.",
    "seconds=0": "a loop of 0 seconds was given; choose more than 0 and at most 86400.",
    "bpm=120,meter=0": "a bar of 0 beats was given; choose a whole number from 1 to 64.",
    "bpm=120,meter=3.5": "a bar of 3.5 beats was given; choose a whole number from 1 to 64.",
    "start=-1": "a loop that starts at -1 s was given; choose a time within the sound, from 0.",
    "crossfade=0": "a crossfade of 0 s was given; choose more than 0 and at most 30.",
    "lead-in=perhaps": "lead-in is 'perhaps'; write yes or no.",
    "tempo=120": "'tempo=120' says nothing about a loop; it takes bars= beats= seconds= bpm= meter= start= crossfade= lead-in= "
    "with values, and commas between.",
    "bpm=": "bpm of a loop has no value; write bpm=VALUE, or leave it out.",
    "bpm=90,bpm=91": "bpm of a loop is given twice; give it once.",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(BadSetting) as refused:
        LoopSettings.read(text)
    assert str(refused.value) == REFUSED[text]


@pytest.mark.parametrize("name", ["bpm", "seconds", "start", "crossfade"])
def test_not_a_number_is_no_setting(name: str) -> None:
    with pytest.raises(BadSetting, match="nan"):
        LoopSettings(**{name: math.nan})  # type: ignore[arg-type]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    settings = LoopSettings()
    with suppress(BadSetting):
        settings = LoopSettings.read(text)
    assert LoopSettings.read(str(settings)) == settings
