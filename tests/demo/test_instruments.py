"""Strings are in tune and follow their recursion; modes decay as told; strokes begin without a click."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.demo import instruments
from distill.demo.instruments import Mono


def _pitch_hz(sound: Mono, near_hz: float) -> float:
    """Frequency of the strongest bin within a third of an octave, by a parabola through the log magnitude."""
    size = 1 << 18
    magnitude = np.abs(np.fft.rfft(sound * np.hanning(sound.size), size))
    frequency = np.arange(magnitude.size) * 48_000 / size
    heard = np.where((frequency > near_hz / 1.25) & (frequency < near_hz * 1.25), magnitude, 0)
    top = int(heard.argmax())
    a, b, c = np.log(magnitude[top - 1 : top + 2])
    return float((top + 0.5 * (a - c) / (a - 2 * b + c)) * 48_000 / size)


@settings(max_examples=25, deadline=None)
@given(
    pitch_hz=st.floats(45, 1500),
    position=st.floats(0.1, 0.4),
    bright_decay_seconds=st.floats(0.3, 3.0),
    seed=st.integers(0, 99),
)
def test_plucked_string_is_within_five_cents_of_its_pitch(
    pitch_hz: float, position: float, bright_decay_seconds: float, seed: int
) -> None:
    string = instruments.plucked_string(
        pitch_hz,
        seconds=1.5,
        rng=np.random.default_rng(seed),
        position=position,
        bright_decay_seconds=bright_decay_seconds,
    )
    cents = 1200 * np.log2(_pitch_hz(string[4800:], pitch_hz) / pitch_hz)
    assert abs(cents) < 5


def test_the_measurement_would_see_a_string_ten_cents_out_of_tune() -> None:
    string = instruments.plucked_string(440 * 2 ** (10 / 1200), seconds=1.5, rng=np.random.default_rng(0))
    assert 9 < 1200 * np.log2(_pitch_hz(string, 440) / 440) < 11


def test_string_in_blocks_equals_the_recursion_sample_by_sample() -> None:
    # At 48 kHz / 1024 Hz the period is 46.875 samples: 44 whole ones before the loop filter's six taps.
    fast = instruments.plucked_string(1024, seconds=0.02, rng=np.random.default_rng(3))
    burst = instruments.plucked_string(1024, seconds=47 / 48_000, rng=np.random.default_rng(3))
    turn, bright_turn = 10 ** (-3 / (1024 * 4.0)), 10 ** (-3 / (1024 * 0.8))
    side = (1 - bright_turn / turn) / (2 * (1 - np.cos(2 * np.pi * 4000 / 48_000)))
    whole, fraction = 44, 1.875
    lagrange = [np.prod([(fraction - m) / (k - m) for m in range(4) if m != k]) for k in range(4)]
    taps = turn * np.convolve([side, 1 - 2 * side, side], lagrange)
    slow = np.zeros(fast.size)
    source = np.zeros(fast.size)
    # the burst is 47 samples long, of which the last three already hear the loop: undo that
    source[:47] = burst
    for n in range(44, 47):
        source[n] -= sum(taps[k] * source[n - whole - k] for k in range(6) if n - whole - k >= 0)
    for n in range(slow.size):
        slow[n] = source[n] + sum(taps[k] * slow[n - whole - k] for k in range(6) if n - whole - k >= 0)
    np.testing.assert_allclose(fast, slow, atol=1e-10)


@pytest.mark.parametrize("decay_seconds", [0.5, 2.0])
def test_string_falls_by_60_db_in_its_decay_time(decay_seconds: float) -> None:
    string = instruments.plucked_string(
        110, seconds=1.0, rng=np.random.default_rng(1), decay_seconds=decay_seconds, bright_decay_seconds=0.3
    )
    early, late = (
        np.abs(np.fft.rfft(part * np.hanning(part.size))[22]) for part in (string[9600:19200], string[38400:])
    )
    assert 20 * np.log10(early / late) == pytest.approx(60 * 0.6 / decay_seconds, rel=0.05)


def test_a_mode_is_a_sine_that_falls_by_60_db_in_its_decay_time() -> None:
    sound = instruments.modes([1000.0], [0.5], [0.25], seconds=0.5)
    assert sound[0] == 0
    assert sound[12] == pytest.approx(0.5 * 10 ** (-3 * 12 / 12_000))  # a quarter of the first period
    assert sound[12_000 + 12] == pytest.approx(0.001 * sound[12], rel=1e-3)


def test_modes_above_hearing_are_left_out() -> None:
    assert not instruments.modes([20_001.0, 23_999.0], 1.0, 1.0, seconds=0.1).any()


def test_strokes_begin_without_a_click() -> None:
    rng = np.random.default_rng(0)
    strokes = {
        "bell": instruments.bell(587, seconds=1.0),
        "marimba": instruments.marimba_bar(220, seconds=0.5, rng=rng),
        "tom": instruments.tom(110, seconds=0.5, rng=rng),
        "kick": instruments.kick(seconds=0.5, rng=rng),
        "snare": instruments.snare(seconds=0.4, rng=rng),
        "hat": instruments.open_hat(seconds=0.2, decay_seconds=0.2),
        "shaker": instruments.shaker_stroke(seconds=0.13, rng=rng),
    }
    for name, stroke in strokes.items():
        assert np.isfinite(stroke).all(), name
        assert np.abs(stroke).max() > 0.1, name
        assert abs(stroke[0]) < 1e-3 * np.abs(stroke).max(), name


def test_a_kick_falls_in_pitch_and_ends_low() -> None:
    kick = instruments.kick(seconds=0.5, rng=np.random.default_rng(0))
    crossings = np.flatnonzero(np.diff(np.signbit(kick[1440:]))) / 48_000  # after the beater's noise
    gaps = np.diff(crossings)
    assert 1 / (2 * gaps[0]) > 60
    assert 1 / (2 * gaps[-3]) == pytest.approx(49, rel=0.05)


def test_body_adds_to_the_string_and_keeps_its_length() -> None:
    string = instruments.plucked_string(196, seconds=0.5, rng=np.random.default_rng(0))
    body = instruments.wooden_body(string)
    assert body.shape == string.shape
    assert not np.allclose(body, string)
    assert not instruments.wooden_body(np.zeros(1000)).any()
