from __future__ import annotations

import numpy as np
import pytest
from tests.output.measured_heads import HEADS, measured_head, path_of

from distill.audio.clip import SAMPLE_RATE
from distill.output.ears import FREQUENCIES, Floats, responses
from distill.output.head import SphericalHead, unit_vectors
from distill.output.measured_head import MeasuredHead
from distill.output.sofa import read_measurements


def sphere_measured(azimuths: Floats, elevations: Floats) -> Floats:
    """What one would measure at the head by formula: its responses behind its delays to the next sample [M, 2, 256]."""
    ears = SphericalHead().toward(azimuths, elevations, np.full(len(azimuths), 1.5))
    measured = np.zeros((len(azimuths), 2, 256))
    for (row, ear), delay in np.ndenumerate(np.round(ears.delays * SAMPLE_RATE).astype(int)):
        measured[row, ear, 10 + delay :] = responses(ears.logs[row, ear])[: 246 - delay]
    return measured


def grid(step: int) -> tuple[Floats, Floats]:
    azimuths, elevations = np.meshgrid(np.arange(-180.0, 180, step), np.arange(-60.0, 90, step))
    return np.append(azimuths, [0.0, 0.0]), np.append(elevations, [90.0, -90.0])


AZIMUTHS, ELEVATIONS = grid(15)
MEASURED = MeasuredHead.of(AZIMUTHS, ELEVATIONS, sphere_measured(AZIMUTHS, ELEVATIONS))
ONE = np.ones(1)


def test_at_a_measured_direction_the_measurement_is_used() -> None:
    found = MEASURED.toward(AZIMUTHS, ELEVATIONS, np.ones(len(AZIMUTHS)))
    np.testing.assert_allclose(found.delays, MEASURED.ears.delays[: len(AZIMUTHS)], atol=1e-12)
    assert np.abs(found.logs - MEASURED.ears.logs[: len(AZIMUTHS)]).max() < 1e-5


def test_a_measured_sphere_is_the_sphere() -> None:
    azimuths, elevations = np.array([7.0, -33.0, 100.0, 171.0]), np.array([3.0, 22.0, -40.0, 55.0])
    found = MEASURED.toward(azimuths, elevations, np.ones(4))
    exact = SphericalHead().toward(azimuths, elevations, np.full(4, 1.5))
    differences = [np.diff(ears.delays)[:, 0] for ears in (found, exact)]
    assert differences[0] == pytest.approx(
        differences[1], abs=2.5e-5
    )  # measured to the next sample: 21 microseconds
    heard = (FREQUENCIES > 100) & (FREQUENCIES < 16_000)
    off = 8.686 * np.abs(found.logs.real - exact.logs.real)[..., heard]
    assert off.max() < 1.5
    assert off.mean() < 0.3


def test_nothing_jumps_on_the_way_around() -> None:
    azimuths = np.arange(0, 360, 0.25)
    for elevation in (-75.0, 0.0, 33.0, 89.0):
        found = MEASURED.toward(azimuths, np.full(len(azimuths), elevation), np.ones(len(azimuths)))
        assert np.abs(np.diff(found.delays, axis=0)).max() < 4e-6
        assert 8.686 * np.abs(np.diff(found.logs.real, axis=0)).max() < 0.6


def test_changed_ears_are_noticed() -> None:
    swapped = MeasuredHead.of(AZIMUTHS, ELEVATIONS, sphere_measured(AZIMUTHS, ELEVATIONS)[:, ::-1])
    assert np.array_equal(swapped.ears.delays, MEASURED.ears.delays)


def test_a_direction_that_is_there_twice_counts_once() -> None:
    twice = [
        np.concatenate([part, part[:5]])
        for part in (AZIMUTHS, ELEVATIONS, sphere_measured(AZIMUTHS, ELEVATIONS))
    ]
    assert len(MeasuredHead.of(*twice).ears.delays) == len(MEASURED.ears.delays)


def test_without_directions_below_the_nearest_are_used() -> None:
    above = ELEVATIONS >= 0
    head = MeasuredHead.of(AZIMUTHS[above], ELEVATIONS[above], sphere_measured(AZIMUTHS, ELEVATIONS)[above])
    found = head.toward(np.array([90.0]), np.array([-50.0]), ONE)
    assert np.isfinite(found.logs).all()
    assert 0.0001 < np.diff(found.delays[0])[0] * -1 < 0.0008


def test_a_head_measured_in_one_plane_has_what_lies_above_and_below_made_up() -> None:
    level = ELEVATIONS == 0
    head = MeasuredHead.of(AZIMUTHS[level], ELEVATIONS[level], sphere_measured(AZIMUTHS, ELEVATIONS)[level])
    found = head.toward(np.array([90.0, 90.0, 0.0]), np.array([0.0, 45.0, 90.0]), np.ones(3))
    differences = found.delays[:, 0] - found.delays[:, 1]
    assert differences[0] > differences[1] > differences[2] + 1e-4
    assert differences[2] == pytest.approx(0, abs=1e-5)


def test_silent_responses_are_no_head() -> None:
    measured = sphere_measured(AZIMUTHS, ELEVATIONS)
    measured[3, 1] = 0
    with pytest.raises(ValueError, match="some of its responses are silent"):
        MeasuredHead.of(AZIMUTHS, ELEVATIONS, measured)


def test_delays_longer_than_any_heads_are_refused() -> None:
    measured = sphere_measured(AZIMUTHS, ELEVATIONS)
    measured[3] = np.roll(measured[3], 130, axis=1)
    with pytest.raises(ValueError, match=r"arrives up to 3\.\d ms later"):
        MeasuredHead.of(AZIMUTHS, ELEVATIONS, measured)


def test_the_bass_that_a_loudspeaker_lacked_is_given_back() -> None:
    measured = sphere_measured(AZIMUTHS, ELEVATIONS)
    spectra = np.fft.rfft(measured, 4096)
    hertz = np.fft.rfftfreq(4096, 1 / SAMPLE_RATE)
    thin = np.fft.irfft(spectra * (hertz / 150) ** 2 / (1 + (hertz / 150) ** 2), 4096)[..., :1024]
    found = MeasuredHead.of(AZIMUTHS, ELEVATIONS, thin).toward(np.zeros(1), np.zeros(1), ONE)
    bass = 8.686 * found.logs[0].real[:, FREQUENCIES < 400]
    assert np.abs(bass - bass[:, -1:]).max() < 3.0


@pytest.mark.parametrize("name", HEADS)
def test_a_direction_left_out_is_found_between_its_neighbours(name: str) -> None:
    path = path_of(name)
    measured, whole = read_measurements(path), measured_head(name)
    left_out = np.arange(5, len(measured.azimuths), 25)
    kept = np.setdiff1d(np.arange(len(measured.azimuths)), left_out)
    fewer = MeasuredHead.of(measured.azimuths[kept], measured.elevations[kept], measured.responses[kept])
    asked = measured.azimuths[left_out], measured.elevations[left_out], np.ones(len(left_out))
    found, true = fewer.toward(*asked), whole.toward(*asked)
    off = np.abs(np.diff(found.delays) - np.diff(true.delays))
    assert np.median(off) < 1.5e-5
    heard = (FREQUENCIES > 200) & (FREQUENCIES < 12_000)
    distortion = 8.686 * np.sqrt(np.square((found.logs - true.logs).real[..., heard]).mean(axis=-1))
    assert np.median(distortion) < 3.0


@pytest.mark.parametrize("name", HEADS)
def test_the_left_ear_is_on_the_left(name: str) -> None:
    head = measured_head(name)
    found = head.toward(np.array([-90.0, 90.0]), np.zeros(2), np.ones(2))
    assert found.delays[0, 0] < found.delays[0, 1]
    assert found.delays[1, 1] < found.delays[1, 0]
    levels = found.logs.real.mean(axis=2)
    assert levels[0, 0] > levels[0, 1]
    assert levels[1, 1] > levels[1, 0]


def test_the_directions_of_the_sphere_are_to_the_front_the_right_and_up() -> None:
    vectors = unit_vectors(np.array([0.0, 90.0, 0.0]), np.array([0.0, 0.0, 90.0]))
    assert vectors == pytest.approx(np.eye(3), abs=1e-12)
