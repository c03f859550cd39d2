from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.signals import clicks, mixture, noise, pluck, tone

from distill.audio.clip import SAMPLE_RATE, Clip, Samples
from distill.errors import BadSetting
from distill.output.loop_settings import LoopSettings
from distill.output.loops import Loop, loop_length, make_loop


def bend_at_the_joint(loop: Loop) -> tuple[float, float]:
    """Largest second difference at the joint of two rounds, and anywhere else."""
    once = loop.clip.samples[:, loop.start : loop.end].astype(np.float64)
    bends = np.abs(np.diff(np.concatenate([once, once, once], axis=1), 2))
    length = once.shape[1]
    joint = bends[:, 2 * length - 3 : 2 * length + 2]
    elsewhere = bends[:, length + 5 : 2 * length - 5]
    return float(joint.max()), float(elsewhere.max())


SOUNDS = {
    "a tone": tone(150_000, hz=333.3),
    "noise": noise(150_000, channels=2),
    "a moving mixture": mixture(150_000, channels=2, seed=4),
    "a pluck": pluck(100_000, hz=110.0),
    "clicks": clicks(150_000, every=12_000),
    "a slow wave": tone(150_000, hz=31.7),
    "a short sound": tone(2000, hz=500.0),
    "no slope at all": np.full((1, 50_000), 0.25, np.float32),
}
WISHES = ("auto", "bpm=130", "seconds=0.03", "start=0", "lead-in=yes", "crossfade=0.005")


@pytest.mark.parametrize("wish", WISHES)
@pytest.mark.parametrize("name", SOUNDS)
def test_the_joint_bends_no_more_than_the_sound_does(name: str, wish: str) -> None:
    if name == "a short sound" and wish == "bpm=130":
        pytest.skip("a beat does not fit")
    loop = make_loop(Clip(SOUNDS[name]), LoopSettings.read(wish))
    joint, elsewhere = bend_at_the_joint(loop)
    assert joint <= elsewhere * 1.05 + 1e-6


@pytest.mark.parametrize(("start", "total"), [(0.0, 48_000), (0.0, 48_100), (0.0, 60_000), (0.5, 72_000)])
def test_a_joint_without_material_around_it_is_as_smooth(start: float, total: int) -> None:
    sound = Clip(mixture(total, seed=2))
    loop = make_loop(sound, LoopSettings(beats=2, bpm=120, start=start))
    joint, elsewhere = bend_at_the_joint(loop)
    assert loop.end - loop.start == 48_000
    assert joint <= elsewhere


def test_an_attack_at_the_very_start_is_not_faded_in() -> None:
    beat = np.concatenate([pluck(24_000, hz=200.0), pluck(12_000, hz=200.0) * 0.01], axis=1)
    loop = make_loop(Clip(beat), LoopSettings(beats=1, bpm=120, start=0))
    assert np.array_equal(loop.clip.samples[:, :2000], beat[:, :2000])


def test_a_loop_that_is_there_already_comes_out_as_it_is() -> None:
    bar = mixture(96_000, seed=1, channels=2)
    loop = make_loop(Clip(np.tile(bar, (1, 2))), LoopSettings(bars=1, bpm=120))
    assert loop.found_at == 0
    assert loop.likeness == pytest.approx(1.0)
    assert loop.clip.samples == pytest.approx(bar, abs=1e-6)


@settings(max_examples=60)
@given(bpm=st.floats(20, 400), beats=st.integers(1, 64), rate=st.sampled_from([44_100, 48_000, 96_000]))
def test_a_tempo_gives_an_exact_number_of_samples(bpm: float, beats: int, rate: int) -> None:
    length = loop_length(beats, bpm, rate)
    assert length == round(beats * 60 / bpm * rate)
    assert abs(length - beats * 60 / bpm * rate) <= 0.5


@settings(max_examples=20)
@given(bpm=st.floats(90, 400), beats=st.integers(1, 3), channels=st.integers(1, 2))
def test_a_loop_has_the_length_of_its_beats(bpm: float, beats: int, channels: int) -> None:
    loop = make_loop(Clip(noise(120_000, channels=channels)), LoopSettings(beats=beats, bpm=bpm))
    assert loop.clip.samples.shape == (channels, round(beats * 60 / bpm * SAMPLE_RATE))
    assert (loop.start, loop.end) == (0, loop.clip.num_samples)
    assert (loop.bpm, loop.beats) == (bpm, beats)


def test_a_tempo_alone_takes_as_many_bars_as_fit_doubling() -> None:
    assert make_loop(Clip(noise(SAMPLE_RATE * 9)), LoopSettings(bpm=120)).beats == 16
    assert make_loop(Clip(noise(SAMPLE_RATE * 2)), LoopSettings(bpm=120, beats_per_bar=3)).beats == 3
    assert make_loop(Clip(noise(SAMPLE_RATE * 1)), LoopSettings(bpm=120)).beats == 2


def test_the_level_does_not_move_in_the_fade_of_noise() -> None:
    loop = make_loop(Clip(noise(240_000)), LoopSettings(seconds=2, crossfade=0.5))
    faded = loop.clip.samples[:, -loop.fade :]
    assert loop.fade == 24_000
    assert 20 * np.log10(faded.std() / 0.1) == pytest.approx(0, abs=0.25)


@pytest.mark.parametrize("start", [None, 2.0, 4.5])
@pytest.mark.parametrize("crossfade", [0.1, 1.0, 2.0])
def test_a_crossfade_that_is_asked_for_is_given_to_a_loop_of_any_length(
    crossfade: float, start: float | None
) -> None:
    sound = tone(10 * SAMPLE_RATE, hz=110.0) + noise(10 * SAMPLE_RATE, rms=0.02)
    loop = make_loop(Clip(sound), LoopSettings(crossfade=crossfade, start=start))
    assert loop.fade == round(crossfade * SAMPLE_RATE)
    assert loop.seconds >= 2 * crossfade


def test_a_crossfade_that_is_too_long_is_as_long_as_a_sound_has_room_for() -> None:
    loop = make_loop(Clip(noise(3 * SAMPLE_RATE)), LoopSettings(crossfade=30.0))
    assert (loop.found_at, loop.fade, loop.end) == (SAMPLE_RATE, SAMPLE_RATE, 2 * SAMPLE_RATE)


def test_only_the_fade_differs_from_the_sound() -> None:
    sound = noise(200_000, channels=2)
    loop = make_loop(Clip(sound), LoopSettings(seconds=1, start=1.0))
    kept = loop.clip.samples[:, : -loop.fade]
    assert np.array_equal(kept, sound[:, 48_000 : 96_000 - loop.fade])


def test_what_leads_into_a_loop_can_be_kept() -> None:
    sound = pluck(150_000, hz=220.0)
    loop = make_loop(Clip(sound), LoopSettings(lead_in=True))
    assert loop.start == loop.found_at > 0
    assert loop.end == loop.clip.num_samples
    untouched = loop.end - loop.fade
    assert np.array_equal(loop.clip.samples[:, :untouched], sound[:, :untouched])


def test_silence_loops_as_silence() -> None:
    loop = make_loop(Clip(np.zeros((2, 48_000), np.float32)))
    assert loop.clip.num_channels == 2
    assert not loop.clip.samples.any()


REFUSED = {
    "bars=4,bpm=120": "a loop of 16 beats at 120 beats a minute lasts 8.00 s and does not fit into this sound, which lasts "
    "1.00 s; choose at most 2 beats, or make a longer sound.",
    "seconds=1.5": "a loop of 1.5 s does not fit into this sound, which lasts 1.00 s; choose at most 1.00 s, or make a longer sound.",
    "bpm=40": "one beat at 40 beats a minute does not fit into this sound, which lasts 1.00 s; choose a faster tempo, or make "
    "a longer sound.",
    "beats=1,bpm=120,start=0.8": "a loop of 1 beats at 120 beats a minute lasts 0.50 s and does not fit into this sound, which "
    "lasts 0.20 s after 0.8 s; choose a faster tempo, or make a longer sound.",
    "start=2": "this sound has 0.000 s after 2 s, and the shortest loop is 0.01 s; take a longer sound, or an earlier start.",
    "seconds=0.00001": "a loop of 1e-05 s was given, and the shortest loop is 0.01 s; choose a longer one.",
    "seconds=0.009": "a loop of 0.009 s was given, and the shortest loop is 0.01 s; choose a longer one.",
    "beats=0.001,bpm=120": "a loop of 0.001 beats at 120 beats a minute has 24 samples; choose more beats or a slower tempo.",
}


@pytest.mark.parametrize("wish", REFUSED)
def test_what_cannot_be_is_said_in_a_sentence(wish: str) -> None:
    with pytest.raises(BadSetting) as refused:
        make_loop(Clip(tone(SAMPLE_RATE)), LoopSettings.read(wish))
    assert str(refused.value) == REFUSED[wish]


@pytest.mark.parametrize("length", [0, 1, 100, 479])
def test_a_sound_of_almost_nothing_is_refused(length: int) -> None:
    with pytest.raises(BadSetting, match=r"the shortest loop is 0\.01 s"):
        make_loop(Clip(np.zeros((1, length), np.float32)))


@settings(max_examples=30)
@given(length=st.integers(480, 4000), channels=st.integers(1, 2), seed=st.integers(0, 99))
def test_the_shortest_sounds_loop(length: int, channels: int, seed: int) -> None:
    sound: Samples = noise(length, channels=channels, seed=seed)
    loop = make_loop(Clip(sound))
    joint, elsewhere = bend_at_the_joint(loop)
    assert loop.end - loop.start >= 480
    assert joint <= elsewhere * 1.5  # of so few samples the largest may lie at the joint
    assert np.abs(loop.clip.samples).max() <= 3.5 * np.abs(sound).max()


@settings(max_examples=60)
@given(
    total=st.integers(480, 60_000),
    start=st.none() | st.floats(0, 1),
    seconds=st.none() | st.floats(0, 1),
    crossfade=st.none() | st.floats(1e-5, 30),
    lead_in=st.booleans(),
)
@example(total=60_000, start=0.99, seconds=None, crossfade=None, lead_in=False)
@example(total=60_000, start=0.975, seconds=None, crossfade=None, lead_in=False)
@example(total=60_000, start=0.95, seconds=None, crossfade=5.0, lead_in=False)
@example(total=60_000, start=None, seconds=0.0, crossfade=None, lead_in=False)
def test_wherever_it_starts_a_loop_fits_with_its_fade(
    total: int, start: float | None, seconds: float | None, crossfade: float | None, lead_in: bool
) -> None:
    """Start and length are shares, of the sound and of what it has after the start."""
    at = None if start is None else start * total / SAMPLE_RATE
    room = total - (0 if at is None else round(at * SAMPLE_RATE))
    assume(room >= 480)
    length = None if seconds is None else (480 + seconds * (room - 480)) / SAMPLE_RATE
    wish = LoopSettings(start=at, seconds=length, crossfade=crossfade, lead_in=lead_in)
    loop = make_loop(Clip(noise(total)), wish)
    assert 480 <= loop.end - loop.start <= room
    assert 0 < loop.fade <= (loop.end - loop.start) // 2
    assert at is None or loop.found_at == round(at * SAMPLE_RATE)
