from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals import mixture, noise, tone

from distill.audio.clip import Clip
from distill.audio.loudness import LoudnessMeter, loudness
from distill.audio.true_peak import true_peak_dbtp
from distill.errors import BadSetting
from distill.output.loudness import to_loudness


def at(db: float, *, hz: float = 997.0, seconds: float = 3.0, channels: int = 2) -> Clip:
    one = tone(round(seconds * 48_000), hz=hz, peak=10 ** (db / 20))
    return Clip(np.repeat(one, channels, axis=0))


@pytest.mark.parametrize("db", [-23.0, -33.0, -60.0])
def test_a_stereo_tone_is_as_loud_as_its_level(db: float) -> None:
    # EBU Tech 3341, minimum requirements: a stereo sine of 1 kHz and -23 dBFS reads -23 LUFS +-0.1.
    assert loudness(at(db, hz=1_000.0)) == pytest.approx(db, abs=0.1)


def test_quiet_parts_are_left_out_by_the_relative_gate() -> None:
    # EBU Tech 3341, case 3: 10 s at -36, 60 s at -23, 10 s at -36 dBFS read -23 LUFS.
    parts = [at(-36.0, seconds=10), at(-23.0, seconds=60), at(-36.0, seconds=10)]
    joined = Clip(np.concatenate([part.samples for part in parts], axis=1))
    assert loudness(joined) == pytest.approx(-23.0, abs=0.1)


def test_the_filters_are_the_table_of_the_standard() -> None:
    (shelf_b, shelf_a), (pass_b, pass_a) = LoudnessMeter(48_000)._filters
    # ITU-R BS.1770-4, annex 1, tables 1 and 2
    assert shelf_b == pytest.approx([1.53512485958697, -2.69169618940638, 1.19839281085285], abs=1e-8)
    assert shelf_a == pytest.approx([1.0, -1.69065929318241, 0.73248077421585], abs=1e-8)
    assert pass_b == pytest.approx([1.0, -2.0, 1.0])
    assert pass_a == pytest.approx([1.0, -1.99004745483398, 0.99007225036621], abs=1e-8)


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_it_agrees_with_pyloudnorm(rate: int, channels: int) -> None:
    from pyloudnorm import Meter

    samples = mixture(5 * rate, seed=3, channels=channels)
    oracle = Meter(rate, filter_class="DeMan").integrated_loudness(samples.T.astype(np.float64))
    assert loudness(Clip(samples, rate)) == pytest.approx(oracle, abs=0.01)


@settings(max_examples=20)
@given(cuts=st.lists(st.integers(0, 60_000), max_size=6), length=st.integers(100, 60_000))
def test_any_cutting_is_as_loud(cuts: list[int], length: int) -> None:
    samples = noise(length, channels=2)
    whole, pieces = LoudnessMeter(48_000), LoudnessMeter(48_000)
    whole.add(samples)
    for part in np.split(samples, sorted(min(cut, length) for cut in cuts), axis=1):
        pieces.add(part)
    assert pieces.lufs == pytest.approx(whole.lufs, abs=1e-6)


def test_silence_is_infinitely_quiet() -> None:
    assert loudness(Clip(np.zeros((2, 48_000), np.float32))) == -math.inf
    assert loudness(Clip(np.zeros((1, 100), np.float32))) == -math.inf
    assert LoudnessMeter(48_000).lufs == -math.inf


def test_a_short_sound_is_as_loud_as_with_silence_after_it() -> None:
    short = at(-20.0, seconds=0.15).samples
    assert loudness(Clip(short)) == pytest.approx(
        loudness(Clip(np.pad(short, ((0, 0), (0, 12_000))))), abs=1e-6
    )


@pytest.mark.parametrize("target", [-30.0, -23.0, -14.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_loudness_asked_for_is_reached(target: float, seed: int) -> None:
    levelled = to_loudness(Clip(mixture(96_000, seed=seed, channels=2)), target)
    assert levelled.lufs == pytest.approx(target, abs=0.1)
    assert loudness(levelled.clip) == levelled.lufs
    assert true_peak_dbtp(levelled.clip.samples) <= -0.99


def test_without_peaks_in_the_way_only_the_gain_changes() -> None:
    clip = at(-40.0)
    levelled = to_loudness(clip, -30.0)
    gain = levelled.clip.samples[0, 100] / clip.samples[0, 100]
    assert levelled.clip.samples == pytest.approx(clip.samples * gain, abs=1e-7)
    assert levelled.sentences == ()


def test_peaks_bound_the_loudness_and_that_is_said() -> None:
    samples = 0.01 * noise(96_000)
    samples[0, ::9_600] = 1.0
    levelled = to_loudness(Clip(samples), -14.0)
    assert levelled.lufs < -20
    limited, missed = levelled.sentences
    assert limited == "Peaks were limited by up to 6.0 dB for the loudness."
    assert missed == (
        f"The loudness is {levelled.lufs:.1f} LUFS and not the -14 asked for: "
        "its peaks would have to be limited by more than 6 dB."
    )


def test_a_noise_floor_is_not_raised_to_music() -> None:
    levelled = to_loudness(Clip(noise(96_000, rms=3e-4)), -5.0)
    assert levelled.sentences == (
        f"The loudness is {levelled.lufs:.1f} LUFS and not the -5 asked for: "
        "it was raised by 40 dB, which is the most there is.",
    )


def test_silence_stays_silent_and_says_so() -> None:
    levelled = to_loudness(Clip(np.zeros((1, 48_000), np.float32)), -14.0)
    assert not levelled.clip.samples.any()
    assert levelled.sentences == (
        "The sound is silent, so it cannot be brought to -14 LUFS; it is left as it is.",
    )


def test_a_short_sound_says_how_it_was_measured() -> None:
    levelled = to_loudness(at(-20.0, seconds=0.2), -23.0)
    assert levelled.lufs == pytest.approx(-23.0, abs=0.1)
    assert levelled.sentences == (
        "The sound lasts 0.20 s; loudness is measured over 0.4 s, so silence after it was counted in.",
    )


@pytest.mark.parametrize("target", [-51.0, 0.0, math.nan])
def test_a_loudness_nobody_has_is_refused(target: float) -> None:
    with pytest.raises(BadSetting) as caught:
        to_loudness(at(-20.0), target)
    assert str(caught.value) == (
        f"a loudness of {target:g} LUFS was asked for; choose -50 to -5, for instance -14 as streaming services play, "
        "or -23 as broadcast does."
    )
