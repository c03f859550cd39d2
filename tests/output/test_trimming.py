from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.signals import tone

from distill.audio.clip import Clip
from distill.errors import BadSetting
from distill.output.trimming import fade, trim


def between_silences(before: int, sound: int, after: int) -> Clip:
    loud = np.full((2, sound), 0.5, np.float32)
    return Clip(np.pad(loud, ((0, 0), (before, after))))


@given(before=st.integers(0, 20_000), sound=st.integers(1, 20_000), after=st.integers(0, 20_000))
def test_what_is_heard_stays_bit_by_bit(before: int, sound: int, after: int) -> None:
    trimmed = trim(between_silences(before, sound, after)).samples
    (heard,) = np.nonzero(trimmed[0])
    assert len(heard) == sound
    assert (trimmed[:, heard] == 0.5).all()


@given(before=st.integers(0, 20_000), sound=st.integers(4_800, 20_000), after=st.integers(0, 20_000))
def test_five_milliseconds_of_silence_stay_if_they_are_there(before: int, sound: int, after: int) -> None:
    assert trim(between_silences(before, sound, after)).num_samples == min(before, 240) + sound + min(
        after, 240
    )


def test_a_click_keeps_the_tenth_of_a_second_that_readers_want() -> None:
    assert trim(between_silences(10_000, 1, 10_000)).num_samples == 4_800
    assert trim(between_silences(10, 1, 10)).num_samples == 21


def test_a_noise_floor_counts_as_silence_and_does_not_begin_with_a_step() -> None:
    samples = 1e-4 * np.ones((1, 20_000), np.float32)
    samples[0, 8_000:14_000] = 0.5
    trimmed = trim(Clip(samples)).samples[0]
    assert len(trimmed) == 240 + 6_000 + 240
    assert trimmed[0] == 0
    assert (np.abs(np.diff(trimmed[:240])) < 2e-6).all()
    assert trimmed[-1] < 1e-8


def test_silence_has_no_ends_to_cut() -> None:
    silence = Clip(np.zeros((1, 4_800), np.float32))
    assert trim(silence) is silence


def test_a_sound_without_silence_comes_out_bit_by_bit() -> None:
    clip = Clip(tone(48_000, hz=100.0) + np.float32(0.6))
    assert np.array_equal(trim(clip).samples, clip.samples)


def test_fades_begin_and_end_at_nothing_without_a_corner() -> None:
    faded = fade(Clip(np.ones((1, 48_000), np.float32)), in_seconds=0.1, out_seconds=0.2).samples[0]
    assert faded[0] == faded[-1] == 0
    assert faded[2_400] == pytest.approx(0.5)
    assert (faded[4_800:-9_600] == 1).all()
    # A raised cosine bends by at most pi^2 / 2 / length^2 a sample; a straight line would have a corner of 1 / length.
    assert np.abs(np.diff(faded, 2)).max() <= np.pi**2 / 2 / 4_800**2 + 2e-7
    assert (np.diff(faded[:4_801]) >= 0).all()


@given(first=st.integers(0, 500), last=st.integers(0, 500))
def test_a_fade_touches_nothing_else(first: int, last: int) -> None:
    clip = Clip(np.random.default_rng(0).uniform(0.1, 1, (2, 1_000)).astype(np.float32))
    faded = fade(clip, in_seconds=first / 48_000, out_seconds=last / 48_000).samples
    kept = slice(first, 1_000 - last)
    assert np.array_equal(faded[:, kept], clip.samples[:, kept])
    assert (np.abs(faded) <= np.abs(clip.samples)).all()


@pytest.mark.parametrize(
    ("fades", "sentence"),
    [
        (
            {"in_seconds": 0.6, "out_seconds": 0.5},
            "fades of 0.6 s and 0.5 s were asked for, and the sound lasts 1.00 s; "
            "choose fades that are together no longer than that.",
        ),
        ({"in_seconds": -0.1}, "a fade in of -0.1 s was asked for; choose 0 s or more."),
        ({"out_seconds": float("nan")}, "a fade out of nan s was asked for; choose 0 s or more."),
    ],
)
def test_impossible_fades_are_refused(fades: dict[str, float], sentence: str) -> None:
    with pytest.raises(BadSetting) as caught:
        fade(Clip(np.ones((1, 48_000), np.float32)), **fades)
    assert str(caught.value) == sentence
