from __future__ import annotations

import numpy as np
import pytest
from tests.signals import mixture

from distill.audio.clip import Clip
from distill.errors import BadSetting
from distill.output.loudness import loudness
from distill.output.treatment import Treatment


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
