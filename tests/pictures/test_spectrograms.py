"""Spectrograms are files that show the sound: right pitch, right place, same bytes again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.image import imread

from distill.audio.clip import Clip
from distill.errors import NoSpace
from distill.pictures import compare_spectrograms, spectrogram, thumbnail
from distill.pictures.spectrograms import _mel, _mel_power

RNG_SEED = 7


def _tone(hz: float, seconds: float = 0.5, channels: int = 1) -> Clip:
    wave = 0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * 48_000)) / 48_000)
    return Clip(np.tile(wave.astype(np.float32), (channels, 1)))


def _pixels(path: Path) -> npt.NDArray[np.float64]:
    return np.asarray(imread(path), dtype=np.float64)


@pytest.mark.parametrize("hz", [120.0, 440.0, 1000.0, 3000.0, 9000.0])
def test_a_tone_lights_the_row_of_its_pitch(hz: float) -> None:
    power = _mel_power(_tone(hz))
    row = int(power[:, power.shape[1] // 2].argmax())
    assert row == pytest.approx(_mel(hz) / _mel(24_000) * 129 - 1, abs=1.01)


def test_a_click_lights_its_own_columns_alone() -> None:
    samples = np.zeros((1, 48_000), dtype=np.float32)
    samples[0, 24_000] = 1
    loud = _mel_power(Clip(samples)).sum(axis=0) > 0
    assert loud[46]  # 24000 / 512 = 46.9
    assert set(np.flatnonzero(loud)) <= set(range(44, 50))


def test_a_long_sound_is_drawn_in_as_few_columns_and_loses_no_click() -> None:
    samples = np.zeros((1, 1600 * 512 + 100), dtype=np.float32)
    samples[0, 700_000] = 1
    power = _mel_power(Clip(samples))
    assert power.shape == (128, 801)  # two frames a column, the last one from a single frame
    assert power[:, 700_000 // 1024].sum() > 0


def test_blocks_leave_no_seam() -> None:
    noise = np.random.default_rng(RNG_SEED).standard_normal((2, 300 * 512)).astype(np.float32)
    whole = _mel_power(Clip(noise))  # 300 frames in blocks of 256 and 44
    part = _mel_power(Clip(noise[:, 200 * 512 :]))
    np.testing.assert_allclose(whole[:, 204:296], part[:, 4:96], rtol=1e-9)


@pytest.mark.parametrize("seconds", [0.0005, 0.01, 1.0])
def test_any_length_gives_a_picture(tmp_path: Path, seconds: float) -> None:
    path = spectrogram(_tone(440, seconds, channels=2), tmp_path / "short.png", title="short")
    assert path == tmp_path / "short.png"
    assert len(np.unique(_pixels(path))) > 10


def test_picture_of_a_sound_is_large_and_has_many_colours(tmp_path: Path) -> None:
    path = spectrogram(_tone(440), tmp_path / "tone.png", title="A4")
    height, width, _ = _pixels(path).shape
    assert width >= 900
    assert height >= 300
    assert path.stat().st_size > 5000
    assert len(np.unique(_pixels(path).reshape(-1, 4), axis=0)) > 50


def test_silence_is_drawn_dark_without_a_warning(tmp_path: Path) -> None:
    silence = Clip(np.zeros((1, 24_000), dtype=np.float32))
    middle = _pixels(thumbnail(silence, tmp_path / "small.png"))
    assert middle[..., :3].max() < 0.02
    spectrogram(silence, tmp_path / "silence.png", title="silence")


def test_a_quieter_sound_looks_quieter_beside_a_louder_one(tmp_path: Path) -> None:
    noise = 0.1 * np.random.default_rng(RNG_SEED).standard_normal((1, 24_000)).astype(np.float32)
    quiet = Clip(noise * np.float32(0.05))
    pixels = _pixels(compare_spectrograms([("loud", Clip(noise)), ("quiet", quiet)], tmp_path / "two.png"))
    inside = pixels[:, 200:700, :3].mean(axis=(1, 2))
    height = inside.size
    assert (
        inside[height // 8 : 3 * height // 8].mean() > 1.3 * inside[5 * height // 8 : 7 * height // 8].mean()
    )


def test_same_sound_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, draw in (("a", spectrogram), ("b", spectrogram)):
        draw(_tone(330), tmp_path / f"{name}.png", title="E4")
        thumbnail(_tone(330), tmp_path / f"{name}-small.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert (tmp_path / "a-small.png").read_bytes() == (tmp_path / "b-small.png").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a-small.png",
        "a.png",
        "b-small.png",
        "b.png",
    ]


@pytest.mark.parametrize("title", ["$5 and $a_{", "日本語", "\\frac", "", "100 % <b>"])
def test_any_title_is_shown_as_it_is(tmp_path: Path, title: str) -> None:
    assert spectrogram(_tone(440, 0.1), tmp_path / "t.png", title=title).stat().st_size > 5000


def test_a_folder_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(NoSpace) as caught:
        spectrogram(_tone(440, 0.1), taken / "tone.png", title="A4")
    assert str(caught.value) == (
        f"could not write 'tone.png' in {str(taken)!r}: file exists; "
        "nothing was changed there, so make room or choose another folder and try again."
    )
