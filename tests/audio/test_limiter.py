from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.audio.clip import Clip, Samples
from distill.audio.limiter import PeakLimiter, _sliding_max, limit
from distill.audio.true_peak import true_peak_dbtp

TIME = np.arange(24_000)


def exact_peak_dbtp(samples: Samples) -> float:
    """Slow reference: 32 points a sample by the discrete Fourier transform, exact for what is faded at its ends."""
    framed = np.pad(samples.astype(np.float64), ((0, 0), (1024, 1024)))
    length = framed.shape[1]
    fine = np.fft.irfft(np.fft.rfft(framed), 32 * length) * 32
    return float(20 * np.log10(np.abs(fine).max()))


def faded(samples: np.ndarray) -> Samples:
    """One channel [1, T] with 20 ms fades, which have no peaks of their own."""
    fade = np.minimum(1.0, np.minimum(TIME, TIME[::-1]) / 960)
    quiet_at_the_ends: Samples = (samples * fade**2 * (3 - 2 * fade)).astype(np.float32)[None]
    return quiet_at_the_ends


def tone(hz: float, *, peak: float = 1.0, phase: float = 0.0) -> Samples:
    return faded(peak * np.sin(2 * np.pi * hz / 48_000 * TIME + phase))


def noise(highest_hz: float, *, peak: float) -> Samples:
    spectrum = np.fft.rfft(np.random.default_rng(7).normal(size=len(TIME)))
    spectrum[np.fft.rfftfreq(len(TIME), 1 / 48_000) > highest_hz] = 0
    band = np.fft.irfft(spectrum, len(TIME))
    return faded(peak * band / np.abs(band).max())


HOT = {
    "a loud tone": tone(997, peak=2.0),
    "a tone whose samples miss its tops": tone(12_000, peak=1.4, phase=np.pi / 4),
    "a tone just above the ceiling": tone(440, peak=0.9),
    "a very high tone": tone(19_000, peak=3.0, phase=0.3),
    "noise": noise(20_000, peak=6.0),
    "bursts": faded(np.where(TIME // 2000 % 2, 4.0, 0.2) * np.sin(TIME * 0.8)),
    "single clicks": faded(np.where(TIME % 1999 == 0, 8.0, 0.0)),
}


@pytest.mark.parametrize("name", HOT)
def test_true_peaks_end_at_the_ceiling(name: str) -> None:
    limited, reduced_db = limit(Clip(HOT[name]))
    assert exact_peak_dbtp(HOT[name]) > -1.0
    assert exact_peak_dbtp(limited.samples) <= -0.9
    assert true_peak_dbtp(limited.samples) <= -0.99
    assert reduced_db > 0


@pytest.mark.parametrize("ceiling_dbtp", [-12.0, -3.0, 0.0])
def test_the_ceiling_can_be_chosen_and_no_more_is_taken_than_needed(ceiling_dbtp: float) -> None:
    limited, _ = limit(Clip(tone(100, peak=4.0)), ceiling_dbtp=ceiling_dbtp)
    assert true_peak_dbtp(limited.samples) == pytest.approx(ceiling_dbtp, abs=0.02)


@pytest.mark.parametrize("hz", [31.0, 997.0, 6_000.0, 12_000.0])
def test_a_true_peak_is_read_as_the_standard_reads_it(hz: float) -> None:
    worst = max(true_peak_dbtp(tone(hz, phase=phase)) for phase in np.linspace(0, np.pi, 9))
    assert -0.02 <= worst <= 0.25  # exact is 0; the printed filter reads up to 0.2 dB too much


def test_a_true_peak_never_lies_below_the_samples() -> None:
    samples = np.random.default_rng(1).normal(size=(2, 5000)).astype(np.float32)
    assert true_peak_dbtp(samples) >= 20 * np.log10(np.abs(samples).max())


def test_what_never_exceeds_the_ceiling_comes_out_bit_by_bit() -> None:
    quiet = np.concatenate([noise(20_000, peak=0.7), tone(50, peak=0.7)])
    limited, reduced_db = limit(Clip(quiet))
    assert np.array_equal(limited.samples, quiet)
    assert reduced_db == 0.0


def test_only_the_surroundings_of_a_peak_are_touched() -> None:
    samples = tone(200, peak=0.5)
    samples[0, 12_000:12_050] *= 4
    limited, reduced_db = limit(Clip(samples))
    touched = np.flatnonzero(limited.samples[0] != samples[0])
    assert 12_000 - 96 - 20 <= touched[0] <= 12_000
    assert touched[-1] < 12_050 + 15 * 2400  # the release has an end
    assert 4.0 < reduced_db < 8.0


def test_silence_stays_silent() -> None:
    limited, reduced_db = limit(Clip(np.zeros((2, 10_000), np.float32)))
    assert limited.samples.shape == (2, 10_000)
    assert not limited.samples.any()
    assert reduced_db == 0.0
    assert true_peak_dbtp(limited.samples) == -np.inf


def test_an_empty_sound_stays_empty() -> None:
    limited, _ = limit(Clip(np.zeros((1, 0), np.float32)))
    assert limited.samples.shape == (1, 0)


def test_both_channels_get_the_same_gain() -> None:
    loud, soft = tone(300, peak=2.0), tone(500, peak=0.1)
    limited, _ = limit(Clip(np.concatenate([loud, soft])))
    audible = np.abs(loud[0]) > 0.01
    alone, _ = limit(Clip(loud))
    gain = alone.samples[0, audible] / loud[0, audible]
    assert limited.samples[0] == pytest.approx(alone.samples[0])
    assert limited.samples[1, audible] == pytest.approx(soft[0, audible] * gain, abs=1e-6)


def test_the_gain_bends_slowly_enough_not_to_click() -> None:
    samples = faded(np.where(TIME > 12_000, 4.0, 0.5) * np.sin(2 * np.pi * 60 / 48_000 * TIME))
    limited, _ = limit(Clip(samples))
    audible = np.abs(samples[0]) > 0.02
    gain = np.where(audible, limited.samples[0] / np.where(audible, samples[0], 1), np.nan)
    steps = np.abs(np.diff(gain))
    # From 1 to 0.22 by a raised cosine of 96 samples: at most 2 * 0.78 / 96 a sample.
    assert np.nanmax(steps) <= 2 * 0.78 / 96 * 1.05


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(0, 12_000), max_size=8), channels=st.integers(1, 2))
def test_any_cutting_gives_the_same_samples(cuts: list[int], channels: int) -> None:
    samples = np.random.default_rng(3).normal(scale=0.5, size=(channels, 12_000)).astype(np.float32)
    whole, reduced_db = limit(Clip(samples))
    limiter = PeakLimiter(channels)
    parts = [limiter.process(part) for part in np.split(samples, sorted(cuts), axis=1)]
    joined = np.concatenate([*parts, limiter.flush()], axis=1)
    assert np.array_equal(joined, whole.samples)
    assert limiter.reduced_db == reduced_db


@settings(max_examples=30, deadline=None)
@given(length=st.integers(1, 9000), lookahead_seconds=st.sampled_from([0.0, 0.0001, 0.002, 0.05]))
def test_as_much_comes_out_as_went_in_and_in_time(length: int, lookahead_seconds: float) -> None:
    samples = np.random.default_rng(length).uniform(-0.5, 0.5, size=(1, length)).astype(np.float32)
    limiter = PeakLimiter(1, lookahead_seconds=lookahead_seconds, ceiling_dbtp=12.0)
    joined = np.concatenate([limiter.process(samples), limiter.flush()], axis=1)
    assert np.array_equal(joined, samples)


@given(values=st.lists(st.floats(0, 1), min_size=1, max_size=40), data=st.data())
def test_the_sliding_maximum_is_that_of_a_loop(values: list[float], data: st.DataObject) -> None:
    length = data.draw(st.integers(1, len(values)))
    slow = [max(values[start : start + length]) for start in range(len(values) - length + 1)]
    assert _sliding_max(np.array(values), length).tolist() == slow
