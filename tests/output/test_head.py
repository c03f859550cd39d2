from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.output import exact_sphere

from distill.output.ears import FREQUENCIES, Floats
from distill.output.head import SPEED_OF_SOUND, SphericalHead

HEAD = SphericalHead()
angles = st.floats(-180, 180)


def heard(azimuth: float, elevation: float = 0.0, distance: float = 1000.0) -> tuple[Floats, Floats]:
    """Delays [2] and magnitudes [2, BINS]."""
    ears = HEAD.toward(np.array([azimuth]), np.array([elevation]), np.array([distance]))
    return ears.delays[0], np.exp(ears.logs[0].real)


@given(azimuth=st.floats(-90, 90))
def test_the_interaural_delay_is_woodworths(azimuth: float) -> None:
    (left, right), _ = heard(azimuth)
    angle = np.radians(azimuth)
    assert left - right == pytest.approx(HEAD.radius / SPEED_OF_SOUND * (angle + np.sin(angle)), abs=2e-7)


@given(azimuth=angles, elevation=st.floats(-90, 90), distance=st.floats(0.2, 100))
def test_left_is_the_mirror_of_right(azimuth: float, elevation: float, distance: float) -> None:
    delays, magnitudes = heard(azimuth, elevation, distance)
    other_delays, other_magnitudes = heard(-azimuth, elevation, distance)
    assert other_delays[::-1] == pytest.approx(delays, abs=1e-12)
    assert other_magnitudes[::-1] == pytest.approx(magnitudes)


@given(elevation=st.floats(-90, 90), distance=st.floats(0.2, 100))
def test_in_front_both_ears_hear_the_same(elevation: float, distance: float) -> None:
    delays, magnitudes = heard(0.0, elevation, distance)
    assert delays[0] == delays[1]
    assert np.array_equal(magnitudes[0], magnitudes[1])


@given(azimuth=angles, elevation=st.floats(-90, 90), distance=st.floats(0.2, 100))
def test_delays_lie_between_none_and_a_millisecond(azimuth: float, elevation: float, distance: float) -> None:
    delays, magnitudes = heard(azimuth, elevation, distance)
    assert (delays >= 0).all()
    assert delays.max() < 0.001
    assert np.isfinite(magnitudes).all()


def test_the_shadow_is_that_of_brown_and_duda() -> None:
    _, magnitudes = heard(90.0)
    top_db = 20 * np.log10(magnitudes[:, -1])
    assert top_db[1] == pytest.approx(20 * np.log10(2), abs=0.4)  # alpha = 2 at the near ear
    assert top_db[0] == pytest.approx(20 * np.log10(1.05 + 0.95 * np.cos(1.2 * np.pi)), abs=0.6)
    assert 20 * np.log10(magnitudes[:, 0]) == pytest.approx([0, 0], abs=0.01)
    _, darkest = heard(60.0)  # 150 degrees from the left ear
    assert 20 * np.log10(darkest[0, -1]) == pytest.approx(-20, abs=2.0)


@pytest.mark.parametrize("distance", [0.3, 1.5, 10.0])
@pytest.mark.parametrize("azimuth", [15.0, 30.0, 45.0, 60.0])
def test_level_differences_follow_the_exact_sphere(azimuth: float, distance: float) -> None:
    hertz = np.array([250.0, 500.0, 1000.0, 2000.0, 4000.0])
    _, magnitudes = heard(azimuth, distance=distance)
    left, right = (np.interp(hertz, FREQUENCIES, ear) for ear in magnitudes)
    far, near = (
        exact_sphere.magnitudes(hertz, incidence=abs(90 + side * azimuth), distance=distance)
        for side in (1, -1)
    )
    off = 20 * np.log10((right / left) / (near / far))
    assert np.abs(off).max() < 5.5  # one pole and one zero have no ripples
    assert np.abs(off).mean() < 2.7


def test_a_near_source_is_louder_at_the_near_ear_even_in_the_bass() -> None:
    differences = []
    for distance in (0.25, 0.5, 1.0, 10.0):
        _, magnitudes = heard(90.0, distance=distance)
        differences.append(20 * np.log10(magnitudes[1, 4] / magnitudes[0, 4]))
    assert differences == sorted(differences, reverse=True)
    assert differences[0] > 7
    assert differences[-1] < 1
