from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from distill import api
from distill.audio.clip import Clip
from distill.audio.writing import write_wav
from distill.errors import BadSetting, BadSound


def ramp(num_samples: int) -> np.ndarray:
    return np.linspace(-0.5, 0.5, num_samples, dtype=np.float32)[None]


@pytest.mark.parametrize("points", [1, 7, 100])
def test_an_outline_holds_the_lowest_and_highest_sample_of_each_stretch(tmp_path: Path, points: int) -> None:
    write_wav(tmp_path / "ramp.wav", Clip(ramp(48_123)))
    drawn = api.outline(tmp_path / "ramp.wav", points=points)
    assert drawn.seconds == pytest.approx(48_123 / 48_000)
    assert len(drawn.low) == len(drawn.high) == points
    assert drawn.low[0] == pytest.approx(-0.5, abs=1e-3)
    assert drawn.high[-1] == pytest.approx(0.5, abs=1e-3)
    assert drawn.low == sorted(drawn.low)
    assert all(low <= high for low, high in zip(drawn.low, drawn.high, strict=True))


def test_samples_and_their_file_have_the_same_outline(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).uniform(-0.9, 0.9, (2, 128 * 300)).astype(np.float32)
    write_wav(tmp_path / "noise.wav", Clip(samples))
    from_file, in_memory = api.outline(tmp_path / "noise.wav", points=60), api.outline_of(samples, points=60)
    np.testing.assert_allclose(from_file.low, in_memory.low, atol=2e-4)
    np.testing.assert_allclose(from_file.high, in_memory.high, atol=2e-4)


def test_a_sound_shorter_than_its_points_has_one_for_each_sample(tmp_path: Path) -> None:
    assert len(api.outline_of(ramp(5), points=600).low) == 5


def test_what_cannot_be_drawn_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(BadSound):
        api.outline(tmp_path / "text.wav")
    with pytest.raises(BadSetting, match="choose 1 to 20000"):
        api.outline(tmp_path / "text.wav", points=0)


def test_an_outline_that_is_listened_to_finds_silence_and_damage_as_training_would(tmp_path: Path) -> None:
    write_wav(tmp_path / "ramp.wav", Clip(ramp(48_000)))
    assert api.heard_outline(tmp_path / "ramp.wav") == api.outline(tmp_path / "ramp.wav")
    write_wav(tmp_path / "silent.wav", Clip(ramp(48_000) * 0))
    with pytest.raises(BadSound, match=r"'silent\.wav' is silent|silent\.wav is silent"):
        api.heard_outline(tmp_path / "silent.wav")
    write_wav(tmp_path / "side.wav", Clip(np.concatenate([ramp(48_000), -ramp(48_000)])))
    assert api.heard_outline(tmp_path / "side.wav").seconds == 1.0  # nothing in the middle, but not silent
    with pytest.raises(BadSetting):
        api.heard_outline(tmp_path / "text.wav", points=0)
