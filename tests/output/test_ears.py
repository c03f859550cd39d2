from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.output.ears import BINS, FREQUENCIES, TAPS, front_level, minimum_phase, responses
from distill.output.head import SphericalHead


def test_a_flat_spectrum_is_one_sample() -> None:
    impulse = responses(minimum_phase(np.full((1, BINS), 0.5)))[0]
    assert impulse[0] == pytest.approx(0.5)
    assert np.abs(impulse[1:]).max() < 1e-12


@given(pole=st.floats(-0.9, 0.9), zero=st.floats(-0.9, 0.9))
def test_a_minimum_phase_filter_comes_back_from_its_magnitude(pole: float, zero: float) -> None:
    delay = np.exp(-1j * np.pi * np.arange(BINS) / TAPS)
    spectrum = (1 - zero * delay) / (1 - pole * delay)
    expected = np.concatenate([[1.0], pole ** np.arange(TAPS - 1) * (pole - zero)])
    assert responses(minimum_phase(np.abs(spectrum))) == pytest.approx(expected, abs=1e-6)


def test_magnitudes_are_kept_down_to_80_db() -> None:
    magnitudes = np.exp(np.random.default_rng(0).uniform(-12, 0, BINS))
    kept = np.exp(minimum_phase(magnitudes).real)
    assert kept == pytest.approx(np.maximum(magnitudes, magnitudes.max() * 1e-4), rel=1e-6)
    assert np.isfinite(minimum_phase(np.zeros(BINS))).all()


def test_the_front_level_of_the_sphere_is_what_its_shadow_takes_there() -> None:
    assert 20 * np.log10(front_level(SphericalHead())) == pytest.approx(-1.0, abs=0.2)
    assert FREQUENCIES[-1] == 24_000
