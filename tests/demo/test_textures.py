"""Shaped noise is shaped as told; held sounds are where they should be in pitch and in the stereo field."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from distill.demo import textures

Array = npt.NDArray[np.float64]


def _spectrum(sound: Array) -> tuple[Array, Array]:
    power = np.abs(np.fft.rfft(sound)) ** 2
    return np.fft.rfftfreq(sound.size, 1 / 48_000).astype(np.float64), power.astype(np.float64)


def _everything(moments: Array, frequencies: Array) -> Array:
    return np.ones((moments.size, frequencies.size))


def test_noise_passed_whole_is_white_and_of_unit_level() -> None:
    noise = textures.shaped_noise(_everything, seconds=2.0, rng=np.random.default_rng(0))
    assert noise.shape == (96_000,)
    assert noise.std() == pytest.approx(1, rel=0.02)
    assert noise[:2000].std() == pytest.approx(1, rel=0.1)  # the windows add up at the ends too
    assert noise[-2000:].std() == pytest.approx(1, rel=0.1)
    assert abs(np.corrcoef(noise[1:], noise[:-1])[0, 1]) < 0.02


def test_noise_follows_a_band_that_moves() -> None:
    def band(moments: Array, frequencies: Array) -> Array:
        centre = np.where(moments < 1, 500.0, 4000.0)
        return np.exp(-0.5 * ((frequencies - centre) / 60) ** 2)

    noise = textures.shaped_noise(band, seconds=2.0, rng=np.random.default_rng(0))
    for part, centre in ((noise[:43_000], 500), (noise[53_000:], 4000)):
        frequency, power = _spectrum(part)
        assert (frequency * power).sum() / power.sum() == pytest.approx(centre, rel=0.05)


def test_noise_gated_to_nothing_is_silent() -> None:
    silence = textures.shaped_noise(lambda t, f: 0 * t * f, seconds=0.3, rng=np.random.default_rng(0))
    assert not silence.any()


def test_wind_lies_between_a_rumble_and_a_hiss() -> None:
    frequency, power = _spectrum(textures.wind(seconds=2.0, rng=np.random.default_rng(1)))
    inside = power[(frequency > 150) & (frequency < 3000)].sum()
    assert inside > 0.98 * power.sum()


def test_surf_swells_and_runs_back() -> None:
    wave = textures.surf(seconds=3.0, rng=np.random.default_rng(0))
    level = wave.reshape(2, 10, -1).std(axis=(0, 2))
    assert 2 <= level.argmax() <= 5
    assert level.max() > 4 * max(level[0], level[-1])


@pytest.mark.parametrize("name", ["surf", "drone", "pad"])
def test_stereo_sounds_have_a_side_that_is_theirs(name: str) -> None:
    rng = np.random.default_rng(0)
    sound = {
        "surf": lambda: textures.surf(seconds=1.5, rng=rng),
        "drone": lambda: textures.drone(73.4, seconds=1.0, rng=rng),
        "pad": lambda: textures.breath_pad((147.0, 220.0), seconds=1.5, rng=rng),
    }[name]()
    mid, side = sound[0] + sound[1], sound[0] - sound[1]
    assert 0.1 < side.std() / mid.std() < 2
    assert abs(np.corrcoef(mid, side)[0, 1]) < 0.6


def test_drone_beats() -> None:
    sound = textures.drone(73.4, seconds=4.0, rng=np.random.default_rng(0))[0]
    frames = sound.reshape(-1, 9600) * np.hanning(9600)
    partial = np.abs(np.fft.rfft(frames)[:, round(3 * 73.4 / 5)])
    assert partial.max() > 1.5 * partial.min()


def test_pad_holds_its_chord() -> None:
    sound = textures.breath_pad((200.0, 300.0), seconds=2.0, rng=np.random.default_rng(0)).sum(axis=0)
    frequency, power = _spectrum(sound)
    chord = sum(power[np.abs(frequency - hz) < 15].sum() for hz in (200, 300, 400, 600))
    between = power[np.abs(frequency - 250) < 15].sum()
    assert chord > 0.5 * power.sum()
    assert between < 0.01 * chord


def test_glass_is_nearly_a_sine_at_its_pitch() -> None:
    frequency, power = _spectrum(textures.bowed_glass(880, seconds=2.0, rng=np.random.default_rng(0)))
    assert frequency[power.argmax()] == pytest.approx(880, abs=1)
    assert power[np.abs(frequency - 880) < 25].sum() > 0.9 * power.sum()
