from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.output.measured_heads import HEADS, path_of
from tests.signals import noise

from distill.audio.clip import Clip
from distill.errors import BadInput, BadSetting
from distill.output.moving import Place
from distill.output.space import Space, place

a_place = st.builds(Place, st.floats(-720, 720), st.floats(-90, 90), st.floats(0.2, 100))
a_path = st.lists(a_place, min_size=2, max_size=5).map(
    lambda places: tuple(
        Place(one.azimuth, one.elevation, one.distance, 0.1 + index) for index, one in enumerate(places)
    )
)
spaces = st.one_of(
    st.just(Space("mono")),
    st.builds(Space, st.just("stereo"), st.floats(-1, 1), st.none() | st.floats(0, 2)),
    st.builds(
        Space,
        st.just("binaural"),
        places=a_place.map(lambda one: (one,)) | a_path,
        sofa=st.none() | st.sampled_from(["a.sofa", "/heads/my head, left=old.sofa", "C:\\heads\\h.sofa"]),
    ),
)


@given(spaces)
def test_what_is_written_is_read_again(space: Space) -> None:
    assert Space.read(str(space)) == space


@pytest.mark.parametrize(
    "text",
    [
        "mono",
        "stereo",
        "stereo:position=-0.3,width=0.8",
        "binaural",
        "binaural:azimuth=30,distance=1.5",
        "binaural:path=0:-90:0:1;4:90:0:1",
        "binaural:azimuth=30,sofa=/path/to/file.sofa",
    ],
)
def test_the_written_forms_come_back_as_they_were(text: str) -> None:
    assert str(Space.read(text)) == text


def test_parts_of_a_path_may_be_left_out() -> None:
    assert Space.read("binaural:path=0:-90;2.5:90:10").places == (Place(-90), Place(90, 10, seconds=2.5))


REFUSED = {
    "": "'' is no place for a sound; write mono, stereo:position=-0.3,width=0.8 or binaural:azimuth=30,elevation=0,distance=1.5.",
    "mono:width=1": "mono takes no settings, and 'width=1' was given; leave it out.",
    "stereo:azimuth=3": "'azimuth=3' says nothing about stereo; it takes position= width= with values, and commas between.",
    "stereo:position=left": "position is 'left'; give a number.",
    "stereo:position=-1.5": "a position of -1.5 was given; choose one from -1 (left) over 0 to 1 (right).",
    "stereo:width=nan": "width is 'nan'; give a number.",
    "stereo:width=3": "a width of 3 was given; choose one from 0 (a point) to 2 (very wide).",
    "binaural:distance=0.1": "a distance of 0.1 was given; choose one from 0.2 to 100 metres.",
    "binaural:azimuth=3,path=0:1;2:3": "azimuth and a path were given together; write it in the path, or leave the path out.",
    "binaural:path=0": "'0' is no place of a path; write seconds:azimuth:elevation:distance, like 4:90:0:1.5, with ; between places.",
    "binaural:path=2:0;1:0": "a path comes to 1 s after 2 s; give its places in the order of their times.",
    "binaural:path=0:a": "a path is 'a'; give a number.",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(BadSetting) as refused:
        Space.read(text)
    assert str(refused.value) == REFUSED[text]


@given(
    st.text(max_size=60)
    | st.sampled_from(["stereo:", "binaural:"]).flatmap(lambda kind: st.text(max_size=40).map(kind.__add__))
)
def test_any_text_is_read_or_refused(text: str) -> None:
    space = Space("mono")
    with suppress(BadSetting):
        space = Space.read(text)
    assert Space.read(str(space)) == space


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(
    "text",
    ["mono", "stereo", "stereo:position=0.5,width=1.2", "binaural:azimuth=-40", "binaural:path=0:0;1:90"],
)
def test_a_placed_sound_has_the_channels_and_the_length_it_says(text: str, channels: int) -> None:
    space = Space.read(text)
    placed = place(Clip(noise(7001, channels=channels)), space)
    assert placed.samples.shape == (space.num_channels, 7001 + space.tail_samples)
    assert np.isfinite(placed.samples).all()


def test_mono_of_one_channel_is_the_clip_itself() -> None:
    clip = Clip(noise(100))
    assert place(clip, Space("mono")) is clip


@pytest.mark.parametrize("name", HEADS)
def test_a_file_of_a_head_is_used(name: str) -> None:
    path = path_of(name)
    clip = Clip(noise(4000))
    by_file, by_formula = (
        place(clip, Space.read(f"binaural:azimuth=50{more}")).samples for more in (f",sofa={path}", "")
    )
    assert by_file[1].std() > 1.3 * by_file[0].std()
    assert not np.allclose(by_file, by_formula)


def test_a_missing_file_is_told() -> None:
    with pytest.raises(
        BadInput, match=r"there is no file '/nowhere/a\.sofa'; give a SOFA file of a measured head\."
    ):
        place(Clip(noise(100)), Space.read("binaural:sofa=/nowhere/a.sofa"))
