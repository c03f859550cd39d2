from __future__ import annotations

import numpy as np
import pytest

from distill.output.distance import absorption, air, fainter
from distill.output.ears import FREQUENCIES


# ISO 9613-1, table 1, 20 degrees Celsius, 50 % humidity: dB a kilometre at exact third-octave midbands.
@pytest.mark.parametrize(
    ("hertz", "db_per_km"), [(125.89, 0.445), (501.19, 2.73), (1000.0, 4.66), (3981.1, 29.0), (7943.3, 104.0)]
)
def test_the_air_swallows_what_the_standard_says(hertz: float, db_per_km: float) -> None:
    assert 1000 * absorption(np.array([hertz]))[0] == pytest.approx(db_per_km, rel=0.03)


def test_twice_as_far_is_half_as_loud() -> None:
    assert fainter(np.array([1.0, 2.0, 8.0])).tolist() == [1.0, 0.5, 0.125]


def test_the_airs_filter_takes_what_distance_times_absorption_is() -> None:
    taken = -20 / np.log(10) * air(np.array([30.0]))[0].real
    assert taken == pytest.approx(30 * absorption(FREQUENCIES), abs=1e-6)
