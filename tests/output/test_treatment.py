from __future__ import annotations

import numpy as np
import pytest
from tests.signals import mixture, noise

from distill.audio.clip import Clip
from distill.audio.loudness import loudness
from distill.audio.true_peak import true_peak_dbtp
from distill.errors import BadSetting, Cancelled
from distill.output.loop_settings import LoopSettings
from distill.output.loops import make_loop
from distill.output.space import Space
from distill.output.treatment import Treatment
from distill.progress import Cancel


def padded() -> Clip:
    return Clip(np.pad(mixture(96_000, channels=2), ((0, 0), (48_000, 48_000))))


def test_without_wishes_a_clip_stays_the_same() -> None:
    clip = padded()
    treated = Treatment().of(clip)
    assert treated.clip is clip
    assert treated.sentences == ()


def test_fades_begin_where_the_trim_ends_and_loudness_is_that_of_both() -> None:
    treated = Treatment(trim=True, fade_in=0.5, fade_out=0.5, loudness=-30.0).of(padded())
    samples = treated.clip.samples
    assert samples.shape[1] < 2 * 96_000 - 90_000
    assert np.abs(samples[:, 240:1_000]).max() < 0.01 < np.abs(samples).max()
    assert loudness(treated.clip) == pytest.approx(-30.0, abs=0.1)
    assert treated.sentences == ("1.99 s of silence were cut off its ends.",)


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"fade_in": -1.0}, "a fade in of -1 s was asked for; choose 0 s or more."),
        ({"fade_out": float("inf")}, "a fade out of inf s was asked for; choose 0 s or more."),
        (
            {"loudness": 0.0},
            "a loudness of 0 LUFS was asked for; choose -50 to -5, for instance -14 as streaming services play, "
            "or -23 as broadcast does.",
        ),
    ],
)
def test_impossible_wishes_are_refused_before_there_is_a_sound(wish: dict[str, float], sentence: str) -> None:
    with pytest.raises(BadSetting) as caught:
        Treatment(**wish)  # type: ignore[arg-type]
    assert str(caught.value) == sentence


def test_a_loop_is_made_at_the_files_own_rate_and_its_length_is_exact() -> None:
    treated = Treatment(trim=True, loop=LoopSettings.read("beats=2,bpm=97")).of(padded(), rate=44_100)
    assert treated.loop is not None
    assert treated.clip.sample_rate == 44_100
    assert treated.clip.num_samples == treated.loop.end == round(2 * 60 / 97 * 44_100)
    assert treated.sentences[1].startswith("The loop has 1.237 s, 2 beats at 97 a minute, from ")
    bends = np.abs(np.diff(np.tile(treated.clip.samples, 3), n=2)).max(axis=0)
    joints = [len(bends) // 3 + at for at in range(-4, 4)]
    assert bends[joints].max() <= bends.max()
    assert bends[joints].max() < 3 * np.quantile(bends, 0.99)


def test_a_loops_peaks_are_kept_down_by_one_gain_that_leaves_its_shape() -> None:
    loud = Clip(padded().samples[:, 48_000:144_000] * np.float32(8.0))
    as_it_is = Treatment(loop=LoopSettings(seconds=1.0)).of(loud)
    assert -1.1 < true_peak_dbtp(as_it_is.clip.samples) <= -1.0
    shape = make_loop(loud, LoopSettings(seconds=1.0)).clip.samples
    ratio = float(np.abs(as_it_is.clip.samples).max() / np.abs(shape).max())
    np.testing.assert_allclose(as_it_is.clip.samples, ratio * shape, atol=1e-5)
    assert as_it_is.sentences[-1].endswith("dB softer, to stay under -1 dBTP.")
    too_loud = Treatment(loop=LoopSettings(seconds=1.0), loudness=-5.0).of(loud)
    assert true_peak_dbtp(too_loud.clip.samples) <= -1.0
    assert too_loud.sentences[-1].endswith("its peaks would have to be limited.")


def test_what_is_put_around_a_head_rings_over_the_end_of_its_loop() -> None:
    burst = np.zeros((1, 48_000), np.float32)
    burst[0, ::4_800] = 0.5
    around = Space.read("binaural:azimuth=60")
    treated = Treatment(space=around, loop=LoopSettings(seconds=0.5)).of(Clip(burst))
    assert treated.clip.num_channels == 2
    assert treated.clip.num_samples == 24_000
    assert Treatment(space=around).of(Clip(burst)).clip.num_samples == 48_000 + around.tail_samples


def test_a_loop_has_no_ends_to_fade() -> None:
    with pytest.raises(BadSetting, match="a loop has no ends to fade; leave one of them out"):
        Treatment(loop=LoopSettings(), fade_out=1.0)


def test_the_search_for_a_loop_stops_when_asked_to() -> None:
    cancel = Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        Treatment(loop=LoopSettings()).of(Clip(noise(48_000)), cancel=cancel)
