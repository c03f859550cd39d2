from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.errors import BadSetting
from distill.output.moving import Place, check_path, places_at

paths = st.lists(
    st.tuples(st.floats(-360, 360), st.floats(-90, 90), st.floats(0.2, 100), st.floats(0.05, 3)),
    min_size=1,
    max_size=6,
).map(
    lambda rows: [
        Place(azimuth, elevation, distance, seconds)
        for (azimuth, elevation, distance, _), seconds in zip(
            rows, np.cumsum([row[3] for row in rows]), strict=True
        )
    ]
)


@given(paths)
def test_a_path_goes_through_all_its_places(places: list[Place]) -> None:
    azimuths, elevations, distances = places_at(places, np.array([place.seconds for place in places]))
    assert azimuths == pytest.approx([place.azimuth for place in places], abs=1e-6)
    assert elevations == pytest.approx([place.elevation for place in places], abs=1e-6)
    assert distances == pytest.approx([place.distance for place in places])


@given(paths)
def test_a_path_never_goes_beyond_its_neighbours(places: list[Place]) -> None:
    azimuths, elevations, distances = places_at(places, np.linspace(-1, places[-1].seconds + 1, 500))
    given_azimuths = [place.azimuth for place in places]
    assert min(given_azimuths) - 1e-6 <= azimuths.min()
    assert azimuths.max() <= max(given_azimuths) + 1e-6
    assert np.abs(elevations).max() <= 90
    assert distances.min() > 0.199
    assert distances.max() < 100.1


@given(paths)
@settings(max_examples=30)
def test_a_path_has_no_corners(places: list[Place]) -> None:
    for place in places[1:-1]:
        azimuths, _, _ = places_at(places, place.seconds + 1e-6 * np.array([-2, -1, 1, 2]))
        before, after = (azimuths[1] - azimuths[0]) / 1e-6, (azimuths[3] - azimuths[2]) / 1e-6
        assert abs(before - after) < 10  # degrees a second, of up to 14,400 either way


def test_between_two_places_the_speed_is_constant_and_its_ends_hold() -> None:
    azimuths, _, _ = places_at(
        [Place(-90, seconds=1), Place(90, seconds=3)], np.array([0, 1, 1.5, 2, 3, 9.0])
    )
    assert azimuths.tolist() == [-90, -90, -45, 0, 90, 90]


def test_one_place_stands_still() -> None:
    azimuths, elevations, distances = places_at([Place(30, 10, 2)], np.array([0.0, 5.0]))
    assert (azimuths.tolist(), elevations.tolist()) == ([30, 30], [10, 10])
    assert distances == pytest.approx([2, 2])


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"elevation": 91}, "an elevation of 91 was given; choose one from -90 to 90 degrees (90 is above)."),
        ({"distance": 0}, "a distance of 0 was given; choose one from 0.2 to 100 metres."),
        (
            {"azimuth": math.nan},
            "an azimuth of nan was given; choose one from -36000 to 36000 degrees (90 is on the right).",
        ),
        ({"seconds": -1}, "a time of -1 was given; choose one from 0 to 86400 seconds."),
    ],
)
def test_impossible_places_are_refused(values: dict[str, float], says: str) -> None:
    with pytest.raises(BadSetting) as refused:
        Place(**values)
    assert str(refused.value) == says


def test_times_of_a_path_rise() -> None:
    with pytest.raises(BadSetting, match=r"comes to 1 s after 2 s; give its places in the order"):
        check_path([Place(seconds=2), Place(seconds=1)])
    with pytest.raises(BadSetting, match="a path of 0 places was given"):
        check_path([])
